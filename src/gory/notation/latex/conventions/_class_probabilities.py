r"""Probabilities of a class as names: ``P(y = k \mid x)`` is the entry k of P, at x.

So is ``p(k \mid x)`` where k stands below another name of the same equation: ``e^{z_k}``.

``p(y^{(i)} = k \mid x^{(i)}; \theta)`` is read as ``p_k(x^{(i)}; \theta)``. The letter of the label
says nothing that its place does not say. In such a text ``p(y^{(i)} \mid x^{(i)})`` is the entry of
the label, ``p_{y^{(i)}}(x^{(i)})``. A class with an index is such a label, too:
``p(\mathcal{C}_k \mid x)``, beside which ``p(x \mid \mathcal{C}_k)`` and ``p(\mathcal{C}_k)`` are
other things and get names of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gory.notation.latex._scripts import ACCENTS, FONTS, GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._survey import binders
from gory.notation.latex._tokens import Tex, Word, closing

Entry = tuple[list[Tex], list[Tex], str]  # a class, what stands behind the bar, more of the name

GIVEN = "given"  # of the name of a likelihood
_NAMES = ("P", "p", "q", "Q")
_UPRIGHT = (r"\Pr",)
_OTHERS = (r"\sigma", r"\pi", r"\mu", r"\rho", *"fghosyr")  # where a bar shows what they are
_GIVEN = ("|", r"\mid", r"\vert")
_LETTERS = [[letter] for letter in "CGKSc"]
_CLASSES = [*_LETTERS[:1], [r"\omega"]]
_BARS = ("|", r"\mid", r"\vert", ";", ",")


def name_classes(statements: Sequence[LatexStatement]) -> set[str]:
    """Replace such probabilities by entries, in all sides of a text; returns the new names."""
    _leave_out_meanings(statements)
    labels = frozenset(found for one in statements for side in one.sides for found in _labels(side))
    heads = {head for one in statements for side in one.sides for head in _heads(side)}
    for one in statements if heads else ():
        one.sides = [_with_data(side, heads, labels) for side in one.sides]
    for one in statements:
        one.sides = [_renamed(side, labels) for side in one.sides]
    heads = _of_letters(statements)
    fixed = _always_at_one(statements) if heads else frozenset()
    for one in statements if heads else ():
        one.sides = [_with_indices(side, heads, fixed) for side in one.sides]
    tokens = (token.text for one in statements for side in one.sides for token in side)
    return {text for text in tokens if text.endswith(GIVEN)}


def _labels(side: list[Tex]) -> Iterator[tuple[str, str]]:
    r"""What ``p(y = k \mid x)`` says of p: y is the letter of its labels, which are indices."""
    for place in range(len(side)):
        opens = _opening(side, place)
        end = closing(side, opens) if opens else -1
        inner = side[opens + 1 : end] if end > 0 else []
        found = _entry(inner)
        if found is not None and "=" in (t.text for t in inner) and found[0][0].is_letter:
            yield side[opens - 1].text, inner[0].text


def _leave_out_meanings(statements: Sequence[LatexStatement]) -> None:
    r"""``y_n = p(\mathcal{C}_1 \mid \phi_n)`` says what y means, where ``y_n = \sigma(a_n)`` says
    what it is, and nothing else is said of such a probability.
    """
    meanings = [one for one in statements if one.relations == ["", "="] and _is_call(one.sides[1])]
    others = [one for one in statements if one not in meanings]
    if any(True for one in others for side in one.sides for _ in _heads(side)):
        return
    lefts = [[t.text for t in one.sides[0]] for one in others if one.relations[1:2] == ["="]]
    for one in meanings:
        if [t.text for t in one.sides[0]] in lefts:
            one.sides, one.relations = one.sides[:1], one.relations[:1]


def _is_call(side: list[Tex]) -> bool:
    """Whether a side is a probability of a class, and nothing else."""
    opens = _opening(side, 0) if side else 0
    end = closing(side, opens) if opens else -1
    return end == len(side) - 1 and _entry(side[opens + 1 : end]) is not None


def _heads(side: list[Tex]) -> Iterator[str]:
    """Names that have an entry for a class."""
    for place in range(len(side)):
        opens = _opening(side, place)
        if opens and (end := closing(side, opens)) > 0 and _entry(side[opens + 1 : end]):
            yield side[opens - 1].text


def _with_data(side: list[Tex], heads: set[str], labels: frozenset[tuple[str, str]]) -> list[Tex]:
    r"""The likelihood of all data at once, ``p(\mathbf{T} \mid \mathbf{w})``, as one name."""
    out: list[Tex] = []
    last = 0
    for place, opens, bar in _given(side):
        data = [t for t in side[opens + 1 : bar] if t.text not in ("{", "}", *FONTS)]
        rest = {t.text for t in side[bar + 1 : closing(side, opens)]}
        is_whole = len(data) == 1 and data[0].is_letter and "(" not in rest
        head = side[place].text
        if head not in heads or not is_whole or (head, data[0].text) in labels or place < last:
            continue
        end = closing(side, opens)
        name = f"{head}{data[0].text}{GIVEN}"
        out += [*side[last:place], Word(name, side[place].at, side[end].at + 1)]
        last = end + 1
    return [*out, *side[last:]]


def _of_label(head: str, inner: list[Tex], labels: frozenset[tuple[str, str]]) -> Entry | None:
    r"""The label of ``y^{(i)} \mid x^{(i)}`` as a class."""
    bar = next((n for n, token in enumerate(inner) if token.text in _GIVEN), 0)
    label = inner[:bar]
    if not _is_label(label) or (head, label[0].text) not in labels:
        return None
    return label, inner[bar + 1 :], ""


def _renamed(side: list[Tex], labels: frozenset[tuple[str, str]]) -> list[Tex]:
    out: list[Tex] = []
    place = 0
    while place < len(side):
        token, opens = side[place], _opening(side, place)
        end = closing(side, opens) if opens else -1
        inner = side[opens + 1 : end] if end > 0 else []
        found = _entry(inner) or _of_label(side[opens - 1].text, inner, labels)
        if found is None:
            out.append(token)
            place += 1
            continue
        name = [Tex("P", token.at)] if token.text in _UPRIGHT else side[place:opens]
        index, rest, kind = found
        name = [*name[:-1], Tex(f"{name[-1].text}{kind}", token.at)] if kind else name
        ends = token.at if rest else side[end].at
        out += [*name, Tex("_", token.at), Tex("{", token.at), *index, Tex("}", ends)]
        out += [side[opens], *rest, side[end]] if rest else []
        place = end + 1
    return out


def _of_letters(statements: Sequence[LatexStatement]) -> frozenset[str]:
    """Names that have an index before the bar, wherever they have one; not where a sum runs over
    such an index, which shows by itself that it is one.
    """
    found, others = set[str](), set[str]()
    for one in statements:
        for side in one.sides:
            bound = {*binders(side)}
            for _, opens, _ in _given(side):
                if any(t.text in bound for t in side[opens : closing(side, opens)]):
                    return frozenset()
        below = {t.text for side in one.sides for t in _subscripts(side)}
        for side in one.sides:
            for place, opens, bar in _given(side):
                letter = [t.text for t in side[opens + 1 : bar] if t.text != "'"]
                head = side[place].text
                is_index = len(letter) == 1 and letter[0].isalpha() and letter[0].islower()
                rest = {t.text for t in side[bar + 1 : closing(side, opens)]}
                found |= {head} if is_index and letter[0] in below else set()
                others |= set() if is_index and not rest & below else {head}
    return frozenset(found - others)


def _always_at_one(statements: Sequence[LatexStatement]) -> frozenset[str]:
    """Names with the same one letter behind the bar all over the text, which says nothing then."""
    behind: dict[str, set[str]] = {}
    for side in (side for one in statements for side in one.sides):
        for place, opens, bar in _given(side):
            shown = "".join(t.text for t in side[bar + 1 : closing(side, opens)])
            behind.setdefault(side[place].text, set()).add(shown)
    return frozenset(n for n, own in behind.items() if len(own) == 1 and all(map(str.isalpha, own)))


def _given(side: list[Tex]) -> Iterator[tuple[int, int, int]]:
    """Where a name stands, the bracket behind it, and a bar in there."""
    for place in range(len(side)):
        opens = _opening(side, place)
        end = closing(side, opens) if opens else -1
        bars = [n for n in range(opens, end) if side[n].text in _GIVEN] if end > 0 else []
        if len(bars) == 1 and (side[place].is_letter or side[place].text in _OTHERS):
            yield place, opens, bars[0]


def _subscripts(side: list[Tex]) -> Iterator[Tex]:
    for place, token in enumerate(side[:-1]):
        if token.text == "_":
            end = closing(side, place + 1) if side[place + 1].text == "{" else place + 1
            yield from side[place + 1 : end + 1]


def _with_indices(side: list[Tex], heads: frozenset[str], fixed: frozenset[str]) -> list[Tex]:
    """``p(k \\mid x)`` as ``p_k(x)``."""
    out: list[Tex] = []
    last = 0
    for place, opens, bar in _given(side):
        if side[place].text not in heads or place < last:
            continue
        at, end = side[opens].at, closing(side, opens)
        is_fixed = side[place].text in fixed
        index = [Tex("_", at), Tex("{", at), *side[opens + 1 : bar]]
        out += [*side[last:opens], *index, Tex("}", side[end].at if is_fixed else at)]
        out += [] if is_fixed else [side[opens]]
        last = end + 1 if is_fixed else bar + 1
    return [*out, *side[last:]]


def _opening(side: list[Tex], place: int) -> int:
    r"""Where the bracket behind ``P``, ``\hat P`` or ``\mathbb{P}`` opens; 0 if none does."""
    at = place
    if side[place].text in (*ACCENTS, *FONTS):
        group = [t.text for t in side[place + 1 : place + 4]]
        at = place + 3 if group[:1] == ["{"] and group[1:2] and group[1] in _NAMES else place + 1
        inner = group[1:2] if group[:1] == ["{"] else group[:1]
    else:
        inner = [side[place].text]
    behind = side[at + 1].text if at + 1 < len(side) else ""
    if behind != "(" or not inner:
        return 0
    if inner[0] in (*_NAMES, *_UPRIGHT):
        return at + 1
    end = closing(side, at + 1) if inner[0] in _OTHERS else -1
    return at + 1 if any(t.text in _GIVEN for t in side[at + 1 : max(end, 0)]) else 0


def _entry(inner: list[Tex]) -> Entry | None:
    r"""The class of ``y = k \mid x``, what stands behind the bar, and what to add to the name."""
    pieces = [token.text for token in inner]
    if (found := _of_class(inner, pieces)) is not None:
        return found
    marks = [n for n, piece in enumerate(pieces) if piece == "="]
    bar = next((n for n, piece in enumerate(pieces) if piece in _BARS), len(pieces))
    if len(marks) != 1 or marks[0] > bar or not _is_label(inner[: marks[0]]):
        return None
    value = inner[marks[0] + 1 : bar]
    is_index = len(value) == 1 and (value[0].is_letter or value[0].is_number)
    return (value, inner[bar + 1 :], "") if is_index or _is_greek(value) else None


def _of_class(inner: list[Tex], pieces: list[str]) -> Entry | None:
    r"""``C_k | x``, ``x | C_k`` and ``C_k``: what is asked for, the likelihood, the prior."""
    bars = [n for n, piece in enumerate(pieces) if piece in _GIVEN]
    if len(bars) > 1 or "=" in pieces:
        return None
    before = inner[: bars[0]] if bars else inner
    behind = inner[bars[0] + 1 :] if bars else []
    if (index := _class_index(before)) is not None:
        return index, behind, "" if bars else "prior"
    if (index := _class_index(behind)) is not None:
        return index, before, GIVEN
    return None


def _class_index(tokens: list[Tex]) -> list[Tex] | None:
    r"""The k of ``C_k``, ``\mathcal{C}_{k}`` or ``\omega_k``."""
    pieces = [token.text for token in tokens]
    if pieces and pieces[0] in FONTS:
        end = closing(tokens, 1) if pieces[1:2] == ["{"] else 1
        start = end + 1
        is_class = [t.text for t in tokens[1:start] if t.text not in "{}"] in _LETTERS
    else:
        start, is_class = 1, pieces[:1] in _CLASSES
    if not is_class or pieces[start : start + 1] != ["_"]:
        return None
    below = tokens[start + 1 :]
    if [t.text for t in below[:1]] == ["{"] and closing(below, 0) == len(below) - 1:
        below = below[1:-1]
    is_index = len(below) == 1 and (below[0].is_letter or below[0].is_number)
    return below if is_index else None


def _is_greek(value: list[Tex]) -> bool:
    return len(value) == 1 and value[0].text in GREEK


def _is_label(tokens: list[Tex]) -> bool:
    """A name, with an index or an instance or without."""
    is_name = bool(tokens) and tokens[0].is_letter
    return is_name and (len(tokens) == 1 or tokens[1].text in ("_", "^"))
