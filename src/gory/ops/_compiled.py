"""Calls of the compiled kernels: flat arrays, scratch, threads.

Importing this module imports Numba. Every function takes C-ordered matrices of float32 or
float64 and gives the same bits as its counterpart in NumPy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gory.ops import _block_kernels as block_kernels
from gory.ops import _direction_kernels as direction_kernels
from gory.ops import _group_kernels as group_kernels
from gory.ops import _long_kernels as long_kernels
from gory.ops import _option_kernels as option_kernels
from gory.ops import _short_option_kernels as short_option_kernels
from gory.ops import _sparse_kernels as sparse_kernels
from gory.ops import _streamed_kernels as streamed_kernels
from gory.ops import _tile_kernels as tile_kernels
from gory.ops._block_products import Room
from gory.ops._loss_options import LossSettings
from gory.ops._products import gemm_address
from gory.ops._ranges import THREADS
from gory.ops._scratch import row_scratch, scratch_of_sixteen
from gory.ops._sparse_residual import STEPS, SparseResidual
from gory.ops._streamed_rows import notes_of
from gory.ops._targets import Target, label_shares
from gory.ops._threads import get_threads, share_kernel

Kernel = Callable[..., None]


# Results from this size on go to memory past the cache: with the logits they would take twice as
# much of it, more than a core's share.
LARGE = 2**23
# And from this length on: the ends of a row, which are not whole lines, and the place of a label
# have to be fetched again.
SHORTEST_PAST = 8192
# Weights of a block of classes, which stay in a core's cache while all rows use them.
CLASS_BYTES = 2**18
_TINY = {kind: float(np.finfo(kind).tiny) for kind in "fd"}


@dataclass(frozen=True, slots=True)
class Family:
    """One function in four forms, by the length of the rows."""

    tiles: Kernel
    groups: Kernel
    long: Kernel
    streamed: Kernel
    """For rows of float32 that are longer still."""
    grouped: int
    """The longest row that is computed in groups."""
    keeps: bool = False
    """Whether exponentials are kept, in memory for a row."""
    writes: bool = True
    """Whether there are results for every entry."""

    def run(self, z: NDArray[Any], *arguments: Any, constants: tuple[float, ...] = ()) -> None:
        """Compute all rows of z; arguments are the flat arrays that the kernels take."""
        n, k = z.shape

        def kernel(ranges: NDArray[np.int64]) -> None:
            chosen, scratch = self._chosen(z, int(ranges[THREADS]))
            chosen(ranges, *arguments, k, *constants, *scratch)

        share_kernel(kernel, n, z.size)

    def _chosen(self, z: NDArray[Any], threads: int) -> tuple[Kernel, tuple[Any, ...]]:
        k = z.shape[1]
        if k <= tile_kernels.LONGEST:
            return self.tiles, scratch_of_sixteen(z, threads)
        if k <= self.grouped:
            return self.groups, scratch_of_sixteen(z, threads)
        scratch = (row_scratch(z, k, 3, threads),) if self.keeps else ()
        is_large = z.nbytes >= LARGE
        if is_large and z.dtype.char == "f" and k >= streamed_kernels.SHORTEST:
            return self.streamed, (*scratch, row_scratch(z, notes_of(k), 4, threads))
        return self.long, (*scratch, is_large and k >= SHORTEST_PAST) if self.writes else scratch


SOFTMAX = Family(
    tile_kernels.softmax_tiles,
    group_kernels.softmax_groups,
    long_kernels.softmax_long,
    streamed_kernels.softmax_streamed,
    grouped=group_kernels.LONGEST_KEPT,
    keeps=True,
)
LOG_SOFTMAX = Family(
    tile_kernels.log_softmax_tiles,
    group_kernels.log_softmax_groups,
    long_kernels.log_softmax_long,
    streamed_kernels.log_softmax_streamed,
    grouped=group_kernels.LONGEST_WRITTEN,
)
LOGSUMEXP = Family(
    tile_kernels.logsumexp_tiles,
    group_kernels.logsumexp_groups,
    long_kernels.logsumexp_long,
    streamed_kernels.logsumexp_streamed,
    grouped=group_kernels.LONGEST_READ,
    writes=False,
)
LABEL_VALUES = Family(
    tile_kernels.label_value_tiles,
    group_kernels.label_value_groups,
    long_kernels.label_value_long,
    streamed_kernels.label_value_streamed,
    grouped=group_kernels.LONGEST_READ,
    writes=False,
)
LABEL_LOSS = Family(
    tile_kernels.label_tiles,
    group_kernels.label_groups,
    long_kernels.label_long,
    streamed_kernels.label_streamed,
    grouped=group_kernels.LONGEST_LABELLED,
    keeps=True,
)


def softmax(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Probabilities of every row."""
    SOFTMAX.run(z, z.reshape(-1), out.reshape(-1), constants=(_tiny(z),))


