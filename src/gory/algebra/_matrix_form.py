"""The matrix form of a closed form, where one exists: (H - Y)ᵀ X, diag(s) - s sᵀ, tr(A B).

A product under sums is a graph: indices are its nodes, factors with two indices its edges,
factors with one index sit on nodes. A path from the row index to the column index is a matrix
product, a closed path a trace, a factor on an inner node a diagonal matrix, parallel edges an
elementwise product. Anything else has no matrix form here, and then none is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

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


@dataclass(frozen=True, slots=True)
class Matrix:
    """A node of matrix notation.

    ``kind`` is one of name, scalar, ones, identity, transpose, product, hadamard, diag, trace,
    apply, group (brackets), sum; ``parts`` are the operands, and for a sum ``signs`` go with
    them.
    """

    kind: str
    parts: tuple[Matrix, ...] = ()
    label: str = ""
    signs: tuple[int, ...] = ()
    value: Expr | None = None  # of a scalar
    axes: int = 0  # of a name


class NoMatrixFormError(Exception):
    """The expression has no matrix form that is known here."""


def matrix_form(expr: Expr, free: tuple[Index, ...]) -> Matrix | None:
    """The matrix form of an expression with at most two free indices (row, column), or None."""
    if len(free) > 2 or set(free) != free_indices(expr):
        return None
    if any(i.is_literal for i in free):
        return None
    try:
        form = _expression(expr, free)
    except NoMatrixFormError:
        return None
    return form if _is_worth_showing(form) else None


def _is_worth_showing(form: Matrix) -> bool:
    """A bare scalar or name says nothing that the index form did not."""
    if form.kind in ("name", "scalar"):
        return False
    return any(p.kind in ("name", "ones", "identity") and p.axes for p in _walk(form))


def _walk(form: Matrix) -> list[Matrix]:
    return [form, *(x for part in form.parts for x in _walk(part))]


# -- expressions ----------------------------------------------------------------------------------


def _expression(expr: Expr, axes: tuple[Index, ...]) -> Matrix:
    if isinstance(expr, Add):
        pairs = [sign_split(term) for term in expr.terms]
        parts = tuple(_spread(term, axes) for _, term in pairs)
        return Matrix("sum", parts, signs=tuple(-1 if minus else 1 for minus, _ in pairs))
    minus, rest = sign_split(expr)
    if minus:
        inner = _expression(rest, axes)
        if inner.kind == "sum":
            return Matrix("sum", inner.parts, signs=tuple(-s for s in inner.signs))
        return Matrix("sum", (inner,), signs=(-1,))
    if isinstance(expr, Div) and not free_indices(expr.denominator):
        below = Matrix("scalar", value=Div(Num(Fraction(1)), expr.denominator))
        return _product([below, _expression(expr.numerator, axes)])
    opened = _distributed(expr)
    if opened is not None:
        return _expression(opened, axes)
    return _term(expr, axes)


def _spread(term: Expr, axes: tuple[Index, ...]) -> Matrix:
    """A term of a sum; one that lacks an axis is spread along it by a vector of ones."""
    own = free_indices(term)
    present = tuple(i for i in axes if i in own)
    if len(present) == len(axes):
        return _expression(term, axes)
    ones = {i: Matrix("ones", axes=1, label=i.range) for i in axes}
    inner = _expression(term, present)
    if not present and inner.kind == "product":
        inner = Matrix("group", (inner,))
    parts = [] if inner == _UNIT else [inner]
    if len(axes) == 1:
        return _product([*parts, ones[axes[0]]])
    row, column = axes
    if not present:
        return _product([*parts, ones[row], _transposed(ones[column])])
    if present == (row,):
        return _product([*parts, _transposed(ones[column])])
    return _product([ones[row], _transposed(parts[0])])


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


@dataclass
class _Graph:
    """Factors of a term by the indices they have."""

    scalars: list[Matrix]
    nodes: dict[Index, list[Matrix]]  # vectors on an index
    edges: dict[tuple[Index, Index], list[Matrix]]  # matrices, rows first
    bound: list[Index]


def _term(expr: Expr, axes: tuple[Index, ...]) -> Matrix:
    graph = _Graph([], {}, {}, [])
    deltas = _collect(expr, graph)
    if deltas:
        return _on_the_diagonal(graph, deltas, axes)
    return _assemble(graph, axes)


def _collect(expr: Expr, graph: _Graph) -> list[Delta]:
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


def _place(factor: Expr, graph: _Graph) -> None:
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
            return _expression(expr, axes)
    raise NoMatrixFormError


def _on_the_diagonal(graph: _Graph, deltas: list[Delta], axes: tuple[Index, ...]) -> Matrix:
    """A term with the delta of both free indices is a diagonal matrix."""
    if len(deltas) != 1 or set(axes) != {deltas[0].left, deltas[0].right} or len(axes) != 2:
        raise NoMatrixFormError
    used = {i for i in graph.nodes if i in axes}
    used |= {i for pair in graph.edges for i in pair if i in axes}
    if not used:
        whole = _assemble(graph, ()) if graph.bound or graph.nodes or graph.edges else None
        scalars = [whole] if whole else graph.scalars
        return _product([*scalars, Matrix("identity", axes=2, label=axes[0].range)])
    if len(used) != 1:
        raise NoMatrixFormError
    return Matrix("diag", (_assemble(graph, tuple(used)),))


# -- from the graph to matrix notation -----------------------------------------------------------


def _assemble(graph: _Graph, axes: tuple[Index, ...]) -> Matrix:
    parts = list(graph.scalars)
    vectors: dict[Index, Matrix] = {}
    matrix: Matrix | None = None
    todo = (
        set(graph.nodes) | {i for pair in graph.edges for i in pair} | set(graph.bound) | set(axes)
    )
    while todo:
        group = _connected(next(iter(sorted(todo, key=lambda i: i.name))), graph)
        todo -= group
        ends = [i for i in axes if i in group]
        piece = _component(graph, group, ends)
        if len(ends) == 2:
            matrix = piece
        elif len(ends) == 1:
            vectors[ends[0]] = piece
        else:
            parts.append(piece if piece.kind == "trace" else Matrix("group", (piece,)))
    if matrix is not None:
        parts.append(matrix)
    elif len(axes) == 2:
        parts += [vectors[axes[0]], _transposed(vectors[axes[1]])]
    elif len(axes) == 1:
        parts.append(vectors[axes[0]])
    if len(parts) == 1 and parts[0].kind == "group":
        return parts[0].parts[0]
    return _product(parts)


def _connected(start: Index, graph: _Graph) -> set[Index]:
    group, todo = {start}, [start]
    while todo:
        here = todo.pop()
        for a, b in graph.edges:
            for one, other in ((a, b), (b, a)):
                if one == here and other not in group:
                    group.add(other)
                    todo.append(other)
    return group


def _component(graph: _Graph, group: set[Index], ends: list[Index]) -> Matrix:
    """One connected piece as a product along its path."""
    edges: _Edges = {}
    for (a, b), own in graph.edges.items():
        if a not in group:
            continue
        pair = frozenset((a, b))
        here = list(own)
        start = a
        if pair in edges:
            start, before = edges[pair]
            here = [before, *(own if start == a else map(_transposed, own))]
        edges[pair] = (start, _hadamard(here))
    nodes = {i: list(own) for i, own in graph.nodes.items() if i in group}
    if not ends and len(edges) == 1 and not nodes:
        ((_, only),) = edges.values()
        if only.kind == "hadamard" and len(only.parts) == 2:
            return Matrix("trace", (_product([_transposed(only.parts[0]), only.parts[1]]),))
    left = _pruned(edges, nodes, group, ends)
    if not edges:
        return _at_one_node(nodes.get(left, []), left, bool(ends))
    degree = {i: sum(i in pair for pair in edges) for i in group}
    if any(n > 2 for n in degree.values()):
        raise NoMatrixFormError
    if len(ends) == 2 and all(degree[i] == 1 for i in ends):
        return _between(edges, nodes, _path(edges, ends[0]))
    if not ends and len(edges) > 2:
        around = _between(edges, nodes, _path(edges, left))
        return Matrix("trace", (_with_fewer_transposes(around, _transposed(around)),))
    raise NoMatrixFormError


_Edges = dict[frozenset[Index], tuple[Index, Matrix]]


def _pruned(
    edges: _Edges, nodes: dict[Index, list[Matrix]], group: set[Index], ends: list[Index]
) -> Index:
    """Sum over bound indices that end a path: A[i,j] b[j] is the vector A b at i. An index that
    is left.
    """
    here = set(group)
    while True:
        leaf = next(
            (
                i
                for i in sorted(here, key=lambda i: i.name)
                if i not in ends and len(here) > 1 and sum(i in pair for pair in edges) == 1
            ),
            None,
        )
        if leaf is None:
            return min(here, key=lambda i: (i not in ends, i.name))
        pair = next(pair for pair in edges if leaf in pair)
        start, matrix = edges.pop(pair)
        (other,) = pair - {leaf}
        own = nodes.pop(leaf, []) or [Matrix("ones", axes=1, label=leaf.range)]
        oriented = matrix if start == other else _transposed(matrix)
        nodes.setdefault(other, []).append(_product([oriented, _hadamard(own)]))
        here.remove(leaf)


def _at_one_node(own: list[Matrix], index: Index, is_end: bool) -> Matrix:
    if is_end:
        return _hadamard(own)
    if len(own) == 2:
        return _with_fewer_transposes(
            _product([_transposed(own[0]), own[1]]), _product([_transposed(own[1]), own[0]])
        )
    return _product([_transposed(Matrix("ones", axes=1, label=index.range)), _hadamard(own)])


def _path(edges: _Edges, start: Index) -> list[Index]:
    path, left = [start], set(edges)
    while True:
        step = next((pair for pair in left if path[-1] in pair), None)
        if step is None:
            return path
        left.remove(step)
        (other,) = step - {path[-1]}
        path.append(other)


def _with_fewer_transposes(one: Matrix, other: Matrix) -> Matrix:
    return min(one, other, key=lambda form: sum(p.kind == "transpose" for p in _walk(form)))


def _between(edges: _Edges, nodes: dict[Index, list[Matrix]], path: list[Index]) -> Matrix:
    """The product of the matrices on a path, with a diagonal matrix for what stands on a node."""
    parts = []
    closed = path[0] == path[-1]
    for here, following in pairwise(path):
        if here in nodes:
            parts.append(Matrix("diag", (_hadamard(nodes[here]),)))
        start, matrix = edges[frozenset((here, following))]
        parts.append(matrix if start == here else _transposed(matrix))
    if path[-1] in nodes and not closed:
        parts.append(Matrix("diag", (_hadamard(nodes[path[-1]]),)))
    return _product(parts)


def _product(parts: list[Matrix]) -> Matrix:
    flat: list[Matrix] = []
    for part in parts:
        flat.extend(part.parts if part.kind == "product" else (part,))
    return flat[0] if len(flat) == 1 else Matrix("product", tuple(flat))


def _hadamard(parts: list[Matrix]) -> Matrix:
    if not parts:
        raise NoMatrixFormError
    return parts[0] if len(parts) == 1 else Matrix("hadamard", tuple(parts))


def _transposed(form: Matrix) -> Matrix:
    match form.kind:
        case "transpose":
            return form.parts[0]
        case "product":
            return Matrix("product", tuple(_transposed(p) for p in reversed(form.parts)))
        case "scalar" | "diag" | "identity" | "group" | "trace":
            return form
    return Matrix("transpose", (form,))
