"""Calls of the compiled kernels: flat arrays, scratch, threads.

Importing this module imports Numba. Every function takes C-ordered matrices of float32 or
float64 and gives the same bits as its counterpart in NumPy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gory.ops import _direction_kernels as direction_kernels
from gory.ops import _option_kernels as option_kernels
from gory.ops import _row_kernels as row_kernels
from gory.ops import _sparse_kernels as sparse_kernels
from gory.ops import _tile_kernels as tile_kernels
from gory.ops._sparse_residual import STEPS, SparseResidual
from gory.ops._threads import Work, share_rows


def softmax(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Probabilities of every row."""
    (n, k), tiny = z.shape, float(np.finfo(z.dtype).tiny)
    flat, target = z.reshape(-1), out.reshape(-1)
    if k <= tile_kernels.LONGEST:

        def tiles() -> Work:
            scratch = _scratch(z)
            kernel = tile_kernels.softmax_tiles
            return lambda start, stop: kernel(flat, target, k, start, stop, tiny, *scratch)

        share_rows(tiles, n, z.size)
        return

    def rows() -> Work:
        kernel, buffer = row_kernels.softmax_rows, _buffer(z)
        return lambda start, stop: kernel(flat, target, k, start, stop, tiny, buffer)

    share_rows(rows, n, z.size)


