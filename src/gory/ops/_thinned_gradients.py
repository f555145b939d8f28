"""Gradients of a peaked layer: rows of which little is kept, and the others, which stay dense.

A matrix product with a few rows costs as much as one with many, since all weights are read. So
dense rows wait, at the top of the memory for logits, until they take half of it; the logits that
are computed next have the rest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gory.ops._linear_call import LinearCall
from gory.ops._linear_products import GradientSums
from gory.ops._sparse_residual import Filter


def thinned_gradients(
    call: LinearCall, sums: GradientSums, factors: NDArray[np.float64], chosen: Filter
) -> NDArray[np.float64]:
    """The loss of each row; factors ⊙ what is kept of the gradients goes to the sums."""
    values, memory = np.empty(call.layer.n), call.memory()
    waiting, start = np.empty(0, np.intp), 0
    while start < len(values):
        if waiting.size > len(memory) // 2:
            sums.add_rows(waiting, memory[: waiting.size])
            waiting = waiting[:0]
        free = memory[waiting.size :]
        rows = slice(start, start + _even(len(values) - start, len(free)))
        chunk = call.chunk(rows, free[: rows.stop - start])
        values[rows], kept = chunk.value_and_thinned(factors[rows], chosen, start)
        sums.add_thinned(rows, kept)
        for i, row in enumerate(kept.dense):
            free[i] = chunk.logits[row]
        waiting, start = np.append(waiting, start + kept.dense), rows.stop
    if waiting.size:
        sums.add_rows(waiting, memory[: waiting.size])
    return values


def _even(rows: int, most: int) -> int:
    """How many to take of so many rows, so that all chunks are of nearly one size."""
    return -(-rows // -(-rows // most))
