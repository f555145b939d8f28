r"""Known functions with a label, defined by the text: ``\mathrm{LSE}_\gamma(x) = \gamma \log ...``.

With a Greek letter or a T below it a known function is another one, of which the text says what it
is; it gets a name of its own. The number below a logarithm is its base.
"""

from __future__ import annotations

from collections.abc import Sequence

from gory.notation.latex._functions import FUNCTIONS
from gory.notation.latex._scripts import FONTS, GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing
from gory.notation.latex._wholes import is_whole_function


def name_labelled(statements: Sequence[LatexStatement]) -> None:
    """Replace every such function by its name, in all sides of a text that defines it."""
    defined = {
        found[0]
        for one in statements
        if one.relations[1:2] == ["="] and (found := _labelled(one.sides[0], 0)) is not None
        if [t.text for t in one.sides[0][found[1] : found[1] + 1]] == ["("]
    }
    for one in statements if defined else ():
        one.sides = [_renamed(side, defined) for side in one.sides]


def write_bases_out(statements: Sequence[LatexStatement]) -> None:
    r"""``\log_2 x`` as ``\frac{1}{\log 2} \log x``."""
    for one in statements:
        if any(t.text == r"\log" for side in one.sides for t in side):
            one.sides = [_in_one_base(side) for side in one.sides]


def _in_one_base(side: list[Tex]) -> list[Tex]:
    out: list[Tex] = []
    place = 0
    while place < len(side):
        token = side[place]
        script = [t.text for t in side[place + 1 : place + 6]]
        size = 4 if script[1:2] == ["{"] and script[3:4] == ["}"] else 2
        number = script[2] if size == 4 else "".join(script[1:2])
        is_base = token.text == r"\log" and script[:1] == ["_"] and number.isdigit()
        if not is_base or script[size:][:1] == ["^"] or (out and out[-1].text == "/"):
            out.append(token)
            place += 1
            continue
        pieces = (r"\frac", "{", "1", "}", "{", r"\log", number, "}", r"\log")
        out += [Tex(piece, token.at) for piece in pieces]
        place += 1 + size
    return out


def _labelled(side: list[Tex], place: int) -> tuple[str, int] | None:
    """The name that begins here, a function and its label, and where it ends."""
    if place >= len(side):
        return None
    token, at = side[place], place + 1
    word = token.text.lstrip("\\") if token.text in FUNCTIONS else ""
    if token.text in FONTS and [t.text for t in side[at : at + 1]] == ["{"]:
        end = closing(side, at)
        word = "".join(t.text for t in side[at + 1 : end]) if end > 0 else ""
        at = end + 1
    if not (word in FUNCTIONS or f"\\{word}" in FUNCTIONS or is_whole_function(word)):
        return None
    label = [t.text for t in side[at : at + 4]]
    size = 4 if label[1:2] == ["{"] and label[3:4] == ["}"] else 2
    sign = label[2] if size == 4 else "".join(label[1:2])
    if label[:1] != ["_"] or not (sign in GREEK or sign == "T"):
        return None
    return f"{word}{GREEK.get(sign, sign)}", at + size


def _renamed(side: list[Tex], defined: set[str]) -> list[Tex]:
    out: list[Tex] = []
    place = 0
    while place < len(side):
        found = _labelled(side, place)
        is_known = found is not None and found[0] in defined
        out.append(Tex(found[0], side[place].at) if found and is_known else side[place])
        place = found[1] if found and is_known else place + 1
    return out
