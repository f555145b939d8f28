"""What a set of expressions needs in order to have a value: arrays, ranges, sizes.

Sizes are small and pairwise different, and there are two assignments of them: a formula that
mixes up two ranges, or that holds for two classes only, must fail at one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from random import Random

from gory.notation import (
    Bracket,
    D,
    Delta,
    Expr,
    Index,
    Paper,
    Ref,
    Size,
    Sum,
    children,
    of_matrix,
)
from gory.verify._program import Entry, Env, Program

SMALLEST = 2  # sizes of ranges start here
FEWEST = 3  # components that are looked at, if there are as many


@dataclass(frozen=True)
class Layout:
    """Arrays with the ranges of their axes, and every literal index that a range must contain."""

    arrays: Mapping[str, tuple[str, ...]]
    literals: Mapping[str, frozenset[int]]

    @property
    def ranges(self) -> tuple[str, ...]:
        return tuple(self.literals)


def layout(program: Program, exprs: Iterable[Expr]) -> Layout:
    """Collect arrays and ranges of expressions and of every definition that they reach."""
    definitions = program.paper.definitions
    todo = list(exprs)
    seen: set[str] = set()
    arrays: dict[str, tuple[str, ...]] = {}
    literals: dict[str, set[int]] = {}
    known: set[Expr] = set()
    while todo:
        for node in _parts(todo.pop(), known):
            for index in _indices(node):
                values = literals.setdefault(index.range, set())
                if index.is_literal:
                    values.add(int(index.name))
            if isinstance(node, Size):
                literals.setdefault(node.range, set())
            if isinstance(node, Ref) and node.name not in seen:
                seen.add(node.name)
                if (matrix := of_matrix(node.name)) is not None:
                    axis = program.paper.axes[matrix[1]][0]
                    todo.append(Ref(matrix[1], (Index("row", axis), Index("column", axis))))
                    continue
                if node.name in definitions:
                    todo += [definitions[node.name].body, definitions[node.name].ref]
                else:
                    arrays[node.name] = tuple(index.range for index in node.indices)
    return Layout(arrays, {name: frozenset(values) for name, values in sorted(literals.items())})


def _parts(expr: Expr, known: set[Expr]) -> Iterator[Expr]:
    """Every different part of an expression that is not known yet."""
    stack = [expr]
    while stack:
        node = stack.pop()
        if node not in known:
            known.add(node)
            yield node
            stack.extend(reversed(children(node)))


def _indices(node: Expr) -> tuple[Index, ...]:
    match node:
        case Ref(_, indices) | Sum(indices, _) | D(_, Ref(_, indices)):
            return indices
        case Delta(a, b):
            return (a, b)
        case Bracket(a, _, b):
            return tuple(side for side in (a, b) if isinstance(side, Index))
    return ()


def assignments(paper: Paper, found: Layout) -> tuple[dict[str, range], ...]:
    """Two assignments of values to ranges; fixed sizes stay as they are."""
    free = [name for name in found.ranges if name not in paper.sizes]
    first = [SMALLEST + place for place in range(len(free))]
    second = first[1:] + first[:1] if len(first) > 1 else [SMALLEST + 1] * len(first)
    result = []
    for sizes in (first, second):
        chosen = dict(zip(free, sizes, strict=True))
        result.append({name: _span(paper, found, name, chosen) for name in found.ranges})
    return (result[0],) if result[0] == result[1] else tuple(result)


def _span(paper: Paper, found: Layout, name: str, chosen: Mapping[str, int]) -> range:
    if name in paper.sizes:
        low, high = paper.sizes[name]
        return range(low, high + 1)
    literals = found.literals[name] or {1}
    low = min(1, *literals)
    return range(low, max(low + chosen[name], max(literals) + 1))


def entries(found: Layout, spans: Mapping[str, range]) -> Iterator[Entry]:
    """Every entry of every array."""
    for name, axes in sorted(found.arrays.items()):
        for place in product(*[spans[axis] for axis in axes]):
            yield (name, place)


def components(
    letters: Sequence[Index], spans: Mapping[str, range], rng: Random, most: int
) -> list[Env]:
    """Values of the free indices: all, or some for every way in which letters can coincide.

    Letters of one range are equal, different, or equal in one pair; these patterns of all ranges
    are combined, since a lost delta shows only where one pair is equal and another is not. Each
    is looked at with the first elements of the ranges and with the last ones, where sums that
    begin late or end early go wrong.
    """
    total = 1
    for index in letters:
        total *= len(spans[index.range])
    names = [index.name for index in letters]
    if total <= most:
        every = product(*[spans[index.range] for index in letters])
        return [dict(zip(names, values, strict=True)) for values in every]
    groups: dict[str, list[str]] = {}
    for index in letters:
        groups.setdefault(index.range, []).append(index.name)
    combined = list(product(*[_patterns(len(group)) for group in groups.values()]))
    rng.shuffle(combined)
    found: list[Env] = []
    for end, pattern in list(product((0, -1), combined))[:most]:
        env: Env = {}
        for (range_, group), classes in zip(groups.items(), pattern, strict=True):
            others = list(spans[range_])
            values = [others.pop(end), *rng.sample(others, len(others))]
            env |= {name: values[c % len(values)] for name, c in zip(group, classes, strict=True)}
        found.append(env)
    while len(found) < min(most, FEWEST):
        found.append({index.name: rng.choice(spans[index.range]) for index in letters})
    return found


def _patterns(count: int) -> list[list[int]]:
    """Which of some letters are equal: all, none, or one pair."""
    different = list(range(count))
    found = [different]
    if count > 1:
        found.append([0] * count)
    if count > 2:
        for one, other in combinations(different, 2):
            found.append([one if place == other else place for place in different])
    return found
