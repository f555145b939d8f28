"""The largest of a range, by nodes that are there: a sum over the bracket [k = argmax_c a[c]].

That bracket asks how many entries beat a[k]: one that is larger, or as large and earlier; it is 1
where there is none. So max_k a[k] = sum_k [k = argmax_c a[c]] a[k] holds for all numbers, ties
included, every evaluator knows it, and the writers recognise it and print it in words. Its
derivative is that of the entry that is the largest, where no other one is as large.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from gory.notation._indices import fresh, letters, substitute
from gory.notation._nodes import ONE, Add, Bracket, Expr, Index, Mul, Sum


@dataclass(frozen=True, slots=True)
class Largest:
    """What is compared over which index, under which condition on it."""

    bound: Index
    body: Expr
    guard: Bracket | None = None

    def condition(self, index: Index) -> Bracket:
        """The bracket that is 1 where an index is that of the largest, and the first of those."""
        there = substitute(self.body, {self.bound: index})
        earlier = Mul((Bracket(self.bound, "<", index), Bracket(self.body, ">=", there)))
        later = Mul((Bracket(index, "<", self.bound), Bracket(self.body, ">", there)))
        beaten: Expr = Add((earlier, later))
        if self.guard is None:
            return Bracket(ONE, ">", Sum((self.bound,), beaten))
        allowed = substitute(self.guard, {self.bound: index})
        return Bracket(allowed, ">", Sum((self.bound,), Mul((self.guard, beaten))))

    def renamed(self, letter: Index) -> Largest:
        """The same over another letter."""
        by = {self.bound: letter}
        guard = substitute(self.guard, by) if self.guard else None
        kept = guard if isinstance(guard, Bracket) else None
        return Largest(letter, substitute(self.body, by), kept)

    @property
    def value(self) -> Sum:
        """The largest entry itself."""
        taken = letters(self.body) | (letters(self.guard) if self.guard else frozenset())
        inner = self.renamed(fresh(self.bound, taken | {self.bound.name}))
        return Sum((self.bound,), Mul((inner.condition(self.bound), self.body)))


@lru_cache(maxsize=1 << 14)
def as_argmax(expr: Expr) -> tuple[Index, Largest] | None:
    """The index and the comparison of a bracket made by `Largest.condition`; None for others."""
    match expr:
        case Bracket(_, ">", Sum((bound,), Mul((Bracket() as guard, Add() as beaten)))):
            pass
        case Bracket(_, ">", Sum((bound,), Add() as beaten)):
            guard = None
        case _:
            return None
    match beaten.terms:
        case (Mul((Bracket(Index() as first, "<", Index() as index), Bracket(body, ">=", _))), _):
            if isinstance(body, Index) or first != bound:
                return None
            found = Largest(bound, body, guard)
            return (index, found) if found.condition(index) == expr else None
    return None


@lru_cache(maxsize=1 << 14)
def as_largest(expr: Expr) -> Largest | None:
    """The comparison of a sum that is a maximum over a range; None for others."""
    match expr:
        case Sum((bound,), Mul((Bracket() as bracket, *rest))) if found := as_argmax(bracket):
            index, largest = found
            over = largest.renamed(bound)
            body = rest[0] if len(rest) == 1 else Mul(tuple(rest))
            return over if index == bound and over.body == body else None
    return None
