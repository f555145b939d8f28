"""How kernels are compiled.

Kernels release the interpreter lock, divide like NumPy (by zero gives inf), and are cached
on disk; where no cache directory can be written to, they are compiled in every process. They
allocate nothing and hold on to no array, so references are not counted: Numba would count them
at every part of a kernel, which for short rows took longer than their exponentials.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit
from numba.extending import register_jitable

# Parts of a kernel, inlined into it whatever their size: vectors do not cross calls well.
part: Callable[[Any], Any] = register_jitable(forceinline=True, error_model="numpy", _nrt=False)


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function on its first call, with a cache on disk if there can be one."""
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
    try:
        return njit(cache=True, **options)(function)
    except RuntimeError:  # no directory that a cache could be written to
        return njit(**options)(function)
