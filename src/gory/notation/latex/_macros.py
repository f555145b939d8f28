r"""Macros of a text's own: ``\newcommand``, ``\def``, ``\DeclareMathOperator``, with arguments.

A use is replaced by what the text says it stands for, token by token, within bounds: a macro that
leads to itself, or that grows beyond any formula, is an error. Nothing else is known of TeX; no
file is opened and no condition evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from gory.notation._document import LONGEST_DOCUMENT, brace_end
from gory.notation._errors import NotationError
from gory.notation.latex._tokens import Tex, closing, tex_tokens

MOST_MACROS = 200
MOST_TOKENS = 20_000  # of one formula with its macros expanded
LONGEST_BODY = 2000  # characters of what one macro stands for
DEEPEST = 12  # macros within macros

_OF_PACKAGES = {  # commands of packages that articles load, unless a text defines its own
    r"\pdv": (2, r"\frac{\partial #1}{\partial #2}"),
    r"\dv": (2, r"\frac{d #1}{d #2}"),
    r"\grad": (0, r"\nabla"),
    r"\abs": (1, r"\left| #1 \right|"),
    r"\norm": (1, r"\left\| #1 \right\|"),
}
_COMMAND = re.compile(
    r"\\(?:re|provide)?newcommand\*?\s*\{?\s*(?P<name>\\[A-Za-z]+)\s*\}?\s*"
    r"(?:\[(?P<count>[0-9])\])?\s*(?=\{)"
    r"|\\providecommand\*?\s*\{?\s*(?P<provided>\\[A-Za-z]+)\s*\}?\s*(?:\[(?P<many>[0-9])\])?\s*(?=\{)"
    r"|\\def\s*(?P<plain>\\[A-Za-z]+)\s*(?P<marks>(?:#[1-9])*)\s*(?=\{)"
    r"|\\DeclareMathOperator\*?\s*\{?\s*(?P<operator>\\[A-Za-z]+)\s*\}?\s*(?=\{)"
)


@dataclass(frozen=True)
class Macro:
    """What a command stands for: its tokens, in which ``#1`` is the first argument."""

    count: int
    body: tuple[Tex, ...]


def find_macros(text: str) -> tuple[dict[str, Macro], str]:
    """The macros that a text defines, and the text with the definitions blanked out."""
    found: dict[str, Macro] = {}
    kept, at = [], 0
    if len(text) > LONGEST_DOCUMENT:
        return found, text
    for match in islice(_COMMAND.finditer(text), 2 * MOST_MACROS):
        end = brace_end(text, match.end(), min(len(text), match.end() + LONGEST_BODY))
        if match.start() < at or end < 0:
            continue
        if len(found) >= MOST_MACROS:
            raise NotationError(f"the text defines more than {MOST_MACROS} macros")
        name = match["name"] or match["provided"] or match["plain"] or match["operator"]
        count = int(match["count"] or match["many"] or len(match["marks"] or "") // 2)
        inner = text[match.end() + 1 : end]
        body = rf"\operatorname{{{inner}}}" if match["operator"] else inner
        try:
            found[name] = Macro(count, tuple(tex_tokens(body)))
        except NotationError:
            continue
        kept.append(text[at : match.start()])
        kept.append(re.sub(r"[^\n]", " ", text[match.start() : end + 1]))
        at = end + 1
    for name, (count, body) in _OF_PACKAGES.items():
        if name in text and name not in found:
            found[name] = Macro(count, tuple(tex_tokens(body)))
    return found, "".join([*kept, text[at:]])


def expanded(tokens: list[Tex], macros: Mapping[str, Macro], depth: int = 0) -> list[Tex]:
    """Tokens with all macros replaced; what is put in stands where the macro stood.

    Raises
    ------
    NotationError
        If a macro leads to itself, lacks an argument, or the formula grows beyond all bounds.
    """
    if not any(token.text in macros for token in tokens):
        return tokens
    if depth > DEEPEST:
        name = next(token.text for token in tokens if token.text in macros)
        raise NotationError(f"the macro {name} is defined by itself, or nested too deeply")
    out: list[Tex] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        place += 1
        macro = macros.get(token.text)
        if macro is None:
            out.append(token)
            continue
        arguments: list[list[Tex]] = []
        for _ in range(macro.count):
            argument, place = _argument(tokens, place, token)
            arguments.append(argument)
        out += expanded(_filled(macro, arguments, token), macros, depth + 1)
        if len(out) > MOST_TOKENS:
            raise NotationError(f"with its macros expanded, {token.text} makes this too long")
    return out


def _argument(tokens: list[Tex], place: int, macro: Tex) -> tuple[list[Tex], int]:
    if place >= len(tokens):
        raise NotationError(f"the macro {macro.text} lacks an argument")
    if tokens[place].text != "{":
        return [tokens[place]], place + 1
    end = closing(tokens, place)
    if end < 0:
        raise NotationError(f"an argument of the macro {macro.text} is never closed")
    return tokens[place + 1 : end], end + 1


def _filled(macro: Macro, arguments: list[list[Tex]], use: Tex) -> list[Tex]:
    """The body with its arguments put in."""
    out: list[Tex] = []
    body = macro.body
    place = 0
    while place < len(body):
        piece = body[place].text
        following = body[place + 1].text if place + 1 < len(body) else ""
        number = int(following[0]) if piece == "#" and following[:1].isdigit() else 0
        if 0 < number <= len(arguments):
            out += arguments[number - 1]
            out += [Tex(following[1:], use.at)] if following[1:] else []
            place += 2
        else:
            out.append(Tex(piece, use.at))
            place += 1
        if len(out) > MOST_TOKENS:
            raise NotationError(f"the macro {use.text} grows beyond any formula")
    return out
