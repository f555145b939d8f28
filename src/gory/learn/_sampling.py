"""How likely each row is drawn into a sample that stands for all rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# Share of uniform sampling in the mixture, so that no row is without a chance.
_UNIFORM_SHARE = 0.1


def sampling_rates(leverages: Array, size: int, /) -> Array:
    """Probabilities in proportion to leverage, mixed with uniform ones, that add up to ``size``.

    Examples
    --------
    >>> import numpy as np
    >>> sampling_rates(np.array([8.0, 1.0, 1.0]), 2).round(2).tolist()
    [1.0, 0.5, 0.5]
    """
    n = len(leverages)
    if size >= n:
        return np.ones(n)
    mixture = (1 - _UNIFORM_SHARE) * leverages / leverages.sum() + _UNIFORM_SHARE / n
    rates = np.minimum(1.0, size * mixture)
    for _ in range(20):  # rows that are certain leave the rest of the sample to the others
        free = rates < 1.0
        missing = size - (n - free.sum())
        scaled = np.minimum(1.0, mixture[free] * missing / mixture[free].sum())
        settled = np.allclose(scaled, rates[free])
        rates[free] = scaled
        if settled:
            break
    return rates
