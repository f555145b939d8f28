"""Short rows of losses with any weights of the logarithms, sixteen side by side.

What `_option_kernels` does for one row after another, in the same order: everything is float64,
a class is one vector, and so are the sums. The weights q of a class are one vector as well:
for labels one number, but for those rows whose label it is.

`tile` holds 16 columns of the dtype of z per class, `x`, `e` and `q` of float64; `sums` 64 vectors,
`wide` 16.
"""

from __future__ import annotations

from typing import Any

from gory.ops._compiling import kernel, part
from gory.ops._elementary import log1p_nonnegative
from gory.ops._lane_math import narrow_to
from gory.ops._lanes import fill, load, store, where_equal, widen
from gory.ops._option_kernels import any_row, cooled_by, slope, weighted_term
from gory.ops._range_sharing import join, next_range, own_share, own_shares
from gory.ops._tile_kernels import read_tile, sum_of_columns, tile_rest, write_tile

# Up to this length sixteen rows in float64 are worth transposing, and their sums are one run.
LONGEST = 128


@part
def read_cooled(z: Any, row: int, k: int, cooling: float, tile: Any, x: Any, e: Any) -> Any:
    """Sixteen rows of z / cooling, twice, and their maxima."""
    m = widen(read_tile(z, row, k, tile))
    for c in range(k):
        y = widen(load(tile, c * 16))
        if cooling != 1.0:
            y = y / cooling
        store(x, c * 16, y)
        store(e, c * 16, y)
    return m / cooling if cooling != 1.0 else m


@part
def read_shares(
    shares: Any, base: Any, own: Any, labels: Any, row: int, k: int, q: Any, wide: Any
) -> None:
    """The weights of sixteen rows: rows of `shares`, or `base` and `own` for the labels."""
    if shares.size > 0:
        read_tile(shares, row, k, q)
        return
    for i in range(16):
        wide[i] = labels[row + i]
    label, special = load(wide, 0), load(own, row)
    for c in range(k):
        store(q, c * 16, where_equal(label, 1.0 * c, special, fill(base[c])))


@part
def tile_loss(x: Any, q: Any, k: int, m: Any, excess: Any, sums: Any, wide: Any) -> Any:
    """-Σ q log p of sixteen rows, in the order of `lane_sum`."""
    for c in range(k):
        term = weighted_term(load(x, c * 16), load(q, c * 16), m, excess)
        lane = c % 64 * 16
        store(sums, lane, load(sums, lane) + term if c >= 64 else term)
    return sum_of_columns(sums, k, wide)


@part
def tile_label_loss(
    x: Any, labels: Any, weights: Any, row: int, m: Any, excess: Any, wide: Any
) -> Any:
    """-log p of the labels of sixteen rows, times their weights."""
    for i in range(16):
        wide[i] = x[labels[row + i] * 16 + i]
    return (excess - (load(wide, 0) - m)) * load(weights, row)


@part
def tile_gradient(
    x: Any,
    e: Any,
    q: Any,
    k: int,
    m: Any,
    rest: Any,
    weight: Any,
    level: Any,
    cooling: float,
    factor: Any,
    tiny: float,
    tile: Any,
) -> None:
    """Factors times the derivatives of sixteen losses, in the dtype of the tile."""
    total = 1.0 + rest
    common = (weight, 1.0 / total, tiny * total, level, rest / total)
    for c in range(k):
        y = slope(load(x, c * 16), m, load(e, c * 16), load(q, c * 16), *common)
        store(tile, c * 16, narrow_to(tile, cooled_by(y, cooling, factor)))


@kernel
def weighted_tiles(
    ranges: Any,
    z: Any,
    shares: Any,
    base: Any,
    own: Any,
    labels: Any,
    smoothed: bool,
    weights: Any,
    z_loss: float,
    cooling: float,
    values: Any,
    factors: Any,
    out: Any,
    k: int,
    tiny: float,
    tile: Any,
    x: Any,
    e: Any,
    q: Any,
    sums: Any,
    wide: Any,
) -> None:
    """What `weighted_rows` computes."""
    joined = join(ranges)
    tile, x, e = own_shares(tile, x, e, ranges, joined)
    q, sums, wide = own_shares(q, sums, wide, ranges, joined)
    base = own_share(base, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        row = start
        while row + 16 <= stop:
            m = read_cooled(z, row, k, cooling, tile, x, e)
            read_shares(shares, base, own, labels, row, k, q, wide)
            rest, _ = tile_rest(e, k, m, sums, wide, True, tile)
            excess = log1p_nonnegative(rest)
            if shares.size > 0 or smoothed:
                value = tile_loss(x, q, k, m, excess, sums, wide)
            else:
                value = tile_label_loss(x, labels, weights, row, m, excess, wide)
            level = fill(0.0)
            if z_loss > 0.0:
                # inf + log(1 + NaN) is NaN, but the log-sum-exp is infinite.
                lse = where_equal(m - m, 0.0, m + excess, where_equal(m, m, m, m + excess))
                value = value + z_loss * (lse * lse)
                level = 2.0 * z_loss * lse
            store(values, row, value)
            if out.size > 0:
                factor, weight = load(factors, row), load(weights, row)
                tile_gradient(x, e, q, k, m, rest, weight, level, cooling, factor, tiny, tile)
                write_tile(tile, out, row, k)
                for i in range(row, row + 16):
                    if factors[i] == 0.0:
                        out[i * k : i * k + k] = 0
            row += 16
        for last in range(row, stop):
            values[last] = any_row(
                z,
                shares,
                base,
                own,
                labels,
                smoothed,
                weights,
                z_loss,
                cooling,
                factors,
                out,
                last,
                k,
                tiny,
                e,
                x,
            )
        start, stop = next_range(ranges, joined)
