"""How a table becomes features: learned on training rows, applied to any rows.

Numbers stay as they are; they are never scaled, because training does not need it. A missing number
becomes the mean of the training rows, and an extra 0/1 feature says that it was missing, so that
the model may correct the mean. A category becomes one 0/1 feature per category, and "missing" is a
category of its own where training rows had it. The penalty treats all categories alike, therefore
none is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ._errors import DataError
from ._table import Column, Kind, Table

Unseen = Literal["error", "ignore"]


@dataclass(frozen=True)
class ColumnEncoding:
    """How one column is encoded.

    Attributes
    ----------
    name : str
    kind : {"number", "category"}
    n_missing : int
        Missing cells among the training rows.
    mean : float
        What a missing number is replaced by; 0 for categories.
    categories : tuple of str
        Categories of the training rows; empty for numbers.
    """

    name: str
    kind: Kind
    n_missing: int
    mean: float = 0.0
    categories: tuple[str, ...] = ()

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the features that the column becomes."""
        if self.kind == "number":
            names: tuple[str, ...] = (self.name,)
        else:
            names = tuple(f"{self.name}={category}" for category in self.categories)
        return (*names, f"{self.name} is missing") if self.n_missing else names

    @property
    def treatment(self) -> str:
        """What was done with the column, in words."""
        if self.kind == "number":
            if not self.n_missing:
                return "as it is"
            return f"missing replaced by the mean {self.mean:.6g}, with an indicator"
        listed = ", ".join(self.categories[:6]) + (", ..." if len(self.categories) > 6 else "")
        text = f"one 0/1 feature per category ({listed})"
        return f"{text}, missing is a category" if self.n_missing else text


@dataclass(frozen=True)
class Encoding:
    """How the columns of a table become the features of a model.

    Attributes
    ----------
    target : str
        Name of the target column.
    columns : tuple of ColumnEncoding
    n_rows : int
        Training rows it was learned from.
    """

    target: str
    columns: tuple[ColumnEncoding, ...]
    n_rows: int

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the features, in the order of the columns of `features`."""
        return tuple(name for column in self.columns for name in column.feature_names)

    @property
    def kinds(self) -> dict[str, Kind]:
        """Kind of every column, to be passed to `read_table`."""
        return {column.name: column.kind for column in self.columns}

    def features(self, table: Table, /, *, unseen: Unseen = "error") -> NDArray[np.float64]:
        """The feature matrix of a table, shape (n, d).

        Parameters
        ----------
        table : Table
            Must have every column of the encoding; others are ignored.
        unseen : {"error", "ignore"}
            A category that training rows did not have is an error, or all zeros.

        Raises
        ------
        DataError
            A column is absent or of another kind, or a category is unseen.
        """
        blocks = [_encode(c, table.column(c.name), unseen, table.source) for c in self.columns]
        return np.column_stack(blocks)


def learn_encoding(table: Table, /) -> Encoding:
    """Learn means and categories from the rows of a table with a target.

    Examples
    --------
    >>> from gory.learn import read_table
    >>> encoding = learn_encoding(read_table("examples/penguins.csv", target="species"))
    >>> encoding.feature_names[:4]
    ('island=Biscoe', 'island=Dream', 'island=Torgersen', 'bill_length_mm')
    """
    if table.target is None:
        raise DataError(
            f"{table.source} was read without a target, so there is nothing to learn an encoding "
            "for; name the target column when reading it."
        )
    return Encoding(table.target, tuple(_learn(c) for c in table.columns), table.n_rows)


def _learn(column: Column) -> ColumnEncoding:
    filled = column.values[~column.missing]
    if column.kind == "number":
        mean = float(filled.mean()) if len(filled) else 0.0
        return ColumnEncoding(column.name, "number", column.n_missing, mean)
    present = tuple(column.categories[code] for code in np.unique(filled))
    return ColumnEncoding(column.name, "category", column.n_missing, categories=present)


def _encode(plan: ColumnEncoding, column: Column, unseen: Unseen, source: str) -> NDArray[Any]:
    if column.kind != plan.kind:
        raise DataError(
            f"column {plan.name!r} of {source} is a {column.kind}, but it was a {plan.kind} when "
            "the model was trained; give the same kind of value."
        )
    missing = column.missing.astype(float)[:, None]
    if plan.kind == "number":
        block = np.where(column.missing, plan.mean, column.values)[:, None]
        return np.hstack([block, missing]) if plan.n_missing else block
    position = {category: k for k, category in enumerate(plan.categories)}
    lookup = np.array([*(position.get(c, -1) for c in column.categories), -1])
    codes = lookup[column.values]
    if unseen == "error":
        _refuse_unseen(plan, column, codes, source)
    block = (codes[:, None] == np.arange(len(plan.categories))).astype(float)
    return np.hstack([block, missing]) if plan.n_missing else block


def _refuse_unseen(plan: ColumnEncoding, column: Column, codes: Any, source: str) -> None:
    unknown = np.flatnonzero((codes < 0) & ~(column.missing & (plan.n_missing > 0)))
    if not len(unknown):
        return
    row = unknown[0]
    what = "a missing cell" if column.missing[row] else repr(column.categories[column.values[row]])
    known = ", ".join(map(repr, plan.categories[:10]))
    raise DataError(
        f"column {plan.name!r} of {source} holds {what} in row {row + 1} ({len(unknown)} such "
        f"rows), which no training row had; it had {known}. Correct the value, train again with "
        "such rows, or ask for unseen categories to be ignored, which counts them as none of these."
    )
