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
        ``{"verdict", "definitions": [{"row", "text", "name", "read_as"}], "derivations": [{"lines":
        [{"row", "text", "verdict", "why", "why_latex", "counterexample", "repair",
        "repair_latex", "whole", "read_as"}]}]}``; ``row`` counts from 1. Definitions are what is
        taken as such and not judged. Other lines that a chain starts from claim nothing and are
        left out.

    Examples
    --------
    >>> import gory, json
    >>> found = json.loads(to_json(gory.proofread("d(x^2, x) = 2 x")))
    >>> found["derivations"][0]["lines"][0]["verdict"]
    'proved'
    """
    definitions = [
        {"row": line.row, "text": line.text, "name": line.defines, "read_as": line.read_as}
        for line in found.definitions
    ]
    claims = [[line for line in one.lines if line.verdict != "given"] for one in found.derivations]
    derivations = [{"lines": list(map(_line, lines))} for lines in claims if lines]
    whole = {"verdict": found.verdict, "definitions": definitions, "derivations": derivations}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _line(line: CheckedLine) -> dict[str, object]:
    return {
        "row": line.row,
        "text": line.text,
        "verdict": line.verdict,
        "why": line.why,
        "why_latex": line.why_latex,
        "counterexample": dict(line.counterexample) if line.counterexample else None,
        "repair": line.repair,
        "repair_latex": line.repair_latex,
        "whole": line.whole,
        "read_as": line.read_as,
    }
