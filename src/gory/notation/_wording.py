"""Words about formulas: a text that still knows the expressions it was written from.

A rule, a condition or a title is a plain `str` wherever words are enough: it compares, joins and
prints as one. A writer that can set mathematics asks for its parts and sets each in its own way.
An f-string makes plain words of it again, so texts are put together by `wording`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gory.notation._latex import RELATIONS, index_to_latex, to_latex
from gory.notation._nodes import Expr, Index
from gory.notation._plain import to_plain


@dataclass(frozen=True, slots=True)
class Relation:
    """A chain such as ``x > 0`` or ``i = j != k``."""

    sides: tuple[Expr | Index, ...]
    signs: tuple[str, ...]

    def __str__(self) -> str:
        return self._chain(lambda i: i.name, to_plain, {})

    def latex(self) -> str:
        return self._chain(index_to_latex, to_latex, RELATIONS)

    def _chain(
        self, index: Callable[[Index], str], expr: Callable[[Expr], str], signs: dict[str, str]
    ) -> str:
        first, *others = (index(s) if isinstance(s, Index) else expr(s) for s in self.sides)
        pairs = zip(self.signs, others, strict=True)
        return " ".join([first, *(f"{signs.get(sign, sign)} {side}" for sign, side in pairs)])


Part = str | Expr | Relation


class Wording(str):
    """A text with formulas in it; ``parts`` are its words, expressions and relations."""

    __slots__ = ("parts",)
    parts: tuple[Part, ...]


def relation(left: Expr | Index, sign: str, right: Expr | Index) -> Relation:
    """One relation between two sides."""
    return Relation((left, right), (sign,))


def wording(*parts: Part) -> Wording:
    """Put words and formulas together.

    Examples
    --------
    >>> from gory.notation import ZERO, read_expression
    >>> x = read_expression("x[i]")
    >>> text = wording("where ", relation(x, ">", ZERO))
    >>> text, text == "where x[i] > 0"
    ('where x[i] > 0', True)
    >>> [str(part) for part in text.parts]
    ['where ', 'x[i] > 0']
    """
    flat = [inner for part in parts for inner in parts_of(part)]
    made = Wording("".join(_plain(part) for part in flat))
    made.parts = tuple(flat)
    return made


def retold(text: str, part: Part) -> Wording:
    """A formula in the words of its author, which need not be those of the plain writer."""
    made = Wording(text)
    made.parts = (part,)
    return made


def joined(between: str, texts: Iterable[str]) -> Wording:
    """The texts one after the other, with words between them."""
    found: list[Part] = []
    for text in texts:
        found += [between, text] if found else [text]
    return wording(*found)


def parts_of(text: Part) -> tuple[Part, ...]:
    """The words and formulas of a text; a plain one is words only."""
    return text.parts if isinstance(text, Wording) else (text,)


def _plain(part: Part) -> str:
    return str(part) if isinstance(part, str | Relation) else to_plain(part)
