"""A paper: definitions, the ranges of its indices, and the facts it declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gory.notation._nodes import Expr, Index, Ref


@dataclass(frozen=True, slots=True)
class Definition:
    """``name[indices] = body``; the indices are its parameters."""

    name: str
    indices: tuple[Index, ...]
    body: Expr

    @property
    def ref(self) -> Ref:
        return Ref(self.name, self.indices)


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
