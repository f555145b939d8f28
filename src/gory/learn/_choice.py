"""Which solver a problem gets: the cheapest by a count of its arithmetic, within a memory budget.

The counts are passes over the rows plus builds of the preconditioner, each in floating-point
operations; the numbers of passes and builds are what real data sets of each kind took. Builds are
large matrix products that run nearer to the peak than passes do, so an operation in a build counts
less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ._class_blocks import ROWS_PER_COLUMN
from ._class_factors import factor_bytes
from ._coupling import MOST_PAIRED_CLASSES, coupling_bytes
from ._products import is_sparse
from ._rows import kernels_for
from ._sampled_newton import SAMPLE_PER_COEFFICIENT

SOLVERS = (
    "auto",
    "newton",
    "sampled-newton",
    "class-blocks",
    "kronecker",
    "diagonal",
    "dual-ascent",
)

# Passes and builds to a relative gap of 1e-6: exact Newton on digits, wine and letter, sampled
# Newton on Covertype, class blocks on Fashion-MNIST and digits.
_PASSES = {"newton": 9, "sampled-newton": 42, "class-blocks": 80, "kronecker": 400}
_BUILDS = {"newton": 8, "sampled-newton": 14, "class-blocks": 3, "kronecker": 5}
# Passes and builds per value of C on a path where the Hessian is kept, which is factored for each,
# and passes where L-BFGS starts from its neighbor: on digits and letter.
_KEPT_PASSES, _KEPT_BUILDS = 3.5, 0.2
_FOLLOWING_PASSES = 10
# An operation in a build costs this share of one in a pass.
_BUILD_RATE = 0.3
# What exp, maximum and sums per row and class cost, in operations.
_ROW_OPERATIONS = 100
# Time of one step that no arithmetic explains, in operations (about a third of a millisecond).
_STEP_OPERATIONS = 3e6
# Bytes beside the data that training may use unless the user says otherwise.
MEMORY_BUDGET = 1 << 30
# Bytes that are there in any case, since without them little can be done.
FEWEST_BYTES = 1e6
# Bytes of matrices that a solver may hold where the logits are too large to be kept.
BLOCKED_BUDGET = 192e6
# Where the weights themselves take much, so many bytes for each of them.
_BYTES_PER_COEFFICIENT = 64.0
# More columns than these are not given a dense matrix of their products.
_DENSE_COLUMNS = 4000


@dataclass(frozen=True)
class Price:
    """What a solver is expected to need."""

    operations: float
    memory: float


def choose_solver(
    source: Any, solver: str, /, *, penalty: Any = None, budget: float = MEMORY_BUDGET
) -> tuple[str, str]:
    """The name of the solver, and the reason in words.

    Parameters
    ----------
    source : Source
    solver : str
        One of `SOLVERS`; anything but ``"auto"`` is taken as it is.
    penalty : ndarray of shape (p,), optional
        Of the columns; dual ascent needs one on every feature.
    budget : float
        Bytes that the solver may use.
    """
    if solver != "auto":
        return solver, "as asked"
    if is_sparse(getattr(source, "X", None)) and source.n_features > _DENSE_COLUMNS // 8:
        if _suits_dual_ascent(source, penalty, budget):
            return "dual-ascent", "sparse rows share few columns"
        return "diagonal", "sparse features: columns are nearly uncorrelated"
    if source.n_features > _DENSE_COLUMNS:
        return "diagonal", f"{source.n_features} columns: too many for a matrix of their products"
    budget /= 2  # the other half is for logits
    if not getattr(source, "keeps_logits", True):
        size = source.n_classes * (source.n_features + source.fit_intercept)
        budget = min(budget, max(BLOCKED_BUDGET, _BYTES_PER_COEFFICIENT * size))
    prices = {name: price(source, name) for name in sorted(_PASSES)}
    fitting = {name: p for name, p in prices.items() if p.memory <= budget}
    if fitting:
        name = min(fitting, key=lambda name: prices[name].operations)
    else:
        name = min(prices, key=lambda name: prices[name].memory)
    size = (source.n_classes - 1) * (source.n_features + source.fit_intercept)
    return name, f"cheapest of {len(fitting)} for {source.n_rows} rows, {size} coefficients"


def patience(source: Any, /, *, budget: float = MEMORY_BUDGET) -> float:
    """Passes that L-BFGS may spend before Newton's method takes over; infinite where it cannot."""
    newton = price(source, "newton")
    if newton.memory > budget / 2 or not getattr(source, "keeps_logits", True):
        return float("inf")
    return max(_PASSES["class-blocks"], newton.operations / _pass_operations(source))


