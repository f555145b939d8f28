r"""Mean values as names: ``\langle E \rangle = \sum_i P_i E_i``, ``\mathbb{E}_p[f]``.

What a text says of the mean of one array it says of the mean of every expression in arrays of the
same index: ``\langle E^2 \rangle`` beside the above is ``\sum_i P_i E_i^2``. Means of which no
equation speaks are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gory.notation.latex._scripts import GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, Word, closing

_FONTS = (r"\mathbb", r"\mathrm", r"\operatorname", r"\mathsf", r"\mathbf")
_BETWEEN = frozenset({",", "|", r"\mid", r"\vert"})  # of an inner product, or a condition
LONGEST_MEAN = 30  # tokens


@dataclass(frozen=True)
class _Mean:
    """A mean value: where it starts and ends, by which weights, of what."""

    start: int
    end: int
    kind: str
    content: tuple[Tex, ...]

    @property
    def key(self) -> str:
        return " ".join((self.kind, *(t.text for t in self.content)))

    @property
    def name(self) -> str:
        """Letters that no other name has."""
        kept = "".join(GREEK.get(t.text, t.text) for t in self.content)
        return "mean" + "".join(sign for sign in f"{self.kind}{kept}" if sign.isalnum())


@dataclass(frozen=True)
class _Rule:
    """What the mean of one array is."""

    array: str
    index: str
    body: tuple[Tex, ...]


def name_averages(statements: Sequence[LatexStatement]) -> None:
    """Replace mean values that the text defines, in all its sides."""
    sides = [side for one in statements for side in one.sides]
    if not any(t.text in (r"\langle", "E", "[") for side in sides for t in side):
        return
    defined: dict[str, _Mean] = {}
    rules: dict[str, _Rule] = {}
    for whole, right in (pair for one in statements for pair in _equations(one)):
        if any(t.text == "_" for t in whole.content):
            continue
        defined.setdefault(whole.key, whole)
        if (rule := _rule(whole, right)) is not None:
            rules.setdefault(whole.kind, rule)
    if not defined:
        return
    arrays = {
        side[n].text for side in sides for n in range(len(side) - 1) if side[n + 1].text == "_"
    }
    for one in statements:
        one.sides = [_rewritten(side, defined, rules, arrays) for side in one.sides]


def _equations(statement: LatexStatement) -> Iterator[tuple[_Mean, list[Tex]]]:
    """Mean values that are whole sides, with what they are equal to."""
    for left, right, relation in zip(
        statement.sides, statement.sides[1:], statement.relations[1:], strict=False
    ):
        if relation == "=" and left and (whole := _whole(left)) is not None:
            yield whole, right


def _whole(side: list[Tex]) -> _Mean | None:
    found = next(_means(side), None)
    return found if found and (found.start, found.end) == (0, len(side)) else None


def _means(side: list[Tex]) -> Iterator[_Mean]:
    place = 0
    while place < len(side):
        found = _mean_at(side, place)
        if found is not None:
            yield found
        place = found.end if found is not None else place + 1


def _mean_at(side: list[Tex], place: int) -> _Mean | None:
    r"""``\langle X \rangle_p``, ``\mathbb{E}_{p}[X]``, ``E[X]``."""
    if side[place].text == r"\langle":
        end = closing(side, place)
        after, kind = _label(side, end + 1) if end > 0 else (0, "")
        return _made(side, place, place + 1, end, after, kind)
    at = place
    if side[at].text in _FONTS:
        braced = [t.text for t in side[at + 1 : at + 4]] == ["{", "E", "}"]
        if not braced and [t.text for t in side[at + 1 : at + 2]] != ["E"]:
            return None
        at += 4 if braced else 2
    elif side[at].text == "E":
        at += 1
    else:
        return None
    is_plain = side[place].text == "E"
    at, kind = _label(side, at)
    opens = side[at].text if at < len(side) else ""
    if not (opens in ("[", r"\{") or (opens == "(" and not is_plain)):
        return None
    end = closing(side, at)
    return _made(side, place, at + 1, end, end + 1, f"E{kind}")


def _label(side: list[Tex], at: int) -> tuple[int, str]:
    """Where the subscript at a place ends, and what it says."""
    if at >= len(side) - 1 or side[at].text != "_":
        return at, ""
    end = closing(side, at + 1) if side[at + 1].text == "{" else at + 1
    if end < 0:
        return at, ""
    return end + 1, "".join(GREEK.get(t.text, t.text) for t in side[at + 1 : end + 1])


def _made(
    side: list[Tex], place: int, start: int, end: int, after: int, kind: str
) -> _Mean | None:  # fmt: skip
    content = tuple(side[start:end])
    if end < 0 or not 0 < len(content) <= LONGEST_MEAN or _BETWEEN & {t.text for t in content}:
        return None
    return _Mean(place, after, kind, content)


def _rule(mean: _Mean, right: list[Tex]) -> _Rule | None:
    r"""The f and k of ``\mathbb{E}[f] = \sum_k p_k f_k``."""
    if len(mean.content) != 1 or not right or right[0].text != r"\sum":
        return None
    array = mean.content[0].text
    found = {index for _, _, index in _entries(right, array)}
    alone = sum(t.text == array for t in right) == len(list(_entries(right, array)))
    return _Rule(array, found.pop(), tuple(right)) if len(found) == 1 and alone else None


def _entries(side: Sequence[Tex], array: str) -> Iterator[tuple[int, int, str]]:
    """Where ``f_k`` stands, and its index."""
    for place, token in enumerate(side):
        if token.text != array or [t.text for t in side[place + 1 : place + 2]] != ["_"]:
            continue
        pieces = [t.text for t in side[place + 2 : place + 5]]
        if pieces[:1] == ["{"] and pieces[2:] == ["}"]:
            yield place, place + 5, pieces[1]
        elif pieces and pieces[0].isalpha():
            yield place, place + 3, pieces[0]


def _rewritten(
    side: list[Tex], defined: Mapping[str, _Mean], rules: Mapping[str, _Rule], arrays: set[str]
) -> list[Tex]:
    out: list[Tex] = []
    last = 0
    for mean in _means(side):
        at = side[mean.start].at
        if mean.key in defined:
            ends = side[mean.end - 1]
            new: list[Tex] = [Word(mean.name, at, ends.at + len(ends.text))]
        elif (rule := rules.get(mean.kind)) is not None:
            new = _by_rule(mean, rule, arrays, at)
            new[-1] = Tex(")", side[mean.end - 1].at)
        else:
            continue
        out += [*side[last : mean.start], *new]
        last = mean.end
    return [*out, *side[last:]]


def _by_rule(mean: _Mean, rule: _Rule, arrays: set[str], at: int) -> list[Tex]:
    """The sum with another expression in the place of the array."""
    inner: list[Tex] = []
    for token in mean.content:
        inner.append(Tex(token.text, at))
        if (token.is_name or token.text in GREEK) and token.text in arrays:
            inner += [Tex(sign, at) for sign in ("_", "{", rule.index, "}")]
    body: list[Tex] = []
    last = 0
    for start, end, _ in _entries(rule.body, rule.array):
        before = [*rule.body[last:start]]
        is_factor = bool(before) and before[-1].text not in ("+", "-", "(", r"\cdot", "{")
        times = [Tex(r"\cdot", at)] if is_factor else []  # p_k (f_k^2) is no value of p
        body += [*before, *times, Tex("(", at), *inner, Tex(")", at)]
        last = end
    body += rule.body[last:]
    return [Tex("(", at), *(Tex(t.text, at) for t in body), Tex(")", at)]
