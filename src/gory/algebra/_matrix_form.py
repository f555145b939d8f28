"""The matrix form of a closed form, where one exists: (H - Y)ᵀ X, diag(s) - s sᵀ, tr(A B).

A product under sums is a graph: indices are its nodes, factors with two indices its edges,
factors with one index sit on nodes. A path from the row index to the column index is a matrix
product, a closed path a trace, a factor on an inner node a diagonal matrix, parallel edges an
elementwise product. Anything else has no matrix form here, and then none is given.
"""

from __future__ import annotations

from fractions import Fraction

from gory.algebra._matrix_graph import (
    Graph,
    Matrix,
    NoMatrixFormError,
    assemble,
    product,
    transposed,
    walk_matrix,
)  # fmt: skip
from gory.notation import (
    Add,
    Delta,
    Div,
    Expr,
    Fn,
    Index,
    Mul,
    Num,
    Pow,
    Ref,
    Sum,
    free_indices,
    letters,
    rename_bound,
    walk,
)  # fmt: skip
from gory.notation._build import times
from gory.notation._plain import sign_split


def matrix_form(expr: Expr, free: tuple[Index, ...]) -> Matrix | None:
    """The matrix form of an expression with at most two free indices (row, column), or None."""
    if len(free) > 2 or set(free) != free_indices(expr):
        return None
    if any(i.is_literal for i in free):
        return None
    try:
        form = expression_form(expr, free)
    except NoMatrixFormError:
        return None
    return form if _is_worth_showing(form) else None


def _is_worth_showing(form: Matrix) -> bool:
    """A bare scalar or name says nothing that the index form did not."""
    if form.kind in ("name", "scalar"):
        return False
    return any(p.kind in ("name", "ones", "identity") and p.axes for p in walk_matrix(form))


# -- expressions ----------------------------------------------------------------------------------


def expression_form(expr: Expr, axes: tuple[Index, ...]) -> Matrix:
    """The matrix form, worth showing or not; raises `NoMatrixFormError` if there is none."""
    if isinstance(expr, Add):
        pairs = [sign_split(term) for term in expr.terms]
        parts = tuple(_spread(term, axes) for _, term in pairs)
        return Matrix("sum", parts, signs=tuple(-1 if minus else 1 for minus, _ in pairs))
    minus, rest = sign_split(expr)
    if minus:
        inner = expression_form(rest, axes)
        if inner.kind == "sum":
            return Matrix("sum", inner.parts, signs=tuple(-s for s in inner.signs))
        return Matrix("sum", (inner,), signs=(-1,))
    if isinstance(expr, Div) and not free_indices(expr.denominator):
        below = Matrix("scalar", value=Div(Num(Fraction(1)), expr.denominator))
        return product([below, expression_form(expr.numerator, axes)])
    opened = _distributed(expr)
    if opened is not None:
        return expression_form(opened, axes)
    return _term(expr, axes)


def _spread(term: Expr, axes: tuple[Index, ...]) -> Matrix:
    """A term of a sum; one that lacks an axis is spread along it by a vector of ones."""
    own = free_indices(term)
    present = tuple(i for i in axes if i in own)
    if len(present) == len(axes):
        return expression_form(term, axes)
    ones = {i: Matrix("ones", axes=1, label=i.range) for i in axes}
    inner = expression_form(term, present)
    if not present and inner.kind == "product":
        inner = Matrix("group", (inner,))
    parts = [] if inner == _UNIT else [inner]
    if len(axes) == 1:
        return product([*parts, ones[axes[0]]])
    row, column = axes
    if not present:
        return product([*parts, ones[row], transposed(ones[column])])
    if present == (row,):
        return product([*parts, transposed(ones[column])])
    return product([ones[row], transposed(parts[0])])


_UNIT = Matrix("scalar", value=Num(Fraction(1)))


def _distributed(expr: Expr) -> Expr | None:
    """Multiply out a bracket with a delta that stands by an array: s[k] (delta[k,m] - s[m])."""
    factors = expr.factors if isinstance(expr, Mul) else (expr,)
    for place, factor in enumerate(factors):
        rest = (*factors[:place], *factors[place + 1 :])
        if isinstance(factor, Add) and _has_delta(factor) and any(map(free_indices, rest)):
            return Add(tuple(times(*rest, term) for term in factor.terms))
    return None


