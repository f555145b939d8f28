"""Declared facts, and points that satisfy them.

A fact is a restriction on the values of arrays. The frequent ones are met by drawing: a sign, a
finite set of values (``y[k]^2 = y[k]``), sums that are fixed (scale them), entries that are
equal (copy them). Whatever equations are left are solved by Newton's method, which is exact
after one step where they are linear. A point that cannot be made to satisfy every fact is not
used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import product
from random import Random

from gory.notation import ZERO, Expr, Fact, Ref, Sum, free_indices, walk
from gory.verify._dual import slope
from gory.verify._floats import Floats
from gory.verify._numbers import Numbers, Undefined, Value
from gory.verify._program import Entry, Env, Machine, Program

_CANDIDATES = tuple(Fraction(n) for n in (0, 1, -1, 2, -2, 3, -3))
_NEWTON_STEPS = 24  # from a random point; a residue has no distance, so one step must do there
_LARGEST_SYSTEM = 5000  # equations times unknowns


@dataclass(frozen=True)
class Facts:
    """The facts of a paper, sorted by the way in which a point can be made to satisfy them."""

    equations: tuple[Fact, ...] = ()
    inequalities: tuple[Fact, ...] = ()
    positive: frozenset[str] = frozenset()
    allowed: Mapping[str, tuple[Fraction, ...]] = field(default_factory=dict)

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(fact.text for fact in (*self.equations, *self.inequalities))


def relevant(program: Program, facts: Sequence[Fact], names: frozenset[str]) -> tuple[Fact, ...]:
    """The facts that bear on some arrays, directly or through other facts."""
    chosen: list[Fact] = []
    grown = True
    while grown:
        grown = False
        for fact in facts:
            reached = program.names(fact.left) | program.names(fact.right)
            if fact not in chosen and reached & names:
                chosen.append(fact)
                names, grown = names | reached, True
    return tuple(fact for fact in facts if fact in chosen)


def sort_facts(program: Program, facts: Sequence[Fact]) -> Facts:
    """Decide for every fact how it is to be met."""
    equations, inequalities, positive = [], [], set()
    allowed: dict[str, tuple[Fraction, ...]] = {}
    for fact in facts:
        name = _positive_name(program, fact)
        if name is not None:
            positive.add(name)
        elif fact.relation in ("=", "=="):
            values = _allowed_values(program, fact)
            if values is None:
                equations.append(fact)
            else:
                allowed[values[0]] = values[1]
        if fact.relation not in ("=", "=="):
            inequalities.append(fact)
    return Facts(tuple(equations), tuple(inequalities), frozenset(positive), allowed)


def _plain_leaf(program: Program, expr: Expr) -> Ref | None:
    """A scalar or an array entry with different letters as its indices, not defined by others."""
    if not isinstance(expr, Ref) or expr.name in program.paper.definitions:
        return None
    letters = {index for index in expr.indices if not index.is_literal}
    return expr if len(letters) == len(expr.indices) else None


def _positive_name(program: Program, fact: Fact) -> str | None:
    """``tau > 0``, ``0 <= p[k]`` and the like."""
    for side, relations, bound in (
        (fact.left, (">", ">="), fact.right),
        (fact.right, ("<", "<="), fact.left),
    ):
        leaf = _plain_leaf(program, side)
        if leaf is not None and fact.relation in relations and bound == ZERO:
            return leaf.name
    return None


def _allowed_values(program: Program, fact: Fact) -> tuple[str, tuple[Fraction, ...]] | None:
    """The small whole numbers that satisfy an equation about one leaf, if there are several."""
    nodes = [*walk(fact.left), *walk(fact.right)]
    leaves = {node for node in nodes if isinstance(node, Ref)}
    if len(leaves) != 1 or any(isinstance(node, Sum) for node in nodes):
        return None
    leaf = _plain_leaf(program, leaves.pop())
    if leaf is None:
        return None
    env = {index.name: 1 for index in leaf.indices}
    spans = {index.range: range(1, 2) for index in leaf.indices}
    roots = []
    for value in _CANDIDATES:
        entry = (leaf.name, tuple(env[index.name] for index in leaf.indices))
        machine = Machine(Floats(), spans, {entry: float(value)})
        try:
            gap = _residual(program, fact, machine, env)
        except (Undefined, ArithmeticError, KeyError):
            continue
        if machine.numbers.negligible(gap):
            roots.append(value)
    return (leaf.name, tuple(roots)) if 1 < len(roots) < len(_CANDIDATES) else None


def _residual(program: Program, fact: Fact, machine: Machine, env: Env) -> Value:
    left = program.code(fact.left)(machine, env)
    return left - program.code(fact.right)(machine, env)


def instances(fact: Fact, spans: Mapping[str, range]) -> Iterator[Env]:
    """All values of the free indices of a fact."""
    letters = sorted(free_indices(fact.left) | free_indices(fact.right), key=lambda i: i.name)
    for values in product(*[spans[index.range] for index in letters]):
        yield {index.name: v for index, v in zip(letters, values, strict=True)}


def holds(program: Program, fact: Fact, machine: Machine) -> bool:
    """Whether a fact holds for all values of its free indices."""
    numbers = machine.numbers
    for env in instances(fact, machine.spans):
        if fact.relation in ("=", "=="):
            good = numbers.negligible(_residual(program, fact, machine, env))
        else:
            left = program.code(fact.left)(machine, env)
            good = numbers.compare(left, fact.relation, program.code(fact.right)(machine, env))
        if not good:
            return False
    return True


def satisfy(program: Program, facts: Facts, machine: Machine, rng: Random) -> bool:
    """Change the entries of a machine until every equation holds; False if that fails."""
    for fact in facts.equations:
        for env in instances(fact, machine.spans):
            _meet_one(program, facts, fact, machine, env, rng)
            machine.forget()
    exact = isinstance(machine.numbers.one, float | Decimal)
    for _ in range(_NEWTON_STEPS if exact else 2):
        if all(holds(program, fact, machine) for fact in facts.equations):
            return True
        if not _newton(program, facts, machine, rng):
            return False
        machine.forget()
    return False


def _meet_one(
    program: Program, facts: Facts, fact: Fact, machine: Machine, env: Env, rng: Random
) -> None:
    """Scale a fixed sum of entries, or copy an entry to an equal one."""
    match fact.left, fact.right:
        case Ref() as one, Ref() as other if (
            not {one.name, other.name} & program.paper.definitions.keys()
        ):
            machine.entries[_entry(other, env)] = machine.entries[_entry(one, env)]
        case Sum(letters, Ref() as leaf), total if leaf.name not in program.paper.definitions:
            places = product(*[machine.spans[index.range] for index in letters])
            names = [index.name for index in letters]
            chosen = [_entry(leaf, {**env, **dict(zip(names, v, strict=True))}) for v in places]
            target = program.code(total)(machine, env)
            _meet_sum(machine, chosen, target, facts.allowed.get(leaf.name), rng)


def _entry(leaf: Ref, env: Env) -> Entry:
    return leaf.name, tuple(int(i.name) if i.is_literal else env[i.name] for i in leaf.indices)


def _meet_sum(
    machine: Machine,
    chosen: Sequence[Entry],
    target: Value,
    allowed: Sequence[Fraction] | None,
    rng: Random,
) -> None:
    numbers, entries = machine.numbers, machine.entries
    for _ in range(2000 if allowed else 0):
        values = [machine.constant(rng.choice(allowed or ())) for _ in chosen]
        if numbers.negligible(sum(values, numbers.zero) - target):
            entries.update(zip(chosen, values, strict=True))
            return
    total = sum((entries[entry] for entry in chosen), numbers.zero)
    if not allowed and chosen and numbers.negligible(target):  # not all of them zero
        shift = total / machine.constant(Fraction(len(chosen)))
        for entry in chosen:
            entries[entry] = entries[entry] - shift
    elif not allowed and not numbers.negligible(total):
        for entry in chosen:
            entries[entry] = entries[entry] * target / total


def _newton(program: Program, facts: Facts, machine: Machine, rng: Random) -> bool:
    """One step towards a point at which all equations hold."""
    reached = frozenset().union(
        *[program.names(fact.left) | program.names(fact.right) for fact in facts.equations]
    )
    unknowns = [e for e in machine.entries if e[0] in reached and e[0] not in facts.allowed]
    cases = [(f, env) for f in facts.equations for env in instances(f, machine.spans)]
    if not unknowns or len(unknowns) * len(cases) > _LARGEST_SYSTEM:
        return False
    rng.shuffle(unknowns)
    rows = []
    for fact, env in cases:
        row = [_slope(program, fact, machine, env, entry) for entry in unknowns]
        rows.append([*row, -_residual(program, fact, machine, env)])
    changes = _solve(rows, machine.numbers)
    for place, change in (changes or {}).items():
        machine.entries[unknowns[place]] = machine.entries[unknowns[place]] + change
    return changes is not None


def _slope(program: Program, fact: Fact, machine: Machine, env: Env, entry: Entry) -> Value:
    machine.seeds = (entry,)
    try:
        return slope(_residual(program, fact, machine, env), 1, machine.numbers)
    finally:
        machine.seeds = ()


def _solve(rows: list[list[Value]], numbers: Numbers) -> dict[int, Value] | None:
    """Gauss-Jordan elimination; unknowns without a pivot stay. None: the rows contradict."""
    pivots: list[tuple[int, int]] = []
    for number, row in enumerate(rows):
        place = _pivot(row[:-1], numbers)
        if place is None:
            if not numbers.negligible(row[-1]):
                return None
            continue
        pivot = row[place]
        rows[number] = row = [value / pivot for value in row]
        pivots.append((number, place))
        for other, old in enumerate(rows):
            if other != number and not numbers.negligible(old[place]):
                factor = old[place]
                rows[other] = [a - factor * b for a, b in zip(old, row, strict=True)]
    return {place: rows[number][-1] for number, place in pivots}


def _pivot(row: Sequence[Value], numbers: Numbers) -> int | None:
    found = [place for place, value in enumerate(row) if not numbers.negligible(value)]
    if found and isinstance(numbers.one, float | Decimal):
        return max(found, key=lambda place: abs(row[place]))
    return found[0] if found else None
