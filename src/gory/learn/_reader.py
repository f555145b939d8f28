"""Reading CSV and Parquet files into a `Table`.

Types come from the cells: a column whose filled cells are all numbers is a number column, any
other a category. Empty cells and the marks in `MISSING_MARKS` are missing. What cannot become a
feature (free text, dates, a constant) is refused by name with what to do, since a model trained
around it in silence is a model of something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._columns import check_features, labels_of, to_column
from ._errors import DataError
from ._files import open_file
from ._table import Column, Kind, Table, missing_name


def read_table(
    path: str | Path,
    /,
    *,
    target: str | None = None,
    drop: tuple[str, ...] = (),
    kinds: Mapping[str, Kind] | None = None,
) -> Table:
    """Read a CSV or Parquet file.

    Parameters
    ----------
    path : str or Path
        ``.parquet`` and ``.pq`` are read as Parquet, anything else as CSV with a header line; the
        separator is a comma, semicolon or tab, whichever the header has most of.
    target : str, optional
        The column to predict. Rows where it is missing are dropped and counted.
    drop : tuple of str, optional
        Columns to leave out.
    kinds : mapping of str to {"number", "category"}, optional
        Kinds that are known; other columns are judged by their cells. With it the file is data for
        a trained model: only these columns (and the target) are read.

    Returns
    -------
    Table

    Raises
    ------
    DataError
        The file is missing, empty, damaged or not UTF-8; a named column does not exist; a column
        is free text, constant, or holds NaN or infinity; the target has fewer than two classes.

    Examples
    --------
    >>> table = read_table("examples/penguins.csv", target="species")
    >>> table.n_rows, len(table.columns), table.classes
    (344, 7, ('Adelie', 'Chinstrap', 'Gentoo'))
    """
    source = str(path)
    forced: dict[str, Kind] = dict(kinds or {})
    arrow = open_file(Path(path), as_text=tuple(n for n, k in forced.items() if k == "category"))
    names = tuple(arrow.column_names)
    for name in (*drop, *([] if target is None else [target])):
        if name not in names:
            what = "target column" if name == target else "column"
            raise DataError(missing_name(what, name, names, source))
    if arrow.num_rows == 0:
        raise DataError(
            f"{source} has a header but no rows, so there is nothing to learn from; give a file "
            "with one row per example."
        )
    labels, kept = _labels(arrow, target, source)
    wanted = [n for n in names if n != target and n not in drop and (not forced or n in forced)]
    columns = tuple(to_column(n, arrow[n], forced.get(n), source).take(kept) for n in wanted)
    if not forced:
        _require_features(columns, target, source)
        check_features(columns, source)
    return Table(
        source=source,
        columns=columns,
        n_rows=len(kept),
        target=target,
        labels=labels,
        n_dropped=arrow.num_rows - len(kept),
    )


def _labels(arrow: Any, target: str | None, source: str) -> tuple[Any, NDArray[Any]]:
    if target is None:
        return None, np.arange(arrow.num_rows)
    labels, missing = labels_of(target, arrow[target], source)
    kept = np.flatnonzero(~missing)
    if not len(kept):
        raise DataError(
            f"the target column {target!r} of {source} is missing in every row; name another "
            "column as the target, or fill it in."
        )
    return labels[kept], kept


def _require_features(columns: tuple[Column, ...], target: str | None, source: str) -> None:
    if not columns:
        raise DataError(
            f"{source} has no column to learn from besides the target {target!r}; give a file with "
            "feature columns, or check its separator (comma, semicolon or tab)."
        )