def log_softmax(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Logarithms of the probabilities of every row."""
    n, k = z.shape
    flat, target = z.reshape(-1), out.reshape(-1)
    if k <= tile_kernels.LONGEST:

        def tiles() -> Work:
            kernel, scratch = tile_kernels.log_softmax_tiles, _scratch(z)
            return lambda start, stop: kernel(flat, target, k, start, stop, *scratch)

        share_rows(tiles, n, z.size)
        return

    def rows() -> Work:
        kernel, wide = row_kernels.log_softmax_rows, np.empty(32)
        return lambda start, stop: kernel(flat, target, k, start, stop, wide)

    share_rows(rows, n, z.size)


def logsumexp(z: NDArray[Any], values: NDArray[np.float64]) -> None:
    """Log-sum-exp of every row, in float64."""
    n, k = z.shape
    flat = z.reshape(-1)
    if k <= tile_kernels.LONGEST:

        def tiles() -> Work:
            kernel, scratch = tile_kernels.logsumexp_tiles, _scratch(z)
            return lambda start, stop: kernel(flat, values, k, start, stop, *scratch)

        share_rows(tiles, n, z.size)
        return

    def rows() -> Work:
        kernel = row_kernels.logsumexp_rows
        return lambda start, stop: kernel(flat, values, k, start, stop)

    share_rows(rows, n, z.size)


def label_values(z: NDArray[Any], labels: NDArray[np.intp], values: NDArray[np.float64]) -> None:
    """-log p of the labels."""
    n, k = z.shape
    common = (z.reshape(-1), labels, values, k)
    if k <= tile_kernels.LONGEST:

        def tiles() -> Work:
            kernel, scratch = tile_kernels.label_value_tiles, _scratch(z)
            return lambda start, stop: kernel(*common, start, stop, *scratch)

        share_rows(tiles, n, z.size)
        return

    def rows() -> Work:
        return lambda start, stop: row_kernels.label_value_rows(*common, start, stop)

    share_rows(rows, n, z.size)


def label_loss(
    z: NDArray[Any],
    labels: NDArray[np.intp],
    upstream: NDArray[np.float64],
    values: NDArray[np.float64],
    out: NDArray[Any],
) -> None:
    """-log p of the labels, and with an upstream factor per row their gradients in `out`."""
    (n, k), tiny = z.shape, float(np.finfo(z.dtype).tiny)
    weights = np.ascontiguousarray(upstream)
    common = (z.reshape(-1), labels, weights, values, out.reshape(-1), k)
    if k <= tile_kernels.LONGEST:

        def tiles() -> Work:
            kernel, scratch = tile_kernels.label_tiles, _scratch(z)
            return lambda start, stop: kernel(*common, start, stop, tiny, *scratch)

        share_rows(tiles, n, z.size)
        return

    def rows() -> Work:
        kernel, buffer = row_kernels.label_rows, _buffer(z)
        return lambda start, stop: kernel(*common, start, stop, tiny, buffer)

    share_rows(rows, n, z.size)


def weighted_loss(
    x: NDArray[np.float64],
    shares: NDArray[np.float64],
    labels: NDArray[np.intp],
    weights: NDArray[np.float64],
    z_loss: float,
    values: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Loss and derivative of rows with weights for every class."""
    (n, k), tiny = x.shape, float(np.finfo(np.float64).tiny)
    flat, q, target = x.reshape(-1), shares.reshape(-1), out.reshape(-1)
    common = (flat, q, labels, weights, z_loss, values, target, k)

    def rows() -> Work:
        e = aligned(k, np.float64)
        return lambda start, stop: option_kernels.weighted_rows(*common, start, stop, tiny, e)

    share_rows(rows, n, x.size)


def _scratch(z: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.float64]]:
    """Memory for one tile; every thread has its own."""
    columns = -(-z.shape[1] // 16) * 16
    return aligned(columns * 16, z.dtype), aligned(1024, z.dtype), aligned(256, np.float64)


def _buffer(z: NDArray[Any]) -> NDArray[Any]:
    return aligned(row_kernels.BUFFER, z.dtype)


def aligned(size: int, dtype: Any) -> NDArray[Any]:
    """An uninitialized array that starts at a multiple of 64 bytes."""
    itemsize = np.dtype(dtype).itemsize
    memory = np.empty(size + 64 // itemsize, dtype)
    skip = -memory.ctypes.data % 64 // itemsize
    return memory[skip : skip + size]


def label_slopes(
    z: NDArray[Any],
    v: NDArray[Any],
    labels: NDArray[np.intp],
    first: int,
    state: NDArray[np.float64],
) -> None:
    """Take a block of classes into the sums of each row; z and v are overwritten."""
    (n, k), flat, moved = z.shape, z.reshape(-1), v.reshape(-1)
    common = (flat, moved, labels, first, state.reshape(-1), k)

    def rows() -> Work:
        return lambda start, stop: direction_kernels.jvp_block(*common, start, stop)

    share_rows(rows, n, z.size)


def label_curvature(
    z: NDArray[Any],
    v: NDArray[Any],
    labels: NDArray[np.intp],
    factors: NDArray[np.float64],
    *,
    residual: bool,
) -> None:
    """v becomes factors ⊙ its Hessian product, and z the gradient if `residual`."""
    (n, k), flat, moved = z.shape, z.reshape(-1), v.reshape(-1)

    common = (flat, moved, labels, factors, residual, k)

    def rows() -> Work:
        return lambda start, stop: direction_kernels.hvp_rows(*common, start, stop)

    share_rows(rows, n, z.size)


def thin_out(
    residual: NDArray[Any],
    sizes: NDArray[np.float64],
    tolerance: float,
    starts: NDArray[np.float64],
    room: int,
    counts: NDArray[np.intp],
    columns: NDArray[np.int32],
    entries: NDArray[Any],
    dropped: NDArray[np.float64],
) -> None:
    """Kept entries of every row of a residual."""
    (n, k), flat, steps = residual.shape, residual.reshape(-1), np.array(STEPS)
    tiny = float(np.finfo(residual.dtype).tiny)
    kept = (counts, columns, entries, dropped)
    common = (flat, sizes, tolerance, starts, room, *kept, steps, tiny, k)

    def rows() -> Work:
        return lambda start, stop: sparse_kernels.thin_rows(*common, start, stop)

    share_rows(rows, n, residual.size)


def sparse_products(
    sparse: SparseResidual,
    x: NDArray[Any],
    w: NDArray[Any],
    dx: NDArray[Any] | None,
    dw: NDArray[Any] | None,
) -> None:
    """dx = R w and dw += Rᵀ x; rows of one and classes of the other are shared out."""
    (n, d), k = x.shape, len(w)
    kept = (sparse.counts, sparse.columns, sparse.entries, sparse.room)
    work = int(np.maximum(sparse.counts, 0).sum()) * d
    if dx is not None:
        flat_w, flat_dx = w.reshape(-1), dx.reshape(-1)

        def rows() -> Work:
            kernel = sparse_kernels.sparse_times_weights
            return lambda start, stop: kernel(*kept, flat_w, flat_dx, d, start, stop)

        share_rows(rows, n, work)
    if dw is not None:
        flat_x, flat_dw = np.ascontiguousarray(x).reshape(-1), dw.reshape(-1)

        def classes() -> Work:
            kernel = sparse_kernels.sparse_add_outer
            return lambda start, stop: kernel(*kept, flat_x, flat_dw, d, start, stop)

        share_rows(classes, k, work)
