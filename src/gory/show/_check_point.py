"""A counterexample in words: where two sides differ, and what they are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NOTHING = 1e-40  # what is left of zero in a calculation with fifty digits
LONGEST_POINT = 240  # characters of values; more numbers than that nobody follows by hand


def point_in_words(point: Mapping[str, Any], /) -> str:
    """A point at which two sides differ, as one sentence.

    Examples
    --------
    >>> point_in_words(
    ...     {"sizes": {"K": 2}, "indices": {"k": 1}, "values": {"z": [1, 2]},
    ...      "left": 0.5, "right": -0.5}
    ... )
    'at k = 1 with z = [1, 2]: left 0.5, right -0.5'
    """
    indices = ", ".join(f"{name} = {value}" for name, value in point["indices"].items())
    values = ", ".join(f"{name} = {value}" for name, value in point["values"].items())
    if len(values) > LONGEST_POINT:
        sizes = ", ".join(f"{name} = {size}" for name, size in point["sizes"].items())
        values = f"sizes {sizes} and small whole numbers"
    parts = [f"at {indices}" if indices else "", f"with {values}" if values else ""]
    where = " ".join(part for part in parts if part) or "everywhere"
    return f"{where}: left {_value(point['left'])}, right {_value(point['right'])}"


def _value(value: float | None) -> str:
    if value is None:
        return "has no value"
    return "0" if abs(value) < NOTHING else f"{value:.6g}"