def log_softmax(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Logarithms of the probabilities of every row."""
    LOG_SOFTMAX.run(z, z.reshape(-1), out.reshape(-1))


def logsumexp(z: NDArray[Any], values: NDArray[np.float64]) -> None:
    """Log-sum-exp of every row, in float64."""
    LOGSUMEXP.run(z, z.reshape(-1), values)


def label_values(z: NDArray[Any], labels: NDArray[np.intp], values: NDArray[np.float64]) -> None:
    """-log p of the labels."""
    LABEL_VALUES.run(z, z.reshape(-1), labels, values)


def label_loss(
    z: NDArray[Any],
    labels: NDArray[np.intp],
    upstream: NDArray[np.float64],
    values: NDArray[np.float64],
    out: NDArray[Any],
) -> None:
    """-log p of the labels, and with an upstream factor per row their gradients in `out`."""
    weights, target = np.ascontiguousarray(upstream), out.reshape(-1)
    LABEL_LOSS.run(z, z.reshape(-1), labels, weights, values, target, constants=(_tiny(z),))


def weighted_loss(
    z: NDArray[Any],
    target: Target,
    settings: LossSettings,
    cooling: float,
    values: NDArray[np.float64],
    factors: NDArray[np.float64],
    out: NDArray[Any] | None,
) -> None:
    """Loss of the rows of z / cooling, with weights for every class and z-loss.

    With `out`, it receives factors ⊙ the derivative in z. Labels are still without smoothing.
    """
    (n, k), tiny = z.shape, float(np.finfo(np.float64).tiny)
    given = np.empty(0, z.dtype) if out is None else out.reshape(-1)
    if target.labels is None or target.shares is not None:
        shares, total = np.asarray(target.shares).reshape(-1), target.total
        base, own, labels = np.empty(0), np.empty(0), np.empty(0, np.intp)
    else:
        shares, found, labels = np.empty(0), label_shares(target, k, settings), target.labels
        base, own, total = found.base, np.ascontiguousarray(found.own), found.total
    smoothed, z_loss = settings.label_smoothing != 0, float(settings.z_loss)
    weights, factors = np.ascontiguousarray(total), np.ascontiguousarray(factors)
    common = (own, labels, smoothed, weights, z_loss, cooling, values, factors, given, k, tiny)

    def kernel(ranges: NDArray[np.int64]) -> None:
        threads, wide = int(ranges[THREADS]), np.empty(0)
        given = (ranges, z.reshape(-1), shares, np.tile(base, threads), *common)
        if k > short_option_kernels.LONGEST:
            scratch = [row_scratch(wide, k, place, threads) for place in (4, 5)]
            option_kernels.weighted_rows(*given, *scratch)
            return
        tile = row_scratch(z, 16 * k, 3, threads)
        sizes = {4: 16 * k, 5: 16 * k, 6: 16 * k, 7: 1024, 8: 256}
        scratch = [row_scratch(wide, size, place, threads) for place, size in sizes.items()]
        short_option_kernels.weighted_tiles(*given, tile, *scratch)

    share_kernel(kernel, n, z.size)


def directed(
    z: NDArray[np.float64], v: NDArray[np.float64], out: NDArray[np.float64], scaled: bool
) -> None:
    """v - p·v of every row, times p if scaled."""
    (n, k), flat = z.shape, (z.reshape(-1), v.reshape(-1), out.reshape(-1))

    def kernel(ranges: NDArray[np.int64]) -> None:
        e = row_scratch(z, k, 3, int(ranges[THREADS]))
        direction_kernels.directed_rows(ranges, *flat, scaled, k, _tiny(z), e)

    share_kernel(kernel, n, z.size)


def _tiny(z: NDArray[Any]) -> float:
    """The smallest normal number."""
    return _TINY[z.dtype.char]


def see_blocks(
    products: NDArray[np.int64],
    z: Room,
    v: Room | None,
    resting: bool,
    moves: NDArray[Any],
    bias: NDArray[Any],
    labels: NDArray[np.intp],
    starts: NDArray[np.intp],
    maxima: NDArray[Any],
    upstream: NDArray[np.float64],
    keep: bool,
    entries: int,
    threads: int,
) -> NDArray[np.float64]:
    """See all blocks of classes, and what they say about the samples: the rows of `settle`."""
    (blocks, _, m), dtype = maxima.shape, z.memory.dtype
    moved = (None, 0, 0) if v is None else (v.memory.reshape(-1), v.step, v.share)
    logits = (z.memory.reshape(-1), z.step, z.share)
    own, sums, settled = np.zeros(2 * m), np.empty(blocks * 2 * m), np.empty((8, m))
    own[:m] = -np.inf
    common = (products, *logits, *moved, resting, moves, bias, labels, starts)
    last = (own, sums, maxima.reshape(-1), m, z.apart, keep)

    def kernel(ranges: NDArray[np.int64]) -> None:
        block_kernels.see_blocks(ranges, gemm_address(dtype.char), _beta(dtype), *common, *last)

    share_kernel(kernel, blocks, entries, blocks_for=threads)
    numbers = (sums, maxima.reshape(-1), own, upstream, settled.reshape(-1))
    block_kernels.settle_samples(*numbers, blocks, m)
    return settled


def finish_blocks(
    products: NDArray[np.int64],
    before: int,
    fixed: bool,
    z: Room,
    v: Room | None,
    again: bool,
    resting: bool,
    moves: NDArray[Any],
    out: NDArray[Any],
    gradient: NDArray[Any] | None,
    labels: NDArray[np.intp],
    starts: NDArray[np.intp],
    settled: NDArray[np.float64],
    maxima: NDArray[Any],
    sums: NDArray[np.float64],
    entries: int,
) -> None:
    """Exponentials of all blocks of classes to gradients, or motions to the Hessian's product.

    The first products come before that, the others after it. If `fixed` it does not depend on
    which thread is free which of them has a block.
    """
    threads, m, dtype = len(out), out.shape[2], z.memory.dtype
    moved = (None, 0, 0) if v is None else (v.memory.reshape(-1), v.step, v.share)
    own = None if gradient is None else gradient.reshape(-1)
    results = (out.reshape(-1), own, out[0].size, labels, starts, settled.reshape(-1))
    scratch = (maxima.reshape(-1), np.empty(threads * 4 * m, dtype), sums)
    common = (products, before, z.memory.reshape(-1), *moved, again, resting, moves)
    last = (m, z.apart, _tiny(z.memory))

    def kernel(ranges: NDArray[np.int64]) -> None:
        given = (ranges, fixed, gemm_address(dtype.char), _beta(dtype), *common)
        block_kernels.finish_blocks(*given, *results, *scratch, *last)

    share_kernel(kernel, threads if fixed else len(maxima), entries, blocks_for=threads)


def _beta(dtype: np.dtype[Any]) -> NDArray[Any]:
    """What BLAS multiplies with: 0 or 1."""
    return np.arange(2, dtype=dtype)


def thin_out(
    residual: NDArray[Any],
    sizes: NDArray[np.float64],
    tolerance: float,
    starts: NDArray[np.float64],
    kept: SparseResidual,
) -> None:
    """Kept entries of every row of a residual."""
    (n, k), flat = residual.shape, residual.reshape(-1)
    common = (flat, sizes, tolerance, starts, *_places_of(kept), _tiny(residual), k)
    share_kernel(lambda ranges: sparse_kernels.thin_rows(ranges, *common), n, residual.size)


def thin_label_loss(
    z: NDArray[Any],
    labels: NDArray[np.intp],
    upstream: NDArray[np.float64],
    values: NDArray[np.float64],
    tolerance: float,
    starts: NDArray[np.float64],
    kept: SparseResidual,
) -> None:
    """-log p of the labels, and kept entries of upstream times the gradients.

    Rows of which too many would be kept have theirs in place of their logits.
    """
    (n, k), upstream = z.shape, np.ascontiguousarray(upstream)
    common = (z.reshape(-1), labels, upstream, values, np.abs(upstream), tolerance, starts)

    def kernel(ranges: NDArray[np.int64]) -> None:
        scratch = row_scratch(z, k, 3, int(ranges[THREADS]))
        last = (*_places_of(kept), _tiny(z), k, scratch)
        sparse_kernels.thin_label_rows(ranges, *common, *last)

    share_kernel(kernel, n, z.size)


def _places_of(kept: SparseResidual) -> tuple[Any, ...]:
    """Where kernels put what they keep, and the thresholds that they try."""
    steps = np.array(STEPS)
    return kept.room, kept.counts, kept.columns, kept.entries, kept.dropped, steps


def sparse_products(
    sparse: SparseResidual,
    x: NDArray[Any],
    w: NDArray[Any],
    dx: NDArray[Any] | None,
    dw: NDArray[Any] | None,
    first: bool,
) -> None:
    """dx = R w and dw += Rᵀ x; rows of one and classes of the other are shared out.

    The first time, dw is Rᵀ x.
    """
    (n, d), k = x.shape, len(w)
    kept = (sparse.counts, sparse.columns, sparse.entries, sparse.room)
    work = int(np.maximum(sparse.counts, 0).sum()) * d
    block = max(1, CLASS_BYTES // (d * w.itemsize))
    if dx is not None:
        flat_w, flat_dx, parts = w.reshape(-1), dx.reshape(-1), min(get_threads(), n)
        last = (np.empty(n, np.intp), flat_w, flat_dx, d, k, block)
        rows = sparse_kernels.sparse_times_weights
        share_kernel(
            lambda ranges: rows(ranges, parts, *kept, *last), parts, work, blocks_for=parts
        )
    if dw is not None:
        flat_x, flat_dw = np.ascontiguousarray(x).reshape(-1), dw.reshape(-1)
        classes = sparse_kernels.sparse_add_outer

        def kernel(ranges: NDArray[np.int64]) -> None:
            places = np.empty(n * int(ranges[THREADS]), np.intp)
            classes(ranges, *kept, places, flat_x, flat_dw, d, k, block, first)

        share_kernel(kernel, -(-k // block), work)


def squared_lengths(matrix: NDArray[Any], found: NDArray[np.float64]) -> None:
    """Σ x² of every row."""
    (n, d), flat = matrix.shape, np.ascontiguousarray(matrix).reshape(-1)
    kernel = sparse_kernels.squared_lengths
    share_kernel(lambda ranges: kernel(ranges, flat, found, d), n, flat.size)
