r"""Functions that a text defines, ready to be written out at other arguments.

``\mathcal N(x \mid \mu, \sigma^2)`` is kept with its parameters, each a number or a vector; at
other arguments these take their places, all at once, so that ``D(q \| p)`` is found from
``D(p \| q)``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gory.notation.latex._arrays import Array


@dataclass(frozen=True)
class Parameter:
    """A name that a function depends on."""

    name: str
    shown: str  # as written
    is_array: bool = False
    is_square: bool = False  # written as sigma^2

    def occurs_in(self, text: str) -> bool:
        pattern = rf"(?<![\w\[,]){re.escape(self.name)}\[" if self.is_array else word_of(self.name)
        return re.search(pattern, text) is not None


@dataclass(frozen=True)
class Body:
    """What a function is, as text of the paper language, and where the text says so."""

    parameters: tuple[Parameter, ...]
    text: str
    at: int

    @property
    def is_of_number(self) -> bool:
        """Whether it is a function of one number, which may be applied to every entry."""
        has_arrays = "[" in self.text or "sum_" in self.text
        return len(self.parameters) == 1 and not self.parameters[0].is_array and not has_arrays

    def at_values(self, values: Sequence[str | Array], letters: Sequence[str]) -> str:
        """The body with arguments in the places of the parameters.

        ``letters`` are free for the sums in the entries of an argument.
        """
        given = {p.name: value for p, value in zip(self.parameters, values, strict=True)}
        free = tuple(x for x in letters if not re.search(rf"\b{x}\b", self.text))

        def put(match: re.Match[str]) -> str:
            value = given[match[1]]
            if isinstance(value, Array):
                return f"({value.write(match[2], '', free)})" if match[2] else match[0]
            return match[0] if match[2] else f"({value})"

        names = "|".join(map(re.escape, given))
        return re.sub(rf"(?<![\w\[,])({names})(?![\w])(?:\[(\w+)\])?", put, self.text)


def through_others(
    bodies: Mapping[str, Body], name: str, parameters: Sequence[Parameter], text: str
) -> str:
    """``G (1 - G)``, said of ``g(u)`` where ``G(u)`` is defined, with what G is."""
    own = {one.name for one in parameters}
    for other, body in bodies.items():
        if other != name and {one.name for one in body.parameters} <= own:
            text = re.sub(word_of(other), lambda _, b=body: f"({b.text})", text)
    return text


@dataclass(frozen=True)
class Entries:
    r"""The entries of a function of an array: ``S_t(a) = e^{a_t} / \sum_k e^{a_k}``."""

    body: Body
    index: str

    def at(self, index: str, value: Array, letters: Sequence[str]) -> str:
        """The entry with an index, at another array."""
        used = {x for own in _INDICES.findall(self.body.text) for x in re.findall(r"\w+", own)}
        spare = next(x for x in letters if x not in {*used, index})
        turned = self._with(self.body.text, {index: spare, self.index: index})
        left = [x for x in letters if x not in (spare, index)]
        return Body(self.body.parameters, turned, self.body.at).at_values([value], left)

    @staticmethod
    def _with(text: str, letters: dict[str, str]) -> str:
        def put(match: re.Match[str]) -> str:
            return re.sub(r"\w+", lambda m: letters.get(m[0], m[0]), match[0])

        return _INDICES.sub(put, text)


_INDICES = re.compile(r"(?<=\w)\[[^\[\]]*\]|(?<=sum_)\{[^{}]*\}")


def word_of(name: str) -> str:
    """A pattern for a name that stands as a number."""
    return rf"(?<![\w\[,]){re.escape(name)}(?![\w\[])"
