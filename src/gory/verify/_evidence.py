"""Evidence for one line: are two expressions equal wherever the declared facts hold?

A wrong line is refuted by one point, so a point of small whole numbers is tried first, in
floats, and a difference is confirmed in decimals of 120 digits. A line that passes is tested
in a finite field, where equality of random values cannot come from rounding; where the field
cannot express a construct, floats at several points decide. "Equal" is evidence, not a proof; a
refutation comes with a counterexample that anyone can check.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, Overflow, localcontext
from random import Random
from typing import Any

from gory.notation import Expr, Fact, Index, Paper, free_indices
from gory.verify._facts import Facts, relevant, sort_facts
from gory.verify._field import Field
from gory.verify._floats import CONTEXT, Decimals, Floats, exactly
from gory.verify._layout import Layout, assignments, components, layout
from gory.verify._numbers import TooLarge, Undecidable, Undefined, Value
from gory.verify._points import MOST_UNMET, SIGNS, TRIES, Unmet, draw, field_machine, place
from gory.verify._program import Entry, Env, Machine, Program

COMPONENTS = 12  # components of free indices that are looked at per point of floats
FEW_COMPONENTS = 6  # where a single point is looked at
FIELD_COMPONENTS = 8  # and per point of the field
FLOAT_POINTS = 8  # enough for both signs of two scalars, where the field could not decide
ONE_SIDED = 10  # points at which only the right side lacks a value, before that is a finding
FIELD_TRIES = 16  # draws per assignment until every root in a line exists

_CLOSE = 1e-9
_CLOSE_DECIMAL = Decimal("1e-60")
_HUGE = Decimal("1e40")
_SEED = 20240229


@dataclass(frozen=True)
class Evidence:
    """What testing says about a line.

    Attributes
    ----------
    equal : bool or None
        None if nothing could be tested; ``how`` says why.
    how : str
        The arithmetic and the number of trials, or the reason.
    counterexample : mapping or None
        Where the sides differ: ``sizes``, ``indices`` and ``values`` by name.
    left, right : float or None
        The values of both sides there; None for a side that has no value.
    """

    equal: bool | None
    how: str
    counterexample: Mapping[str, Any] | None = None
    left: float | None = None
    right: float | None = None


@dataclass(frozen=True)
class Line:
    """Everything about a line that does not change from point to point."""

    program: Program
    left: Expr
    right: Expr
    found: Layout
    facts: Facts
    letters: tuple[Index, ...]
    names: frozenset[str]


def evidence(paper: Paper, left: Expr, right: Expr) -> Evidence:
    """Test whether two expressions are equal wherever the facts of a paper hold.

    Parameters
    ----------
    paper : Paper
        Definitions, facts and fixed sizes; everything else takes random values.
    left, right : Expression
        The two sides; equal free indices mean the same component. Derivatives that are not
        carried out are computed with dual numbers.

    Returns
    -------
    Evidence
        Equal, unequal with a counterexample, or untestable with the reason.

    Notes
    -----
    Two assignments of small, pairwise different sizes; at every point at most twelve components,
    some with equal and some with different free indices. A right side without a value where the
    left side has one, in a whole region, counts as unequal (``log(x^2)`` and ``2 log x``). Values
    beyond 1e40 that differ by less than the decimals resolve are no evidence.

    Examples
    --------
    >>> from gory.notation import read_expressions, read_paper
    >>> paper = read_paper("s[k] = exp(z[k]) / sum_c exp(z[c])")
    >>> (left, right, wrong), paper = read_expressions(
    ...     paper, ["d(s[k], z[m])", "s[k] (delta[k,m] - s[m])", "s[k] (1 - s[m])"]
    ... )
    >>> evidence(paper, left, right).equal
    True
    >>> found = evidence(paper, left, wrong)
    >>> found.equal, found.counterexample["indices"]
    (False, {'k': 1, 'm': 2})
    """
    line = line_of(Program(paper), paper.facts, left, right)
    spans = assignments(paper, line.found)
    first = _float_trial(line, spans[0], 0, whole=True)
    if first.equal is False:
        return first
    field = _field_trials(line, spans)
    if field is not None and not (field.cautious and first.equal is None):
        if not field.cautious:
            return _at_all_values(line, spans) or Evidence(True, field.how)
        second = _float_trial(line, spans[-1], 1, whole=False)
        if second.equal is not None:
            return second if not second.equal else Evidence(True, f"{field.how}; floats")
    return _floats(line, spans, first)


def counterexample(paper: Paper, left: Expr, right: Expr) -> Evidence | None:
    """A point at which two expressions differ, if a single one shows it.

    For what is proved piece by piece and must only be shown to belong together: far cheaper
    than `evidence`, and silent about what it cannot decide.

    Examples
    --------
    >>> from gory.notation import read_expressions, read_paper
    >>> (left, right), paper = read_expressions(read_paper(""), ["(a + b)^2", "a^2 + b^2"])
    >>> counterexample(paper, left, right).left
    1.0
    >>> counterexample(paper, left, left) is None
    True
    """
    line = line_of(Program(paper), paper.facts, left, right)
    spans = assignments(paper, line.found)[0]
    found = _float_trial(line, spans, 0, whole=True, most=FEW_COMPONENTS)
    has_values = found.left is not None and found.right is not None
    return found if found.equal is False and has_values else None


def needs_fact(paper: Paper, left: Expr, right: Expr, fact: Fact) -> bool:
    """Whether a line fails at points that need not satisfy a fact.

    Examples
    --------
    >>> from gory.notation import read_expressions, read_paper
    >>> paper = read_paper("a = sum_k y[k]\\ngiven sum_k y[k] = 1")
    >>> (left, right), paper = read_expressions(paper, ["a b", "b"])
    >>> needs_fact(paper, left, right, paper.facts[0])
    True
    >>> needs_fact(paper, left, left, paper.facts[0])
    False
    """
    others = tuple(one for one in paper.facts if one != fact)
    return evidence(replace(paper, facts=others), left, right).equal is False


def line_of(program: Program, declared: Iterable[Fact], left: Expr, right: Expr) -> Line:
    """Two sides with the arrays that they reach and the facts that bear on them."""
    names = program.names(left) | program.names(right)
    facts = relevant(program, tuple(declared), names)
    sides = [side for fact in facts for side in (fact.left, fact.right)]
    letters = sorted(free_indices(left) | free_indices(right), key=lambda i: (i.name, i.range))
    found = layout(program, [left, right, *sides])
    return Line(program, left, right, found, sort_facts(program, facts), tuple(letters), names)


def _floats(line: Line, spans: tuple[dict[str, range], ...], first: Evidence) -> Evidence:
    """Floats at several points, with decimals until every assignment was confirmed: all agree.

    A large term hides a small difference from floats, so without decimals there is no verdict.
    """
    results, confirmed = [first], 0
    for number in range(FLOAT_POINTS):
        chosen = spans[number % len(spans)]
        careful = confirmed < len(spans)
        results.append(_float_trial(line, chosen, 2 + number, whole=False, careful=careful))
        if results[-1].equal is False:
            return results[-1]
        confirmed += careful and results[-1].equal is True
    good = sum(result.equal is True for result in results)
    if confirmed:
        return Evidence(True, f"floats, {good} points")
    untested = next((result for result in results if result.equal is None), first)
    return Evidence(None, untested.how if good == 0 else "not tested: too large for decimals")


def _at_all_values(line: Line, spans: tuple[dict[str, range], ...]) -> Evidence | None:
    """A point at which a line fails whose names take a few values only, such as 1 and -1.

    A residue has one of them; whether the line holds for the others is for more points to say.
    """
    for number in range(FLOAT_POINTS if line.facts.allowed else 0):
        found = _float_trial(line, spans[0], 2 + number, whole=True)
        if found.equal is False:
            return found
    return None


def _float_trial(
    line: Line, spans: dict[str, range], seed: int, *, whole: bool, careful: bool = False,
    most: int = COMPONENTS,
) -> Evidence:  # fmt: skip
    """One point: the first draw that satisfies the facts and gives both sides a value.

    If it is always the right side that has none, the line is refuted: a denominator that is 0
    once is chance, and `ONE_SIDED` times in a row it is 0.
    """
    reason, one_sided, unmet = "", 0, 0
    rng = Random(_SEED + seed)
    for attempt in range(TRIES):
        sign = SIGNS[attempt % len(SIGNS)]
        values = draw(
            rng, line.found, spans, line.facts, whole=whole and attempt < TRIES // 2, sign=sign
        )
        try:
            machine = place(line.program, line.facts, spans, Floats(), values, seed)
            if machine is None:
                reason = reason or _no_point(line)
                continue
            found = compare(line, machine, values, seed, careful=careful, most=most)
            if found.equal is not None:
                return found
            one_sided += 1
            if one_sided == ONE_SIDED:
                return replace(found, equal=False)
        except Unmet:
            reason, unmet = _no_point(line), unmet + 1
            if unmet == MOST_UNMET:
                break
        except Undefined as undefined:
            reason = str(undefined)
        except (OverflowError, ValueError):
            reason = "a number too large for a float"
    return Evidence(None, f"not tested: {reason or 'the right side has no value'}")


def _no_point(line: Line) -> str:
    return f"no point was found with {'; '.join(line.facts.texts)}"


def compare(
    line: Line, machine: Machine, values: Mapping[Entry, Any], seed: int, *, careful: bool,
    most: int,
) -> Evidence:  # fmt: skip
    """One point: the first component in which the sides differ, confirmed in decimals."""
    rng = Random(seed)
    for env in components(line.letters, machine.spans, rng, most):
        left = value_of(line.program, line.left, machine, env)
        try:
            right = value_of(line.program, line.right, machine, env)
        except Undefined as undefined:
            if isinstance(undefined, TooLarge):
                raise
            found = _counterexample(line, machine, env, left, None, str(undefined))
            return replace(found, equal=None) if undefined.edge else found
        if not careful and abs(left - right) <= _CLOSE * max(abs(left), abs(right)):
            continue
        sides = _in_decimals(line, machine.spans, values, env, seed)
        gap, size = abs(sides[0] - sides[1]), 1 + abs(sides[0]) + abs(sides[1])
        if gap > _CLOSE_DECIMAL * size:
            return _counterexample(line, machine, env, float(sides[0]), float(sides[1]), "")
        if gap and size > _HUGE:  # a term such as 1 may be what differs
            raise TooLarge("a number too large for decimals")
    return Evidence(True, "floats, 1 point")


def _in_decimals(
    line: Line, spans: Mapping[str, range], values: Mapping[Entry, Any], env: Env, seed: int
) -> tuple[Value, Value]:
    with localcontext(CONTEXT):
        try:
            machine = place(line.program, line.facts, spans, Decimals(), values, seed)
        except Unmet:
            machine = None
        if machine is None:
            raise Undefined("the facts hold in floats only", edge=True)
        left = value_of(line.program, line.left, machine, env)
        return left, value_of(line.program, line.right, machine, env)


def value_of(program: Program, expr: Expr, machine: Machine, env: Env) -> Value:
    """A value, or `Undefined` for every way of not having one."""
    try:
        return program.value(expr, machine, env)
    except (OverflowError, Overflow) as error:
        raise TooLarge("a number that is too large") from error
    except ArithmeticError as error:
        raise Undefined("a denominator that is 0", edge=True) from error


@dataclass(frozen=True)
class _FieldResult:
    how: str
    cautious: bool


def _field_trials(line: Line, spans: tuple[dict[str, range], ...]) -> _FieldResult | None:
    """Equality at one point of the field per assignment; None if it is not seen there."""
    rng = Random(_SEED)
    count, cautious = 0, False
    for chosen in spans:
        for _ in range(FIELD_TRIES):
            try:
                machine = field_machine(line.program, line.facts, line.found, chosen, rng)
                if machine is None:
                    continue
                seen = _same_residues(line, machine, rng)
            except Undefined:
                continue
            except (Undecidable, Unmet):
                return None
            if not seen:
                return None
            count += seen
            cautious = cautious or (isinstance(machine.numbers, Field) and machine.numbers.cautious)
            break
        else:
            return None
    return _FieldResult(f"finite field, {count} trials", cautious)


def _same_residues(line: Line, machine: Machine, rng: Random) -> int:
    """The number of components looked at, or 0 if one differs."""
    envs = components(line.letters, machine.spans, rng, FIELD_COMPONENTS)
    for env in envs:
        left = line.program.value(line.left, machine, env)
        right = line.program.value(line.right, machine, env)
        if left.outside != right.outside:
            return 0
    return len(envs)


def _counterexample(
    line: Line, machine: Machine, env: Env, left: float | None, right: float | None, why: str
) -> Evidence:
    used = {
        axis for name in line.found.arrays if name in line.names for axis in line.found.arrays[name]
    }
    used |= {index.range for index in line.letters}
    shown = {
        "sizes": {name: len(machine.spans[name]) for name in sorted(used)},
        "indices": dict(sorted(env.items())),
        "values": {
            name: _nested(machine, name, axes)
            for name, axes in sorted(line.found.arrays.items())
            if name in line.names
        },
    }
    how = (
        f"right side has no value: {why}"
        if why
        else "the sides differ at a point, in floats and decimals"
    )
    return Evidence(False, how, shown, left, right)


def _nested(machine: Machine, name: str, axes: tuple[str, ...], place: tuple[int, ...] = ()) -> Any:
    """The entries of an array as nested lists."""
    if len(place) == len(axes):
        return exactly(machine.entries[name, place])
    span = machine.spans[axes[len(place)]]
    return [_nested(machine, name, axes, (*place, value)) for value in span]
