"""What may stand at a place of a line, and one change tried at every place of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from gory.notation import ONE, D, Expr, Index, Mul, Ref, Size, Sum, children, rebuild
from gory.notation._build import times
from gory.verify.manuscript.explanations._edit import Change, Edit


@dataclass(frozen=True)
class Scope:
    """What may stand at a place of a line: indices, entries of arrays, sizes."""

    indices: tuple[Index, ...]
    arrays: Sequence[tuple[str, tuple[str, ...]]]
    sizes: tuple[Size, ...] = ()
    literals: tuple[Index, ...] = ()  # h[1], h[2] of the text
    loose: frozenset[Index] = frozenset()  # free on the right only

    def within(self, indices: tuple[Index, ...]) -> Scope:
        return replace(self, indices=(*self.indices, *indices))

    def pairs(self) -> Iterator[tuple[Index, Index]]:
        """Two indices of one range."""
        for one, other in combinations(self.indices, 2):
            if one.range == other.range:
                yield one, other

    def others(self, index: Index) -> list[Index]:
        """What may have been meant by an index."""
        known = (*self.indices, *self.literals)
        return [one for one in known if one.range == index.range and one != index]

    def entries(self) -> Iterator[Ref]:
        """Entries of the arrays of a text with indices that are known here."""
        for name, axes in self.arrays:
            own = [[i for i in self.indices if i.range == axis] for axis in axes]
            yield from (Ref(name, indices) for indices in product(*own))


Maker = Callable[[Expr, Scope], Iterator[Edit]]


def everywhere(make: Maker) -> Maker:
    """A change of this node, or of one below it."""

    def made(expr: Expr, scope: Scope) -> Iterator[Edit]:
        yield from make(expr, scope)
        parts = children(expr)
        inner = scope.within(expr.indices) if isinstance(expr, Sum) else scope
        for place, part in enumerate(parts):
            for edit in made(part, inner):
                if (
                    isinstance(expr, D)
                    and isinstance(part, Ref)
                    and not isinstance(edit.after, Ref)
                ):
                    continue
                new = (*parts[:place], edit.after, *parts[place + 1 :])
                is_tidy = edit.after == ONE and isinstance(expr, Mul)
                yield replace(edit, after=times(*new) if is_tidy else rebuild(expr, new))

    return made


def edit_of(kind: Change, old: Expr, new: Expr, *of: Expr) -> Edit:
    """One part for another."""
    return Edit(kind, new, old, new, of)
