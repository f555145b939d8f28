"""A derivation at one level of detail: lines that are too fine are merged into the next one.

A merged line names every rule that went into it (in the brief account those that carry it) and
rests on all that they rest on; its verdict is the weakest of theirs. So a shorter account claims
nothing that the long one does not show.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gory.calculus import DETAILS, VERDICTS, Derivation, Step
from gory.notation._wording import joined

_MINOR = (
    "another entry", "arrange", "cancel", "collect", "constant", "contract", "derivative of the",
    "distribute", "evaluate", "expand", "factor", "put in", "simplify", "split", "substitute",
    "sum rule", "take the sign", "this is", "write out",
)  # fmt: skip


def at_detail(derivation: Derivation, detail: str, /) -> Derivation:
    """The same derivation with the sections and lines of one level of detail.

    Parameters
    ----------
    derivation : Derivation
        From ``paper.derive``.
    detail : str
        "brief" (lemmas and result), "steps" (one rule a line) or "gory" (nothing skipped, with
        remarks).

    Returns
    -------
    Derivation
        With merged steps; the last line of every section stays.

    Raises
    ------
    ValueError
        If there is no such level.

    Examples
    --------
    >>> import gory
    >>> d = gory.read("s[k] = exp(z[k]) / sum_c exp(z[c])").derive("s[k]", "z[m]")
    >>> brief = at_detail(d, "brief")
    >>> len(brief.steps) < len(d.steps), brief.result == d.result
    (True, True)
    """
    if detail not in DETAILS:
        known = ", ".join(repr(name) for name in DETAILS)
        raise ValueError(f"detail={detail!r} is unknown; choose one of {known}")
    level = DETAILS.index(detail)
    shown = [
        section
        for section in derivation.sections
        if DETAILS.index(section.detail) <= level or section is derivation.main
    ]
    hidden = {s.title.split(" of the ")[0] for s in derivation.sections if s not in shown}
    sections = tuple(replace(s, steps=_merged(s.steps, level, hidden)) for s in shown)
    return replace(derivation, sections=sections)


def _merged(steps: Sequence[Step], level: int, hidden: set[str]) -> tuple[Step, ...]:
    shown: list[Step] = []
    waiting: list[Step] = []
    for step in steps:
        waiting.append(step)
        if DETAILS.index(step.detail) <= level or step is steps[-1]:
            shown.append(_merge(waiting, level, hidden))
            waiting = []
    return tuple(shown)


def _merge(steps: Sequence[Step], level: int, hidden: set[str]) -> Step:
    last = steps[-1]
    keeps_notes = level == len(DETAILS) - 1
    rules = _unique(step.rule for step in steps)
    if level == 0:  # the rules that carry the step; how they were put together goes without saying
        rules = [rule for rule in rules if not rule.startswith(_MINOR)] or rules[-1:]
    uses = _unique(use for step in steps for use in step.uses)
    return Step(
        rule=joined(", ", rules),
        before=steps[0].before,
        after=last.after,
        uses=_conditions([use for use in uses if use not in hidden]),
        verdict=min((step.verdict for step in steps), key=VERDICTS.index),
        note=joined("; ", _unique(step.note for step in steps)) if keeps_notes else "",
        detail=last.detail,
        how="; ".join(_unique(step.how for step in steps)),
        value=last.value,
    )


def _conditions(uses: Sequence[str]) -> tuple[str, ...]:
    """What is above 0 need not be said to differ from 0."""
    above = {use.removesuffix(" > 0") for use in uses if use.endswith(" > 0")}
    return tuple(
        use for use in uses if use.removesuffix(" != 0") not in above or " != 0" not in use
    )


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word for word in words if word))
