"""Names that people bring from elsewhere, and what is written for them here.

Without this table ``ln x`` would be read as a product of two names, and its derivative by x would
be ``ln``.
"""

from __future__ import annotations

from collections.abc import Collection

from gory.notation._through import THROUGH

_NO_RULE = "has no rule of differentiation here; define a name for it and differentiate by that"

FOREIGN = {name: f"takes brackets, {name}(x)" for name in THROUGH} | {
    "ln": "is written log, the natural logarithm: log x",
    "arctan": _NO_RULE,
    "atan": _NO_RULE,
    "arcsin": _NO_RULE,
    "arccos": _NO_RULE,
    "erf": _NO_RULE,
    "argmax": "has no derivative; a smooth stand-in is exp(z[k]) / sum_c exp(z[c])",
    "argmin": "has no derivative; a smooth stand-in is exp(-z[k]) / sum_c exp(-z[c])",
    "softmax": "is written out: exp(z[k]) / sum_c exp(z[c])",
    "logsumexp": "is written out: log sum_c exp(z[c])",
    "mean": "is written (1 / N) sum_i x[i]",
    "var": "is written (1 / N) sum_i (x[i] - mu)^2, with mu defined before",
    "norm": "is written sqrt(sum_i x[i]^2)",
    "prod": "over a range is written exp(sum_k log x[k]), where x > 0",
}


def no_underscore(name: str) -> str:
    """Why a name with an underscore is not read, and what is written instead."""
    if name in FOREIGN:
        return f"{name!r} {FOREIGN[name]}"
    return f"names have no underscore; write {name}[...] for an index"


def no_number(name: str, bound: Collection[str]) -> str:
    """Why a name without indices is not read as a number of its own; "" if it is."""
    if name in bound:
        return f"{name!r} is an index here, and an index is no number; an entry of x is x[{name}]"
    return f"{name!r} {FOREIGN[name]}" if name in FOREIGN else ""
