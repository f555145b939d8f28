"""Expressions at given numbers, against NumPy and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from gory.notation import GoryError, read_expressions, read_paper
from gory.verify import EvaluationError, evaluate

LAYER = """
h[i,k] = exp(sum_j theta[k,j] x[i,j]) / sum_c exp(sum_j theta[c,j] x[i,j])
J = - sum_{i,k} y[i,k] log h[i,k]
"""


def at(text: str, expr: str, values: dict, **options):
    (tree,), paper = read_expressions(read_paper(text), [expr])
    return evaluate(paper, tree, values, **options)


@pytest.fixture
def numbers() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    y = rng.dirichlet(np.ones(3), size=4)
    return {"theta": rng.normal(size=(3, 2)), "x": rng.normal(size=(4, 2)), "y": y}


def test_a_layer_is_that_of_scipy(numbers: dict[str, np.ndarray]) -> None:
    z = numbers["x"] @ numbers["theta"].T
    del numbers["y"]
    np.testing.assert_allclose(at(LAYER, "h[i,k]", numbers), softmax(z, axis=1), rtol=1e-13)


def test_a_loss_and_its_gradient_are_those_of_numpy(numbers: dict[str, np.ndarray]) -> None:
    x, theta, y = numbers["x"], numbers["theta"], numbers["y"]
    z = x @ theta.T
    assert at(LAYER, "J", numbers) == pytest.approx(-(y * log_softmax(z, axis=1)).sum())
    expected = (softmax(z, axis=1) - y).T @ x
    np.testing.assert_allclose(at(LAYER, "d(J, theta[m,n])", numbers), expected, rtol=1e-12)


def test_functions_of_a_matrix_are_those_of_numpy() -> None:
    a = np.array([[3, 1, 0.5], [0.25, 2, 1], [1, 0.125, 4]])
    np.testing.assert_allclose(at("", "inv(A)[i,j]", {"A": a}), np.linalg.inv(a), atol=1e-14)
    assert at("", "det(A)", {"A": a}) == pytest.approx(np.linalg.det(a))
    assert at("", "logdet(A)", {"A": a}) == pytest.approx(np.linalg.slogdet(a)[1])
    assert at("", "tr(A)", {"A": a}) == pytest.approx(np.trace(a))
    slopes = at("", "d(logdet(A), A[i,j])", {"A": a})
    np.testing.assert_allclose(slopes, np.linalg.inv(a).T, atol=1e-14)


def test_the_order_of_the_free_indices_can_be_chosen(numbers: dict[str, np.ndarray]) -> None:
    one = np.array(at(LAYER, "d(J, theta[m,n])", numbers, indices=("m", "n")))
    other = np.array(at(LAYER, "d(J, theta[m,n])", numbers, indices=("n", "m")))
    np.testing.assert_array_equal(one.T, other)


def test_a_range_may_start_at_zero() -> None:
    text = "index j:D\nD = 0..1\na = sum_j w[j] x[j]\ngiven x[0] = 1"
    assert at(text, "a + w[0]", {"w": [5, 2], "x": [1, 3]}) == 5 + 6 + 5


def test_a_size_that_no_array_shows_is_given() -> None:
    assert at("index i:N", "sum_i a / N", {"a": 3}, sizes={"N": 5}) == 3


FAULTS = [
    ("", "a[i] b[i]", {"a": [1, 2]}, "no value is given for 'b'"),
    ("", "a[i] b[i]", {"a": [1, 2], "b": [1, 2, 3]}, "'b' has 3 entries along N, but 'a' has 2"),
    ("", "A[i,j]", {"A": [1, 2]}, "'A' needs 2 levels of lists"),
    ("", "A[i,j]", {"A": [[1, 2], [3]]}, "'A' is ragged"),
    ("", "a[i]", {"a": ["one"]}, "'a' holds 'one' where a finite number is expected"),
    ("", "a[i]", {"a": [1, float("nan")]}, "'a' holds nan where a finite number is expected"),
    ("", "a[i]", {"a": [[1, 2], [3, 4]]}, "'a' holds .* where a finite number is expected"),
    ("", "a[i]", {"a": {"first": 1}}, "'a' needs 1 levels of lists"),
    ("", "a[i]", {"a": 3}, "'a' needs 1 levels of lists"),
    ("", "A[i,j]", {"A": []}, "'A' needs 2 levels of lists"),
    ("", "a[i]", {"a": "123"}, "'a' needs 1 levels of lists"),
    ("", "a[3]", {"a": [1, 2]}, "index 3 lies outside"),
    ("index i:N", "N a", {"a": 1}, "the size of N does not follow from the values"),
    ("index k:K\nK = 3", "a[k]", {"a": [1, 2]}, "K is fixed to 1..3"),
    ("", "inv(A)[i,j]", {"A": [[1, 2], [2, 4]]}, "A is singular"),
    ("", "log a", {"a": -1}, "no value at these numbers: the logarithm"),
    ("", "1 / a", {"a": 0}, "no value at these numbers: a denominator"),
    ("", "exp(a)", {"a": 1000}, "too large"),
]


@pytest.mark.parametrize(("text", "expr", "values", "message"), FAULTS)
def test_numbers_that_do_not_fit_are_named(
    text: str, expr: str, values: dict, message: str
) -> None:
    with pytest.raises(EvaluationError, match=message) as error:
        at(text, expr, values)
    assert isinstance(error.value, GoryError)


def test_an_order_that_names_other_indices_is_refused() -> None:
    with pytest.raises(EvaluationError, match="free indices are i, but the order names k"):
        at("", "a[i]", {"a": [1]}, indices=("k",))
