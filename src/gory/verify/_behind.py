"""Numbers behind every line: a derivation followed at values that a reader gives.

Both sides of a line have the same value, so a reader sees with his own data that nothing changes
but the writing. Values that violate a declared fact are refused, since lines that use the fact
would then disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gory.calculus import Derivation, Section
from gory.notation import Expr, Paper, free_in_order
from gory.notation._labels import label_of
from gory.verify._given import EvaluationError, MissingSizeError, evaluate, sizes_of

DIGITS = 8  # significant digits that are printed, and to which both sides of a line agree
MANY = 12  # entries up to which an array is printed whole
SHOWN = 4  # entries that stand for a larger one


def with_values(paper: Paper, derivation: Derivation, values: Mapping[str, Any], /) -> Derivation:
    """Put the value behind every line of a derivation.

    Parameters
    ----------
    paper : Paper
        The definitions and facts that the derivation speaks of.
    derivation : Derivation
        From ``paper.derive``.
    values : mapping of str to number or nested sequences of numbers
        A value for every array that is not defined, and for ranges whose size no array shows.

    Returns
    -------
    Derivation
        With ``value`` of every section and step filled in.

    Raises
    ------
    EvaluationError
        If a value is missing or does not fit, or a declared fact does not hold.
    """
    _refuse_strangers(paper, values)
    sizes = {name: values[name] for name in paper.ranges & values.keys()}
    arrays = {name: value for name, value in values.items() if name not in sizes}
    sizes = sizes_of(paper, arrays) | sizes
    _check_facts(paper, arrays, sizes)

    def number(expr: Expr, left: Expr) -> str:
        own = {i.name for i in free_in_order(expr)}
        indices = [i.name for i in free_in_order(left) if i.name in own]
        try:
            return written(evaluate(paper, expr, arrays, sizes=sizes, indices=indices))
        except MissingSizeError:  # such as that of a delta, whose ranges no array has
            return ""

    def valued(section: Section) -> Section:
        if section.under is not None:  # a case speaks of some entries only
            return section
        steps = tuple(replace(s, value=number(s.after, section.left)) for s in section.steps)
        return replace(section, steps=steps, value=number(section.left, section.left))

    premises = tuple(replace(p, value=number(p.right, p.left)) for p in derivation.premises)
    return replace(derivation, premises=premises, sections=tuple(map(valued, derivation.sections)))


def _refuse_strangers(paper: Paper, values: Mapping[str, Any]) -> None:
    known = [n for n in paper.axes if n not in paper.definitions and not label_of(n)]
    for name in values:
        if name in paper.definitions:
            raise EvaluationError(
                f"{name!r} is defined by the paper and gets its value from its definition; leave "
                f"it out, or take the definition out"
            )
        if name not in known and name not in paper.ranges:
            raise EvaluationError(
                f"{name!r} is no name of the paper; values are taken for "
                f"{', '.join(sorted({*known, *paper.ranges}))}"
            )


def _check_facts(paper: Paper, arrays: Mapping[str, Any], sizes: Mapping[str, Any]) -> None:
    for fact in paper.facts:
        if fact.relation not in ("=", "=="):
            continue
        letters = [i.name for i in free_in_order(fact.left, fact.right)]
        sides = []
        for side in (fact.left, fact.right):
            own = {i.name for i in free_in_order(side)}
            order = [name for name in letters if name in own]
            sides.append(evaluate(paper, side, arrays, sizes=sizes, indices=order))
        left, right = _flat(sides[0]), _flat(sides[1])
        pairs = zip(left, right * len(left) if len(right) == 1 else right, strict=False)
        for one, other in pairs:
            if abs(one - other) > 1e-9 * (1 + abs(other)):
                raise EvaluationError(
                    f"the values violate the declared fact {fact.text}: the left side is "
                    f"{written(one)}, the right side {written(other)}; mend the values, or take "
                    f"the fact out"
                )


def written(value: Any) -> str:
    """A number to `DIGITS` digits; a large array by its first entries and its shape."""
    if not isinstance(value, list):
        return f"{value + 0.0:.{DIGITS}g}"  # -0 is 0
    entries = _flat(value)
    if len(entries) <= MANY:
        return _nested(value)
    first = ", ".join(f"{entry:.{DIGITS}g}" for entry in entries[:SHOWN])
    return f"[{first}, ...] ({' x '.join(map(str, _shape(value)))})"


def _nested(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_nested, value))}]"
    return f"{value + 0.0:.{DIGITS}g}"


def _flat(value: Any) -> list[float]:
    return [x for part in value for x in _flat(part)] if isinstance(value, list) else [value]


def _shape(value: Any) -> list[int]:
    return [len(value), *_shape(value[0])] if isinstance(value, list) and value else []
