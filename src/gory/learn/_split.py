"""Rows for training and rows held out, with the same share of every class in both."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._errors import DataError
from ._table import Table


def split(table: Table, /, *, held_out: float = 0.25, seed: int = 0) -> tuple[Table, Table]:
    """Split a table at random, class by class.

    Parameters
    ----------
    table : Table
        With labels.
    held_out : float
        Share of the rows to hold out, between 0 and 1 (both excluded). A class with a single row
        stays in training.
    seed : int
        The same seed gives the same split.

    Returns
    -------
    training, held : Table

    Raises
    ------
    DataError
        The table has no labels, fewer than two classes, or nothing would be held out.

    Examples
    --------
    >>> from gory.learn import read_table
    >>> training, held = split(read_table("examples/penguins.csv", target="species"))
    >>> training.n_rows, held.n_rows
    (258, 86)
    """
    if not 0.0 < held_out < 1.0:
        raise DataError(
            f"held_out = {held_out!r}, but it is the share of rows kept for testing and must lie "
            "between 0 and 1; 0.25 is usual."
        )
    labels = require_classes(table)
    rng = np.random.default_rng(seed)
    held = np.zeros(table.n_rows, dtype=bool)
    for label in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == label))
        held[rows[: min(round(held_out * len(rows)), len(rows) - 1)]] = True
    if not held.any():
        raise DataError(
            f"{table.source} has {table.n_rows} rows with a label, too few to hold any out; give "
            "more rows, or hold out a larger share."
        )
    return table.take(np.flatnonzero(~held)), table.take(np.flatnonzero(held))


def require_classes(table: Table, /) -> NDArray:
    """The labels of a table that has at least two classes."""
    if table.labels is None:
        raise DataError(f"{table.source} was read without a target; name the target column.")
    if len(np.unique(table.labels)) < 2:
        raise DataError(
            f"the target {table.target!r} of {table.source} is {table.labels[0].item()!r} in every "
            "row, so there is nothing to tell apart; choose a target with at least two classes."
        )
    return table.labels
