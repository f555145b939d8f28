"""`SoftmaxRegression` against scikit-learn's solvers and its estimator checks."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from gory import SoftmaxRegression

from ._data import LAYOUTS, REAL, random_rows, real


@parametrize_with_checks(
    # Equal to 1e-7 whether a row is repeated or weighted twice: that takes a tighter tolerance.
    [SoftmaxRegression(), SoftmaxRegression(solver="class-blocks", tol=1e-16)]
)
@pytest.mark.filterwarnings("default")  # the checks raise and catch warnings of their own
def test_scikit_learn_conventions(estimator, check):
    check(estimator)


def reference(X, y, **options):
    """scikit-learn's most exact solver, at a tolerance near rounding."""
    options = {"solver": "newton-cholesky", "tol": 1e-12, "max_iter": 1000, **options}
    weight = options.pop("sample_weight", None)
    return LogisticRegression(**options).fit(X, y, sample_weight=weight)


@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
@pytest.mark.parametrize("name", REAL)
def test_coefficients_are_those_of_scikit_learn_on_unscaled_data(name, C):
    X, y = real(name)
    ours = SoftmaxRegression(C=C, tol=1e-14).fit(X, y)
    theirs = reference(X, y, C=C)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-6)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-6)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-6)
    assert ours.coef_.shape == theirs.coef_.shape


@pytest.mark.parametrize("name", ["iris", "breast_cancer"])
def test_without_intercept(name):
    X, y = real(name)
    ours = SoftmaxRegression(fit_intercept=False, tol=1e-13).fit(X, y)
    theirs = reference(X, y, fit_intercept=False)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-6)
    np.testing.assert_array_equal(ours.intercept_, theirs.intercept_)


@pytest.mark.parametrize("class_weight", [None, "balanced", {0: 2.0, 1: 0.5, 2: 1.0}])
def test_sample_and_class_weights(class_weight):
    X, y = real("wine")
    weight = np.random.default_rng(0).uniform(0, 3, size=len(y))
    ours = SoftmaxRegression(tol=1e-13, class_weight=class_weight).fit(X, y, weight)
    theirs = reference(X, y, class_weight=class_weight, sample_weight=weight)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-6)


@pytest.mark.parametrize("solver", ["newton", "class-blocks"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_model(layout, solver):
    rows = random_rows(n=60, seed=1)
    expected = SoftmaxRegression(tol=1e-13, solver="newton").fit(rows.X, rows.target)
    ours = SoftmaxRegression(tol=1e-13, solver=solver).fit(LAYOUTS[layout](rows.X), rows.target)
    loose = 1e-5 if "32" in layout else 2e-6  # float32 rounds the features themselves
    np.testing.assert_allclose(ours.coef_, expected.coef_, atol=loose)


@pytest.mark.parametrize("solver", ["newton", "class-blocks"])
@pytest.mark.parametrize("tol", [1e-2, 1e-4, 1e-8])
def test_the_certificate_bounds_the_true_gap(solver, tol):
    X, y = real("wine")
    best = SoftmaxRegression(tol=1e-14).fit(X, y).loss_
    model = SoftmaxRegression(tol=tol, solver=solver).fit(X, y)
    assert model.loss_ >= best * (1 - 1e-14)
    assert (model.loss_ - best) / best <= model.rel_gap_ <= tol


@pytest.mark.parametrize("name", ["iris", "wine"])
def test_steps_do_not_depend_on_the_units_of_columns(name):
    X, y = real(name)
    # With C infinite the objective itself does not change with the units.
    units = 10.0 ** np.random.default_rng(0).integers(-4, 5, size=X.shape[1])
    noisy = np.where(np.random.default_rng(1).random(len(y)) < 0.2, np.roll(y, 7), y)
    plain = SoftmaxRegression(C=np.inf, tol=1e-10).fit(X, noisy)
    scaled = SoftmaxRegression(C=np.inf, tol=1e-10).fit(X * units, noisy)
    assert plain.n_iter_ == scaled.n_iter_
    np.testing.assert_allclose(scaled.coef_ * units, plain.coef_, rtol=1e-5, atol=1e-8)


def test_weights_of_the_classes_sum_to_zero():
    X, y = real("digits")
    model = SoftmaxRegression().fit(X, y)
    np.testing.assert_allclose(model.coef_.sum(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(model.intercept_.sum(), 0.0, atol=1e-11)


def test_history_tells_every_step_and_ends_at_the_result():
    X, y = real("iris")
    told = []
    model = SoftmaxRegression(verbose=told.append).fit(X, y)
    assert told == model.history_
    assert [entry.iteration for entry in told] == list(range(model.n_iter_[0] + 1))
    assert told[-1].loss == model.loss_
    assert told[-1].rel_gap == model.rel_gap_
    losses = [entry.loss for entry in told]
    assert losses == sorted(losses, reverse=True)


def test_a_spent_budget_is_a_warning_that_says_what_is_left():
    X, y = real("digits")
    with pytest.warns(ConvergenceWarning, match=r"relative gap of .* the budget of 2 passes"):
        model = SoftmaxRegression(max_passes=2).fit(X, y)
    assert model.rel_gap_ > 1e-6


def test_a_warm_start_needs_no_step_when_nothing_changed():
    X, y = real("wine")
    model = SoftmaxRegression(warm_start=True).fit(X, y)
    assert model.n_iter_[0] > 0
    assert model.fit(X, y).n_iter_[0] == 0


def test_labels_may_be_strings():
    X, y = real("iris")
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    model = SoftmaxRegression().fit(X, names)
    assert model.classes_.tolist() == ["setosa", "versicolor", "virginica"]
    assert set(model.predict(X)) <= set(names)


def test_log_probabilities_stay_finite_where_probabilities_vanish():
    X, y = real("iris")
    model = SoftmaxRegression(C=1e6).fit(X, y)
    logs = model.predict_log_proba(1e4 * X[:5])
    assert np.isfinite(logs).all()
    assert logs.min() < -1000


def test_it_works_in_a_pipeline_and_a_grid_search():
    X, y = real("iris")
    pipe = make_pipeline(StandardScaler(), SoftmaxRegression())
    search = GridSearchCV(pipe, {"softmaxregression__C": [0.1, 10.0]}, cv=3).fit(X, y)
    assert search.best_score_ > 0.9
    assert clone(SoftmaxRegression(C=3.0)).C == 3.0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"C": 0}, "C = 0"),
        ({"C": -1.0}, "inverse strength"),
        ({"C": float("nan")}, "larger than 0"),
        ({"C": "strong"}, "must be a number"),
        ({"tol": -1e-3}, "relative gap"),
        ({"max_passes": 0}, "max_passes = 0"),
        ({"solver": "saga"}, "auto, newton, sampled-newton"),
    ],
)
def test_options_without_meaning_are_refused_by_name(options, words):
    X, y = real("iris")
    with pytest.raises(ValueError, match=words):
        SoftmaxRegression(**options).fit(X, y)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda X, y: (np.where(X > 7, np.nan, X), y), "NaN"),
        (lambda X, y: (np.where(X > 7, np.inf, X), y), "infinity"),
        (lambda X, y: (X, np.zeros_like(y)), "only one class"),
        (lambda X, y: (X[:0], y[:0]), "0 sample"),
        (lambda X, y: (X, y[:-1]), "inconsistent"),
    ],
)
def test_data_that_cannot_be_learned_from(spoil, words):
    X, y = real("iris")
    with pytest.raises(ValueError, match=words):
        SoftmaxRegression().fit(*spoil(X, y))


