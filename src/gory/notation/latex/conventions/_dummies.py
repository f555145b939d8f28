r"""Parameters that stand for any argument: the x of ``\mathcal N(x \mid \mu, \sigma^2) = ...``.

Where a text applies the function to ``x_n`` and ``\mu_k``, the bare ``x`` and ``\mu`` of its
definition are no vectors but numbers of that line alone, and get names of their own there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gory.notation.latex._functions import arguments_of
from gory.notation.latex._scripts import FONTS, GREEK, TRANSPOSED, single_name
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing, pairs

_SCRIPT_LETTERS = (r"\mathcal", r"\mathscr", r"\mathfrak")

LONGEST_CALL = 100  # tokens between the brackets of a function
Call = tuple[str, list[list[Tex]]]


def set_apart(statements: Sequence[LatexStatement]) -> None:
    r"""``\mathcal N(x)`` beside a number N is another name."""
    plain = {t.text for one in statements for side in one.sides for t in _plain(side)}
    names_pi = any(t.text == r"\pi" for one in statements for s in one.sides for t in _scripted(s))
    for one in statements:
        one.sides = [_renamed_letters(side, plain) for side in one.sides]
        if names_pi:  # 2 \pi beside \pi_k
            one.sides = [_with_number_pi(side) for side in one.sides]


def _plain(side: list[Tex]) -> Iterator[Tex]:
    for place, token in enumerate(side):
        before = [t.text for t in side[max(place - 2, 0) : place]]
        in_font = before[-1:] and (
            before[-1] in FONTS or (before[-1] == "{" and before[0] in FONTS)
        )
        if token.is_letter and not in_font:
            yield token


def _renamed_letters(side: list[Tex], plain: set[str]) -> list[Tex]:
    out: list[Tex] = []
    place = 0
    while place < len(side):
        pieces = [t.text for t in side[place : place + 4]]
        braced = pieces[1:2] == ["{"] and pieces[3:4] == ["}"]
        letter = "".join(pieces[2:3] if braced else pieces[1:2])
        if pieces[0] in _SCRIPT_LETTERS and letter in plain and len(letter) == 1:
            out.append(Tex(f"{letter}cal", side[place].at))
            place += 4 if braced else 2
        else:
            out.append(side[place])
            place += 1
    return out


def _with_number_pi(side: list[Tex]) -> list[Tex]:
    out: list[Tex] = []
    for place, token in enumerate(side):
        behind = side[place + 1].text if place + 1 < len(side) else ""
        is_number = token.text == r"\pi" and out and out[-1].is_number and behind not in ("_", "(")
        out.append(Tex("pinumber", token.at) if is_number else token)
    return out


def bind_parameters(
    statements: Sequence[LatexStatement], rows: Collection[str] = ()
) -> dict[str, int]:
    """Rename such parameters in the statements that define the functions; the new names, with the
    number of their axes. A name of the rows of a matrix alone is such a parameter in any case.
    """
    made: dict[str, int] = {}
    calls = [call for one in statements for side in one.sides for call in _calls(side)]
    arrays = {_name(t) for one in statements for side in one.sides for t in _scripted(side)}
    arrays -= {name for one in statements for side in one.sides for name in _varied(side)}
    for one in statements:
        if (name := _only_argument(one)) in arrays:
            one.sides = [_with_dummies(side, {name}) for side in one.sides]
            made[f"{name}arg"] = 0
            continue
        if len(one.sides) < 2 or one.relations[1] != "=":
            continue
        head, own = next(((h, a) for h, a in _calls(one.sides[0]) if a), ("", []))
        is_whole = own and one.sides[0][-1].text == ")" and one.sides[0][0].text in head
        names = [single_name(_unsquared(piece)) for piece in own]
        if not is_whole or not all(names):
            continue
        bound = set()
        for name, args in calls:
            if name == head and len(args) == len(own):
                bound |= {n for n, piece in zip(names, args, strict=True) if _has_index(piece)}
        bound |= {name for name in names if name in rows}
        bound -= {_name(t) for side in one.sides for t in _scripted(side)}
        if bound:
            one.sides = [_with_dummies(side, bound) for side in one.sides]
            vectors = {name for side in one.sides for name in _in_products(side)}
            made |= {f"{name}arg": int(f"{name}arg" in vectors) for name in bound}
            made |= {name: 2 for name in bound if f"{name}arg" in vectors}  # x_i is a row
    return made


def _in_products(side: list[Tex]) -> Iterator[str]:
    r"""The x of ``w^T x`` and of ``x^T w``."""
    for place, token in enumerate(side):
        above = [t.text for t in side[place + 1 : place + 6] if t.text not in ("{", r"\mathrm")]
        if token.is_word and above[:1] == ["^"] and above[1:2] and above[1] in TRANSPOSED:
            yield token.text
        before = [t.text for t in side[max(place - 5, 0) : place] if t.text not in ("{", "}")]
        if token.is_word and before[-1:] and before[-1] in TRANSPOSED and "^" in before[-3:]:
            yield token.text


def _varied(side: list[Tex]) -> Iterator[str]:
    r"""The x of ``\frac{d f}{d x}``, which is no entry of an x with indices."""
    for mark, token, behind in zip(side, side[1:], [*side[2:], Tex("", -1)], strict=False):
        if mark.text in ("d", r"\partial") and behind.text not in ("_", "^", "("):
            yield _name(token)


def _only_argument(statement: LatexStatement) -> str:
    r"""The x of ``f(x) = 1 - e^{-x}`` or ``f'(x) = ...``, where no other name occurs; or ""."""
    left = [t for t in statement.sides[0] if t.text not in ("'", r"\prime")]
    shown = [t.text for t in left]
    is_call = len(left) == 4 and (shown[1], shown[3]) == ("(", ")")
    if not is_call or statement.relations[1:2] != ["="]:
        return ""
    head, name = _name(left[0]), _name(left[2])
    tokens = [t for side in statement.sides[1:] for t in side]
    used = {_name(t) for t in tokens if t.is_name or t.text in GREEK}
    signs = {t.text for t in tokens}
    is_plain = name in used <= {name, head, "e"} and not signs & {"_", r"\sum", r"\|", r"\top"}
    is_function = left[0].is_name or left[0].text in GREEK
    return name if is_plain and is_function and name != head else ""


