"""Names inside the normal form: numbers in order of first use instead of the author's words.

The normal form sorts by name. If these were the author's names, renaming an array would reorder
terms and change a derivation in more than its names. So names go in as their rank of first use
and come back out when an expression is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gory.algebra._terms import Ix
from gory.notation import Definition, Expr, Index, Paper, Ref, Size, Sum, walk
from gory.notation._nodes import own_indices


@dataclass
class Names:
    """Two-way tables of names: arrays, ranges, indices."""

    ranks: dict[str, dict[str, str]] = field(
        default_factory=lambda: {"array": {}, "range": {}, "index": {}}
    )
    words: dict[str, str] = field(default_factory=dict)

    def _rank(self, kind: str, word: str) -> str:
        table = self.ranks[kind]
        if word not in table:
            name = f"{kind[0]}{len(table):04d}"
            table[word] = name
            self.words[name] = word
        return table[word]

    def array(self, word: str) -> str:
        return self._rank("array", word)

    def range(self, word: str) -> str:
        return self._rank("range", word)

    def ix(self, index: Index) -> Ix:
        """An index of the normal form; a literal keeps its digits."""
        name = index.name if index.is_literal else self._rank("index", index.name)
        return (name, self.range(index.range))

    def word(self, name: str) -> str:
        """The author's word for a name of the normal form; what has none is its own."""
        return self.words.get(name, name)

    def index(self, ix: Ix) -> Index:
        return Index(self.word(ix[0]), self.word(ix[1]))

    def see(self, expr: Expr) -> None:
        """Give names to everything in an expression, in the order in which it is written."""
        for node in walk(expr):
            match node:
                case Ref(name, _):
                    self.array(name)
                case Size(name):
                    self.range(name)
                case Sum(indices, _):
                    for index in indices:
                        self.ix(index)
            for index in own_indices(node):
                self.ix(index)

    def see_paper(self, paper: Paper) -> None:
        for definition in paper.definitions.values():
            self._see_definition(definition)
        for fact in paper.facts:
            self.see(fact.left)
            self.see(fact.right)

    def _see_definition(self, definition: Definition) -> None:
        for ref, body in definition.lines:
            self.see(ref)
            self.see(body)
        for index in definition.indices:
            self.ix(index)
