"""Odd and impossible input: a defined result, or an error that says what to change."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.model_selection import GroupKFold, KFold

from gory import SoftmaxRegression
from gory.learn import SoftmaxRegressionCV
from gory.learn._choice import SOLVERS

from ._data import real

X, Y = real("iris")
SPARSE = {"dense": np.asarray, "sparse": sp.csr_array}


@pytest.mark.parametrize("layout", SPARSE)
@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("C", [1.0, 1e12])
def test_columns_of_zeros_alone_leave_the_shares_of_the_classes(C, solver, layout):
    y = Y[20:]
    model = SoftmaxRegression(C=C, solver=solver).fit(SPARSE[layout](0.0 * X[20:]), y)
    assert not model.coef_.any()
    shares = np.bincount(y) / len(y)
    np.testing.assert_allclose(model.predict_proba(X[:1])[0], shares, rtol=1e-6)


@pytest.mark.parametrize("C", [1e6, 1e10, np.inf])
def test_duplicate_columns_share_the_weight_of_one(C):
    y = np.where(np.arange(150) % 9 == 0, (Y + 1) % 3, Y)
    one = SoftmaxRegression(C=2 * C, tol=1e-8).fit(X, y)
    two = SoftmaxRegression(C=C, tol=1e-8).fit(np.hstack([X, X]), y)
    np.testing.assert_allclose(two.coef_[:, :4], two.coef_[:, 4:], rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(
        two.predict_proba(np.hstack([X, X])), one.predict_proba(X), atol=1e-3
    )


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_class_may_have_one_row(solver):
    y = np.where(np.arange(150) == 60, 7, Y)
    exact = SoftmaxRegression(solver="newton", tol=1e-12).fit(X, y)
    model = SoftmaxRegression(solver=solver).fit(X, y)
    assert model.classes_.tolist() == [0, 1, 2, 7]
    assert model.loss_ == pytest.approx(exact.loss_, rel=1e-6)


@pytest.mark.parametrize("solver", SOLVERS)
def test_fewer_rows_than_columns(solver):
    wide = np.random.default_rng(0).normal(size=(12, 60))
    model = SoftmaxRegression(solver=solver).fit(wide, np.arange(12) % 3)
    assert model.rel_gap_ <= 1e-6
    assert model.score(wide, np.arange(12) % 3) == 1.0


@pytest.mark.parametrize("solver", SOLVERS)
def test_two_rows_are_enough(solver):
    model = SoftmaxRegression(solver=solver).fit(X[[0, 149]], ["a", "b"])
    assert model.predict(X[[0, 149]]).tolist() == ["a", "b"]


@pytest.mark.parametrize("C", [0, -1.0, -np.inf, np.nan, None, "1", True])
def test_a_strength_that_is_no_positive_number_is_refused(C):
    with pytest.raises(ValueError, match=f"C = {C!r}.*larger than 0"):
        SoftmaxRegression(C=C).fit(X, Y)


@pytest.mark.filterwarnings("ignore:training stopped")  # the optimum is at infinity, or nearly
@pytest.mark.parametrize("C", [1e12, np.inf])
def test_hardly_any_penalty_on_classes_that_are_separated(C):
    model = SoftmaxRegression(C=C).fit(X, np.where(Y == 0, "setosa", "other"))
    assert np.isfinite(model.coef_).all()
    assert model.score(X, np.where(Y == 0, "setosa", "other")) == 1.0


@pytest.mark.parametrize("value", [1e12, -1e12, 1e-200])
def test_one_huge_number_does_no_harm(value):
    spoiled = X.copy()
    spoiled[3, 2] = value
    model = SoftmaxRegression().fit(spoiled, Y)
    assert np.isfinite(model.coef_).all()
    assert model.rel_gap_ <= 1e-6


@pytest.mark.parametrize("value", [1e160, -1e300])
@pytest.mark.parametrize("layout", SPARSE)
def test_a_number_without_a_square_is_refused(value, layout):
    spoiled = X.copy()
    spoiled[3, 2] = value
    with pytest.raises(ValueError, match="divide the column"):
        SoftmaxRegression().fit(SPARSE[layout](spoiled), Y)


@pytest.mark.parametrize("unit", [1e-12, 1e12])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_units_far_from_one_give_the_same_model_as_far_as_float64_goes(unit):
    """With units of 1e12 the rounding of the gradient alone may be a gap, and a warning says so."""
    y = np.where(np.arange(150) % 9 == 0, (Y + 1) % 3, Y)
    expected = SoftmaxRegression(C=1e12 if unit > 1 else 1e-12).fit(X, y).predict_proba(X)
    model = SoftmaxRegression(C=1.0).fit(X * unit, y)
    np.testing.assert_allclose(model.predict_proba(X * unit), expected, atol=1e-4)


def test_a_fold_without_a_class_is_scored_by_accuracy_and_named_otherwise():
    scored = SoftmaxRegressionCV([0.1, 1.0], cv=KFold(3)).fit(X, Y)
    assert not scored.scores_.any()  # a model has never seen the class it is asked for
    with pytest.raises(ValueError, match=r"fold 0 has no training rows of class.*stratified"):
        SoftmaxRegressionCV([0.1], cv=KFold(3), scoring="neg_log_loss").fit(X, Y)


@pytest.mark.parametrize("dtype", ["int8", "foo", complex])
def test_a_type_of_work_that_is_no_float_is_refused(dtype):
    with pytest.raises(ValueError, match="float32 or float64"):
        SoftmaxRegression(dtype=dtype).fit(X, Y)


def test_the_type_of_work_is_that_which_was_asked_for():
    exact = SoftmaxRegression(tol=1e-9).fit(X.astype(np.float32), Y)
    model = SoftmaxRegression(tol=1e-9, dtype="float32").fit(X, Y)
    np.testing.assert_array_equal(model.coef_, exact.coef_)


@pytest.mark.parametrize("budget", [0, -1, "1 GB", np.nan])
def test_a_budget_that_is_no_number_of_bytes_is_refused(budget):
    with pytest.raises(ValueError, match="number of bytes"):
        SoftmaxRegression(memory_budget=budget).fit(X, Y)


@pytest.mark.parametrize("make", [int, np.random.RandomState, np.random.default_rng])
def test_the_random_state_decides_the_sample_and_not_the_optimum(make):
    digits = real("digits")
    fits = [
        SoftmaxRegression(solver="class-blocks", random_state=make(seed)).fit(*digits)
        for seed in (1, 1, 2)
    ]
    np.testing.assert_array_equal(fits[0].coef_, fits[1].coef_)
    assert (fits[0].coef_ != fits[2].coef_).any()
    assert fits[0].loss_ == pytest.approx(fits[2].loss_, rel=1e-6)


FRAMES = ("pandas", "polars", "pyarrow")


def table(module, **columns):
    """A table of a library with these columns beside one of numbers."""
    library = pytest.importorskip(module)
    make = library.table if module == "pyarrow" else library.DataFrame
    return make({"length": [1.0, 2.0, 3.0], **columns})


@pytest.mark.parametrize("module", FRAMES)
@pytest.mark.parametrize(
    ("column", "words"),
    [
        (["red", "blue", "red"], "column 'other' of X holds .*needs numbers; encode it"),
        ([1.0, None, None], "NaN: column 'other' in 2 of its 3 rows, the first of them row 1"),
        ([datetime.datetime(2020, 1, day) for day in (1, 2, 3)], "'other' of X holds dates"),
        ([datetime.timedelta(days=day) for day in (1, 2, 3)], "'other' of X holds dates or times"),
    ],
)
def test_a_column_that_holds_no_numbers_is_named(column, words, module):
    with pytest.raises(ValueError, match=words):
        SoftmaxRegression().fit(table(module, other=column), [0, 1, 0])


@pytest.mark.parametrize("module", FRAMES)
@pytest.mark.parametrize("column", [[1, 2, 4], [True, False, True]])
def test_whole_numbers_and_claims_are_numbers(column, module):
    model = SoftmaxRegression().fit(table(module, other=column), [0, 1, 0])
    array = np.column_stack([[1.0, 2.0, 3.0], np.array(column, dtype=float)])
    np.testing.assert_allclose(model.coef_, SoftmaxRegression().fit(array, [0, 1, 0]).coef_)
    assert model.feature_names_in_.tolist() == ["length", "other"]


def test_an_array_of_dates_is_refused():
    with pytest.raises(ValueError, match="points in time; turn X into days"):
        SoftmaxRegression().fit(X.astype(int).astype("datetime64[D]"), Y)


def test_a_query_that_has_not_run_is_refused():
    frames = pytest.importorskip("polars")
    with pytest.raises(ValueError, match=r"pass X.collect\(\)"):
        SoftmaxRegression().fit(frames.LazyFrame({"a": [1.0, 2.0]}), [0, 1])


LABELS = {
    "objects": lambda frames: np.array(["a", None, "b"], dtype=object),
    "masked numbers": lambda frames: frames.array([1, None, 2], dtype="Int64"),
    "masked text": lambda frames: frames.array(["a", None, "b"], dtype="string"),
    "series": lambda frames: frames.Series([1.0, None, 2.0]),
}


@pytest.mark.parametrize("kind", LABELS)
def test_a_missing_label_is_named(kind):
    y = LABELS[kind](pytest.importorskip("pandas"))
    with pytest.raises(ValueError, match="no label in 1 of its 3 rows, the first of them row 1"):
        SoftmaxRegression().fit(np.eye(3), y)


@pytest.mark.parametrize("weights", [{0: -1.0}, {0: 0.0, 1: 0.0, 2: 0.0}])
def test_class_weights_that_are_none_are_refused(weights):
    with pytest.raises(ValueError, match=r"class_weight = .*non-negative and not all zero"):
        SoftmaxRegression(class_weight=weights).fit(X, Y)


def test_weights_that_leave_no_row_are_refused():
    with pytest.raises(ValueError, match="leave no row a weight"):
        SoftmaxRegression(class_weight={0: 0.0}).fit(X, Y, sample_weight=Y == 0)


def test_a_class_of_weight_zero_has_no_say():
    part = SoftmaxRegression(tol=1e-9).fit(X, Y, sample_weight=Y > 0)
    whole = SoftmaxRegression(class_weight={0: 0.0}, tol=1e-9).fit(X, Y)
    np.testing.assert_allclose(whole.coef_, part.coef_, atol=1e-6)


def test_a_penalty_beyond_all_numbers_is_refused():
    with pytest.raises(ValueError, match="larger than any number"):
        SoftmaxRegression(C=5e-324).fit(X, Y)


def test_an_intercept_is_wanted_or_not():
    with pytest.raises(ValueError, match="fit_intercept = 'no'"):
        SoftmaxRegression(fit_intercept="no").fit(X, Y)


def test_groups_go_into_the_folds():
    groups = np.arange(150) % 5
    with pytest.raises(ValueError, match="pass the folds themselves"):
        SoftmaxRegressionCV([1.0], cv=GroupKFold(3)).fit(X, Y)
    folds = list(GroupKFold(3).split(X, Y, groups))
    assert SoftmaxRegressionCV([1.0], cv=folds).fit(X, Y).scores_.shape == (3, 1)


def test_a_fold_with_one_class_is_named():
    with pytest.raises(ValueError, match="fold 0 has no training rows but those of class 1"):
        SoftmaxRegressionCV([1.0], cv=KFold(2)).fit(X[:100], Y[:100])
