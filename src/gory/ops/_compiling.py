"""How kernels are compiled.

Kernels release the interpreter lock, divide like NumPy (by zero gives inf), and are cached
on disk; where no cache directory can be written to, they are compiled in every process. They
allocate nothing and hold on to no array, so references are not counted: Numba would count them
at every part of a kernel, which for short rows took longer than their exponentials.

Numba takes a kernel from its cache as long as the file that the kernel stands in is the same. But
most of its code comes from other files, its parts: so all files here are looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from numba import njit
from numba.extending import register_jitable

# Parts of a kernel, inlined into it whatever their size: vectors do not cross calls well.
part: Callable[[Any], Any] = register_jitable(forceinline=True, error_model="numpy", _nrt=False)


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function on its first call, with a cache on disk if there can be one."""
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
    try:
        compiled: Any = njit(cache=True, **options)(function)
    except RuntimeError:  # no directory that a cache could be written to
        return njit(**options)(function)
    # Numba has no public way to say what else a function is made of.
    file = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if file is not None:
        file._source_stamp = file._source_stamp, fingerprint()
    return compiled


@cache
def fingerprint() -> str:
    """Of all that may go into a kernel."""
    found = sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()
