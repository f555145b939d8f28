"""gory: gradients of output layers, derived line by line, checked, compiled, trained.

This module is the table of contents. Every public name is imported on first use
(PEP 562), so ``import gory`` stays cheap and loads no numerical library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gory._version import __version__ as __version__

if TYPE_CHECKING:
    from gory.learn import SoftmaxRegression as SoftmaxRegression

_HOME = {
    "SoftmaxRegression": "gory.learn",
}

__all__ = ["SoftmaxRegression", "__version__"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'gory' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
