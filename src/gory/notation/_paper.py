"""A paper: definitions, the ranges of its indices, and the facts it declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gory.notation._indices import fresh, substitute
from gory.notation._nodes import Add, Delta, Expr, Index, Mul, Ref, Sum, own_indices, walk


@dataclass(frozen=True, slots=True)
class Definition:
    """``name[indices] = body``; the indices are its parameters.

    A definition that was given entry by entry (``h[1] = ...``, ``h[2] = ...``) keeps them in
    ``entries``; its body is then their sum, each under the delta of its entry.
    """

    name: str
    indices: tuple[Index, ...]
    body: Expr
    entries: tuple[tuple[Ref, Expr], ...] = ()

    @property
    def ref(self) -> Ref:
        return Ref(self.name, self.indices)

    @property
    def lines(self) -> tuple[tuple[Ref, Expr], ...]:
        """Left and right sides as they were written."""
        return self.entries or ((self.ref, self.body),)


def from_entries(name: str, entries: tuple[tuple[Ref, Expr], ...]) -> Definition:
    """One definition out of several entries; the axes with literal indices get letters of their
    own.
    """
    first = entries[0][0].indices
    taken = {i.name for ref, body in entries for i in (*ref.indices, *all_indices(body))}
    indices: list[Index] = []
    for place, index in enumerate(first):
        literal = any(ref.indices[place].is_literal for ref, _ in entries)
        letter = fresh(Index("k", index.range), taken) if literal else index
        indices.append(letter)
        taken.add(letter.name)
    terms = []
    for ref, body in entries:
        pairs = list(zip(indices, ref.indices, strict=True))
        renamed = substitute(body, {own: new for new, own in pairs if not own.is_literal})
        deltas = [Delta(new, own) for new, own in pairs if own.is_literal]
        terms.append(Mul((*deltas, renamed)))
    body = terms[0] if len(terms) == 1 else Add(tuple(terms))
    return Definition(name, tuple(indices), body, entries)


def all_indices(expr: Expr) -> set[Index]:
    """Every index in an expression, free, bound or literal."""
    found: set[Index] = set()
    for node in walk(expr):
        found |= set(own_indices(node))
        if isinstance(node, Sum):
            found |= set(node.indices)
    return found


@dataclass(frozen=True, slots=True)
class Fact:
    """A declared relation between two expressions; its free indices stand for all values."""

    left: Expr
    relation: str  # "=", ">", ">=", "!="
    right: Expr
    text: str


@dataclass(frozen=True)
class Paper:
    """What an author wrote down, as values.

    Attributes
    ----------
    text : str
        The source.
    definitions : mapping of str to Definition
        In the order in which they stand; each uses earlier ones only.
    facts : tuple of Fact
        What ``given`` lines declare.
    axes : mapping of str to tuple of str
        For every array the ranges of its axes, in order.
    letters : mapping of str to str
        Ranges of the letters that ``index`` lines declare.
    sizes : mapping of str to tuple of int
        First and last value of a range whose size is fixed (``K = 3``).
    """

    text: str = ""
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def ranges(self) -> frozenset[str]:
        """Names of all ranges; without brackets such a name is the size."""
        used = {name for axis in self.axes.values() for name in axis}
        used |= set(self.letters.values()) | set(self.sizes)
        used |= {i.range for d in self.definitions.values() for i in d.indices}
        return frozenset(used)
