"""The curve through the last optima of a path, and where it meets the next value.

It is a polynomial in log C. Its degree is the one that would have predicted the last optimum best.
The function is plain enough to be compiled, which `_small_kernels.py` does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# Optima that the curve looks back on, at most; the degree is up to two less.
MOST_OPTIMA = 6
# So many steps of the grid ahead the polynomial says nothing.
_FARTHEST = 2.0


def predicted(places: Array, optima: Array, place: float) -> Array:
    """The next optimum, as far as those before tell.

    Parameters
    ----------
    places : ndarray of shape (r,)
        Logarithms of C, rising.
    optima : ndarray of shape (r, m)
    place : float

    Returns
    -------
    ndarray of shape (m,)

    Examples
    --------
    >>> import numpy as np
    >>> predicted(np.array([0.0, 1.0, 2.0]), np.array([[1.0], [2.0], [3.0]]), 3.0)
    array([4.])
    """
    last = len(places) - 1
    out = optima[last].copy()
    if last == 0 or place - places[last] > _FARTHEST * (places[last] - places[last - 1]):
        return out
    best, least = 1, np.inf
    for trial in range(last + 1):  # the degrees in turn predict the last optimum, the best the next
        degree, end, at = trial, last, places[last]
        if trial == last:
            degree, end, at = best, last + 1, place
        out = np.zeros(optima.shape[1])
        for k in range(end - degree - 1, end):
            weight = 1.0
            for j in range(end - degree - 1, end):
                if j != k:
                    weight *= (at - places[j]) / (places[k] - places[j])
            out += weight * optima[k]
        if trial == last:
            break
        size = np.sum((out - optima[last]) ** 2)
        if last > 1 and size < least:
            best, least = trial, size
    return out
