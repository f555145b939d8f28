"""A table of typed columns: what a file holds before anything is learned from it.

Two kinds of column are told apart. A *number* column holds float64 with a mask of missing cells; a
*category* column holds codes into its sorted categories, -1 where the cell is missing. A missing
cell is one thing, NaN and infinity another: they are results of a computation that went wrong and
are refused. Nothing here depends on a target; `gory.learn._reader` reads files.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ._errors import DataError

Kind = Literal["number", "category"]


@dataclass(frozen=True, eq=False)
class Column:
    """One column.

    Attributes
    ----------
    name : str
    kind : {"number", "category"}
    values : ndarray of shape (n,)
        Numbers (NaN where missing), or codes into ``categories`` (-1 where missing).
    missing : ndarray of bool, shape (n,)
    categories : tuple of str
        Sorted; empty for numbers.
    """

    name: str
    kind: Kind
    values: NDArray[Any]
    missing: NDArray[np.bool_]
    categories: tuple[str, ...] = ()

    @property
    def n_missing(self) -> int:
        """Cells without a value."""
        return int(self.missing.sum())

    def take(self, rows: NDArray[Any], /) -> Column:
        """The same column with some of its rows."""
        return replace(self, values=self.values[rows], missing=self.missing[rows])


@dataclass(frozen=True, eq=False)
class Table:
    """Feature columns, and the labels where a target was named.

    Attributes
    ----------
    source : str
        Where the table was read from.
    columns : tuple of Column
        The features, in the order of the file.
    n_rows : int
        Rows kept.
    target : str or None
        Name of the target column.
    labels : ndarray of shape (n,) or None
        The target's values: integers, or strings.
    n_dropped : int
        Rows left out because their target is missing.
    """

    source: str
    columns: tuple[Column, ...]
    n_rows: int
    target: str | None = None
    labels: NDArray[Any] | None = field(default=None)
    n_dropped: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the feature columns."""
        return tuple(column.name for column in self.columns)

    @property
    def classes(self) -> tuple[Any, ...]:
        """The distinct labels, sorted; empty without a target."""
        return () if self.labels is None else tuple(np.unique(self.labels).tolist())

    def column(self, name: str, /) -> Column:
        """The feature column of that name; a `DataError` suggests near names."""
        for column in self.columns:
            if column.name == name:
                return column
        raise DataError(missing_name("column", name, self.names, self.source))

    def take(self, rows: NDArray[Any], /) -> Table:
        """The same table with some of its rows."""
        return replace(
            self,
            columns=tuple(column.take(rows) for column in self.columns),
            labels=None if self.labels is None else self.labels[rows],
            n_rows=len(rows),
        )


def missing_name(what: str, name: str, known: tuple[str, ...], source: str, /) -> str:
    """The text of the error for a column that is not there."""
    near = get_close_matches(name, known, n=2, cutoff=0.6)
    hint = f"did you mean {' or '.join(repr(n) for n in near)}? " if near else ""
    shown = ", ".join(known[:20]) + (", ..." if len(known) > 20 else "")
    return f"{source} has no {what} {name!r}: {hint}its columns are {shown}."
