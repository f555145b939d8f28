r"""The cross-entropy by its usual name: ``J = CE(y, \hat y)`` of a CE that the text never gives.

It is written out where it is the whole right side of an equation, and says then that the entries of
its target add up to one. Which of the two is the target, other equations tell: they say what the
prediction is, or it wears a hat and the target does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gory.notation.latex._scripts import ACCENTS, FONTS, GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, Word, closing

_CALLED = ("CE", "CrossEntropy", "crossentropy", "XE")
_FRAMES = (r"\text", r"\mathrm", r"\operatorname", r"\textrm", r"\mathit", r"\mathsf")
_LETTERS = ("k", "c", "j", "m", "l", "i")


def write_losses_out(statements: Sequence[LatexStatement]) -> list[tuple[list[Tex], str]]:
    """Write such losses out in place; their targets, and the letter that is summed over."""
    calls = [(one, n, call) for one in statements for n, call in _calls(one)]
    if any(n == 0 or n < len(one.sides) - 1 for one, n, _ in calls):
        return []  # the text says itself what it is
    used = {t.text for one in statements for side in one.sides for t in side}
    letter = next((x for x in _LETTERS if x not in used), "")
    defined = {name for one in statements if (name := _left(one))}
    found = []
    for one, n, (first, second) in calls if letter else ():
        pair = _target_first(first, second, defined)
        if pair is not None:
            at, last = one.sides[n][0].at, one.sides[n][-1].at
            signs = [Tex(text, at) for text in ("-", r"\sum", "_", letter)]
            entries = [[*tokens, Tex("_", at), Tex(letter, at)] for tokens in pair]
            entries[1][-1] = Word(letter, last, until=last + 1)
            one.sides[n] = [*signs, *entries[0], Tex(r"\log", at), *entries[1]]
            found.append((pair[0], letter))
    return found


def _calls(one: LatexStatement) -> Iterator[tuple[int, tuple[list[Tex], list[Tex]]]]:
    """The sides that are such a call and nothing else, with the two names it is called with."""
    for n, side in enumerate(one.sides):
        word, start = _word(side)
        end = closing(side, start) if start < len(side) and side[start].text == "(" else -1
        comma = [i for i in range(start, max(end, 0)) if side[i].text == ","]
        if word not in _CALLED or end != len(side) - 1 or len(comma) != 1:
            continue
        first, second = side[start + 1 : comma[0]], side[comma[0] + 1 : end]
        if _whole(first) and _whole(second):
            yield n, (first, second)


def _word(side: Sequence[Tex]) -> tuple[str, int]:
    """The letters that a side begins with, in a frame or not, and what comes behind them."""
    framed = len(side) > 1 and side[0].text in _FRAMES and side[1].text == "{"
    end = start = 2 if framed else 0
    while end < len(side) and side[end].is_name:
        end += 1
    return "".join(t.text for t in side[start:end]), end + framed


def _whole(tokens: list[Tex]) -> tuple[str, ...]:
    """The signs of a name with its fonts and accents, if that is all there is."""
    signs = tuple(t.text for t in tokens if t.text not in ("{", "}"))
    is_name = bool(signs) and {*signs[:-1]} <= {*FONTS, *ACCENTS}
    last = signs[-1] if is_name else ""
    return signs if (len(last) == 1 and last.isalpha()) or last in GREEK else ()


def _left(one: LatexStatement) -> tuple[str, ...]:
    """The name that an equation says what it is."""
    return _whole(one.sides[0]) if len(one.sides) > 1 and one.relations[1] == "=" else ()


def _target_first(
    first: list[Tex], second: list[Tex], defined: set[tuple[str, ...]]
) -> tuple[list[Tex], list[Tex]] | None:
    """The target and the prediction, if that is certain."""
    hats = [r"\hat" in {t.text for t in tokens} for tokens in (first, second)]
    said = [_whole(tokens) in defined for tokens in (first, second)]
    told = hats if hats[0] != hats[1] else said
    if told[0] == told[1]:
        return None
    return (first, second) if told[1] else (second, first)
