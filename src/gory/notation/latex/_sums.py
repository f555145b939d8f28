r"""Sums and products over indices, and sums that are written with dots."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gory.notation.latex._arrays import Array, applied
from gory.notation.latex._forms import bracket
from gory.notation.latex._partial_sums import PART, axes_under, cut, whole_span
from gory.notation.latex._scripts import GREEK, index_list
from gory.notation.latex._tokens import Tex
from gory.notation.latex._wholes import Value, added

if TYPE_CHECKING:
    from gory.notation.latex._reader import LatexReader

SPANS = "have different limits"  # sums over one range, as it is read
MOST_NAMELESS = 40  # sums without an index, one in the other
_CLASSES = ("y", "c", "o")  # letters of the true class, which no sum over the others binds
_UNEQUAL = (r"\neq", r"\ne", "<", ">", r"\le", r"\ge", r"\leq", r"\geq")


def summation(r: LatexReader) -> Value:
    r"""``\sum_{k=1}^{K}`` or ``\prod_k`` with the product that follows."""
    sign = r.take()
    letters: list[str] = []
    guard = low = high = ""
    ends: dict[str, list[Tex]] = {}
    while r.peek() in ("_", "^"):
        mark = r.take().text
        script = r.argument()
        if mark == "_":
            letters, guard = _binders(r, script)
            low = script[-1].text if len(script) == 3 and script[1].text == "=" else ""
            ends[">="] = script[2:] if [t.text for t in script[1:2]] == ["="] else []
        else:
            high = script[0].text.lstrip("\\") if len(script) == 1 else ""
            ends["<="] = script
    guards = [_end(r, letters, *end) for end in ends.items()] if len(letters) == 1 else []
    if any(guards):
        guard, low = f"{guard}{''.join(guards)}", ""
    else:
        notice_span(r, letters, sign)
    minus = r.peek() in ("+", "-") and r.take().text == "-"  # \sum_i -2 (x_i - \mu)
    if r.ends_product():
        raise r.error("nothing follows the sum", sign)
    letters = letters or [_only_index(r, sign)]
    if low and high and len(letters) == 1:
        r.names.limits.setdefault(letters[0], set()).add((low, high))
    r.bound += letters
    body = _far_body(r, letters, minus=minus) if r.wide else _signed(r, r.product(), minus=minus)
    del r.bound[-len(letters) :]
    if len(letters) == 1 and not any(guards):
        guard += _part(r, letters[0], ends, body)
    if low in ("0", "1") and len(letters) == 1 and isinstance(body, str):
        guard += _from_one(r, letters[0], low, body)
    under = f"sum_{{{','.join(letters)}}} {guard}"
    if isinstance(body, Array):
        if sign.text == r"\prod":
            raise r.error("a product of arrays over an index is not read", sign)
        return applied(body, lambda entry: f"({under}({entry}))")
    return f"exp({under}log({body}))" if sign.text == r"\prod" else f"({under}({body}))"


def _part(r: LatexReader, letter: str, ends: dict[str, list[Tex]], body: Value) -> str:
    """What leaves out the first or the last entry, where a sum does."""
    low, high = ("".join(t.text for t in ends.get(end, ())) for end in (">=", "<="))
    own = low, high.strip("{}")
    found = cut(r.names, r.text, letter, own, str(body)) if isinstance(body, str) else ""
    if found:
        r.doubts.add(PART)
    elif whole_span(r.names, r.text, own) != own:
        r.doubts.add(f"sums over {letter} {SPANS}")
    return found


def _from_one(r: LatexReader, letter: str, low: str, body: str) -> str:
    r"""What leaves the entry 0 out of ``\sum_{j=1}^n \theta_j^2``, where others begin there."""
    own = axes_under(letter, body)
    if low == "0":
        r.names.from_zero |= own
    else:
        r.names.from_one |= own
    spans = {span.partition(" to ")[::2] for span in r.names.spans.get(letter, ())}
    if low == "1" and (apart := r.names.stand_apart(own)):
        r.names.apart_from_one |= apart
        return f"(1 - delta[{letter},0]) "
    if not (own & r.names.from_zero and own & r.names.from_one):
        return ""
    is_one_end = len({end for _, end in spans}) == 1
    if (letter, "1") in r.names.counted:  # which claims a range beside them restricts is not said
        r.doubts.add(f"sums over {letter} begin with 0 or 1, and {letter} = 1, ... stands apart")
    elif {start for start, _ in spans} <= {"0", "1"} and is_one_end:
        known = [doubt for doubt in r.doubts if SPANS in doubt]
        r.doubts.difference_update(known)
    return f"(1 - delta[{letter},0]) " if low == "1" else ""


def _only_index(r: LatexReader, sign: Tex) -> str:
    r"""The i of ``\sum p_i``, if there is one index only."""
    place, tokens = r.place, r.tokens
    if r.depth >= MOST_NAMELESS:
        raise r.error(f"sums without an index are nested deeper than {MOST_NAMELESS} levels", sign)
    r.depth += 1
    try:
        found = r.product()
    finally:
        r.depth -= 1
    r.place, r.tokens = place, tokens
    free = {i for own in re.findall(r"\[([\w,]+)\]", str(found)) for i in own.split(",")}
    free = {letter for letter in free if letter.isalpha()} - {*r.bound}
    if isinstance(found, Array) or len(free) != 1:
        raise r.error("a sum names its index, as in \\sum_k", sign)
    r.doubts.add("a sum without an index is taken over the one index behind it")
    return free.pop()


def _end(r: LatexReader, letters: list[str], relation: str, end: list[Tex]) -> str:
    r"""The condition of a limit that is an index itself: the t of ``\sum_{j=t}^n``, ``t - 1``.

    A letter that is no index of the text, or that is also a number of its own, is the size of a
    range.
    """
    pieces = [token.text for token in end]
    if not pieces or pieces[1:] not in ([], ["+", "1"], ["-", "1"]) or pieces[0] == letters[0]:
        return ""
    name = GREEK.get(pieces[0], pieces[0])
    is_bound = name in r.bound
    if name in r.names.list_ends and not is_bound:
        return ""
    if not (is_bound or (name in r.names.letters and name not in r.names.bare)):
        return ""
    if not (name.isalpha() and name.islower()):
        return ""
    if pieces[1:]:
        strict = {">=": "+", "<=": "-"}[relation] == pieces[1]
        if not strict:
            raise r.error(f"a sum that ends at {''.join(pieces)} is not read", end[0])
        relation = relation[0]
    if not is_bound:
        r.doubts.add(f"{name}, where a sum ends, may be an index or the size of a range")
    return f"[{letters[0]} {relation} {name}] "


def notice_span(r: LatexReader, letters: list[str], sign: Tex) -> None:
    """Sums of one letter with other limits may run over other ranges; here all run over one."""
    place = next(n for n, token in enumerate(r.tokens) if token is sign)
    shown = "".join(token.text for token in r.tokens[place + 1 : r.place])
    limits = re.sub(r"[{}]|\\limits", "", shown)
    is_plain = not re.search(r"=|\\in", limits) or re.search(r"\\neq?|<|>|\\[lg]e", limits)
    if is_plain or len(letters) != 1:
        return
    above = re.search(r"\^([^_]*)", limits)
    high = above[1] if above else ""
    low = limits.replace(above[0] if above else "", "").removeprefix("_")
    end = re.search(r"[A-Za-z]", high)
    start = re.sub(r"^(?:\\[a-z]+?|[A-Za-z]+)'*(?==|\\in)", "", low).lstrip("=")
    start, high = whole_span(r.names, r.text, (start, high))
    own = start + (f" to {high}" if high else "")
    for key in {letters[0], *([end[0]] if end else [])}:
        spans = r.names.spans.setdefault(key, set())
        spans.add(own)
        if len(spans) > 1:
            which, others = "over" if key == letters[0] else "up to", sorted(spans - {own})
            r.doubts.add(f"sums {which} {key} {SPANS}: {own} here, {', '.join(others)} elsewhere")


def _signed(r: LatexReader, product: Value, *, minus: bool) -> Value:
    """A product with the sign that stands between the sum and it."""
    return added(r.names, [("-", product)]) if minus else product


def _far_body(r: LatexReader, letters: list[str], *, minus: bool) -> Value:
    """The product that follows, and the terms behind it as far as they hold a bound index."""
    parts: list[tuple[str, Value]] = [("", _signed(r, r.product(), minus=minus))]
    bound = re.compile(rf"[\[,](?:{'|'.join(letters)})[\],]")
    binds = re.compile(rf"sum_\{{(?:\w+,)*(?:{'|'.join(letters)})[,}}]")
    while r.peek() in ("+", "-"):
        place, tokens = r.place, r.tokens
        sign = r.take().text
        term = r.product()
        shown = term.entry(tuple(r.names.spare_letters(14))) if isinstance(term, Array) else term
        if not bound.search(shown) or binds.search(shown):
            r.place, r.tokens = place, tokens
            break
        parts.append((f" {sign} ", term))
    return parts[0][1] if len(parts) == 1 else added(r.names, parts)


def _binders(r: LatexReader, script: list[Tex]) -> tuple[list[str], str]:
    r"""The letters of ``k=1``, ``i,k``, ``c \neq k`` or ``k``, and what restricts them."""
    pieces = [token.text for token in script]
    for relation in _UNEQUAL:
        if relation in pieces:
            place = pieces.index(relation)
            left, right = index_list(r, script[:place]), index_list(r, script[place + 1 :])
            if len(left) != 1 or len(right) != 1:
                break
            guard = f"{bracket(left[0], relation, right[0])} "
            is_one = right[0] in _CLASSES or right[0] in r.names.fixed
            both = r.manner == "both" and right[0].isalpha() and not is_one
            return (left + right if both else left), guard
    if "=" in pieces:
        script = script[: pieces.index("=")]
    if r"\in" in pieces:
        script = script[: pieces.index(r"\in")]
    return index_list(r, script), ""


def series(r: LatexReader, parts: list[tuple[str, Value]]) -> str:
    r"""``a_1 + a_2 + \dots + a_K`` as a sum over all entries."""
    dots = r.tokens[r.place + 1]
    r.place += 3
    r.names.reads_ends = True
    try:
        last = r.product()
    finally:
        r.names.reads_ends = False
    terms = [value for sign, value in parts if sign.strip() in ("", "+")]
    if isinstance(last, str) and len(terms) == len(parts):
        for end in sorted(set(re.findall(r"[\[,]([A-Za-z])(?=[\],])", last))):
            place = re.compile(rf"(?<=[\[,]){end}(?=[\],])")
            named = [place.sub(str(n), last) for n in range(1, len(terms) + 1)]
            if terms == named:
                letter = r.names.spare_letter()
                return f"(sum_{{{letter}}} ({place.sub(letter, last)}))"
    raise r.error("dots are read only in a sum of all entries, a_1 + a_2 + \\dots + a_K", dots)
