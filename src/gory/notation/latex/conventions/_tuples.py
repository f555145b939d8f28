r"""``x = (1, x_1, \ldots, x_n)^T``: a vector by its entries, some of them constant."""

from __future__ import annotations

import re

from gory.notation._errors import NotationError
from gory.notation.latex._names import Names
from gory.notation.latex._reader import LatexReader
from gory.notation.latex._scripts import GREEK, Written, base, scripts
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing

LONGEST_NUMBER = 20  # signs of an entry
_FUNCTION = re.compile(r"\b(?:log|exp|sqrt)\b")
_LETTER = re.compile(r"[A-Za-z]")
_ROWS = (r"\begin{pmatrix}", r"\begin{bmatrix}", r"\begin{smallmatrix}", r"\begin{matrix}")


def tuple_facts(text: str, statement: LatexStatement, names: Names) -> list[str] | None:
    """The constant entries that a tuple declares, as facts; None if the statement is no tuple."""
    if len(statement.sides) != 2 or statement.relations[1] != "=":
        return None
    left, right = statement.sides
    name = whole_name(text, left, names)
    if name is None or name.subscripts or not right:
        return None
    end = closing(right, 0)
    opens = right[0].text in ("(", "[") or right[0].text in _ROWS
    if (
        not opens
        or end < 0
        or any(t.text not in ("^", "{", "}", "T", r"\top") for t in right[end + 1 :])
    ):
        return None
    entries = _entries(right[1:end])
    if len(entries) < 2:
        return None
    if all(_number(text, entry, names) for entry in entries):
        names.valued.add(name.name)
    return _constants(text, name, entries, names)


def tuple_numbers(
    text: str, statement: LatexStatement, names: Names
) -> tuple[str, tuple[str, ...], int] | None:
    """The name and the entries of a tuple of numbers, in the paper language, and how many stand in
    a row of a matrix.
    """
    name = whole_name(text, statement.sides[0], names)
    right = statement.sides[1]
    end = closing(right, 0)
    if name is None or name.instance or name.is_transposed or end < 0:
        return None
    shown = [_number(text, entry, names) for entry in _entries(right[1:end])]
    columns = columns_of(right[1:end])
    is_full = not columns or len(shown) % columns == 0
    return (name.name, tuple(shown), columns) if all(shown) and is_full else None


def columns_of(inner: list[Tex]) -> int:
    """How many entries stand in a row, if there are several and several rows; else 0."""
    signs = [t.text for t in inner]
    if "&" not in signs or "\\\\" not in signs:
        return 0
    return signs[: signs.index("\\\\")].count("&") + 1


def listed_numbers(text: str, side: list[Tex], names: Names) -> tuple[tuple[str, ...], int]:
    """The entries of a row, a column or a matrix of numbers, in the paper language, and how many
    stand in a row of a matrix; none if it is none.
    """
    opens = bool(side) and (side[0].text in ("(", "[") or side[0].text in _ROWS)
    end = closing(side, 0) if opens else -1
    turned = ("^", "{", "}", "T", r"\top", r"\mathsf", r"\mathrm", r"\intercal")
    if end < 0 or any(t.text not in turned for t in side[end + 1 :]):
        return (), 0
    inner = side[1:end]
    if any(t.is_name or t.text in GREEK for t in inner):  # to read them would teach what they are
        return (), 0
    shown = [_number(text, entry, names) for entry in _entries(inner)]
    columns = columns_of(inner)
    is_full = len(shown) > 1 and all(shown) and (not columns or len(shown) % columns == 0)
    return (tuple(shown), columns) if is_full else ((), 0)


def _number(text: str, entry: list[Tex], names: Names) -> str:
    r"""An entry in the paper language if it is a number, ``-0.5``, ``\ln 2``, or ""."""
    plain = "".join(token.text for token in entry)
    if re.fullmatch(r"[-+]?\d+(?:\.\d+)?(?:/\d+)?", plain):
        return plain.removeprefix("+")
    if len(entry) > LONGEST_NUMBER:
        return ""
    r = LatexReader(text, entry, names)
    try:
        value = r.expression()
    except NotationError:
        return ""
    is_number = isinstance(value, str) and not _LETTER.search(_FUNCTION.sub("", value))
    return str(value) if is_number and r.place == len(entry) else ""


def whole_name(text: str, tokens: list[Tex], names: Names) -> Written | None:
    """A name with its scripts, if that is all there is."""
    if not tokens:
        return None
    r = LatexReader(text, tokens, names)
    try:
        found = scripts(r, base(r), tokens[0])
    except NotationError:
        return None
    return found if r.place == len(tokens) and not found.power else None


def _entries(tokens: list[Tex]) -> list[list[Tex]]:
    found: list[list[Tex]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text in ("{", "(", "[")) - (token.text in ("}", ")", "]"))
        if depth == 0 and token.text in (",", "\\\\", "&", ";"):
            found.append([])
        else:
            found[-1].append(token)
    return [entry for entry in found if entry]


def _constants(text: str, name: Written, entries: list[list[Tex]], names: Names) -> list[str]:
    """Where one entry says its own number, the numbers among the others are constant entries."""
    low = None
    for place, entry in enumerate(entries):
        one = whole_name(text, entry, names)
        if one is None or one.name != name.name or len(one.subscripts) != 1:
            continue
        low = int(one.subscripts[0]) - place if one.subscripts[0].isdigit() else None
        break
    if low is None:
        return []
    instance = name.instance or names.instance(name.name)
    found = []
    for place, entry in enumerate(entries):
        if len(entry) == 1 and entry[0].text.isdigit():
            indices = [*([instance] if instance else []), str(place + low)]
            found.append(f"{name.name}[{','.join(indices)}] = {entry[0].text}")
    return found
