"""The contrast basis: class directions that change the loss, and none that do not.

Adding one vector to the weights of all classes leaves every probability as it is. The loss is flat
along that direction, the Hessian singular. `contrast_basis` gives K - 1 orthonormal directions
orthogonal to it, in which second-order work is done: the matrices are smaller, and definite. The
penalty looks the same in this basis because the basis is orthonormal.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def contrast_basis(n_classes: int) -> NDArray[np.float64]:
    """Orthonormal columns spanning the vectors of length K that sum to zero.

    Parameters
    ----------
    n_classes : int
        Number of classes K, at least 2.

    Returns
    -------
    ndarray of shape (K, K - 1)
        ``B`` with ``B.T @ B = I`` and ``ones @ B = 0``: all but the last column of the Householder
        reflection that takes the last unit vector to ``ones / sqrt(K)``.

    Examples
    --------
    >>> import numpy as np
    >>> B = contrast_basis(3)
    >>> bool(np.allclose(B.T @ B, np.eye(2))) and bool(np.allclose(B.sum(axis=0), 0))
    True
    """
    axis = np.full(n_classes, n_classes**-0.5)
    axis[-1] += 1.0  # adding, not subtracting: no cancellation for any K
    axis /= np.linalg.norm(axis)
    reflection = np.eye(n_classes) - 2.0 * np.outer(axis, axis)
    return reflection[:, :-1]


def centered(weights: NDArray) -> NDArray:
    """The same model with class weights that sum to zero in every column."""
    return weights - weights.mean(axis=0, keepdims=True)