@pytest.mark.parametrize("solver", ["newton", "class-blocks"])
@pytest.mark.parametrize(
    "spoil",
    {
        "a column of zeros": lambda X: np.column_stack([X, np.zeros(len(X))]),
        "a constant column": lambda X: np.column_stack([X, np.full(len(X), 3.0)]),
        "two equal columns": lambda X: np.column_stack([X, X[:, 0]]),
        "fewer rows than columns": lambda X: np.column_stack([X] * 60),
    }.items(),
    ids=lambda item: item[0],
)
@pytest.mark.parametrize("C", [1.0, 1e8])
def test_degenerate_columns_do_no_harm(spoil, solver, C):
    X, y = real("iris")
    y = np.where(np.random.default_rng(1).random(len(y)) < 0.2, np.roll(y, 7), y)
    model = SoftmaxRegression(C=C, solver=solver, tol=1e-6).fit(spoil[1](X), y)
    assert np.isfinite(model.coef_).all()
    assert model.rel_gap_ <= 1e-6


@pytest.mark.parametrize(
    ("name", "options"),
    [("digits", {}), ("wine", {"l1_ratio": 1.0}), ("breast_cancer", {"penalty": "firth"})],
)
def test_an_interrupted_fit_keeps_the_best_model_so_far(name, options):
    X, y = real(name)
    X = X[:, :64:10] if options.get("penalty") else X

    def interrupt(entry):
        if entry.iteration == 3:
            raise KeyboardInterrupt

    with pytest.warns(ConvergenceWarning, match="because it was interrupted"):
        model = SoftmaxRegression(verbose=interrupt, **options).fit(X, y)
    assert model.n_iter_[0] == 3
    assert model.rel_gap_ > 1e-6
    assert model.score(X, y) > 0.6
    assert model.history_[-1].loss == model.loss_


def test_an_interrupted_fit_goes_on_where_it_was():
    X, y = real("digits")

    def interrupt(entry):
        if entry.iteration == 3:
            raise KeyboardInterrupt

    with pytest.warns(ConvergenceWarning, match="with warm_start=True the next fit goes on"):
        model = SoftmaxRegression(solver="newton", verbose=interrupt, warm_start=True).fit(X, y)
    whole = SoftmaxRegression(solver="newton").fit(X, y)
    assert model.set_params(verbose=False).fit(X, y).n_iter_[0] == whole.n_iter_[0] - 3
