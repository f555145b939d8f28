"""The three matrix products of a linear layer, written into given memory.

NumPy's matmul cannot add to an existing matrix, so the gradient of W would need a second
array of its size; BLAS can. Large products therefore go to SciPy's BLAS, which is imported
when the first one is asked for. C-ordered matrices are handed over as transposed views, so
that nothing is copied.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Multiplications below which NumPy's product, plus an addition, is as fast.
SMALL = 2**22


def logits_into(x: NDArray[Any], w: NDArray[Any], bias: NDArray[Any] | None, z: Any) -> None:
    """z = x wᵀ + bias; z is a C-ordered (M, K) matrix."""
    with np.errstate(invalid="ignore", over="ignore"):
        if _is_small(x, w):
            np.matmul(x, w.T, out=z)
            if bias is not None:
                z += bias
            return
        if bias is not None:
            z[...] = bias
        gemm = _gemm(z)
        gemm(1.0, w.T, x.T, float(bias is not None), z.T, trans_a=True, overwrite_c=True)


def times_weights(r: NDArray[Any], w: NDArray[Any], out: NDArray[Any]) -> None:
    """out = r w for r (M, K), w (K, D); out is a C-ordered (M, D) matrix."""
    with np.errstate(invalid="ignore", over="ignore"):
        if _is_small(r, w):
            np.matmul(r, w, out=out)
            return
        _gemm(out)(1.0, w.T, r.T, 0.0, out.T, overwrite_c=True)


def add_outer(r: NDArray[Any], x: NDArray[Any], out: NDArray[Any], *, first: bool) -> None:
    """out = rᵀ x, added to what `out` holds unless this is the first time."""
    with np.errstate(invalid="ignore", over="ignore"):
        if _is_small(r, x.T):
            if first:
                np.matmul(r.T, x, out=out)
            else:
                out += r.T @ x
            return
        beta = 0.0 if first else 1.0
        _gemm(out)(1.0, x.T, r.T, beta, out.T, trans_b=True, overwrite_c=True)


def add_product(x: NDArray[Any], w: NDArray[Any], z: NDArray[Any]) -> None:
    """z += x wᵀ; w may be a transposed view."""
    with np.errstate(invalid="ignore", over="ignore"):
        if _is_small(x, w):
            z += x @ w.T
        elif w.flags.c_contiguous:
            _gemm(z)(1.0, w.T, x.T, 1.0, z.T, trans_a=True, overwrite_c=True)
        else:
            _gemm(z)(1.0, w, x.T, 1.0, z.T, overwrite_c=True)


def column_sums(r: NDArray[Any]) -> NDArray[np.float64]:
    """Sum over the rows, which are few enough for the dtype of the matrix."""
    with np.errstate(invalid="ignore", over="ignore"):
        return (np.ones(len(r), r.dtype) @ r).astype(np.float64)


def _is_small(a: NDArray[Any], b: NDArray[Any]) -> bool:
    return a.size * b.shape[0] < SMALL or 0 in a.shape or 0 in b.shape


def _gemm(like: NDArray[Any]) -> Any:
    from scipy.linalg import get_blas_funcs

    return get_blas_funcs("gemm", dtype=like.dtype)
