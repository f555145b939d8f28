"""The three matrix products of a linear layer, written into given memory.

NumPy's matmul cannot add to an existing matrix, so the gradient of W would need a second
array of its size; BLAS can. Large products therefore go to SciPy's BLAS, through the pointers that
SciPy publishes for compiled code: nothing is copied, rows may lie apart, and the interpreter is
free meanwhile, so that threads can multiply side by side.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gory.ops._threads import SERIAL_BELOW, get_threads

# Multiplications below which NumPy's product, plus an addition, is as fast.
SMALL = 2**22


def logits_into(x: NDArray[Any], w: NDArray[Any], bias: NDArray[Any] | None, z: Any) -> None:
    """z = x wᵀ + bias; rows of z may lie apart."""
    with np.errstate(invalid="ignore", over="ignore"):
        if _is_small(x, w):
            np.matmul(x, w.T, out=z)
            if bias is not None:
                z += bias
            return
        if bias is not None:
            z[...] = bias
        _multiply(x, w.T, z, add=bias is not None)


def times_weights(r: NDArray[Any], w: NDArray[Any], out: NDArray[Any]) -> None:
    """out = r w for r (M, K), w (K, D)."""
    with np.errstate(invalid="ignore", over="ignore"):
        if _is_small(r, w.T):
            np.matmul(r, w, out=out)
        else:
            _multiply(r, w, out, add=False)


def add_outer(r: NDArray[Any], x: NDArray[Any], out: NDArray[Any], *, first: bool) -> None:
    """out = rᵀ x, added to what `out` holds unless this is the first time."""
    with np.errstate(invalid="ignore", over="ignore"):
        if not _is_small(r, x.T):
            _multiply(r.T, x, out, add=not first)
        elif first:
            np.matmul(r.T, x, out=out)
        else:
            out += r.T @ x


def add_product(x: NDArray[Any], w: NDArray[Any], z: NDArray[Any]) -> None:
    """z += x wᵀ; w may be a transposed view."""
    with np.errstate(invalid="ignore", over="ignore"):
        if _is_small(x, w):
            z += x @ w.T
        else:
            _multiply(x, w.T, z, add=True)


def column_sums(r: NDArray[Any]) -> NDArray[np.float64]:
    """Sum over the rows, which are few enough for the dtype of the matrix."""
    with np.errstate(invalid="ignore", over="ignore"):
        return (np.ones(len(r), r.dtype) @ r).astype(np.float64)


@contextmanager
def one_thread_each() -> Iterator[None]:
    """While it lasts, a product runs on the thread that asks for it.

    BLAS has one number of threads for the whole process, so products of other parts of the
    program run on one thread each as well.
    """
    gemm_address("f")
    with _blas_threads().limit(limits=1, user_api="blas"):
        yield


def products_on_own_threads(entries: int) -> AbstractContextManager[None]:
    """`one_thread_each` where threads of ours share out so many entries, else nothing.

    Threads of BLAS look out for more work for some 25 ms after a product, and keep the cores
    busy that kernels need.
    """
    shared = get_threads() > 1 and entries >= SERIAL_BELOW
    return one_thread_each() if shared else nullcontext()


@lru_cache(maxsize=1)
def _blas_threads() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _is_small(a: NDArray[Any], b: NDArray[Any]) -> bool:
    return a.size * b.shape[0] < SMALL or 0 in a.shape or 0 in b.shape


def _multiply(a: NDArray[Any], b: NDArray[Any], c: NDArray[Any], *, add: bool) -> None:
    """c = a b, or c += a b; the entries of a row of c lie side by side.

    BLAS counts by columns: to it the rows of c are the columns of cᵀ = bᵀ aᵀ.
    """
    (m, k), n = a.shape, b.shape[1]
    a, a_kind, a_apart = _operand(a)
    b, b_kind, b_apart = _operand(b)
    number = {"f": ctypes.c_float, "d": ctypes.c_double}[c.dtype.char]
    size = ctypes.byref
    integers = [ctypes.c_int(i) for i in (n, m, k, b_apart, a_apart, _apart(c))]
    rows, columns, inner, *apart = map(size, integers)
    one, beta = number(1), number(add)
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in (b, a, c)]
    _gemm(c.dtype.char)(
        *(b_kind, a_kind, rows, columns, inner, size(one)),
        *(pointers[0], apart[0], pointers[1], apart[1], size(beta), pointers[2], apart[2]),
    )


def _operand(a: NDArray[Any]) -> tuple[NDArray[Any], bytes, int]:
    """A matrix as BLAS can read it, whether to transpose it, and how far apart its rows lie."""
    if a.strides[1] == a.itemsize and a.strides[0] >= a.shape[1] * a.itemsize:
        return a, b"N", _apart(a)
    if a.strides[0] == a.itemsize and a.strides[1] >= a.shape[0] * a.itemsize:
        return a, b"T", _apart(a.T)
    a = np.ascontiguousarray(a)
    return a, b"N", _apart(a)


def _apart(a: NDArray[Any]) -> int:
    return max(a.strides[0] // a.itemsize, a.shape[1])


@lru_cache(maxsize=2)
def gemm_address(kind: str) -> int:
    """Where ?gemm of the BLAS that SciPy uses is, as it tells compiled code."""
    name = {"f": "sgemm", "d": "dgemm"}[kind]
    capsule = import_module("scipy.linalg.cython_blas").__pyx_capi__[name]
    name_of, pointer_of = ctypes.pythonapi.PyCapsule_GetName, ctypes.pythonapi.PyCapsule_GetPointer
    name_of.restype, name_of.argtypes = ctypes.c_char_p, [ctypes.py_object]
    pointer_of.restype = ctypes.c_void_p
    pointer_of.argtypes = [ctypes.py_object, ctypes.c_char_p]
    return pointer_of(capsule, name_of(capsule))


@lru_cache(maxsize=2)
def _gemm(kind: str) -> Any:
    """?gemm as a function."""
    signature = [ctypes.c_char_p] * 2 + [ctypes.c_void_p] * 11
    return ctypes.CFUNCTYPE(None, *signature)(gemm_address(kind))
