"""A product under sums as a graph, and the graph as matrix notation.

Indices are nodes, factors with two indices edges, factors with one index sit on nodes. Parallel
edges are an elementwise product. A bound index at the end of a path is summed away as a product
with a vector, one between two others as a product of matrices; what is left is one edge between
the free indices, a closed path, or a single node. Graphs that do not come down to that have no
matrix form.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from gory.algebra._matrix_build import (
    Matrix,
    NoMatrixFormError,
    drawn_out,
    hadamard,
    is_scalar,
    product,
    transposed,
    walk_matrix,
)  # fmt: skip
from gory.notation import Index, Size


@dataclass
class Graph:
    """Factors of a term by the indices they have."""

    scalars: list[Matrix]
    nodes: dict[Index, list[Matrix]]  # vectors on an index
    edges: dict[tuple[Index, Index], list[Matrix]]  # matrices, rows first
    bound: list[Index]


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
        piece = _Piece(graph, group, ends).form()
        if len(ends) == 2:
            matrix = piece
        elif len(ends) == 1:
            vectors[ends[0]] = piece
        else:
            parts.append(piece if is_scalar(piece) else Matrix("group", (piece,)))
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


class _Piece:
    """One connected piece of a graph, made smaller until it can be written."""

    def __init__(self, graph: Graph, group: set[Index], ends: list[Index]) -> None:
        self.ends = ends
        self.here = set(group)
        self.nodes = {i: list(own) for i, own in graph.nodes.items() if i in group}
        self.edges: dict[frozenset[Index], tuple[Index, Matrix]] = {}
        for (a, b), own in graph.edges.items():
            if a in group:
                self._connect(a, b, hadamard(own))

    def form(self) -> Matrix:
        while True:
            if (trace := self._trace_of_two() or self._trace_of_path()) is not None:
                return trace
            if (leaf := self._inner(1)) is not None:
                self._end(leaf)
            elif (inner := self._inner(2)) is not None:
                self._contract(inner)
            else:
                break
        if not self.edges:
            (left,) = self.here
            if not self.ends and left not in self.nodes:
                return Matrix("scalar", value=Size(left.range))
            return _at_one_node(self.nodes.get(left, []), left, bool(self.ends))
        if len(self.edges) > 1 or len(self.ends) != 2:
            raise NoMatrixFormError
        row, column = self.ends
        return drawn_out(product([*self._diagonal(row), self._edge(row, column),
                                  *self._diagonal(column)]))  # fmt: skip

    def _connect(self, a: Index, b: Index, matrix: Matrix) -> None:
        pair = frozenset((a, b))
        if pair not in self.edges:
            self.edges[pair] = (a, matrix)
            return
        start, before = self.edges[pair]
        self.edges[pair] = (start, hadamard([before, matrix if start == a else transposed(matrix)]))

    def _edge(self, a: Index, b: Index) -> Matrix:
        """The matrix between two indices, with the first one for its rows."""
        start, matrix = self.edges[frozenset((a, b))]
        return matrix if start == a else transposed(matrix)

    def _diagonal(self, index: Index) -> list[Matrix]:
        own = self.nodes.get(index)
        return [Matrix("diag", (hadamard(own),))] if own else []

    def _neighbours(self, index: Index) -> list[Index]:
        return [other for pair in self.edges if index in pair for other in pair - {index}]

    def _inner(self, degree: int) -> Index | None:
        """The first bound index with so many edges; the last index of a piece stays."""
        found = (i for i in self.here if i not in self.ends and len(self._neighbours(i)) == degree)
        return min(found, key=lambda i: i.name, default=None) if len(self.here) > 1 else None

    def _end(self, leaf: Index) -> None:
        """Sum over an index that ends a path: A[i,j] b[j] is the vector A b at i."""
        (other,) = self._neighbours(leaf)
        matrix = self._edge(other, leaf)
        del self.edges[frozenset((leaf, other))]
        own = self.nodes.pop(leaf, []) or [Matrix("ones", axes=1, label=leaf.range)]
        self.nodes.setdefault(other, []).append(product([matrix, hadamard(own)]))
        self.here.remove(leaf)

    def _contract(self, inner: Index) -> None:
        """Sum over an index between two others: A[i,k] B[k,j] is the matrix A B at i, j."""
        one, other = self._neighbours(inner)
        matrix = drawn_out(product([self._edge(one, inner), *self._diagonal(inner),
                                    self._edge(inner, other)]))  # fmt: skip
        for end in (one, other):
            del self.edges[frozenset((inner, end))]
        self.nodes.pop(inner, None)
        self.here.remove(inner)
        self._connect(one, other, matrix)

    def _trace_of_two(self) -> Matrix | None:
        if self.ends or self.nodes or len(self.edges) != 1:
            return None
        ((_, only),) = self.edges.values()
        if only.kind != "hadamard" or len(only.parts) != 2:
            return None
        return Matrix("trace", (product([transposed(only.parts[0]), only.parts[1]]),))

    def _trace_of_path(self) -> Matrix | None:
        """A closed path of three edges or more, without a free index."""
        if self.ends or len(self.edges) < 3:
            return None
        if any(len(self._neighbours(i)) != 2 for i in self.here):
            return None
        path = self._round_trip(min(self.here, key=lambda i: i.name))
        around: list[Matrix] = []
        for one, other in pairwise(path):
            around += [*self._diagonal(one), self._edge(one, other)]
        whole = product(around)
        return Matrix("trace", (_with_fewer_transposes(whole, transposed(whole)),))

    def _round_trip(self, start: Index) -> list[Index]:
        path = [start, min(self._neighbours(start), key=lambda i: i.name)]
        while path[-1] != start:
            (following,) = (i for i in self._neighbours(path[-1]) if i != path[-2])
            path.append(following)
        return path


def _at_one_node(own: list[Matrix], index: Index, is_end: bool) -> Matrix:
    if is_end:
        return hadamard(own)
    if len(own) == 2:
        return _with_fewer_transposes(
            product([transposed(own[0]), own[1]]), product([transposed(own[1]), own[0]])
        )
    return product([transposed(Matrix("ones", axes=1, label=index.range)), hadamard(own)])


def _with_fewer_transposes(one: Matrix, other: Matrix) -> Matrix:
    return min(one, other, key=lambda form: sum(p.kind == "transpose" for p in walk_matrix(form)))
