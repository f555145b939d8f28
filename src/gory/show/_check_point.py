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
    indices = _listed(point["indices"])
    values = _listed(point["values"])
    if len(values) > LONGEST_POINT:
        short = {n: v for n, v in point["values"].items() if not isinstance(v, list)}
        short |= {n: v for n, v in point["sizes"].items() if n.isalpha()}
        arrays = ", ".join(n for n, v in point["values"].items() if isinstance(v, list))
        values = ", ".join(part for part in (_listed(short), f"small numbers for {arrays}") if part)
    parts = [f"at {indices}" if indices else "", f"with {values}" if values else ""]
    where = " ".join(part for part in parts if part) or "everywhere"
    return f"{where}: left {_value(point['left'])}, right {_value(point['right'])}"


def _listed(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def _value(value: float | None) -> str:
    if value is None:
        return "has no value"
    return "0" if abs(value) < NOTHING else f"{value:.6g}"