@dataclass(frozen=True)
class Shifted:
    """A function by its value at an expression, which is one name in its body."""

    name: list[Tex]
    parameter: str
    body: list[Tex]


def shifted_body(left: list[Tex], right: list[Tex]) -> Shifted | None:
    """``f(z + h) = e^{z + h}`` as ``f(t) = e^t``, if z and h stand nowhere else."""
    opens = next((n for n, token in enumerate(left) if token.text == "("), 0)
    if not opens or closing(left, opens) != len(left) - 1:
        return None
    inner = left[opens + 1 : -1]
    shown = [token.text for token in inner]
    if not {"+", "-"} & {*shown[1:]} or {*shown} & {",", "_", "=", "("}:
        return None
    dummy = f"{_name(left[0])}arg"
    body: list[Tex] = []
    place = 0
    while place < len(right):
        if [t.text for t in right[place : place + len(inner)]] == shown:
            body.append(Tex(dummy, right[place].at))
            place += len(inner)
        else:
            body.append(right[place])
            place += 1
    names = {t.text for t in inner if t.is_name or t.text in GREEK}
    if len(body) == len(right) or names & {t.text for t in body}:
        return None
    return Shifted(left[:opens], dummy, body)


def _calls(side: list[Tex]) -> Iterator[Call]:
    """Names that stand before brackets, with an index or without, and what stands in these."""
    ends = pairs(side)
    opening = {end: start for start, end in ends.items()}
    for place, token in enumerate(side):
        end = ends.get(place, -1)
        if token.text != "(" or not place or not 0 < end - place < LONGEST_CALL:
            continue
        at = opening.get(place - 1, place - 1)  # of \phi_{k}( and of \phi_k(
        if at > 1 and side[at - 1].text == "_":
            at -= 2
        head = side[at]
        if head.is_name or head.text in GREEK:
            yield head.text, arguments_of(side[place + 1 : end])


def _unsquared(piece: list[Tex]) -> list[Tex]:
    return piece[:-2] if [t.text for t in piece[-2:]] == ["^", "2"] else piece


def _has_index(piece: list[Tex]) -> bool:
    """``x_n`` and ``\\mu_k``: a name with an index and nothing else."""
    if len(piece) < 3 or piece[1].text != "_" or not single_name([piece[0]]):
        return False
    end = closing(piece, 2) if piece[2].text == "{" else 2
    return len(piece) == end + 1 or piece[end + 1].text == "^"


def _name(token: Tex) -> str:
    return GREEK.get(token.text, token.text)


def _scripted(side: list[Tex]) -> Iterator[Tex]:
    for token, following in pairwise(side):
        if following.text == "_" and (token.is_name or token.text in GREEK):
            yield token


def _with_dummies(side: list[Tex], bound: set[str]) -> list[Tex]:
    return [
        Tex(f"{_name(t)}arg", t.at) if (t.is_name or t.text in GREEK) and _name(t) in bound else t
        for t in side
    ]
