"""Other trainers of the same objective: scikit-learn, cyanure, L-BFGS of torch, statsmodels.

Every peer is a function of the data, C and a tolerance that is its own, and gives coefficients
(K, d) and intercepts (K,). All minimize the objective of scikit-learn; what a peer defines
otherwise is translated here. Tolerances are listed from loose to tight and swept, except where a
peer can be watched: those report every value of the objective that they compute, run once with
their tightest tolerance, and have reached a level when one of the values has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

Coefficients = tuple[Any, Any]
Report = Callable[[float], None]
Peer = Callable[[Any, Any, float, float, Report], Coefficients]

# MNLogit has no penalty, so it is compared where C is infinite; it holds (K d)^2 numbers.
STATSMODELS_MOST = 2000


@contextmanager
def watched(report: Report) -> Iterator[None]:
    """Tell of every value of the objective that scikit-learn computes."""
    from sklearn.linear_model._linear_loss import LinearModelLoss as Loss

    originals = {name: getattr(Loss, name) for name in ("loss", "loss_gradient")}

    def telling(original: Any) -> Any:
        def method(*arguments: Any, **options: Any) -> Any:
            result = original(*arguments, **options)
            report(float(result[0] if isinstance(result, tuple) else result))
            return result

        return method

    for name, original in originals.items():
        setattr(Loss, name, telling(original))
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(Loss, name, original)


def scikit_learn(solver: str) -> Peer:
    """`LogisticRegression` with one of its solvers."""

    def fit(X: Any, y: Any, C: float, tol: float, report: Report) -> Coefficients:
        from sklearn.linear_model import LogisticRegression

        with watched(report):
            model = LogisticRegression(C=C, solver=solver, tol=tol, max_iter=100_000).fit(X, y)
        return model.coef_, model.intercept_

    return fit


def cyanure(X: Any, y: Any, C: float, tol: float, _: Report) -> Coefficients:
    """Its tolerance is a relative duality gap, the penalty is per row."""
    from cyanure.estimators import Classifier
    from scipy.sparse import csr_matrix, issparse

    X = csr_matrix(X) if issparse(X) else np.ascontiguousarray(X)
    model = Classifier(
        loss="multiclass-logistic",
        penalty="l2",
        lambda_1=1.0 / (C * len(y)),
        fit_intercept=True,
        tol=tol,
        max_iter=10_000,
        verbose=False,
    ).fit(X, y)
    coef, intercept = np.asarray(model.coef_), np.ravel(model.intercept_)
    return (coef if len(coef) == len(intercept) else coef.T), intercept


def torch_lbfgs(X: Any, y: Any, C: float, tol: float, report: Report) -> Coefficients:
    """The usual loop: `torch.optim.LBFGS` with its line search on the whole data."""
    import torch

    rows = torch.from_numpy(np.ascontiguousarray(X))
    labels = torch.from_numpy(np.asarray(y, dtype=np.int64))
    n_classes = int(labels.max()) + 1
    W = torch.zeros(n_classes, rows.shape[1], dtype=rows.dtype, requires_grad=True)
    b = torch.zeros(n_classes, dtype=rows.dtype, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [W, b],
        max_iter=100_000,
        max_eval=200_000,
        tolerance_grad=tol,
        tolerance_change=0.0,
        line_search_fn="strong_wolfe",
    )

    def closure() -> Any:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(rows @ W.T + b, labels)
        loss = loss + (0.5 / (C * len(labels))) * (W * W).sum()
        loss.backward()
        report(loss.item())
        return loss

    optimizer.step(closure)
    return W.detach().numpy(), b.detach().numpy()


def statsmodels(X: Any, y: Any, C: float, tol: float, _: Report) -> Coefficients:
    """`MNLogit` by Newton's method; without a penalty, so `C` must be infinite."""
    import statsmodels.api as sm

    if np.isfinite(C):
        raise ValueError(f"MNLogit has no penalty, and C = {C:g} asks for one")
    fitted = sm.MNLogit(y, sm.add_constant(X)).fit(method="newton", tol=tol, maxiter=1000, disp=0)
    params = np.column_stack([np.zeros(X.shape[1] + 1), np.asarray(fitted.params)]).T
    return params[:, 1:], params[:, 0]


TIGHTER = tuple(10.0**-k for k in range(2, 10))
PEERS: dict[str, tuple[Peer, tuple[float, ...]]] = {
    "scikit-learn lbfgs": (scikit_learn("lbfgs"), (1e-9,)),
    "scikit-learn newton-cg": (scikit_learn("newton-cg"), (1e-9,)),
    "scikit-learn newton-cholesky": (scikit_learn("newton-cholesky"), (1e-9,)),
    "scikit-learn saga": (scikit_learn("saga"), TIGHTER[:5]),
    "cyanure": (cyanure, TIGHTER[:6]),
    "torch L-BFGS": (torch_lbfgs, (1e-9,)),
    "statsmodels MNLogit": (statsmodels, (1e-6, 1e-9)),
}


def why_not(name: str, X: Any, n_classes: int, C: float) -> str:
    """Why a peer cannot be asked for this fit; empty where it can."""
    from scipy.sparse import issparse

    if name == "statsmodels MNLogit" and np.isfinite(C):
        return "has no penalty"
    if name == "statsmodels MNLogit" and X.shape[1] * n_classes > STATSMODELS_MOST:
        return "too many coefficients for its dense Hessian"
    if name == "torch L-BFGS" and issparse(X):
        return "its sparse products have no gradient by CSR rows"
    if name == "scikit-learn newton-cholesky" and X.shape[1] * n_classes > 30_000:
        return f"its Hessian alone takes {8e-9 * (X.shape[1] * n_classes) ** 2:.0f} GB"
    module = {"cyanure": "cyanure", "torch L-BFGS": "torch", "statsmodels MNLogit": "statsmodels"}
    if name in module:
        from importlib.util import find_spec

        if find_spec(module[name]) is None:
            return "not installed"
    return ""
