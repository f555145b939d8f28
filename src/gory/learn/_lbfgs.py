"""L-BFGS with a preconditioner and an exact line search, for problems too large to factor.

The two-loop recursion starts from a preconditioner instead of a multiple of the identity, which is
one of `_class_blocks.py`, `_kronecker.py` and `_diagonal.py`. It removes the scale of the columns,
so a dozen pairs do what fifty did not do without it.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._gauge import centered
from ._source import Point

Array = NDArray[Any]

MAX_PAIRS = 50
# Memory for the pairs, in bytes.
PAIR_BYTES = 1 << 28


class PreconditionedLBFGS:
    """Directions from the last changes of weights and gradient.

    Parameters
    ----------
    preconditioner : callable
        Takes a gradient (K, p), returns an approximate Newton decrease of the same shape.
    size : int
        Number of weights, K p.
    rebuilds : sequence of int
        Steps at which the preconditioner takes the curvature of the present point; the pairs stay,
        since they are measurements of the true curvature.
    memory : float
        Bytes for the pairs; one pair is kept in any case.
    dtype : dtype
        In which they are kept.
    """

    def __init__(
        self,
        preconditioner: Any,
        size: int,
        /,
        *,
        rebuilds: tuple[int, ...] = (),
        memory: float = PAIR_BYTES,
        dtype: Any = np.float64,
    ) -> None:
        self.precondition = preconditioner
        self.rebuilds = frozenset(rebuilds)
        self.step = 0
        self.dtype = np.dtype(dtype)
        room = max(1, min(MAX_PAIRS, int(memory) // (2 * self.dtype.itemsize * size)))
        self.pairs: deque[tuple[Array, Array, float]] = deque(maxlen=room)
        self.last: tuple[Array, Array] | None = None

    def __call__(self, point: Point, gradient: Array, /) -> Array:
        """The direction at ``point``."""
        self._remember(point.theta, gradient)
        if self.step in self.rebuilds:
            self.precondition.rebuild(point)
        self.step += 1
        move = self._recursion(gradient)
        if self.pairs and not float(np.sum(move * gradient)) < 0.0:
            self.pairs.clear()  # what rounding left of the pairs points upwards
            move = self._recursion(gradient)
        return move

    def _recursion(self, gradient: Array) -> Array:
        q = gradient.ravel().copy()
        shares = []
        for step, change, product in reversed(self.pairs):
            share = (step @ q) / product
            q -= share * change
            shares.append(share)
        q = self.precondition(q.reshape(gradient.shape)).ravel()
        if self.pairs:
            _, change, product = self.pairs[-1]
            turned = self.precondition(change.reshape(gradient.shape)).ravel()
            curvature = float(change @ turned)
            if curvature > 0.0:
                q *= product / curvature
        for (step, change, product), share in zip(self.pairs, reversed(shares), strict=True):
            q += (share - (change @ q) / product) * step
        move = q.reshape(gradient.shape)
        return centered(-move)  # steps kept in float32 do not quite sum to zero over the classes

    def _remember(self, theta: Array, gradient: Array) -> None:
        if self.last is not None:
            step = theta.ravel() - self.last[0]
            change = gradient.ravel() - self.last[1]
            product = float(step @ change)
            if product > 0.0:
                kept = step.astype(self.dtype, copy=False), change.astype(self.dtype, copy=False)
                self.pairs.append((*kept, product))
        self.last = (theta.ravel(), gradient.ravel())
