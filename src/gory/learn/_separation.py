"""Complete and quasi-complete separation: when no finite optimum exists without a penalty.

Data are separated when some direction D of weights never lowers the lead of a row's own class,
(D_{y_i} - D_k) . x_i >= 0 for all rows and classes, and raises at least one lead. Along it the loss
falls forever and coefficients run to infinity. Such a direction is found, or excluded, by a linear
program.

Source: Albert and Anderson, *On the existence of maximum likelihood estimates in logistic
regression models*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._errors import DataError

Array = NDArray[Any]

# A total lead below this, in equilibrated columns, is rounding of the linear program.
_TOLERANCE = 1e-7


@dataclass(frozen=True, eq=False)
class Separation:
    """A direction along which the loss falls forever.

    Attributes
    ----------
    direction : ndarray of shape (K, p)
        Change of the weights, in the units of the columns; the intercept last.
    importance : ndarray of shape (p,)
        How much every column moves, in units of its largest value.
    complete : bool
        Whether every row gains; otherwise some rows stay on the border (quasi-complete).
    n_separated : int
        Rows that gain.
    """

    direction: Array
    importance: Array
    complete: bool
    n_separated: int

    def describe(self, feature_names: tuple[str, ...], classes: Array, /) -> str:
        """The columns and classes that the direction moves most, in words."""
        order = np.argsort(self.importance)[::-1]
        moved = [feature_names[j] for j in order if self.importance[j] > 1e-6]
        names = ", ".join(repr(name) for name in moved if name != "intercept") or "the intercept"
        size = np.abs(self.direction) * self.importance
        strongest = np.unravel_index(int(size.argmax()), size.shape)[0]
        kind = "completely" if self.complete else "quasi-completely"
        return f"{kind} separated by {names} (most of all class {classes[strongest].item()!r})"


def find_separation(X: Any, target: Array, n_classes: int, /) -> Separation | None:
    """A separating direction, or None where a finite optimum exists.

    Parameters
    ----------
    X : ndarray of shape (n, p)
        Dense; with a column of ones where the model has an intercept.
    target : ndarray of shape (n,)
        Class numbers.
    n_classes : int

    Raises
    ------
    DataError
        The target does not hold a class number from 0 to ``n_classes - 1`` for every row.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.column_stack([[1.0, 2.0, 3.0, 4.0], np.ones(4)])
    >>> find_separation(X, np.array([0, 0, 1, 1]), 2).complete
    True
    >>> find_separation(X, np.array([0, 1, 0, 1]), 2) is None
    True
    """
    from scipy.optimize import linprog

    X, target = np.asarray(X, dtype=np.float64), np.asarray(target)
    numbers = target.dtype.kind in "iu" and target.shape == (len(X),) and target.size > 0
    if not numbers or target.min() < 0 or target.max() >= n_classes:
        raise DataError(
            f"the target has shape {target.shape} and type {target.dtype}, but must hold a class "
            f"number from 0 to {n_classes - 1} for each of the {len(X)} rows; labels y become such "
            "numbers by np.unique(y, return_inverse=True)."
        )
    scale = np.abs(X).max(axis=0)
    scale[scale == 0] = 1.0
    leads = _lead_matrix(X / scale, target, n_classes)
    total = np.asarray(leads.sum(axis=0)).ravel()
    solution = linprog(-total, A_ub=-leads, b_ub=np.zeros(leads.shape[0]), bounds=(-1.0, 1.0))
    if not solution.success or -solution.fun <= _TOLERANCE * len(X):
        return None
    gains = np.asarray(leads @ solution.x).reshape(len(X), n_classes - 1)
    direction = _complete_direction(leads)
    complete = direction is not None
    direction = solution.x if direction is None else direction
    direction = direction.reshape(n_classes, -1)
    return Separation(
        direction=direction / scale,
        importance=np.abs(direction - direction.mean(axis=0)).max(axis=0),
        complete=complete,
        n_separated=len(X) if complete else int((gains.max(axis=1) > _TOLERANCE).sum()),
    )


def _complete_direction(leads: Any) -> Array | None:
    """The direction with the largest smallest lead, where that is positive."""
    import scipy.sparse as sp
    from scipy.optimize import linprog

    smallest = sp.csr_array(np.ones((leads.shape[0], 1)))
    gain = np.zeros(leads.shape[1] + 1)
    gain[-1] = -1.0
    solution = linprog(
        gain,
        A_ub=sp.hstack([-leads, smallest], format="csr"),
        b_ub=np.zeros(leads.shape[0]),
        bounds=(-1.0, 1.0),
    )
    return solution.x[:-1] if solution.success and solution.x[-1] > _TOLERANCE else None


def _lead_matrix(X: Array, target: Array, n_classes: int) -> Any:
    """Sparse (n (K - 1), K p) matrix that maps weights to the leads of every row's own class."""
    import scipy.sparse as sp

    n, p = X.shape
    others = np.array([[k for k in range(n_classes) if k != y] for y in range(n_classes)])
    rival = others[target].ravel()
    own = np.repeat(target, n_classes - 1)
    row = np.repeat(np.arange(n * (n_classes - 1)), p)
    columns = np.arange(p)
    values = np.repeat(X, n_classes - 1, axis=0).ravel()
    plus = (own[:, None] * p + columns).ravel()
    minus = (rival[:, None] * p + columns).ravel()
    shape = (n * (n_classes - 1), n_classes * p)
    return sp.csr_array((values, (row, plus)), shape) - sp.csr_array((values, (row, minus)), shape)
