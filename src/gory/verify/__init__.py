"""Verdicts on lines: evidence from a finite field, from floats and decimals, and given numbers.

This room answers one question: are two expressions equal wherever the declared facts hold? It
computes derivatives with dual numbers and so shares nothing with the rules that it checks. Names
are imported on first use: to judge a derivation, the proofreader need not be loaded.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gory.verify._behind import with_values as with_values
    from gory.verify._evidence import Evidence as Evidence
    from gory.verify._evidence import evidence as evidence
    from gory.verify._evidence import needs_fact as needs_fact
    from gory.verify._exact import Prover as Prover
    from gory.verify._given import EvaluationError as EvaluationError
    from gory.verify._given import evaluate as evaluate
    from gory.verify._judge import judge as judge
    from gory.verify.manuscript._proofread import proofread as proofread
    from gory.verify.manuscript._proofreading import CheckedDerivation as CheckedDerivation
    from gory.verify.manuscript._proofreading import CheckedLine as CheckedLine
    from gory.verify.manuscript._proofreading import Proofreading as Proofreading

_HOME = {
    "CheckedDerivation": "manuscript._proofreading",
    "CheckedLine": "manuscript._proofreading",
    "EvaluationError": "_given",
    "Evidence": "_evidence",
    "Proofreading": "manuscript._proofreading",
    "Prover": "_exact",
    "evaluate": "_given",
    "evidence": "_evidence",
    "judge": "_judge",
    "needs_fact": "_evidence",
    "proofread": "manuscript._proofread",
    "with_values": "_behind",
}

__all__ = sorted(_HOME)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
