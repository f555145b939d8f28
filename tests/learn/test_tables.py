"""Data frames and Arrow tables are taken as they are: same model, names kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from gory import SoftmaxRegression
from gory.learn import SoftmaxRegressionCV

from ._data import real

X, Y = real("iris")
NAMES = ["sepal length", "sepal width", "petal length", "petal width"]
KINDS = np.array(["setosa", "versicolor", "virginica"])[Y]

TABLES = {
    "pandas": lambda X: pd.DataFrame(X, columns=NAMES),
    "polars": lambda X: pl.DataFrame(X, schema=NAMES),
    "Arrow": lambda X: pa.table(dict(zip(NAMES, X.T, strict=True))),
}
COLUMNS = {"pandas": pd.Series, "polars": pl.Series, "Arrow": pa.array}


@pytest.mark.parametrize("labels", [Y, KINDS], ids=["numbers", "text"])
@pytest.mark.parametrize("table", TABLES)
def test_a_table_gives_the_model_of_its_numbers(table, labels):
    plain = SoftmaxRegression().fit(X, labels)
    rows = TABLES[table](X)
    model = SoftmaxRegression().fit(rows, COLUMNS[table](labels))
    np.testing.assert_allclose(model.coef_, plain.coef_, rtol=1e-12)
    assert model.feature_names_in_.tolist() == NAMES
    assert model.predict(rows).tolist() == plain.predict(X).tolist()


@pytest.mark.parametrize("table", TABLES)
def test_cross_validation_takes_tables(table):
    rows = TABLES[table](X)
    plain = SoftmaxRegressionCV([0.1, 1.0], cv=3).fit(X, Y)
    model = SoftmaxRegressionCV([0.1, 1.0], cv=3).fit(rows, Y)
    np.testing.assert_array_equal(model.scores_, plain.scores_)


@pytest.mark.parametrize("table", ["pandas", "polars"])
def test_columns_in_another_order_are_noticed(table):
    model = SoftmaxRegression().fit(TABLES[table](X), Y)
    turned = TABLES[table](X)[NAMES[::-1]]
    with pytest.raises(ValueError, match="feature names"):
        model.predict(turned)
