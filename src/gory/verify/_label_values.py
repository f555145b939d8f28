"""Values of labels: numbers of classes, as the one-hot rows that they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gory.notation import Paper
from gory.notation._labels import label_of


def with_one_hot_rows(
    paper: Paper, values: Mapping[str, Any], sizes: Mapping[str, int]
) -> dict[str, Any]:
    """The values with rows for all labels among them; classes count from 1, or as declared.

    Raises
    ------
    ValueError
        If a label is no class.
    """
    found = dict(values)
    for name, axes in paper.axes.items():
        label = label_of(name)
        if not label or label not in values:
            continue
        low, high = paper.sizes.get(axes[-1], (1, sizes.get(axes[-1])))
        if high is not None:
            found[name] = _rows(label, values[label], low, high)
    return found


def _rows(name: str, value: Any, low: int, high: int) -> Any:
    if hasattr(value, "__len__") and not isinstance(value, str):
        return [_rows(name, part, low, high) for part in value]
    if isinstance(value, bool | str) or value not in range(low, high + 1):
        raise ValueError(
            f"{name!r} holds {value!r} where a class is expected, a whole number from {low} to "
            f"{high}"
        )
    return [float(value == k) for k in range(low, high + 1)]
