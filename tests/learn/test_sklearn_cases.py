"""scikit-learn's own tests of `LogisticRegression`, run against `SoftmaxRegression`.

The functions come from the installed scikit-learn; in their module the name `LogisticRegression`
is exchanged for a thin adapter with scikit-learn's signature. Their solvers are all one to it, so a
case is run once for every choice of the other parameters.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model.tests import test_logistic as theirs

from gory import SoftmaxRegression

OTHER_MODELS = (
    "tests liblinear, LogisticRegressionCV or logistic_regression_path, not the objective"
)
OWN_OPTIONS = "tests names and messages of options that SoftmaxRegression does not have"
EXCLUDED = {
    "test_check_solver_option": OWN_OPTIONS,
    "test_elasticnet_l1_ratio_err_helpful": OWN_OPTIONS,
    "test_get_default_scorer": OTHER_MODELS,
    "test_l1_ratio_non_elasticnet": OWN_OPTIONS,
    "test_logistic_regression_array_api_compliance": "arrays of other libraries are converted",
    "test_logistic_regression_array_api_warm_start": "arrays of other libraries are converted",
    "test_logistic_regression_callback_fitted_estimator": OWN_OPTIONS,
    "test_logistic_regression_callback_support": OWN_OPTIONS,
    "test_logistic_regression_callback_support_warning": OWN_OPTIONS,
    "test_logistic_cv_mock_scorer": OTHER_MODELS,
    "test_logreg_intercept_scaling_zero": OTHER_MODELS,
    "test_logreg_predict_proba_multinomial": "calls a private method of scikit-learn's class",
    "test_lr_penalty_l1ratio_incompatible": OWN_OPTIONS,
    "test_max_iter": "tests the text of the warnings of each solver",
    "test_newton_cholesky_fallback_to_lbfgs": "tests which solver takes over from which",
    "test_penalty_deprecated": OWN_OPTIONS,
    "test_penalty_none": "tests the text of a warning; no penalty is tested in other cases",
    "test_sparsify": "coefficients stay a dense array; there is no sparsify()",
    "test_warm_start": "without a warm start one iteration is wanted to end far from the optimum",
    "test_dtype_match": "coefficients are float64 also where the features are float32",
    "test_zero_max_iter": "there is no fit without a pass over the data",
}
ELSEWHERE = ("cv", "CV", "liblinear", "path", "deprecated", "legacy", "n_jobs", "scoring", "scores")
MOST = 6  # choices of parameters of one case
SLOW = {"test_elastic_net_vs_l1_l2": 2}  # a grid search for every choice


class LogisticRegression(SoftmaxRegression):
    """`SoftmaxRegression` with scikit-learn's signature; solver and tolerance are our own."""

    def __init__(
        self, penalty="deprecated", *, C=1.0, l1_ratio=0.0, dual=False, tol=1e-4,
        fit_intercept=True, intercept_scaling=1, class_weight=None, random_state=None,
        solver="lbfgs", max_iter=100, verbose=0, warm_start=False, n_jobs=None,
    ) -> None:  # fmt: skip
        super().__init__(
            C=C, l1_ratio=l1_ratio, fit_intercept=fit_intercept, class_weight=class_weight,
            tol=tol, solver=solver, warm_start=warm_start, random_state=random_state,
        )  # fmt: skip
        self.penalty, self.dual, self.n_jobs = penalty, dual, n_jobs
        self.intercept_scaling, self.max_iter, self.verbose = intercept_scaling, max_iter, verbose

    def fit(self, X, y, sample_weight=None):
        share = {"l1": 1.0, "l2": 0.0}.get(self.penalty, self.l1_ratio or 0.0)
        own = SoftmaxRegression(
            C=np.inf if self.penalty is None else self.C,
            l1_ratio=share, fit_intercept=self.fit_intercept, class_weight=self.class_weight,
            tol=1e-7 if share else 1e-11, warm_start=self.warm_start,
        )  # fmt: skip
        learned = {k: v for k, v in vars(self).items() if k.endswith("_")}
        vars(own).update(learned if self.warm_start else {})
        own.fit(X, y, sample_weight=sample_weight)
        vars(self).update({k: v for k, v in vars(own).items() if k.endswith("_")})
        return self


def concerned() -> list[str]:
    """Names of the cases that are about one model and its objective."""
    names = [n for n, f in vars(theirs).items() if n.startswith("test_") and callable(f)]
    return [n for n in names if not any(word in n for word in ELSEWHERE)]


def choices(name: str) -> Iterator[dict[str, Any]]:
    """The choices of parameters of a case, without those that differ in the solver only."""
    found: list[dict[str, Any]] = [{}]
    for mark in getattr(vars(theirs)[name], "pytestmark", []):
        if mark.name == "parametrize":
            found = [{**one, **row} for one in found for row in _rows(*mark.args[:2])]
    seen = []
    for one in found:
        others = {key: repr(value) for key, value in one.items() if key != "solver"}
        if others not in seen:
            seen.append(others)
            yield one


def _rows(names: str | tuple[str, ...], values: Any) -> Iterator[dict[str, Any]]:
    keys = [n.strip() for n in names.split(",")] if isinstance(names, str) else list(names)
    for value in values:
        yield dict(zip(keys, (value,) if len(keys) == 1 else value, strict=True))


CASES = [
    pytest.param(name, chosen, id=f"{name.removeprefix('test_')}-{number}")
    for name in concerned()
    if name not in EXCLUDED
    for number, chosen in enumerate(list(choices(name))[: SLOW.get(name, MOST)])
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "chosen"), CASES)
def test_a_case_of_scikit_learn_passes(
    name: str, chosen: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theirs, "LogisticRegression", LogisticRegression)
    case = vars(theirs)[name]
    if "global_random_seed" in inspect.signature(case).parameters:
        chosen = {**chosen, "global_random_seed": 42}
    case(**chosen)


def test_what_is_left_out_exists_or_is_of_another_version() -> None:
    assert len(CASES) >= 40
    assert not set(EXCLUDED) & {case.values[0] for case in CASES}
