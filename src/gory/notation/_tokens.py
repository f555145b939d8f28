"""From text to tokens: names, numbers, signs, each with its place.

Greek letters and the common typographic signs are read as what they stand for. Any other character
outside ASCII is refused by its Unicode name, so that a letter that merely looks like another one
cannot pass.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from gory.notation._errors import NotationError

LONGEST = 100_000  # characters of one text; a paper has a few thousand

_SIGNS = {"−": "-", "–": "-", "·": "*", "×": "*", "⋅": "*", "≥": ">=", "≤": "<=", "≠": "!="}
_WORDS = {"Σ": "sum", "∑": "sum", "∂": "d"}
_TOKEN = re.compile(
    r"(?P<space>[ \t\r]+|#[^\n]*)|(?P<number>[0-9]+(?:\.(?!\.)[0-9]+)?)"
    r"|(?P<name>[A-Za-z][A-Za-z0-9]*)|(?P<sign>\.\.|>=|<=|!=|==|[-+*/^=(){}\[\],:_<>])|(?P<end>\n)"
)


_POWER_OF_TEN = re.compile(r"[eE][-+]?[0-9]")  # 1e5 would read as a product of 1 and a name


@dataclass(frozen=True, slots=True)
class Token:
    kind: str  # "number", "name", "sign" or "end"
    text: str
    at: int
    spaced: bool  # white space stands before it

    @property
    def shown(self) -> str:
        """The token in an error message."""
        return "the end of the line" if self.kind == "end" else repr(self.text)


def tokenize(text: str) -> list[Token]:
    """Split a text into tokens; the last one is of kind ``end``."""
    if len(text) > LONGEST:
        raise NotationError(
            f"the text has {len(text):,} characters; at most {LONGEST:,} are read, so split it"
        )
    tokens: list[Token] = []
    at, spaced = 0, True
    while at < len(text):
        char = text[at]
        if char in _SIGNS:
            tokens.append(Token("sign", _SIGNS[char], at, spaced))
            at, spaced = at + 1, False
            continue
        if (word := _WORDS.get(char) or greek(char)) is not None:
            tokens.append(Token("name", word, at, spaced))
            at, spaced = at + 1, False
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            raise NotationError(_unknown(char), text, at)
        kind = str(match.lastgroup)
        if kind == "number" and _POWER_OF_TEN.match(text, match.end()):
            raise NotationError(
                "write 10^5 or 10^-5 for a power of ten, and e5 apart for a name", text, at
            )
        if kind != "space":
            tokens.append(Token(kind, match.group(), at, spaced))
        spaced = kind in ("space", "end")
        at = match.end()
    tokens.append(Token("end", "", len(text), True))
    return tokens


def greek(char: str) -> str | None:
    name = unicodedata.name(char, "")
    if name == "SCRIPT SMALL L":
        return "ell"
    if not name.startswith("GREEK ") or " LETTER " not in name or len(name.split()) != 4:
        return None
    word = name.split()[3].lower()
    if word == "omicron":
        return None
    word = {"lamda": "lam"}.get(word, word)
    return word.capitalize() if " CAPITAL " in name else word


def _unknown(char: str) -> str:
    name = unicodedata.name(char, "a character without a name")
    if char == "|":
        return "write abs(x) for |x|, and sqrt(sum_i x[i]^2) for a norm"
    if char == "\\":
        return "this is LaTeX, which gory check reads; here write theta[k,j], sum_k, exp(...)"
    if ord(char) < 128:
        return f"the sign {char!r} has no meaning here"
    return (
        f"the character {char!r} ({name}, U+{ord(char):04X}) is not read; "
        "write names in plain Latin letters"
    )
