"""The matrix form of a Jacobian or Hessian by a matrix: a Kronecker product, summed over instances.

Rows or columns with two indices (i, j) are laid out with j running fastest, so an entry
``A[t,i] b[j]`` in row t and column (i, j) is ``A ⊗ bᵀ``, and ``A[i,k] B[j,m]`` in row (i, j) and
column (k, m) is ``A ⊗ B``. Under a sum over i, the arrays with that index are written with it as a
subscript: ``sum_i (diag(h_i) - h_i h_iᵀ) ⊗ x_i x_iᵀ``.
"""

from __future__ import annotations

from itertools import product as every_choice

from gory.algebra._matrix_build import Matrix, NoMatrixFormError, negative, product, transposed
from gory.algebra._matrix_form import expression_form, flattened, reciprocal
from gory.notation import Add, Div, Expr, Index, Ref, Size, free_indices, transform
from gory.notation._build import sum_of, times
from gory.notation._plain import sign_split

Group = tuple[Index, ...]


def kronecker_form(expr: Expr, rows: Group, columns: Group) -> Matrix | None:
    """The matrix form of entries with rows and columns of up to two indices, or None."""
    if not 1 <= len(rows) <= 2 or not 1 <= len(columns) <= 2 or len(rows) + len(columns) < 3:
        return None
    try:
        return _form(expr, rows, columns)
    except NoMatrixFormError:
        return None


def _form(expr: Expr, rows: Group, columns: Group) -> Matrix:
    if isinstance(expr, Add):
        pairs = [sign_split(term) for term in expr.terms]
        parts = tuple(_form(term, rows, columns) for _, term in pairs)
        return Matrix("sum", parts, signs=tuple(-1 if minus else 1 for minus, _ in pairs))
    minus, body = sign_split(expr)
    if minus:
        return negative(_form(body, rows, columns))
    bound, factors = flattened(body, {i.name for i in free_indices(body)})
    divisors = [f.denominator for f in factors if isinstance(f, Div) and not free_indices(f)]
    factors = [f for f in factors if not (isinstance(f, Div) and not free_indices(f))]
    idle = [i for i in bound if not any(i in free_indices(f) for f in factors)]
    factors = [*(Size(i.range) for i in idle), *factors]
    bound = [i for i in bound if i not in idle]
    for cut in every_choice(_cuts(rows), _cuts(columns)):
        try:
            form = _split(bound, factors, cut, (rows, columns))
            return product([form, *map(reciprocal, divisors)])
        except NoMatrixFormError:
            continue
    raise NoMatrixFormError


def _cuts(group: Group) -> list[Group]:
    """What of a row or a column may belong to the left factor."""
    return [group[:1], ()] if len(group) > 1 else [group, ()]


def _split(
    bound: list[Index], factors: list[Expr], first: tuple[Group, Group], groups: tuple[Group, Group]
) -> Matrix:
    """``left ⊗ right`` if every factor belongs to one side; a bound index of both is summed
    around the product, one of a single side inside it.
    """
    second = tuple(
        tuple(i for i in group if i not in part) for group, part in zip(groups, first, strict=True)
    )
    letters = [{*first[0], *first[1]}, {*second[0], *second[1]}]
    if not all(letters):
        raise NoMatrixFormError
    found: list[list[Expr]] = [[], []]
    for factor in factors:
        own = free_indices(factor) & {i for group in groups for i in group}
        place = 0 if own <= letters[0] else 1
        if not own <= letters[place]:
            raise NoMatrixFormError
        found[place].append(factor)
    if not all(found):
        raise NoMatrixFormError
    shared = tuple(i for i in bound if all(i in free_indices(times(*one)) for one in found))
    inner = frozenset(bound) - frozenset(shared)
    left, right = (_subscripted(_summed(one, inner), frozenset(shared)) for one in found)
    form = Matrix("kronecker", (_side(left, first[0], first[1]), _side(right, *second)))
    return Matrix("over", (form,), label=",".join(i.name for i in shared)) if shared else form


def _summed(factors: list[Expr], bound: frozenset[Index]) -> Expr:
    """The product of factors, those with bound indices under their sum."""
    inside = [factor for factor in factors if free_indices(factor) & bound]
    outside = [factor for factor in factors if factor not in inside]
    indices = free_indices(times(*inside)) & bound
    return times(*outside, sum_of(tuple(sorted(indices, key=lambda i: i.name)), times(*inside)))


def _side(expr: Expr, rows: Group, columns: Group) -> Matrix:
    """One factor as a matrix; a row is written as the transpose of a column."""
    axes = (*rows, *columns)
    if free_indices(expr) != set(axes):
        raise NoMatrixFormError
    form = expression_form(expr, axes)
    return transposed(form) if not rows else form


def _subscripted(expr: Expr, bound: frozenset[Index]) -> Expr:
    """Entries at an instance as entries of arrays that carry it in their name."""

    def change(node: Expr) -> Expr:
        if isinstance(node, Ref) and (own := [i for i in node.indices if i in bound]):
            rest = tuple(i for i in node.indices if i not in bound)
            return Ref(f"{node.name}_{''.join(i.name for i in own)}", rest)
        return node

    return transform(expr, change)