def _has_delta(expr: Add) -> bool:
    return any(
        isinstance(part, Delta)
        for term in expr.terms
        for part in (term.factors if isinstance(term, Mul) else (term,))
    )


# -- one term -------------------------------------------------------------------------------------


def _term(expr: Expr, axes: tuple[Index, ...]) -> Matrix:
    graph = Graph([], {}, {}, [])
    deltas = _collect(expr, graph)
    if deltas:
        return _on_the_diagonal(graph, deltas, axes)
    return assemble(graph, axes)


def _collect(expr: Expr, graph: Graph) -> list[Delta]:
    """Sort the factors of a product; deltas are returned."""
    match expr:
        case Mul(factors):
            return [d for f in factors for d in _collect(f, graph)]
        case Sum(indices, body):
            seen = {i.name for i in (*graph.bound, *graph.nodes)}
            clash = seen & {i.name for i in indices}
            if clash:
                renamed = rename_bound(expr, seen | letters(expr))
                return _collect(renamed, graph)
            graph.bound.extend(indices)
            return _collect(body, graph)
        case Div(above, below):
            if free_indices(below):
                raise NoMatrixFormError
            graph.scalars.append(Matrix("scalar", value=Div(Num(Fraction(1)), below)))
            return _collect(above, graph)
        case Delta():
            return [expr]
    _place(expr, graph)
    return []


def _place(factor: Expr, graph: Graph) -> None:
    own = _ordered(factor)
    if len(own) == 0:
        graph.scalars.append(Matrix("scalar", value=factor))
    elif len(own) == 1:
        graph.nodes.setdefault(own[0], []).append(_array(factor, own))
    elif len(own) == 2:
        graph.edges.setdefault((own[0], own[1]), []).append(_array(factor, own))
    else:
        raise NoMatrixFormError


def _ordered(expr: Expr) -> tuple[Index, ...]:
    """Free indices in the order in which the first array with all of them has them."""
    own = free_indices(expr)
    if isinstance(expr, Ref):
        return tuple(dict.fromkeys(i for i in expr.indices if i in own))
    found: dict[Index, None] = {}
    for node in _refs(expr):
        if set(node.indices) >= own:
            return tuple(dict.fromkeys(i for i in node.indices if i in own))
        found |= {i: None for i in node.indices if i in own}
    return tuple(found)


def _refs(expr: Expr) -> list[Ref]:
    return [node for node in walk(expr) if isinstance(node, Ref)]


def _array(expr: Expr, axes: tuple[Index, ...]) -> Matrix:
    """A factor as an array with the given axes."""
    match expr:
        case Ref(name, indices) if indices == axes:
            return Matrix("name", label=name, axes=len(axes))
        case Ref(name, (a, b)) if axes == (b, a):
            return Matrix("transpose", (Matrix("name", label=name, axes=2),))
        case Fn(name, argument):
            return Matrix("apply", (_array(argument, axes),), label=name)
        case Pow(base, Num(value)) if value.denominator == 1 and value > 0:
            return Matrix("hadamard", (_array(base, axes),) * int(value))
        case Add() | Sum() | Mul():
            return expression_form(expr, axes)
    raise NoMatrixFormError


def _on_the_diagonal(graph: Graph, deltas: list[Delta], axes: tuple[Index, ...]) -> Matrix:
    """A term with the delta of both free indices is a diagonal matrix."""
    if len(deltas) != 1 or set(axes) != {deltas[0].left, deltas[0].right} or len(axes) != 2:
        raise NoMatrixFormError
    used = {i for i in graph.nodes if i in axes}
    used |= {i for pair in graph.edges for i in pair if i in axes}
    if not used:
        whole = assemble(graph, ()) if graph.bound or graph.nodes or graph.edges else None
        scalars = [whole] if whole else graph.scalars
        return product([*scalars, Matrix("identity", axes=2, label=axes[0].range)])
    if len(used) != 1:
        raise NoMatrixFormError
    return Matrix("diag", (assemble(graph, tuple(used)),))
