r"""Forms of LaTeX with a meaning of their own: cases and indicators.

Conditions on indices become Kronecker deltas, so that cases are ordinary sums of products, and an
indicator of a label such as ``1\{y^{(i)} = k\}`` becomes an array that is one for one class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gory.notation.latex._arrays import Array, applied
from gory.notation.latex._extrema import argmax
from gory.notation.latex._scripts import GREEK, base, part_reader, scripts
from gory.notation.latex._tokens import OPENING, RELATIONS, Tex, closing
from gory.notation.latex._wholes import Value

if TYPE_CHECKING:
    from gory.notation.latex._reader import LatexReader

_ONES = (r"\mathbb", r"\mathbf", r"\mathds", r"\mathbbm", r"\mathrm", r"\boldsymbol", r"\bm")
_OTHERWISE = ("otherwise", "else", "ifnot", "elsewhere", "inallothercases")
_IF = ("if", "for", "when", "where", "whenever", "case")


def bracket(left: str, relation: str, right: str) -> str:
    """A condition on two indices as a factor."""
    if relation in (r"\neq", r"\ne"):
        return f"(1 - delta[{left},{right}])"
    if relation in ("=", r"\equiv"):
        return f"delta[{left},{right}]"
    signs = {r"\le": "<=", r"\leq": "<=", r"\ge": ">=", r"\geq": ">="}
    return f"[{left} {signs.get(relation, relation)} {right}]"


def indicator(r: LatexReader) -> Value | None:
    r"""``1\{i=k\}``, ``\mathbb{1}[i=k]``, ``\mathbf 1_{i=k}``, ``[i = k]``; or None."""
    start = r.place
    if r.peek() == "[" and _relation(r.tokens[r.place + 1 : closing(r.tokens, r.place)]):
        return condition(r, r.group())
    is_plain = r.peek() == "1" and (
        r.peek(1) in (r"\{", r"\lbrace") or _holds_relation(r, r.place + 1)
    )
    is_set = r.peek() in _ONES and _is_one(r)
    if not (is_plain or is_set):
        return None
    r.take()
    if is_set:
        r.argument()
    if r.peek() == "_":
        r.take()
        inner = [t for t in r.argument() if t.text not in (r"\{", r"\}")]
    elif r.peek() in OPENING:
        inner = r.group()
    else:
        r.place = start
        raise r.error("an indicator needs its condition, as in 1\\{i=k\\}")
    return condition(r, inner)


def _holds_relation(r: LatexReader, place: int) -> bool:
    """``(i = j)``, ``[i = j]`` or ``_{i = j}``, which behind a 1 is a condition."""
    place += place < len(r.tokens) and r.tokens[place].text == "_"
    end = closing(r.tokens, place) if place < len(r.tokens) else -1
    return end > 0 and _relation(r.tokens[place + 1 : end]) > 0


def _is_one(r: LatexReader) -> bool:
    inner = r.tokens[r.place + 1 : r.place + 4]
    pieces = [token.text for token in inner]
    return pieces[:1] in (["1"], ["I"]) or pieces in (["{", "1", "}"], ["{", "I", "}"])


def _relation(tokens: list[Tex]) -> int:
    """Where the relation of a condition stands; 0 where there is none."""
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token.text in OPENING) - (token.text in OPENING.values())
        if depth == 0 and token.text in RELATIONS:
            return place
    return 0


def condition(r: LatexReader, tokens: list[Tex]) -> Value:
    """A condition as a factor that is one or zero."""
    while tokens and tokens[0].text in ("(", "{") and closing(tokens, 0) == len(tokens) - 1:
        tokens = tokens[1:-1]
    place = _relation(tokens)
    if not place:
        raise r.error("a condition compares two sides", tokens[0] if tokens else None)
    left, relation, right = tokens[:place], tokens[place].text, tokens[place + 1 :]
    if relation == "=" and _is_index(r, left):
        letter = GREEK.get(left[0].text, left[0].text)
        if found := argmax(r, letter, right):
            return found
    if _is_index(r, left) and _is_index(r, right):
        sides = [GREEK.get(side[0].text, side[0].text) for side in (left, right)]
        r.names.letters.update(side for side in sides if not side.isdigit())
        return bracket(sides[0], relation, sides[1])
    if relation in ("=", r"\neq", r"\ne") and (label := _label(r, left, right)):
        return label if relation == "=" else f"(1 - {label})"
    signs = {
        r"\le": "<=",
        r"\leq": "<=",
        r"\ge": ">=",
        r"\geq": ">=",
        "=": "==",
        r"\neq": "!=",
        r"\ne": "!=",
    }
    sign, bound = signs.get(relation, relation), r.number(right)
    if isinstance(value := r.inside(left), Array):  # of every entry
        return applied(value, lambda entry: f"[{entry} {sign} {bound}]")
    return f"[{r.number(left)} {sign} {bound}]"


def _is_index(r: LatexReader, tokens: list[Tex]) -> bool:
    if len(tokens) != 1:
        return False
    token = tokens[0]
    is_known = GREEK.get(token.text, token.text) in r.names.letters
    return (token.is_number and token.text.isdigit()) or is_known


def _label(r: LatexReader, left: list[Tex], right: list[Tex]) -> str:
    """``y^{(i)} = k``: the entry of an array that is one for the class of the instance."""
    if not _is_index(r, right):
        left, right = right, left
    if not _is_index(r, right) or not left or not (left[0].is_letter or left[0].text in GREEK):
        return ""
    sub = part_reader(r, left)
    written = scripts(sub, base(sub), left[0])
    if sub.place < len(left) or written.power:
        return ""
    own = [i for i in (written.instance or r.names.instance(written.name),) if i]
    own += written.subscripts
    if written.name in r.names.label_names and own:
        return f"delta[{right[0].text},{written.name}[{','.join(own)}]]"
    name = f"{written.name}is"
    free = "klmc"[["k" in own, "l" in own, "m" in own, True].index(False) if "k" in own else 0]
    r.facts.add(f"sum_{free} {name}[{','.join([*own, free])}] = 1")
    return f"{name}[{','.join([*own, right[0].text])}]"


def cases(r: LatexReader) -> str:
    r"""``\begin{cases} a & i = j \\ b & i \neq j \end{cases}`` as a sum of products."""
    start = r.tokens[r.place]
    if not start.text.startswith(r"\begin{cases") and not start.text.startswith(r"\begin{dcases"):
        raise r.error(f"{start.text} is not among the environments that are read here", start)
    rows = _rows(r.group())
    terms, earlier = [], []
    for row in rows:
        value, when = _value_and_condition(r, row)
        if when is None:
            factor = " ".join(f"(1 - {one})" for one in earlier)
        else:
            factor = condition(r, when)
            if isinstance(factor, Array):
                raise r.error(f"{factor.shown} stands where a number is needed", when[0])
            earlier.append(factor)
        terms.append(f"({r.number(value)}) {factor}")
    return f"({' + '.join(terms)})"


def _rows(tokens: list[Tex]) -> list[list[Tex]]:
    rows: list[list[Tex]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text in OPENING or token.text.startswith(r"\begin{")) - (
            token.text in OPENING.values() or token.text.startswith(r"\end{")
        )
        if token.text == "\\\\" and depth == 0:
            rows.append([])
        else:
            rows[-1].append(token)
    return [row for row in rows if row]


def _value_and_condition(r: LatexReader, row: list[Tex]) -> tuple[list[Tex], list[Tex] | None]:
    """A row of cases; the condition is None for "otherwise"."""
    texts = [
        n
        for n, token in enumerate(row)
        if token.text in (r"\text", r"\mbox", r"\textrm", r"\mathrm")
    ]
    marks = [n for n, token in enumerate(row) if token.text == "&"] or texts
    if not marks:
        raise r.error("a row of cases has no condition", row[0])
    value = row[: marks[0]]
    while value and value[-1].text in (",", ";", r"\quad", r"\qquad"):
        value = value[:-1]
    when: list[Tex] = []
    words = ""
    rest = part_reader(r, [t for t in row[marks[0] :] if t.text not in ("&", r"\quad", r"\qquad")])
    while rest.peek():
        if rest.peek() in (r"\text", r"\mbox", r"\textrm", r"\mathrm") and rest.peek(1) == "{":
            rest.take()
            inner = rest.group()
            words += "".join(t.text for t in inner if t.text != "$").lower().strip(",.")
            dollar = [n for n, t in enumerate(inner) if t.text == "$"]
            when += inner[dollar[0] + 1 : dollar[-1]] if len(dollar) > 1 else []
        else:
            when.append(rest.take())
    while when and when[-1].text in (".", ",", ";"):
        when.pop()
    if words in _OTHERWISE or "otherwise" in words:
        return value, None
    return value, when
