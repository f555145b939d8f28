"""Which matrix a derivative is: what makes its rows, what its columns, and what is held fixed.

The outputs are rows and the variables columns, with the last index running fastest. Where that is
no matrix, some indices are held fixed: the instance that output and variable share, the output
whose Hessian it is, the first variables of a derivative of higher order. Where it is a matrix
only with its columns in another order, that order is taken. Both are said beside the matrix.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from gory.algebra._kronecker import Group, kronecker_form
from gory.algebra._matrix_build import Matrix, walk_matrix
from gory.algebra._matrix_fixed import at_fixed
from gory.algebra._matrix_form import matrix_form
from gory.notation import Expr, free_indices

_MOST_LETTERS = 6  # of rows and columns; a matrix of more is read by nobody


@dataclass(frozen=True, slots=True)
class Layout:
    """Rows and columns of a matrix form, and what is held fixed in it."""

    rows: Group
    columns: Group
    fixed: Group = ()

    @property
    def text(self) -> str:
        """How the matrix is laid out, in words.

        Examples
        --------
        >>> from gory.notation import Index
        >>> k, m, n = (Index(letter, "K") for letter in "kmn")
        >>> Layout((k,), (m, n), fixed=(Index("i", "N"),)).text
        'for each i: row k, column (m,n)'
        """
        parts = [
            f"{word} {f'({names})' if ',' in names else names}"
            for word, group in (("row", self.rows), ("column", self.columns))
            if (names := ",".join(index.name for index in group))
        ]
        if len(parts) == 1:
            parts = [parts[0].replace("row", "entry")]
        where = ", ".join(index.name for index in self.fixed)
        return f"for each {where}: {', '.join(parts)}" if where else ", ".join(parts)


def matrix_of(expr: Expr, outputs: Group, variables: Sequence[Group]) -> tuple[Matrix, str] | None:
    """The matrix form of a result, and how it is laid out where that is not as always.

    Parameters
    ----------
    expr : Expression
        A derivative without open derivatives.
    outputs : tuple of Index
        Free indices of what was differentiated.
    variables : sequence of tuple of Index
        Those of every variable.
    """
    order = dict.fromkeys([*outputs, *(i for group in variables for i in group)])
    free = tuple(index for index in order if index in free_indices(expr))
    if (form := matrix_form(expr, free)) is not None:
        return form, ""
    if len(free) != len(order) or not 2 <= len(free) <= _MOST_LETTERS:
        return None
    groups = [group for group in (outputs, *variables) if group]
    for place, layout in enumerate(_layouts(groups, bool(outputs), bool(variables))):
        if (form := _laid_out(expr, layout)) is not None:
            is_usual = place == 0 and len(groups) == 2 and not layout.fixed
            return form, "" if is_usual else layout.text
    return None


def _laid_out(expr: Expr, layout: Layout) -> Matrix | None:
    """A bare name with subscripts would be the index form again."""
    form = kronecker_form(at_fixed(expr, layout.fixed), layout.rows, layout.columns)
    if form is None or form.kind == "name":
        return None
    arrays = (part.kind in ("name", "ones", "identity") and part.axes for part in walk_matrix(form))
    return form if any(arrays) else None


def _layouts(groups: list[Group], has_outputs: bool, has_variables: bool) -> Iterator[Layout]:
    """Candidates from the usual to the unusual."""
    seen = [index for group in groups for index in group]
    shared = tuple(dict.fromkeys(index for index in seen if seen.count(index) > 1))
    rest = [tuple(index for index in group if index not in shared) for group in groups]
    yield from _in_two(rest, shared, has_variables)
    if has_outputs and has_variables:  # of a batch: one instance after the other
        yield from _with_first_fixed(rest, 0, shared)
    if len(rest) == 2:
        yield from (Layout(rest[0], order, shared) for order in permutations(rest[1]))
    for place in reversed(range(int(has_outputs), len(rest))):
        yield from _with_first_fixed(rest, place, shared)
    for count in range(1, len(rest)):
        held = (*shared, *(index for group in rest[:count] for index in group))
        yield from _in_two(rest[count:], held, True)


def _with_first_fixed(rest: list[Group], place: int, fixed: Group) -> Iterator[Layout]:
    if len(rest[place]) > 1:
        first, *others = rest[place]
        less = [*rest[:place], tuple(others), *rest[place + 1 :]]
        yield from _in_two(less, (*fixed, first), True)


def _in_two(rest: list[Group], fixed: Group, has_variables: bool) -> Iterator[Layout]:
    """Rows and columns of what is not fixed, if it has a natural cut."""
    groups = [group for group in rest if group]
    if len(groups) == 2:
        yield Layout(groups[0], groups[1], fixed)
    elif len(groups) == 1 and len(groups[0]) < 3:
        yield Layout(groups[0][:1], groups[0][1:], fixed)
    elif len(groups) == 1 and not has_variables:
        (group,) = groups
        yield from (Layout(group[:cut], group[cut:], fixed) for cut in range(1, len(group)))
