"""From Arrow columns to `Column` values and labels, and what is refused as a feature."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._errors import DataError
from ._table import Column, Kind

# A text column in which most values differ is not a category. Below this many different values it
# takes long values (in words) to be sure.
_TEXT_DISTINCT = 20
_TEXT_WORDS = 4
MAX_CATEGORIES = 1000


def to_column(name: str, cells: Any, kind: Kind | None, source: str, /) -> Column:
    """A typed column from an Arrow column, of the given kind or the kind its cells suggest."""
    import pyarrow as pa

    if pa.types.is_dictionary(cells.type):
        cells = cells.cast(cells.type.value_type)
    if _is_number(cells.type) and kind != "category":
        return _number(name, cells, source)
    if _is_category(cells.type):
        if kind == "number":
            raise DataError(
                f"column {name!r} of {source} holds text ({_example(cells)!r}), but it was a "
                "number when the model was trained; put numbers there or leave the cell empty."
            )
        return _category(name, cells)
    if kind == "category" and _is_number(cells.type):
        return _category(name, cells)
    raise DataError(
        f"column {name!r} of {source} has the type {cells.type}, which is neither number nor "
        "category; turn it into numbers (a date into days since a fixed day, say) or drop it."
    )


def _is_number(kind: Any) -> bool:
    import pyarrow as pa

    types = pa.types
    return (
        types.is_integer(kind)
        or types.is_floating(kind)
        or types.is_decimal(kind)
        or types.is_null(kind)
    )


def _is_category(kind: Any) -> bool:
    import pyarrow as pa

    types = pa.types
    return types.is_string(kind) or types.is_large_string(kind) or types.is_boolean(kind)


def _example(cells: Any) -> Any:
    return next((v for v in cells.to_pylist() if v is not None), None)


def _number(name: str, cells: Any, source: str) -> Column:
    import pyarrow as pa

    missing = cells.is_null().to_numpy()
    values = cells.cast(pa.float64()).to_numpy()
    values = np.array(values, dtype=np.float64)
    bad = np.flatnonzero(~np.isfinite(values) & ~missing)
    if len(bad):
        raise DataError(
            f"column {name!r} of {source} holds {values[bad[0]]} in row {bad[0] + 1} "
            f"({len(bad)} such {'cell' if len(bad) == 1 else 'cells'}), which is not a number to "
            "learn from; leave the cell empty if the value is missing, or repair what computed it."
        )
    values[missing] = np.nan
    return Column(name, "number", values, missing)


def _category(name: str, cells: Any) -> Column:
    import pyarrow as pa

    missing = cells.is_null().to_numpy()
    texts = cells.cast(pa.string()).to_numpy(zero_copy_only=False)
    values = np.full(len(texts), -1, dtype=np.int64)
    categories, codes = np.unique(texts[~missing].astype(str), return_inverse=True)
    values[~missing] = codes
    return Column(name, "category", values, missing, tuple(categories.tolist()))


def labels_of(name: str, cells: Any, source: str, /) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Labels (integers or strings) of the target column, and which are missing."""
    import pyarrow as pa

    if pa.types.is_dictionary(cells.type):
        cells = cells.cast(cells.type.value_type)
    if _is_category(cells.type):
        column = _category(name, cells)
        lookup = np.array([*column.categories, ""])
        return lookup[column.values], column.missing
    if not _is_number(cells.type):
        raise DataError(
            f"the target {name!r} of {source} has the type {cells.type}; classes must be text or "
            "whole numbers."
        )
    column = _number(name, cells, source)
    filled = np.where(column.missing, 0.0, column.values)
    if not np.array_equal(filled, np.round(filled)):
        example = filled[filled != np.round(filled)][0]
        raise DataError(
            f"the target {name!r} of {source} holds {example:g}, so it measures an amount and does "
            "not name a class; choose a target with classes, or cut the amount into ranges."
        )
    return filled.astype(np.int64), column.missing


def check_features(columns: tuple[Column, ...], source: str, /) -> None:
    """Refuse columns that no model can learn from: free text and constants."""
    for column in columns:
        if column.kind == "category":
            _refuse_text(column, source)
        _refuse_constant(column, source)


def _refuse_text(column: Column, source: str) -> None:
    filled = len(column.values) - column.n_missing
    distinct = len(column.categories)
    if not distinct:
        return
    words = float(np.median([len(c.split()) for c in column.categories]))
    mostly_different = distinct > filled / 2 and distinct > 2
    if mostly_different and (distinct > _TEXT_DISTINCT or words >= _TEXT_WORDS):
        example = column.categories[0]
        shown = example if len(example) <= 40 else example[:37] + "..."
        raise DataError(
            f"column {column.name!r} of {source} is free text or an identifier ({distinct} "
            f"different values in {filled} rows, such as {shown!r}), which says nothing about new "
            f"rows as a category; drop the column, or turn the text into numbers first."
        )
    if distinct > MAX_CATEGORIES:
        raise DataError(
            f"column {column.name!r} of {source} has {distinct} categories, and each would become "
            f"a feature; drop it, or join rare categories until at most {MAX_CATEGORIES} are left."
        )


def _refuse_constant(column: Column, source: str) -> None:
    filled = column.values[~column.missing]
    if len(filled) and filled.min() != filled.max():
        return
    if len(filled) and column.n_missing:
        return  # whether the cell is filled is itself information
    what = "no value in any row" if not len(filled) else "the same value in every row"
    raise DataError(
        f"column {column.name!r} of {source} has {what}, so nothing can be learned from it; drop "
        "the column, or check that the file is the one you meant."
    )
