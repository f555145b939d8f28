"""gory: gradients of output layers, derived line by line, checked, compiled, trained.

This module is the table of contents. Every public name is imported on first use
(PEP 562), so ``import gory`` stays cheap and loads no numerical library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gory._version import __version__ as __version__

if TYPE_CHECKING:
    from gory._paper import Derivation as Derivation
    from gory._paper import Paper as Paper
    from gory._paper import read as read
    from gory._proofreading import Proofreading as Proofreading
    from gory._proofreading import proofread as proofread
    from gory.learn import SoftmaxRegression as SoftmaxRegression
    from gory.learn import SoftmaxRegressionCV as SoftmaxRegressionCV
    from gory.notation import DerivationError as DerivationError
    from gory.notation import GoryError as GoryError
    from gory.notation import NotationError as NotationError

_HOME = {
    "Derivation": "gory._paper",
    "DerivationError": "gory.notation",
    "GoryError": "gory.notation",
    "NotationError": "gory.notation",
    "Paper": "gory._paper",
    "Proofreading": "gory._proofreading",
    "SoftmaxRegression": "gory.learn",
    "SoftmaxRegressionCV": "gory.learn",
    "proofread": "gory._proofreading",
    "read": "gory._paper",
}

__all__ = [
    "Derivation", "DerivationError", "GoryError", "NotationError", "Paper", "Proofreading",
    "SoftmaxRegression", "SoftmaxRegressionCV", "__version__", "proofread", "read",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'gory' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
