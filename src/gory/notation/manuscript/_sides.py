"""Sides of equations as text of the paper language, with every reading that may be meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gory.notation._document import row_of
from gory.notation._errors import NotationError, ShapeError
from gory.notation.latex import (
    FAR,
    LAYER,
    MANNERS,
    MULTIPLE,
    LatexReader,
    Level,
    Macro,
    Names,
    Tex,
    Value,
    Word,
    level_of,
    texts,
)
from gory.notation.manuscript._misfits import Fit, fits
from gory.notation.manuscript.typed._typed import Spelt

_WITH_LAYER = re.compile(r"\\?[A-Za-z]*\}*(?:\s*[_^]\s*(?:\{[^{}]{0,30}\}|\S))*")
_LEFT = re.compile(r"\\(?:left|[bB]igg?l?)\s?$")  # of the bracket that a side begins with
_CLOSING = re.compile(r"(?:\s*\})+")
LONGEST_SIGN = 8  # characters of such a command
LONGEST_SIDE = 2000  # tokens of one side of an equation


@dataclass(frozen=True)
class Side:
    """One side of an equation: where, as written, and as read."""

    row: int
    source: str
    readings: tuple[str, ...] = ()  # paper language, the likeliest first
    relation: str = ""  # to the side before it
    problem: str = ""  # why it could not be read
    conditions: tuple[tuple[str, str, str], ...] = ()  # (i, =, j): it is claimed for these only
    remarks: tuple[str, ...] = ()  # on the readings, where they are not the plain ones
    doubts: tuple[str, ...] = ()  # what was guessed to read it
    misfit: str = ""  # what is wrong with its shapes
    fits: tuple[Fit, ...] = ()  # with which transposes it would fit, or what is tried in its place
    level: Level | None = None  # the indices of its equation
    at: int = 0  # where it stands


@dataclass
class SideReader:
    """Reads the sides of a text with what is known about its names."""

    text: str
    names: Names
    facts: list[str]  # that constructs declare by themselves, gathered here
    macros: Mapping[str, Macro] = field(default_factory=dict)
    spelt: Spelt | None = None  # of a text that is typed without LaTeX

    def translate(self, tokens: list[Tex], manner: str = "") -> tuple[Value, LatexReader]:
        if len(tokens) > LONGEST_SIDE:
            raise NotationError(
                f"this side has more than {LONGEST_SIDE:,} signs and is not read",
                self.text,
                tokens[0].at,
            )
        prime = self.prime(tokens[-1].at) if tokens else ""
        reader = LatexReader(self.text, tokens, self.names, manner, prime)
        if not tokens:
            raise NotationError("nothing stands on one side of this equation")
        self.names.doubts = reader.doubts
        found = reader.expression()
        if reader.place < len(tokens):
            raise reader.error(f"{reader.peek()!r} is not understood here")
        return found, reader

    def prime(self, at: int) -> str:
        """The variable of the derivative that was written last, or else first."""
        variables = self.names.variables
        before = [text for place, text in variables if place <= at]
        return before[-1] if before else variables[0][1] if variables else ""

    def sides(
        self, relations: list[str], sides: list[list[Tex]], doubt: str = ""
    ) -> tuple[list[Side], list[tuple[list[Tex], list[Tex]]]]:
        """Sides of one equation, all with the same indices, and the claims under their braces."""
        sides = [without_stop(tokens) for tokens in sides]
        values: list[Value | str] = []
        problems: dict[int, NotationError] = {}
        doubts: dict[int, tuple[str, ...]] = {}
        claims = []
        for number, tokens in enumerate(sides):
            try:
                value, reader = self.translate(tokens)
            except NotationError as error:
                values.append("")
                problems[number] = error
                continue
            values.append(value)
            claims += reader.claims
            first = [doubt] if doubt and not number else []
            doubts[number] = (*first, *sorted(reader.doubts))
            self.facts += [f for f in sorted(reader.facts) if f not in self.facts]
        level = level_of(self.names, values)
        made = []
        for number, (relation, tokens) in enumerate(zip(relations, sides, strict=True)):
            row = row_of(self.text, tokens[0].at if tokens else 0)
            side = Side(row, self.source(tokens), relation=relation, doubts=doubts.get(number, ()))
            if number not in problems:
                side = self.readings(side, tokens, values[number], level)
            else:
                side = unfitting(side, problems[number])
            if side.misfit and number:
                others = [one for one in sides if one is not tokens]
                side = replace(side, fits=fits(self, tokens, level, others))
            place = tokens[0].at if tokens else 0
            made.append(replace(side, level=level, at=place))
        return made, claims

    def readings(self, side: Side, tokens: list[Tex], value: Value, level: Level) -> Side:
        """The texts that a side may mean, the likeliest first."""
        try:
            found = texts(self.names, level, value)
        except NotationError as error:
            return unfitting(side, error)
        is_added = any(doubt.endswith(MULTIPLE) for doubt in side.doubts)
        misfit = "a number is added to a matrix" if is_added else ""
        for manner in MANNERS:
            try:
                other = texts(self.names, level, self.translate(tokens, manner)[0])
            except NotationError:
                continue
            if other[0][0] not in [text for text, _ in found]:
                found.append((other[0][0], FAR))
        readings, remarks = zip(*found, strict=True)
        return replace(side, readings=readings, remarks=remarks, misfit=misfit)

    def source(self, tokens: list[Tex]) -> str:
        if not tokens:
            return ""
        last = max(token.at for token in tokens)  # what was put in stands at the same place
        end = max(
            token.until if isinstance(token, Word) else last + len(token.text)
            for token in tokens
            if token.at == last
        )
        if any(LAYER in token.text for token in tokens if token.at == last):
            match = _WITH_LAYER.match(self.text, last)  # what was above is in the name
            end = match.end() if match else end
        written = self.text[tokens[0].at : end]
        front = _LEFT.search(self.text, max(tokens[0].at - LONGEST_SIGN, 0), tokens[0].at)
        open_ = max(written.count("{") - written.count("}"), 0)  # of a macro with arguments
        behind = _CLOSING.match(self.text, end)
        closed = "}" * min(open_, behind.group().count("}")) if behind else ""
        whole = f"{front.group() if front else ''}{written}{closed}"
        return " ".join(re.sub(r"\\\\|&", " ", whole).split())


def unfitting(side: Side, error: NotationError) -> Side:
    """A side that is not read, and why."""
    misfit = error.fault if isinstance(error, ShapeError) else ""
    return replace(side, problem=error.reason, misfit=misfit)


def without_stop(tokens: list[Tex]) -> list[Tex]:
    """A side without the signs that end a sentence."""
    while tokens and tokens[-1].text in (",", ".", ";"):
        tokens = tokens[:-1]
    return tokens
