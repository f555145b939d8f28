"""What data frames and arrays hold that is no number, said with the name of the column.

Frames are recognized by what they can do, so no library of frames is imported. The general
validation comes first where it knows what is wrong; here its errors get the column, the row and
what to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_TIMES = ("m", "M")
_ENCODE = "encode it (learn_encoding of gory.learn, or OneHotEncoder of scikit-learn)"
_FILL = (
    "leave these rows out, or fill them in (SimpleImputer of scikit-learn; learn_encoding of "
    "gory.learn does both that and categories)"
)


def named_columns(X: Any, /) -> Iterator[tuple[Any, Any]]:
    """Name and values of every column of a data frame or an Arrow table; none of other data."""
    names = getattr(X, "column_names", None)
    if names is None and hasattr(X, "dtypes"):
        names = X.columns
    if names is None or len(set(names)) < len(names):
        return
    for name in names:
        yield name, X[name]


def refuse_odd_tables(X: Any, /) -> None:
    """Raise for a table that is not there yet, and for columns of dates.

    Raises
    ------
    ValueError
        Dates would count in whatever unit they are stored in.
    """
    if hasattr(X, "collect") and hasattr(X, "collect_schema"):
        raise ValueError(
            "X is a query that has not run, not a table; pass X.collect() instead of X"
        )
    if getattr(getattr(X, "dtype", None), "kind", "") in _TIMES:
        raise ValueError(f"X holds {X.dtype}, which are points in time; {_since('X')}")
    for name, column in named_columns(X):
        kind = getattr(getattr(column, "dtype", None), "kind", None)
        if (kind or np.asarray(column[:1]).dtype.kind) in _TIMES:
            raise ValueError(
                f"column {name!r} of X holds dates or times, and training needs numbers; "
                f"{_since('the column')}"
            )


def _since(what: str) -> str:
    return f"turn {what} into days since a fixed day, say, or leave it out"


def explained(error: Exception, X: Any, /) -> Exception:
    """The error of a validation, with the column that it is about, or the place."""
    for name, column in named_columns(X):
        try:
            values = np.asarray(column, dtype=np.float64)
        except (TypeError, ValueError):
            kind = getattr(column, "dtype", None) or column.type
            return ValueError(
                f"column {name!r} of X holds {kind}, and training needs numbers; {_ENCODE}, or "
                f"leave it out ({error})"
            )
        bad = np.flatnonzero(~np.isfinite(values))
        if len(bad):
            what = "infinity" if np.isinf(values[bad[0]]) else "NaN"
            return ValueError(
                f"Input X contains {what}: column {name!r} in {len(bad)} of its {len(values)} "
                f"rows, the first of them row {bad[0]}; {_FILL}"
            )
    return _placed(error, X)


def _placed(error: Exception, X: Any) -> Exception:
    """The error of an array of numbers with the place of the first that is none."""
    if not isinstance(X, np.ndarray) or X.ndim != 2 or X.dtype.kind != "f":
        return error
    rows, columns = np.nonzero(~np.isfinite(X))
    if not len(rows):
        return error
    what = "infinity" if np.isinf(X[rows[0], columns[0]]) else "NaN"
    return ValueError(
        f"Input X contains {what}: {len(rows)} of its {X.size} numbers, the first of them in row "
        f"{rows[0]}, column {columns[0]}; {_FILL}"
    )


def refuse_missing_labels(y: Any, /) -> None:
    """Raise where rows have no label.

    Raises
    ------
    ValueError
    """
    kind = getattr(getattr(y, "dtype", None), "kind", "O")
    if y is None or getattr(y, "ndim", 1) != 1:
        return
    if hasattr(y, "isna"):  # masked arrays and series know it better than a look at the values
        absent = np.flatnonzero(np.asarray(y.isna()))
    elif kind in "biuU":
        return
    else:
        absent = np.flatnonzero([label is None for label in np.asarray(y, dtype=object)])
    if len(absent):
        raise ValueError(
            f"Input y contains NaN or nothing, no label in {len(absent)} of its {len(y)} rows, "
            f"the first of them row {absent[0]}; leave these rows out"
        )
