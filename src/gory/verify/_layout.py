"""What a set of expressions needs in order to have a value: arrays, ranges, sizes.

Sizes are small and pairwise different, and there are two assignments of them: a formula that
mixes up two ranges, or that holds for two classes only, must fail at one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

from gory.notation import Bracket, D, Delta, Expr, Index, Paper, Ref, Size, Sum, walk
from gory.verify._program import Entry, Env, Program

SMALLEST = 2  # sizes of ranges start here


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
    while todo:
        for node in walk(todo.pop()):
            for index in _indices(node):
                values = literals.setdefault(index.range, set())
                if index.is_literal:
                    values.add(int(index.name))
            if isinstance(node, Size):
                literals.setdefault(node.range, set())
            if isinstance(node, Ref) and node.name not in seen:
                seen.add(node.name)
                if node.name in definitions:
                    todo += [definitions[node.name].body, definitions[node.name].ref]
                else:
                    arrays[node.name] = tuple(index.range for index in node.indices)
    return Layout(arrays, {name: frozenset(values) for name, values in sorted(literals.items())})


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
    """Values of the free indices: all, or a sample in which letters coincide and differ."""
    total = 1
    for index in letters:
        total *= len(spans[index.range])
    if total <= most:
        values = product(*[spans[index.range] for index in letters])
        return [dict(zip([i.name for i in letters], v, strict=True)) for v in values]
    same = {index.name: spans[index.range][0] for index in letters}
    found = [same, _different(letters, spans)]
    while len(found) < most:
        env = {index.name: rng.choice(spans[index.range]) for index in letters}
        if len(letters) > 1 and len(found) % 2:  # make one pair of letters of one range coincide
            one, other = rng.sample(list(letters), 2)
            if one.range == other.range:
                env[one.name] = env[other.name]
        found.append(env)
    return found


def _different(letters: Sequence[Index], spans: Mapping[str, range]) -> Env:
    """Letters of one range take different values as long as there are enough."""
    used: dict[str, int] = {}
    env: Env = {}
    for index in letters:
        count = used.get(index.range, 0)
        used[index.range] = count + 1
        span = spans[index.range]
        env[index.name] = span[-1 - count % len(span)]
    return env
