"""A product under sums as a graph, and the graph as matrix notation.

Indices are nodes, factors with two indices edges, factors with one index sit on nodes. Bound
indices at the ends of paths are summed away first; what is left is a path between the free
indices, a closed path, or a single node.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from gory.notation import Expr, Index


@dataclass(frozen=True, slots=True)
class Matrix:
    """A node of matrix notation.

    ``kind`` is one of name, scalar, ones, identity, transpose, product, hadamard, kronecker, diag,
    trace, apply, group (brackets), over (a sum over the index ``label``), sum; ``parts`` are the
    operands, and for a sum ``signs`` go with them.
    """

    kind: str
    parts: tuple[Matrix, ...] = ()
    label: str = ""
    signs: tuple[int, ...] = ()
    value: Expr | None = None  # of a scalar
    axes: int = 0  # of a name


class NoMatrixFormError(Exception):
    """The expression has no matrix form that is known here."""


def walk_matrix(form: Matrix) -> list[Matrix]:
    return [form, *(x for part in form.parts for x in walk_matrix(part))]


@dataclass
class Graph:
    """Factors of a term by the indices they have."""

    scalars: list[Matrix]
    nodes: dict[Index, list[Matrix]]  # vectors on an index
    edges: dict[tuple[Index, Index], list[Matrix]]  # matrices, rows first
    bound: list[Index]


# -- from the graph to matrix notation -----------------------------------------------------------


def assemble(graph: Graph, axes: tuple[Index, ...]) -> Matrix:
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
        parts += [vectors[axes[0]], transposed(vectors[axes[1]])]
    elif len(axes) == 1:
        parts.append(vectors[axes[0]])
    if len(parts) == 1 and parts[0].kind == "group":
        return parts[0].parts[0]
    return product(parts)


def _connected(start: Index, graph: Graph) -> set[Index]:
    group, todo = {start}, [start]
    while todo:
        here = todo.pop()
        for a, b in graph.edges:
            for one, other in ((a, b), (b, a)):
                if one == here and other not in group:
                    group.add(other)
                    todo.append(other)
    return group


def _component(graph: Graph, group: set[Index], ends: list[Index]) -> Matrix:
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
            here = [before, *(own if start == a else map(transposed, own))]
        edges[pair] = (start, hadamard(here))
    nodes = {i: list(own) for i, own in graph.nodes.items() if i in group}
    if not ends and len(edges) == 1 and not nodes:
        ((_, only),) = edges.values()
        if only.kind == "hadamard" and len(only.parts) == 2:
            return Matrix("trace", (product([transposed(only.parts[0]), only.parts[1]]),))
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
        return Matrix("trace", (_with_fewer_transposes(around, transposed(around)),))
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
        oriented = matrix if start == other else transposed(matrix)
        nodes.setdefault(other, []).append(product([oriented, hadamard(own)]))
        here.remove(leaf)


def _at_one_node(own: list[Matrix], index: Index, is_end: bool) -> Matrix:
    if is_end:
        return hadamard(own)
    if len(own) == 2:
        return _with_fewer_transposes(
            product([transposed(own[0]), own[1]]), product([transposed(own[1]), own[0]])
        )
    return product([transposed(Matrix("ones", axes=1, label=index.range)), hadamard(own)])


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
    return min(one, other, key=lambda form: sum(p.kind == "transpose" for p in walk_matrix(form)))


def _between(edges: _Edges, nodes: dict[Index, list[Matrix]], path: list[Index]) -> Matrix:
    """The product of the matrices on a path, with a diagonal matrix for what stands on a node."""
    parts = []
    closed = path[0] == path[-1]
    for here, following in pairwise(path):
        if here in nodes:
            parts.append(Matrix("diag", (hadamard(nodes[here]),)))
        start, matrix = edges[frozenset((here, following))]
        parts.append(matrix if start == here else transposed(matrix))
    if path[-1] in nodes and not closed:
        parts.append(Matrix("diag", (hadamard(nodes[path[-1]]),)))
    return product(parts)


def product(parts: list[Matrix]) -> Matrix:
    flat: list[Matrix] = []
    for part in parts:
        flat.extend(part.parts if part.kind == "product" else (part,))
    return flat[0] if len(flat) == 1 else Matrix("product", tuple(flat))


def hadamard(parts: list[Matrix]) -> Matrix:
    if not parts:
        raise NoMatrixFormError
    return parts[0] if len(parts) == 1 else Matrix("hadamard", tuple(parts))


def transposed(form: Matrix) -> Matrix:
    match form.kind:
        case "transpose":
            return form.parts[0]
        case "product":
            return Matrix("product", tuple(transposed(p) for p in reversed(form.parts)))
        case "scalar" | "diag" | "identity" | "group" | "trace":
            return form
    return Matrix("transpose", (form,))
