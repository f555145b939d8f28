r"""Names that stand for whole vectors and matrices: which they are, and how they combine.

A name that has two indices somewhere and none here is a matrix here. Where a text never writes an
index, what surrounds a name says what it is: a transpose, ``\nabla``, a product with something
known, the space that it is declared to be in. What is learnt is kept in `Names`, and the text is
read until nothing more is learnt. A name of which nothing is known is a number.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING, TypeGuard

from gory.notation._errors import NotationError, ShapeError
from gory.notation.latex._arrays import (
    Array,
    applied,
    as_column,
    diagonal,
    entrywise,
    log_sum_exp,
    product,
    running,
    scaled,
    softmax,
    trace,
    transposed,
)
from gory.notation.latex._names import Names
from gory.notation.latex._scripts import Written, entry, own_instance, scripts

if TYPE_CHECKING:
    from gory.notation.latex._reader import LatexReader

_NUMBERS = """
alpha lambda eta epsilon tau gamma rho kappa N K D M n m d k c J L E C ell loss cost lr
"""
USUALLY_NUMBERS = frozenset(_NUMBERS.split())
MULTIPLE = "may stand for a multiple of the identity"
_FUNCTIONS = frozenset(("softmax", "lse", "logsumexp", "diag", "tr", "trace", "Tr", "Diag"))


class Bare(str):
    """A name as text, alone; in a product or sum with arrays it may turn out to be one."""

    __slots__ = ("written",)
    written: Written

    def __new__(cls, text: str, written: Written) -> Bare:
        made = super().__new__(cls, text)
        made.written = written
        return made


class Slope(str):
    """A derivative by a name of which it is not known yet what it is."""

    __slots__ = ("written",)
    written: Written

    def __new__(cls, text: str, written: Written) -> Slope:
        made = super().__new__(cls, text)
        made.written = written
        return made


Value = str | Array


def in_brackets(value: Value) -> Value:
    """A name and an array are closed already."""
    return value if isinstance(value, Array | Bare) else f"({value})"


# -- what a name is -----------------------------------------------------------------------------


def hidden_axes(names: Names, written: Written) -> int:
    """The indices that a name has and that are not written here."""
    usage = names.of(written.name)
    if not written.subscripts and usage.is_labelled and not names.has_arrays:
        names.labels.add(written.name)  # x and x_0 are two numbers
        return 0
    known = max(names.axes(written.name), usage.declared, names.axes_of_siblings(written.name))
    return max(known - len(written.subscripts), 0)


def apart(written: Written) -> Written:
    """A name with fewer indices than elsewhere as a name of its own."""
    return replace(written, name=f"{written.name}{'short' if written.subscripts else 'bare'}")


def usual_axes(written: Written) -> int:
    """By convention: a matrix has a capital, a vector has not."""
    return 2 if written.name[0].isupper() and not written.subscripts else 1


def is_numbered_matrix(names: Names, written: Written) -> bool:
    """``W_1`` beside ``W_2``: a capital below which only numbers stand."""
    is_labelled = bool(written.subscripts) and names.of(written.name).is_labelled
    return is_labelled and written.name[0].isupper() and len(written.subscripts) == 1


def is_numbered(names: Names, written: Written) -> bool:
    """``z_1`` beside ``z_2``, of a z that never stands alone: two vectors, if a vector is one."""
    if not written.subscripts:
        return written.name[-1].isdigit() and written.name.rstrip("0123456789") in names.labels
    usage = names.of(written.name)
    return usage.is_labelled and not usage.subscripts[0] and len(written.subscripts) == 1


def lifted(names: Names, written: Written, axes: int = 0) -> Array:
    """A name as an array; what is learnt about it by that is kept."""
    usage = names.of(written.name)
    usual = 2 if is_numbered_matrix(names, written) else usual_axes(written)
    hidden = hidden_axes(names, written) or axes or usual
    if hidden > 2:
        raise NotationError(f"{written.name} has {hidden} indices more than are written here")
    if written.subscripts and usage.is_labelled:
        names.labels.add(written.name)  # W_1 and W_2 are two matrices
    usage.learn(len(written.subscripts) + hidden)
    is_unit = names.has_units and written.name == "e" and "e" not in names.defined
    if is_unit and hidden == 1 and len(written.subscripts) == 1:
        return _unit(names, written.subscripts[0])
    if (letter := names.true_classes.get(written.name)) and not written.subscripts and hidden == 1:
        return _unit(names, letter)
    own = own_instance(names, written)
    first = (*([own] if own else []), *written.subscripts)

    def write(row: str, column: str, _free: tuple[str, ...]) -> str:
        indices = (*first, *(letter for letter in (row, column) if letter))
        return f"{written.name}[{','.join(indices)}]"

    is_row = names.has_rows and hidden == 1 and written.name not in names.columns
    return Array(not is_row, hidden == 2 or is_row, write)


def _unit(names: Names, letter: str) -> Array:
    """The unit vector of a class, a row where all vectors are."""
    made = Array(True, False, lambda r, _c, _free: f"delta[{r},{letter}]")
    return transposed(made) if names.has_rows else made


def is_number(names: Names, value: Value) -> bool:
    """Whether a value is known, or by habit, a number."""
    if isinstance(value, Array):
        return False
    if not isinstance(value, Bare):
        return True
    usage = names.of(value.written.name)
    return usage.is_number or (value.written.name in USUALLY_NUMBERS and not usage.declared)


def is_open(value: Value, names: Names) -> TypeGuard[Bare]:
    """Whether a value is a name without any index, which may be an array beside one."""
    if not isinstance(value, Bare):
        return False
    is_label = names.of(value.written.name).is_labelled or names.is_at_step(
        value.written.subscripts
    )
    if value.written.subscripts and not is_label:
        return False  # b_1 and b_2 may be two vectors, h_t and h_{t-1} too
    return not is_number(names, value)


def is_unit_vector(value: Value, names: Names) -> TypeGuard[Bare]:
    """Whether a value is ``e_c``, the column c of the identity."""
    if not isinstance(value, Bare) or value.written.name != "e" or "e" in names.defined:
        return False
    return names.has_units and len(value.written.subscripts) == 1


# -- combining ----------------------------------------------------------------------------------


def multiplied(names: Names, parts: list[Value]) -> Value:
    """A product of numbers and arrays, from the left."""
    numbers: list[str] = []
    whole: Array | None = None
    for place, part in enumerate(parts):
        if whole is not None and whole.cols and isinstance(part, Bare):
            is_one = is_number(names, part) and not _is_counted(names, part)
            is_one |= _is_weight(names, part, whole, parts[place - 1])
            part = part if is_one else lifted(names, part.written)
        elif isinstance(part, Bare) and _stands_before_array(names, parts, place):
            part = lifted(names, part.written)
        if isinstance(part, str):
            numbers.append(part)
        else:
            whole = part if whole is None else product(whole, part)
            if not whole.axes:
                numbers.append(number_of(names, whole))
                whole = None
    if whole is None:
        return " ".join(numbers)
    return scaled(whole, " ".join(numbers)) if numbers else whole


def starred(names: Names, parts: list[Value], stars: list[int]) -> Value:
    """A product with stars, as typed: entry by entry, if it can be none of matrices."""
    try:
        return multiplied(names, parts)
    except ShapeError:
        if len(stars) == 1:
            raise
    groups = [parts[start:end] for start, end in pairwise([*stars, len(parts)])]
    found = [own[0] if len(own) == 1 else multiplied(names, own) for own in groups]
    return reduce(lambda a, b: hadamard(names, a, b), found)


def _is_weight(names: Names, part: Bare, whole: Array, before: Value) -> bool:
    """``x_i x_i^T p_i``: an entry that the text computes, behind an outer product, is a number."""
    is_outer = whole.rows and isinstance(before, Array) and before.cols and not before.rows
    known = names.axes(part.written.name) <= len(part.written.subscripts)
    return bool(is_outer and known and part.written.subscripts) and (
        part.written.name in names.defined
    )


def _is_counted(names: Names, part: Bare) -> bool:
    """``c_j`` behind a transposed vector: c counts something, but what has an index does not."""
    usage = names.of(part.written.name)
    return bool(part.written.subscripts) and part.written.name in "cdkmn" and not usage.is_number


def _stands_before_array(names: Names, parts: list[Value], place: int) -> bool:
    """``A x``: a capital before a column is a matrix."""
    part = parts[place]
    if not isinstance(part, Bare) or is_number(names, part) or place + 1 == len(parts):
        return False
    following = parts[place + 1]
    if isinstance(following, Array) and not following.rows:  # x y^T
        behind = parts[place + 2] if place + 2 < len(parts) else ""
        closes = isinstance(behind, Array) or (
            isinstance(behind, Bare) and not is_number(names, behind)
        )
        if closes and not names.axes(part.written.name):  # y w^T x, a number times a number
            return False
        return usual_axes(part.written) == 1 and not part.written.subscripts
    is_array = isinstance(following, Array)
    is_matrix = isinstance(following, Array) and following.rows and following.cols
    if names.has_rows and is_matrix and is_numbered(names, part.written):
        return usual_axes(part.written) == 1  # \delta_2 W_2^T, where all vectors are rows
    if isinstance(following, Bare) and names.hopeful and names.has_rows:  # x W
        own, other = part.written, following.written
        is_plain = not own.subscripts and not other.subscripts
        if is_plain and usual_axes(own) == 1 and usual_axes(other) == 2:
            return not is_number(names, following)
    if isinstance(following, Bare) and names.hopeful and not is_number(names, following):
        is_array = not following.written.subscripts or names.is_at_step(
            following.written.subscripts
        )
    return is_array and (usual_axes(part.written) == 2 or is_numbered_matrix(names, part.written))


def number_of(names: Names, whole: Array) -> str:
    """A product without axes as text."""
    return whole.entry(tuple(names.spare_letters(14)[2:]))


def added(names: Names, parts: list[tuple[str, Value]]) -> Value:
    """A sum of terms with their signs; numbers are added to every entry."""
    arrays = [value for _, value in parts if isinstance(value, Array)]
    if not arrays:
        return "".join(f"{sign}{value}" for sign, value in parts).strip()
    axes = arrays[0].axes
    found: Array | None = None
    for sign, value in parts:
        mark = sign.strip() or "+"
        if is_open(value, names) or (axes == 1 and is_unit_vector(value, names)):
            value = lifted(names, value.written, axes)
        if isinstance(value, str):
            number = value
            if axes == 2 and re.search(r"[A-Za-z]", value):
                names.doubts.add(f"{value} {MULTIPLE}")
            value = applied(arrays[0], lambda _entry, n=number: f"({n})")
        if found is None:
            found = applied(value, lambda e: f"(-{e})") if mark == "-" else value
        else:
            found = entrywise(found, value, mark)
    if found is None:
        raise NotationError("an empty sum")
    return found


def hadamard(names: Names, a: Value, b: Value, sign: str = "") -> Value:
    r"""``a \odot b`` and, with a sign, the quotient of all entries."""
    if isinstance(a, str) and isinstance(b, str):
        return f"{a} {sign} {b}" if sign else f"{a} {b}"
    if isinstance(b, Array) and is_open(a, names):
        a = lifted(names, a.written, b.axes)
    if isinstance(a, Array) and is_open(b, names):
        b = lifted(names, b.written, a.axes)
    if isinstance(a, str) and isinstance(b, Array):
        return applied(b, lambda e, n=a: f"({n} {sign} {e})")
    if isinstance(b, str) and isinstance(a, Array):
        return applied(a, lambda e, n=b: f"({e} {sign} {n})")
    if isinstance(a, Array) and isinstance(b, Array):
        return entrywise(a, b, sign)
    raise NotationError("these are not combined entry by entry")


def powered(names: Names, base: Value, exponent: str) -> Value:
    if isinstance(base, Array):
        if base.axes > 1:
            raise NotationError("the power of a matrix is not read; write it with indices")
        return applied(base, lambda entry: f"({entry})^({exponent})")
    return f"({base})^({exponent})"


def turned(names: Names, value: Value) -> Value:
    """The transpose."""
    names.matrices = True
    names.learn_vectors(str(value), USUALLY_NUMBERS)
    if isinstance(value, Bare) and not names.of(value.written.name).is_number:
        value = lifted(names, value.written)
    return transposed(value) if isinstance(value, Array) else value


def _whole_argument(r: LatexReader) -> Value:
    """What stands in the bracket: an array, if it can be one, as in ``softmax(W x + b)``."""
    place, hoped = r.place, r.names.hopeful
    argument = r.inside(r.group())
    if isinstance(argument, str) and not hoped:
        r.place, r.names.hopeful = place, True
        try:
            argument = r.inside(r.group())
        finally:
            r.names.hopeful = hoped
    return argument


def whole_function(r: LatexReader, word: str) -> Value:
    r"""``softmax(z)_k``, ``\operatorname{LSE}(z)``, ``diag(s)``, ``tr(A)``."""
    token = r.tokens[r.place]
    r.names.matrices = True
    r.skip_word()
    written = scripts(r, word, token) if r.peek() == "_" else Written(word, token)
    if r.peek() in ("(", "["):
        argument = _whole_argument(r)
    elif word in ("diag", "Diag", "tr", "Tr", "trace") and r.peek():
        argument = r.factor()
    else:
        raise r.error(f"{word} is read with its argument in brackets", token)
    if r.peek() == "_":
        written = scripts(r, word, token)
    if written.primes or written.instance:
        raise r.error(f"{word} has a sign behind its argument that is not read", token)
    is_trace = word in ("tr", "Tr", "trace")
    if isinstance(argument, Bare):
        argument = lifted(r.names, argument.written, 2 if is_trace else 0)
    if isinstance(argument, str):
        argument = running(argument, word)
    if is_trace:
        return number_of(r.names, trace(argument))
    if word in ("diag", "Diag"):
        return diagonal(argument)
    if word != "softmax":
        return number_of(r.names, log_sum_exp(argument))
    found = picked(r, softmax(argument), list(written.subscripts))
    return powered(r.names, found, written.power) if written.power else found


def is_whole_function(word: str) -> bool:
    return word in _FUNCTIONS or word.lower() in _FUNCTIONS


def picked(r: LatexReader, array: Array, indices: list[str]) -> Value:
    """``(W x)_k``: an entry; the array itself where no index is written."""
    if not indices:
        return array
    column = as_column(array)
    if len(indices) == 1 and column.axes == 2:
        r.doubts.add("an index behind a matrix may be that of a column")
        return Array(True, False, lambda row, _, free: array.write(indices[0], row, free))
    if len(indices) != column.axes:
        raise r.error(f"{array.shown} has {'one index' if column.axes == 1 else 'two indices'}")
    free = tuple(r.names.spare_letters(14)[2:])
    return f"({column.write(indices[0], indices[1] if len(indices) > 1 else '', free)})"


def entry_text(r: LatexReader, written: Written) -> Value:
    """A name: the entry that is written, or the array where indices are not."""
    hidden = hidden_axes(r.names, written)
    if hidden and r.names.tells_apart(written.name):
        own = apart(written)
        return Bare(entry(r, own), own)
    if hidden and not (hidden == 1 and len(written.subscripts) == 0 and written.is_split):
        return lifted(r.names, written)
    return Bare(entry(r, written), written)
