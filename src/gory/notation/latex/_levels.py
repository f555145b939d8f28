r"""Both sides of an equation with the same indices: where one is a vector or matrix, all are.

``\nabla_z L = p - y`` becomes an equation between the entries of both sides. Sides that have
different numbers of axes cannot be compared, and that is said rather than guessed away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gory.notation._errors import ShapeError
from gory.notation.latex._arrays import Array, Letters, transposed
from gory.notation.latex._names import Names
from gory.notation.latex._tokens import Tex
from gory.notation.latex._wholes import (
    USUALLY_NUMBERS,
    Bare,
    Slope,
    Value,
    is_numbered,
    is_numbered_matrix,
    lifted,
    usual_axes,
)

MOST_LETTERS = 14
FAR = ", the sum or function taken as far as it can reach"
TURNED = ", in the layout of derivatives that is the transpose"
COEFFICIENTS = frozenset(("lambda", "alpha", "eta", "epsilon", "tau", "gamma", "rho", "kappa"))
_OF_A_NAME = re.compile(r"(?:sigmoid|tanh|relu|softplus|exp|sin)\(([a-z]\w*)\)")
_OF_A_NUMBERED = re.compile(
    r"\(?(?:sigmoid|tanh|relu|softplus|exp|max)\((?:0, ?)?([A-Z]\w*)\[\d\](?:, ?0)?\)\)?"
)
_BY_AN_ENTRY = re.compile(r"d\(\w+, (\w+)\[([a-z](?:,[a-z])*)\]\)")
_KINDS = ("a number", "a vector", "a matrix")


@dataclass(frozen=True)
class Level:
    """What the sides of one equation have in common."""

    axes: int
    letters: Letters
    turns: bool  # a derivative in one of two layouts


def learn(names: Names, values: Sequence[Value]) -> None:
    """A name that is equal to an array is one."""
    axes = {value.axes for value in values if isinstance(value, Array)}
    if len(axes) != 1:
        return
    is_row = not any(value.rows for value in values if isinstance(value, Array))
    for value in values if max(axes) == 1 else ():
        match = _OF_A_NAME.fullmatch(value) if isinstance(value, str) else None
        if match and not names.of(match[1]).is_number and match[1] not in COEFFICIENTS:
            names.of(match[1]).learn(1)  # h = tanh(a)
    for name in (one for value in values for one in _numbered(names, value)) if axes == {2} else ():
        names.labels.add(name)  # H = tanh(Z_1)
        names.of(name).learn(3)
    for value in values:
        if isinstance(value, Slope) and usual_axes(value.written) > max(axes):
            continue  # a matrix is not told from one side that looks like a vector
        if is_row and isinstance(value, Bare) and value.written.name in USUALLY_NUMBERS:
            continue  # J = y^T log h, before it is known that h is a vector
        if isinstance(value, Bare | Slope) and is_undecided(names, value):
            is_step = isinstance(value, Slope) and names.is_at_step(value.written.subscripts)
            lifted(names, value.written, 1 if is_step else max(axes))


def _numbered(names: Names, value: Value) -> list[str]:
    """``Z_1`` alone in a function, where only numbers stand below Z."""
    match = _OF_A_NUMBERED.fullmatch(value) if isinstance(value, str) else None
    return [match[1]] if match and names.of(match[1]).is_labelled else []


def is_undecided(names: Names, value: Bare | Slope) -> bool:
    """Whether a name may still turn out to be an array: no index is written on it."""
    name = value.written.name
    is_coefficient = name in COEFFICIENTS and not (names.axes(name) or name in names.defined)
    is_number = names.of(name).is_number or is_coefficient
    is_entry = value.written.subscripts and not names.is_at_step(value.written.subscripts)
    is_entry = is_entry and not is_numbered_matrix(names, value.written)
    is_entry = is_entry and not is_numbered(names, value.written)
    return not (is_entry or is_number)


def level_of(names: Names, values: Sequence[Value]) -> Level:
    """The axes and letters of an equation."""
    arrays = [value for value in values if isinstance(value, Array)]
    axes = arrays[0].axes if arrays and not _is_by_an_entry(names, values[0]) else 0
    slopes = [array.slope[0] for array in arrays if array.slope[0]]
    if names.has_rows:  # a gradient has the shape of its variable; Jacobians may be transposed
        slopes = [of for of in slopes if names.axes(of) or of in ("", "?")]
    turns = axes == 2 and bool(slopes) and not names.one_layout
    return Level(axes, tuple(names.spare_letters(MOST_LETTERS)), turns)


def _is_by_an_entry(names: Names, value: Value) -> bool:
    r"""``\partial f / \partial w_j`` of a vector w is a number, whatever it is said to be."""
    match = _BY_AN_ENTRY.fullmatch(value) if isinstance(value, str) else None
    return match is not None and names.axes(match[1]) == len(match[2].split(","))


def texts(names: Names, level: Level, value: Value) -> list[tuple[str, str]]:
    """A side as text of the paper language with a remark: as it stands, and transposed where the
    layout is open.
    """
    if isinstance(value, Bare | Slope) and level.axes and is_undecided(names, value):
        own = lifted(names, value.written, level.axes)
        if not isinstance(value, Slope):
            value = own
    if not level.axes and isinstance(value, Array):
        raise ShapeError(f"one side is {_KINDS[0]}, the other {_KINDS[value.axes]}")
    if not level.axes:
        return [(str(value), "")]
    if isinstance(value, str):
        if re.fullmatch(r"[-\d(). ]+", value):
            return [(value, "")]
        raise ShapeError(f"one side is {_KINDS[level.axes]}, the other a number")
    if value.axes != level.axes:
        raise ShapeError(f"one side is {_KINDS[level.axes]}, the other {_KINDS[value.axes]}")
    if names.has_rows and not names.columns and value.shown == "a column":
        raise ShapeError("a column stands where all vectors are rows")
    found = [(value.entry(level.letters), "")]
    if level.turns and value.axes == 2:
        found.append((transposed(value).entry(level.letters), TURNED))
    return found


def declare(names: Names, name: str, subscripts: int, space: Sequence[Tex]) -> None:
    r"""What ``W \in \mathbb{R}^{K \times D}`` says about W."""
    pieces = [token.text for token in space if token.text not in ("{", "}")]
    start = next((n for n, piece in enumerate(pieces) if piece in ("R", "\u211d")), -1)
    usage = names.of(name)
    if pieces[:1] == [r"\{"] and pieces[-1:] == [r"\}"]:
        names.domains[name] = "".join(pieces)
    if start < 0:
        if pieces[:4] == [r"\{", "0", ",", "1"] and "^" in pieces:
            start = pieces.index("^") - 1
        else:
            return
    rest = pieces[start + 1 :]
    if rest[:1] != ["^"]:
        usage.is_number = not rest and not subscripts
        return
    sizes = " ".join(rest[1:]).split(r"\times")
    sizes = [size.strip() for size in sizes if size.strip()]
    names.has_rows |= len(sizes) > 1 and sizes[0] == "1"
    if len(sizes) > 1 and sizes[1] == "1":
        names.columns.add(name)
    sizes = [size for size in sizes if size != "1"]
    usage.declared = subscripts + len(sizes)
    usage.learn(usage.declared)
    for place, size in enumerate(sizes):
        if re.fullmatch(r"[A-Z]", size):
            names.sizes[name, subscripts + place] = size
