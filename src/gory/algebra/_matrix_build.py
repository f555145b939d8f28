"""Building matrix notation without clutter: products are flat, an elementwise product with
reciprocals is a quotient, and what all terms of a sum share stands in front of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gory.notation import ONE, Expr, Index, Size


@dataclass(frozen=True, slots=True)
class Matrix:
    """A node of matrix notation.

    ``kind`` is one of name, scalar, ones, unit (the vector e_n), identity, transpose, product,
    hadamard, quotient and elementwise power, kronecker, diag, trace, apply, bracket (of Iverson,
    its relation is the ``label``), group (a scalar in brackets), reciprocal and power (of scalars),
    over (a sum over the index ``label``), sum; ``parts`` are the operands, and for a sum ``signs``
    go with them.
    """

    kind: str
    parts: tuple[Matrix, ...] = ()
    label: str = ""
    signs: tuple[int, ...] = ()
    value: Expr | None = None  # of a scalar; the exponent of a power, the size of a unit vector
    axes: int = 0  # of a name, of ones


class NoMatrixFormError(Exception):
    """The expression has no matrix form that is known here."""


UNIT = Matrix("scalar", value=ONE)
_ALL_ONES = Matrix("ones", axes=2)  # as many as are needed


def walk_matrix(form: Matrix) -> list[Matrix]:
    return [form, *(x for part in form.parts for x in walk_matrix(part))]


def is_scalar(form: Matrix) -> bool:
    """Whether a form is a single number, as far as its kind tells."""
    if form.kind in ("apply", "bracket", "product"):
        return all(map(is_scalar, form.parts))
    return form.kind in ("scalar", "group", "trace", "reciprocal", "power")


def product(parts: Sequence[Matrix]) -> Matrix:
    flat: list[Matrix] = []
    for part in parts:
        flat.extend(part.parts if part.kind == "product" else (part,))
    flat = [part for part in flat if part != UNIT] or [UNIT]
    return flat[0] if len(flat) == 1 else Matrix("product", tuple(flat))


def unit(index: Index) -> Matrix:
    """The unit vector of a literal index, which picks a column or an entry."""
    return Matrix("unit", label=index.name, value=Size(index.range))


def transposed(form: Matrix) -> Matrix:
    if is_scalar(form) or form.kind in ("diag", "identity") or form == _ALL_ONES:
        return form
    match form.kind:
        case "transpose":
            return form.parts[0]
        case "product":
            return Matrix("product", tuple(transposed(p) for p in reversed(form.parts)))
        case "sum" if _is_symmetric(form):
            return form
        case "hadamard" | "bracket":
            inside = replace(form, parts=tuple(map(transposed, form.parts)))
            if len(walk_matrix(inside)) <= len(walk_matrix(form)):
                return inside
    return Matrix("transpose", (form,))


def _is_symmetric(form: Matrix) -> bool:
    """Whether every term of a sum has its transpose beside it."""
    turned = zip(map(transposed, form.parts), form.signs, strict=True)
    return set(turned) == set(zip(form.parts, form.signs, strict=True))


def hadamard(parts: Sequence[Matrix]) -> Matrix:
    """The elementwise product; with reciprocals among its parts, a quotient."""
    if not parts:
        raise NoMatrixFormError
    below = [part.parts[1] for part in parts if _is_one_over(part)]
    above = [part for part in parts if not _is_one_over(part)] or [parts[0].parts[0]]
    if below:
        return Matrix("quotient", (hadamard(above), hadamard(below)))
    flat: list[Matrix] = []
    for part in parts:
        flat.extend(part.parts if part.kind == "hadamard" else (part,))
    if len(flat) == 1:
        return flat[0]
    return Matrix("hadamard", tuple(map(_with_plain_ones, flat)))


def one_over(form: Matrix, axes: int) -> Matrix:
    """The elementwise reciprocal of an array."""
    return Matrix("quotient", (Matrix("ones", axes=axes), form))


def _is_one_over(form: Matrix) -> bool:
    return form.kind == "quotient" and form.parts[0].kind == "ones"


def _with_plain_ones(form: Matrix) -> Matrix:
    """Beside ``⊙`` a matrix of ones is written 1, as a vector of ones is: (1 - H ⊙ H) ⊙ R."""
    if form.kind != "sum":
        return form
    parts = tuple(_ALL_ONES if _is_all_ones(p) else p for p in form.parts)
    return Matrix("sum", parts, signs=form.signs)


def _is_all_ones(form: Matrix) -> bool:
    return form.kind == "product" and all(
        part.kind == "ones" or (part.kind == "transpose" and part.parts[0].kind == "ones")
        for part in form.parts
    )


def scalars_apart(form: Matrix) -> tuple[list[Matrix], Matrix]:
    """The scalar factors of a product, and the rest of it."""
    parts = form.parts if form.kind == "product" else (form,)
    rest = [part for part in parts if not is_scalar(part)]
    if not rest:
        return [], form
    return [part for part in parts if is_scalar(part)], product(rest)


def sum_of_arrays(parts: Sequence[Matrix], signs: Sequence[int]) -> Matrix:
    """A sum of vectors or of matrices; scalar factors of all terms stand in front of it."""
    scalars, rests = zip(*map(scalars_apart, parts), strict=True)
    common, others = [], [list(own) for own in scalars]
    for factor in scalars[0]:
        if all(factor in own for own in others):
            common.append(factor)
            for own in others:
                own.remove(factor)
    terms = [product([*own, rest]) for own, rest in zip(others, rests, strict=True)]
    column = _shared_column(terms)
    if column is not None:
        terms = [product(term.parts[:-1]) for term in terms]
    columns = [column] if column is not None else []
    return product([*common, summed(terms, signs), *columns])


def _shared_column(terms: Sequence[Matrix]) -> Matrix | None:
    """e_1 where all terms are of that column: H e_1 - Y e_1 is (H - Y) e_1."""
    ends = [term.parts[-1] for term in terms if term.kind == "product"]
    if len(ends) < len(terms) or {end.kind for end in ends} != {"unit"}:
        return None
    return ends[0] if len({end.label for end in ends}) == 1 else None


def summed(parts: Sequence[Matrix], signs: Sequence[int]) -> Matrix:
    """A sum; sums among its parts are opened."""
    flat: list[tuple[Matrix, int]] = []
    for part, sign in zip(parts, signs, strict=True):
        if part.kind == "sum":
            flat += [(one, sign * own) for one, own in zip(part.parts, part.signs, strict=True)]
        else:
            flat.append((part, sign))
    return Matrix("sum", tuple(part for part, _ in flat), signs=tuple(sign for _, sign in flat))


def negative(form: Matrix) -> Matrix:
    """The form with a minus; in a sum, what is positive then comes first."""
    if form.kind != "sum":
        return Matrix("sum", (form,), signs=(-1,))
    turned = sorted(
        ((-sign, part) for sign, part in zip(form.signs, form.parts, strict=True)),
        key=lambda pair: -pair[0],
    )
    return Matrix("sum", tuple(p for _, p in turned), signs=tuple(s for s, _ in turned))


def drawn_out(form: Matrix) -> Matrix:
    """``diag(s) (W - 1 sᵀ W)`` as ``(diag(s) - s sᵀ) W``, and ``diag(s) (1 sᵀ + t (I - 1 sᵀ))`` as
    ``s sᵀ + t (diag(s) - s sᵀ)``; the same from the right.
    """
    left = _drawn_out(form) or _drawn_in(form) or form
    turned = _turned(left)
    right = _drawn_out(turned) or _drawn_in(turned)
    return _turned(right) if right is not None else left


def _turned(form: Matrix) -> Matrix:
    """The transpose of a product, drawn into its sums."""
    if form.kind != "product":
        return form
    parts = (
        Matrix("sum", tuple(map(transposed, part.parts)), signs=part.signs)
        if part.kind == "sum"
        else transposed(part)
        for part in reversed(form.parts)
    )
    return Matrix("product", tuple(parts))


def _drawn_out(form: Matrix) -> Matrix | None:
    parts = form.parts if form.kind == "product" else ()
    for place, (one, two) in enumerate(pairwise(parts)):
        if one.kind != "diag" or two.kind != "sum":
            continue
        terms = [_on_the_left(one, term) for term in two.parts]
        ends = {term.parts[-1] for term in terms}
        if len(ends) == 1 and any(term.parts[0].kind != "diag" for term in terms):
            front = tuple(product(term.parts[:-1]) for term in terms)
            bracket = Matrix("sum", front, signs=two.signs)
            return product([*parts[:place], bracket, *ends, *parts[place + 2 :]])
    return None


def _drawn_in(form: Matrix) -> Matrix | None:
    """A diagonal matrix drawn into the sum behind it, where that is no longer."""
    parts = form.parts if form.kind == "product" else ()
    for place, (one, two) in enumerate(pairwise(parts)):
        if one.kind == "diag" and two.kind == "sum":
            inner = _absorbed(one, two)
            whole = product([*parts[:place], inner, *parts[place + 2 :]]) if inner else form
            if len(walk_matrix(whole)) < len(walk_matrix(form)):
                return whole
    return None


def _absorbed(diagonal: Matrix, form: Matrix) -> Matrix | None:
    """A diagonal matrix times what consists of identities and of columns of ones."""
    if form.kind == "identity":
        return diagonal
    if form.kind == "sum":
        terms = [_absorbed(diagonal, part) for part in form.parts]
        known = [term for term in terms if term is not None]
        return summed(known, form.signs) if len(known) == len(terms) else None
    if form.kind != "product":
        return None
    scalars, rest = scalars_apart(form)
    if rest.kind == "product" and rest.parts[0].kind == "ones":
        return product([*scalars, *diagonal.parts, *rest.parts[1:]])
    inner = _absorbed(diagonal, rest) if scalars else None
    return product([*scalars, inner]) if inner is not None else None


def _on_the_left(diagonal: Matrix, term: Matrix) -> Matrix:
    """A diagonal matrix times a term; it turns a vector of ones into its own vector."""
    parts = term.parts if term.kind == "product" else (term,)
    if parts[0].kind == "ones" and len(parts) > 1:
        return Matrix("product", (*diagonal.parts, *parts[1:]))
    return Matrix("product", (diagonal, *parts))
