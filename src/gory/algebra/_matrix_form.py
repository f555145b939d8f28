"""The matrix form of a closed form, where one exists: (H - Y)ᵀ X, diag(s) - s sᵀ, tr(A B).

A term is a product under sums, and that is a graph of indices (see `_matrix_graph`); sums of
terms are sums of matrices. What a term lacks of the axes is filled with vectors of ones. A scalar
is written without indices too: 1ᵀ y for a sum. Anything else has no matrix form here, and then
none is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod

from gory.algebra._matrix_build import (
    Matrix,
    NoMatrixFormError,
    hadamard,
    is_scalar,
    negative,
    one_over,
    product,
    scalars_apart,
    sum_of_arrays,
    transposed,
    unit,
    walk_matrix,
)  # fmt: skip
from gory.algebra._matrix_graph import Graph, assemble
from gory.notation import (
    ONE,
    Add,
    Bracket,
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
    num,
    rename_bound,
    walk,
)  # fmt: skip
from gory.notation._build import negated, sum_of, times
from gory.notation._plain import sign_split

_MOST_TERMS = 200  # that brackets may open to; what has more is read by nobody
_LARGEST_POWER = 4  # X ⊙ X ⊙ X ⊙ X is as much as anybody reads


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
    """A bare scalar says nothing that the index form did not."""
    return any(p.kind in ("name", "ones", "identity") and p.axes for p in walk_matrix(form))


# -- expressions ----------------------------------------------------------------------------------


def expression_form(expr: Expr, axes: tuple[Index, ...]) -> Matrix:
    """The matrix form, worth showing or not; raises `NoMatrixFormError` if there is none."""
    if isinstance(expr, Add):
        pairs = [sign_split(term) for term in expr.terms]
        parts = [spread(term, axes) for _, term in pairs]
        signs = [-1 if minus else 1 for minus, _ in pairs]
        if axes:
            return sum_of_arrays(parts, signs)
        return Matrix("sum", tuple(parts), signs=tuple(signs))
    minus, rest = sign_split(expr)
    if minus:
        return negative(expression_form(rest, axes))
    if isinstance(expr, Div) and not free_indices(expr.denominator):
        return product([expression_form(expr.numerator, axes), reciprocal(expr.denominator)])
    return _term(expr, axes)


def spread(term: Expr, axes: tuple[Index, ...]) -> Matrix:
    """A term of a sum; one that lacks an axis is spread along it by a vector of ones."""
    own = free_indices(term)
    present = tuple(i for i in axes if i in own)
    if not present and axes:
        along = [Matrix("ones", axes=1, label=i.range) for i in axes]
        return product([scalar_form(term), along[0], *map(transposed, along[1:])])
    inner = expression_form(term, present)
    if present == axes:
        return inner
    if own - set(axes):
        raise NoMatrixFormError
    (lacking,) = set(axes) - set(present)
    ones = Matrix("ones", axes=1, label=lacking.range)
    if present == axes[:1]:
        return product([inner, transposed(ones)])
    scalars, vector = scalars_apart(inner)
    return product([*scalars, ones, transposed(vector)])


def reciprocal(expr: Expr) -> Matrix:
    return Matrix("reciprocal", (scalar_form(expr),))


def scalar_form(expr: Expr) -> Matrix:
    """An expression without free indices as a factor."""
    if isinstance(expr, Fn):
        return Matrix("apply", (scalar_form(expr.argument),), label=expr.name)
    if isinstance(expr, Bracket):
        return _bracket(expr, ())
    is_plain = not isinstance(expr, Mul) and not any(isinstance(e, Fn | Div) for e in walk(expr))
    if is_plain and not letters(expr):
        return Matrix("scalar", value=expr)
    if isinstance(expr, Pow) and not letters(expr.exponent):
        return Matrix("power", (scalar_form(expr.base),), value=expr.exponent)
    if isinstance(expr, Add | Mul | Sum | Div):
        form = expression_form(expr, ())
        return form if is_scalar(form) else Matrix("group", (form,))
    if isinstance(expr, Ref):  # an entry with literal indices
        return Matrix("scalar", value=expr)
    raise NoMatrixFormError


# -- one term -------------------------------------------------------------------------------------


def _term(expr: Expr, axes: tuple[Index, ...]) -> Matrix:
    """The shorter of diag(s) - s sᵀ and diag(s) (I - 1 sᵀ)."""
    bound, factors = flattened(expr, {i.name for i in free_indices(expr)})
    opened = _opened(bound, factors)
    if opened is None:
        return _product_form(bound, factors, axes)
    form = expression_form(opened, axes)
    try:
        closed = _product_form(bound, factors, axes)
    except NoMatrixFormError:
        return form
    return min(form, closed, key=lambda form: len(walk_matrix(form)))


def _product_form(bound: list[Index], factors: list[Expr], axes: tuple[Index, ...]) -> Matrix:
    graph = Graph([], {}, {}, bound)
    deltas = []
    for factor in factors:
        delta = _as_delta(factor)
        if delta is None:
            _place(factor, graph)
        else:
            deltas.append(delta)
    return _on_the_diagonal(graph, deltas, axes) if deltas else assemble(graph, axes)


def flattened(expr: Expr, taken: set[str]) -> tuple[list[Index], list[Expr]]:
    """Bound indices and factors of a product under sums, with letters of their own; what is
    divided by is a factor 1 / a. The letters are added to ``taken``.
    """
    match expr:
        case Mul(parts):
            pairs = [flattened(part, taken) for part in parts]
        case Sum():
            if taken & {i.name for i in expr.indices}:
                renamed = rename_bound(expr, taken | letters(expr))
                return flattened(renamed, taken)
            taken |= {i.name for i in expr.indices}
            pairs = [(list(expr.indices), []), flattened(expr.body, taken)]
        case Div(above, below):
            divisors = below.factors if isinstance(below, Mul) else (below,)
            pairs = [flattened(above, taken), ([], [Div(ONE, part) for part in divisors])]
        case Fn("exp", Add(terms)) if len(free_indices(expr)) > 2:
            return [], [Fn("exp", term) for term in terms]
        case _:
            return [], [expr]
    return [i for bound, _ in pairs for i in bound], [f for _, own in pairs for f in own]


def _as_delta(factor: Expr) -> Delta | None:
    match factor:
        case Delta(left, right):
            return None if left.is_literal != right.is_literal else factor
        case Bracket(Index() as left, "=" | "==", Index() as right):
            return Delta(left, right)
    return None


def _place(factor: Expr, graph: Graph) -> None:
    """A factor goes to the scalars, to a node or to an edge, by the indices it has."""
    own = _ordered(factor)
    divides = isinstance(factor, Div)
    inner = factor.denominator if divides else factor
    if len(own) == 0:
        graph.scalars.append(reciprocal(inner) if divides else scalar_form(inner))
        return
    if len(own) > 2:
        raise NoMatrixFormError
    form = one_over(_array(inner, own), len(own)) if divides else _array(inner, own)
    if len(own) == 1:
        graph.nodes.setdefault(own[0], []).append(form)
    else:
        graph.edges.setdefault((own[0], own[1]), []).append(form)


def _ordered(expr: Expr) -> tuple[Index, ...]:
    """Free indices in the order in which the first array with all of them has them."""
    own = free_indices(expr)
    found: dict[Index, None] = {}
    for node in walk(expr):
        here = [i for i in _written_in(node) if i in own]
        if set(here) >= own:
            return tuple(dict.fromkeys(here))
        found |= dict.fromkeys(here)
    return tuple(found)


def _written_in(node: Expr) -> tuple[Index, ...]:
    match node:
        case Ref(_, indices):
            return indices
        case Delta(left, right):
            return (left, right)
        case Bracket(left, _, right):
            return tuple(side for side in (left, right) if isinstance(side, Index))
    return ()


def _array(expr: Expr, axes: tuple[Index, ...]) -> Matrix:
    """A factor as an array with the given axes, which it has all of."""
    if free_indices(expr) != set(axes):
        raise NoMatrixFormError
    match expr:
        case Ref(name, indices) if indices == axes:
            return Matrix("name", label=name, axes=len(axes))
        case Ref(name, (a, b)) if axes == (b, a):
            return Matrix("transpose", (Matrix("name", label=name, axes=2),))
        case Ref(name, (a, b)) if axes == (a,) and b.is_literal:
            return product([Matrix("name", label=name, axes=2), unit(b)])
        case Ref(name, (a, b)) if axes == (b,) and a.is_literal:
            whole = Matrix("transpose", (Matrix("name", label=name, axes=2),))
            return product([whole, unit(a)])
        case Fn(name, argument):
            return Matrix("apply", (_array(argument, axes),), label=name)
        case Pow(base, Num(value)) if value.denominator == 1 and 0 < abs(value) <= _LARGEST_POWER:
            power = hadamard([_array(base, axes)] * abs(int(value)))
            return power if value > 0 else one_over(power, len(axes))
        case Pow(base, exponent) if not free_indices(exponent):
            minus, size = sign_split(exponent)
            power = _elementwise_power(_array(base, axes), size)
            return one_over(power, len(axes)) if minus else power
        case Bracket(Index(_, one), "!=", Index(_, other)) if one == other and len(axes) == 2:
            return expression_form(Add((ONE, negated(Delta(*axes)))), axes)
        case Bracket():
            return _bracket(expr, axes)
        case Delta(left, right) if left.is_literal != right.is_literal:
            return unit(left if left.is_literal else right)
        case Add() | Sum() | Mul() | Div() | Delta():
            return expression_form(expr, axes)
    raise NoMatrixFormError


def _elementwise_power(base: Matrix, exponent: Expr) -> Matrix:
    if exponent == num(Fraction(1, 2)) or exponent == Div(ONE, num(2)):
        return Matrix("apply", (base,), label="sqrt")
    return Matrix("elementwise power", (base,), value=exponent)


def _bracket(expr: Bracket, axes: tuple[Index, ...]) -> Matrix:
    """A condition on values, entry by entry; one on indices has no matrix form."""
    sides = []
    for side in (expr.left, expr.right):
        if isinstance(side, Index):
            raise NoMatrixFormError
        own = free_indices(side)
        if own and own < {*axes}:
            sides.append(spread(side, axes))
        else:
            sides.append(_array(side, axes) if own else scalar_form(side))
    return Matrix("bracket", tuple(sides), label=expr.relation)


def _on_the_diagonal(graph: Graph, deltas: list[Delta], axes: tuple[Index, ...]) -> Matrix:
    """A term with the delta of both free indices is a diagonal matrix."""
    if len(deltas) != 1 or set(axes) != {deltas[0].left, deltas[0].right} or len(axes) != 2:
        raise NoMatrixFormError
    used = {i for i in graph.nodes if i in axes}
    used |= {i for pair in graph.edges for i in pair if i in axes}
    if len(used) == 2:
        raise NoMatrixFormError
    whole = assemble(graph, tuple(used))
    if not used:
        whole = whole if is_scalar(whole) else Matrix("group", (whole,))
        return product([whole, Matrix("identity", axes=2, label=axes[0].range)])
    scalars, vector = scalars_apart(whole)
    return product([*scalars, Matrix("diag", (vector,))])


# -- brackets that have to be opened ---------------------------------------------------------------


def _opened(bound: Sequence[Index], factors: list[Expr]) -> Expr | None:
    """Open a bracket with a delta that stands by an array, s[k] (delta[k,m] - s[m]); into one
    with more than two indices sums are drawn if they can be, else it is opened too.
    """
    if prod(len(factor.terms) for factor in factors if isinstance(factor, Add)) > _MOST_TERMS:
        raise NoMatrixFormError
    for place, factor in enumerate(factors):
        if not isinstance(factor, Add):
            continue
        rest = [*factors[:place], *factors[place + 1 :]]
        if _has_delta(factor) and any(map(free_indices, rest)):
            return multiplied_out(factor, bound, rest)
        if len(free_indices(factor)) > 2:
            gathered = _gathered(factor, bound, rest)
            return gathered if gathered is not None else multiplied_out(factor, bound, rest)
    return None


def _has_delta(expr: Add) -> bool:
    return any(
        _as_delta(part) is not None
        for term in expr.terms
        for part in (term.factors if isinstance(term, Mul) else (term,))
    )


def _gathered(factor: Add, bound: Sequence[Index], rest: list[Expr]) -> Expr | None:
    """sum_j x[i,j] (v[l,j] - u[i]) as one bracket with the indices i, l."""
    for index in bound:
        if index not in free_indices(factor):
            continue
        drawn = [part for part in rest if index in free_indices(part)]
        new = multiplied_out(factor, [index], drawn)
        if len(free_indices(new)) < len(free_indices(factor)):
            left = [part for part in rest if part not in drawn]
            return sum_of([i for i in bound if i != index], times(*left, new))
    return None


def multiplied_out(factor: Add, bound: Sequence[Index], rest: list[Expr]) -> Expr:
    terms = []
    for minus, term in map(sign_split, factor.terms):
        whole = sum_of(bound, times(*rest, term))
        terms.append(negated(whole) if minus else whole)
    return Add(tuple(terms))