def keeps_hessian(source: Any, name: str, /, *, budget: float = MEMORY_BUDGET) -> bool:
    """Whether the Hessian of all rows should serve several values of C, where ``name`` serves one.

    Parameters
    ----------
    source : Source
    name : str
        What `choose_solver` says.
    budget : float
        Bytes that the solver may use.
    """
    if name not in ("newton", "class-blocks") or not getattr(source, "keeps_logits", True):
        return False
    if price(source, "newton").memory > budget / 2:
        return False
    if name == "newton":
        return True
    step = _pass_operations(source)
    kept = _KEPT_PASSES * step + _BUILD_RATE * (
        _KEPT_BUILDS * _build_operations(source, "newton") + _factor_operations(source)
    )
    return kept < _FOLLOWING_PASSES * step + _BUILD_RATE * _build_operations(source, name)


def hessian_price(source: Any, /) -> float:
    """What building and factoring the Hessian of all rows costs, in passes."""
    return _BUILD_RATE * _build_operations(source, "newton") / _pass_operations(source)


def _suits_dual_ascent(source: Any, penalty: Any, budget: float) -> bool:
    """Whether every feature has a penalty, and the work is worth compiled code and fits memory."""
    if penalty is None or not (penalty[: source.n_features] > 0).all():
        return False
    entries = source.n_rows * source.n_classes
    return kernels_for(entries) is not None and 4.0 * entries <= budget


def _pass_operations(source: Any) -> float:
    n, classes = source.n_rows, source.n_classes
    p = source.n_features + source.fit_intercept
    return 4.0 * n * p * classes + _ROW_OPERATIONS * n * classes + _STEP_OPERATIONS


def price(source: Any, name: str, /) -> Price:
    """Expected operations and memory (bytes) of a solver on dense rows."""
    classes, p = source.n_classes, source.n_features + source.fit_intercept
    if name in ("newton", "sampled-newton"):
        memory = 32.0 * ((classes - 1) * p) ** 2
    elif name == "class-blocks":
        memory = factor_bytes(classes, p) + coupling_bytes(classes) + 16.0 * p**2
    else:
        memory = 32.0 * (p**2 + _paired(classes) ** 2)
    steps = _PASSES[name] * _pass_operations(source)
    return Price(
        steps + _BUILDS[name] * _BUILD_RATE * _build_operations(source, name),
        memory,
    )


def _build_operations(source: Any, name: str) -> float:
    n, classes = source.n_rows, source.n_classes
    p = source.n_features + source.fit_intercept
    if name in ("newton", "sampled-newton"):
        rows = n if name == "newton" else min(n, SAMPLE_PER_COEFFICIENT * (classes - 1) * p)
        return rows * classes * (classes - 1) * p * (p + 1) / 2.0 + _factor_operations(source)
    if name == "class-blocks":
        return classes * (2.0 * min(n, ROWS_PER_COLUMN * p) * p**2 + p**3 / 3.0)
    return 2.0 * min(n, 10_000) * p**2 + 10.0 * (p**3 + _paired(classes) ** 3)


def _paired(classes: int) -> int:
    """Classes of which a matrix is made."""
    return classes if classes <= MOST_PAIRED_CLASSES else 0


def _factor_operations(source: Any) -> float:
    return ((source.n_classes - 1) * (source.n_features + source.fit_intercept)) ** 3 / 3.0
