"""Inside of scikit-learn: pipelines, searches, routed weights, and named outputs of steps."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from gory import SoftmaxRegression
from gory.learn import SoftmaxRegressionCV

from ._data import real

X, Y = real("iris")
WEIGHTS = np.random.default_rng(0).uniform(0.1, 3.0, size=len(Y))
ESTIMATORS = [SoftmaxRegression(tol=1e-10), SoftmaxRegressionCV([1.0], tol=1e-10)]


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_requested_weights_reach_the_fit_of_a_search(routing, estimator):
    asked = clone(estimator).set_fit_request(sample_weight=True)
    asked = asked.set_score_request(sample_weight=False)
    search = GridSearchCV(asked, {"tol": [1e-10]}, cv=3)
    search.fit(X, Y, sample_weight=WEIGHTS)
    expected = clone(estimator).fit(X, Y, WEIGHTS)
    np.testing.assert_allclose(search.best_estimator_.coef_, expected.coef_, rtol=1e-12)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_weights_that_nobody_asked_for_are_an_error(routing, estimator):
    with pytest.raises(UnsetMetadataPassedError, match="sample_weight"):
        cross_validate(clone(estimator), X, Y, params={"sample_weight": WEIGHTS})


def test_an_offset_is_routed_like_weights(routing):
    offset = np.random.default_rng(1).normal(size=(len(Y), 3))
    asked = SoftmaxRegression(tol=1e-10).set_fit_request(offset=True)
    pipeline = make_pipeline(StandardScaler(), asked).fit(X, Y, offset=offset)
    scaled = StandardScaler().fit_transform(X)
    expected = SoftmaxRegression(tol=1e-10).fit(scaled, Y, offset=offset)
    np.testing.assert_allclose(pipeline[-1].coef_, expected.coef_, rtol=1e-12)


def test_weights_of_the_score_are_routed(routing):
    asked = SoftmaxRegression().set_fit_request(sample_weight=True)
    asked = asked.set_score_request(sample_weight=True)
    scores = cross_val_score(asked, X, Y, params={"sample_weight": WEIGHTS}, cv=3)
    assert (scores > 0.8).all()


@pytest.mark.parametrize("container", ["pandas", "polars"])
def test_named_outputs_of_a_step_are_the_features_of_the_model(container):
    steps = make_pipeline(StandardScaler(), SoftmaxRegression(tol=1e-10))
    pipeline = steps.set_output(transform=container).fit(X, Y)
    expected = SoftmaxRegression(tol=1e-10).fit(StandardScaler().fit_transform(X), Y)
    assert list(pipeline[-1].feature_names_in_) == list(pipeline[0].get_feature_names_out())
    np.testing.assert_allclose(pipeline[-1].coef_, expected.coef_, rtol=1e-9)
    assert (pipeline.predict(X) == expected.predict(StandardScaler().fit_transform(X))).all()


def test_a_column_transformer_may_hand_on_sparse_columns():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"size": X[:, 0], "kind": np.where(X[:, 3] > 1, "wide", "narrow")})
    encode = make_column_transformer(
        (StandardScaler(), ["size"]), (OneHotEncoder(), ["kind"]), sparse_threshold=1.0
    )
    search = GridSearchCV(
        make_pipeline(encode, SoftmaxRegression()), {"softmaxregression__C": [0.1, 10.0]}
    ).fit(frame, Y)
    assert search.best_params_ == {"softmaxregression__C": 10.0}
    assert search.score(frame, Y) > 0.7


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_clone_has_the_options_and_nothing_learned(estimator):
    fitted = clone(estimator).fit(X, Y)
    copied = clone(fitted)
    assert copied.get_params() == fitted.get_params()
    assert not hasattr(copied, "coef_")


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_notebook_shows_the_model_and_its_options(estimator):
    html = estimator._repr_html_()
    assert type(estimator).__name__ in html
    assert "Not fitted" in html
    assert "tol" in html
    shown = clone(estimator).fit(X, Y)._repr_html_()
    assert "Not fitted" not in shown
    assert "Fitted" in shown
    assert type(estimator).__name__ in make_pipeline(StandardScaler(), estimator)._repr_html_()
