"""Values and derivatives of a fused linear loss, by whichever way through the logits it allows.

A label loss without options goes through blocks of classes (`_linear_blocks`). With options, with
`grad_tol`, or without compiled kernels, chunks of rows are seen whole.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._class_blocks import Blocks
from gory.ops._linear_blocks import (
    gradients_by_blocks,
    products_by_blocks,
    slopes_by_blocks,
    values_by_blocks,
)
from gory.ops._linear_call import LinearCall
from gory.ops._linear_products import (
    Direction,
    GradientSums,
    LinearGradients,
    Variable,
    checked_gradients,
    row_slopes,
)
from gory.ops._products import products_on_own_threads
from gory.ops._sparse_residual import Filter
from gory.ops._thinned_gradients import thinned_gradients


def linear_values(call: LinearCall) -> NDArray[np.float64]:
    """The loss of each row."""
    blocks = Blocks.of(call)
    if blocks is not None:
        return values_by_blocks(blocks)
    values = np.empty(call.layer.n)
    with products_on_own_threads(values.size * call.layer.k):
        for rows, buffer in call.chunks():
            values[rows] = call.chunk(rows, buffer).values()
    return values


def linear_gradients(
    call: LinearCall,
    sums: GradientSums,
    factors: NDArray[np.float64],
    chosen: Filter | None,
) -> NDArray[np.float64]:
    """The loss of each row; factors ⊙ the gradients go to the sums."""
    if chosen is not None:
        with products_on_own_threads(call.layer.n * call.layer.k):
            return thinned_gradients(call, sums, factors, chosen)
    blocks = Blocks.of(call)
    if blocks is not None:
        return gradients_by_blocks(blocks, sums, factors)
    values = np.empty(call.layer.n)
    with products_on_own_threads(values.size * call.layer.k):
        for rows, buffer in call.chunks():
            values[rows], residual = call.chunk(rows, buffer).value_and_residual(factors[rows])
            sums.add(rows, residual)
    return values


def linear_slopes(call: LinearCall, move: Direction) -> NDArray[np.float64]:
    """The derivative of each row's loss along a direction."""
    blocks = Blocks.of(call)
    return row_slopes(call, move) if blocks is None else slopes_by_blocks(blocks, move)


def second_order(
    call: LinearCall,
    given: dict[str, ArrayLike | None],
    direction: tuple[ArrayLike | None, ArrayLike | None, ArrayLike | None],
    wrt: tuple[Variable, ...],
    out: LinearGradients | None,
    *,
    full: bool,
) -> LinearGradients:
    """The Hessian (full) or the Gauss-Newton matrix times a direction (dX, dW, dbias)."""
    move = Direction.of(call, *direction)
    given = given | dict(zip(("dX", "dW", "dbias"), direction, strict=True))
    sums = GradientSums(call, wrt, out=checked_gradients(call, out, given))
    if move.bias is not None and "bias" in wrt and sums.bias is None:
        sums.bias = np.zeros(call.layer.k)
    residual = full and (
        (sums.x is not None and move.w is not None) or (sums.w is not None and move.x is not None)
    )
    blocks = Blocks.of(call)
    if blocks is not None:
        products_by_blocks(blocks, sums, move, residual)
        return sums.result()
    memory = call.memory()
    for rows, buffer in call.chunks():
        chunk, moved = call.chunk(rows, buffer), move.logits(rows, memory[: len(buffer)])
        chunk.curve(moved, call.factors[rows], full=full, residual=residual)
        sums.add(rows, moved)
        if residual:
            sums.add_curvature(rows, chunk.logits, move)
    return sums.result()
