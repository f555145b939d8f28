"""A proofreading as JSON, for programs and editors."""

from __future__ import annotations

import json

from gory.verify import CheckedLine, Proofreading


def to_json(found: Proofreading, /) -> str:
    """Write a proofreading as one JSON object.

    Parameters
    ----------
    found : Proofreading
        From ``gory.proofread``.

    Returns
    -------
    str
        ``{"verdict", "derivations": [{"lines": [{"row", "text", "verdict", "why", "counterexample",
        "repair", "whole", "read_as"}]}]}``; ``row`` counts from 1. Lines that a chain starts from
        claim nothing and are left out.

    Examples
    --------
    >>> import gory, json
    >>> found = json.loads(to_json(gory.proofread("d(x^2, x) = 2 x")))
    >>> found["derivations"][0]["lines"][0]["verdict"]
    'proved'
    """
    derivations = [
        {"lines": [_line(line) for line in one.lines if line.verdict != "given"]}
        for one in found.derivations
    ]
    return json.dumps(
        {"verdict": found.verdict, "derivations": derivations}, ensure_ascii=False, indent=2
    )


def _line(line: CheckedLine) -> dict[str, object]:
    return {
        "row": line.row,
        "text": line.text,
        "verdict": line.verdict,
        "why": line.why,
        "counterexample": dict(line.counterexample) if line.counterexample else None,
        "repair": line.repair,
        "whole": line.whole,
        "read_as": line.read_as,
    }
