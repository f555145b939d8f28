r"""``\operatorname{LSE}`` without its argument, in a text that says once what it is of.

After ``\operatorname{LSE}(x) = \log \sum_j e^{x_j}`` the name alone is the same number, and so is
``\sigma`` in ``\frac{d\sigma}{dz} = \sigma (1 - \sigma)``, if there is no other sigma.
"""

from __future__ import annotations

from collections.abc import Sequence

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing
from gory.notation.latex._wholes import is_whole_function

_SIGMA = r"\sigma"
_UPRIGHT = (r"\operatorname", r"\mathrm", r"\text", r"\textrm", r"\mathsf", r"\textsf")


def give_arguments(statements: Sequence[LatexStatement]) -> None:
    """Put the argument behind every such name that stands without."""
    known: dict[str, list[Tex]] = {}
    for one in statements:
        left = one.sides[0]
        word, end = _word(left, 0)
        is_called = one.relations[1:2] == ["="] and [t.text for t in left[end : end + 1]] == ["("]
        if word and is_called and closing(left, end) == len(left) - 1:
            known.setdefault(word, left[end:])
    for one in statements if known else ():
        one.sides = [_filled(side, known) for side in one.sides]
    argument = _of_sigma(statements)
    for one in statements if argument else ():
        one.sides = [_with_argument(side, argument) for side in one.sides]


def _of_sigma(statements: Sequence[LatexStatement]) -> list[Tex]:
    """The one argument of sigma, in brackets, where it stands without somewhere; or nothing."""
    found: dict[str, list[Tex]] = {}
    has_bare = False
    for one in statements:
        for place, side in enumerate(one.sides):
            for at in (n for n, token in enumerate(side) if token.text == _SIGMA):
                opens = _behind_primes(side, at + 1)
                follows = side[opens].text if opens < len(side) else ""
                end = closing(side, opens) if follows == "(" else -1
                if follows in ("_", "^") or (at and side[at - 1].text in ("_", "^")):
                    return []  # a variance, a covariance
                if end < 0 or _holds_bare(side[opens + 1 : end]):
                    has_bare = True
                    if len(side) == 1 and not place:
                        return []  # a name that is defined
                else:
                    own = "".join(t.text for t in side[opens : end + 1])
                    is_whole = not place and opens == 1 and end == len(side) - 1
                    found.setdefault("" if is_whole else own, side[opens : end + 1])
    if "" in found:
        return found[""] if has_bare else []
    return next(iter(found.values())) if has_bare and len(found) == 1 else []


def _holds_bare(inner: list[Tex]) -> bool:
    """Whether sigma stands in a bracket without an argument: ``(1 - \\sigma)``."""
    behind = [*inner[1:], Tex(" ", -1)]
    return any(
        token.text == _SIGMA and after.text != "("
        for token, after in zip(inner, behind, strict=True)
    )


def _with_argument(side: list[Tex], argument: list[Tex]) -> list[Tex]:
    out: list[Tex] = []
    gone = 0  # what stands before has been written
    for place, token in enumerate(side):
        if place >= gone:
            out.append(token)
        if token.text != _SIGMA:
            continue
        behind = _behind_primes(side, place + 1)
        follows = side[behind].text if behind < len(side) else ""
        end = closing(side, behind) if follows == "(" else -1
        if end < 0 or _holds_bare(side[behind + 1 : end]):
            primes = side[place + 1 : behind]
            out += [*primes, *(Tex(t.text, token.at) for t in argument)]
            gone = behind
    return out


def _behind_primes(side: list[Tex], place: int) -> int:
    """Where the primes end that begin at a place."""
    while place < len(side) and side[place].text in ("'", r"\prime"):
        place += 1
    return place


def _filled(side: list[Tex], known: dict[str, list[Tex]]) -> list[Tex]:
    out: list[Tex] = []
    place = 0
    while place < len(side):
        word, end = _word(side, place)
        follows = side[end].text if end < len(side) else ""
        out += side[place:end]
        if word in known and follows not in ("(", "[", "_", r"\{"):
            out += [Tex(t.text, side[place].at) for t in known[word]]
        place = end
    return out


def _word(side: list[Tex], place: int) -> tuple[str, int]:
    """The function that is spelled at a place, and where its name ends."""
    token = side[place] if place < len(side) else Tex(" ", -1)
    if token.is_word:
        return (token.text if is_whole_function(token.text) else ""), place + 1
    opens = [t.text for t in side[place + 1 : place + 2]]
    if token.text not in _UPRIGHT or opens != ["{"]:
        return "", place + 1
    end = closing(side, place + 1)
    word = "".join(t.text for t in side[place + 2 : end]) if end > 0 else ""
    return (word, end + 1) if word and is_whole_function(word) else ("", place + 1)
