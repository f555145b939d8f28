"""Inference of index ranges: two indices on the same axis run over the same range.

While the reader works, every index has a provisional range ``?n`` and every use of it on an axis
of an array is one equation. The equations are solved by merging (union-find); a merge of two
declared ranges is a conflict and is reported at the place that brought it about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gory.notation._errors import NotationError
from gory.notation._nodes import Bracket, D, Delta, Expr, Index, Ref, Sum, children, rebuild

_HABITS = {"i": "N", "j": "D", "k": "K"}  # what an index over instances, inputs, classes suggests


@dataclass
class Ranges:
    """Equations between provisional ranges, axes and declared names."""

    text: str
    parent: dict[str, str] = field(default_factory=dict)
    declared: dict[str, str] = field(default_factory=dict)  # class -> name of its range
    letter: dict[str, str] = field(default_factory=dict)  # provisional range -> first letter
    literals: list[tuple[Index, int]] = field(default_factory=list)  # with their places
    count: int = 0

    def new(self, letter: str) -> Index:
        self.count += 1
        name = f"?{self.count}"
        self.letter[name] = letter
        return Index(letter, name)

    def find(self, key: str) -> str:
        root = key
        while self.parent.get(root, root) != root:
            root = self.parent[root]
        while self.parent.get(key, key) != root:
            self.parent[key], key = root, self.parent[key]
        return root

    def declare(self, key: str, name: str) -> None:
        self.declared[self.find(key)] = name

    def merge(self, a: str, b: str, at: int, what: str) -> None:
        """State that two keys have the same range; ``what`` says why, for the error."""
        a, b = self.find(a), self.find(b)
        if a == b:
            return
        one, other = self.declared.get(a), self.declared.get(b)
        if one is not None and other is not None and one != other:
            raise NotationError(
                f"{what} cannot run over {one} and over {other} at once; "
                "use an index of the right range",
                self.text,
                at,
            )
        # the older key stays the root, so that names follow the first use
        keep, drop = sorted((a, b), key=_age)
        self.parent[drop] = keep
        if one or other:
            self.declared[keep] = str(one or other)

    def names(self, taken: Iterable[str]) -> dict[str, str]:
        """Give every class a name: the declared one, or one that its first letter suggests."""
        used = set(taken) | set(self.declared.values())
        chosen: dict[str, str] = {}
        result: dict[str, str] = {}
        # a class is named after its first letter, and after a literal only if it has no letter
        for key in sorted(self.letter, key=lambda key: self.letter[key].isdigit()):
            root = self.find(key)
            if root not in chosen:
                chosen[root] = self.declared.get(root) or _suggest(self.letter[key], used)
                used.add(chosen[root])
            result[key] = chosen[root]
        return result

    def check_literals(
        self, names: Mapping[str, str], sizes: Mapping[str, tuple[int, int]]
    ) -> None:
        """Refuse a literal that is not a member of its range."""
        for index, at in self.literals:
            name = names.get(index.range, index.range)
            low, high = sizes.get(name, (0, int(index.name)))
            if not low <= int(index.name) <= high:
                raise NotationError(
                    f"{index.name} is outside {name}, which runs from {low} to {high}",
                    self.text,
                    at,
                )


def _age(key: str) -> tuple[int, int, str]:
    return (0, int(key[1:]), "") if key.startswith("?") else (1, 0, key)


def suggested(letter: str) -> str:
    """The name that a letter suggests for its range."""
    return "R" if letter.isdigit() else _HABITS.get(letter, letter[0].upper())


def _suggest(letter: str, used: set[str]) -> str:
    stem = suggested(letter)
    name, count = stem, 1
    while name in used:
        count += 1
        name = f"{stem}{count}"
    return name


def settle(expr: Expr, names: Mapping[str, str]) -> Expr:
    """Replace provisional ranges by their names."""

    def put(index: Index) -> Index:
        return Index(index.name, names.get(index.range, index.range))

    if isinstance(expr, Ref):
        return settle_ref(expr, names)
    parts = tuple(settle(part, names) for part in children(expr))
    match expr:
        case Delta(a, b):
            return Delta(put(a), put(b))
        case Sum(indices, _):
            return Sum(tuple(put(i) for i in indices), parts[0])
        case Bracket(a, relation, b) if isinstance(a, Index) and isinstance(b, Index):
            return Bracket(put(a), relation, put(b))
        case D(_, wrt):
            return D(parts[0], settle_ref(wrt, names))
    return rebuild(expr, parts) if parts else expr


def settle_ref(ref: Ref, names: Mapping[str, str]) -> Ref:
    """An entry with its ranges named."""
    return Ref(ref.name, tuple(Index(i.name, names.get(i.range, i.range)) for i in ref.indices))
