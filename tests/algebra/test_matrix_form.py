"""The matrix form beside the closed form: read as matrices it has the value of the index form."""

import numpy as np
import pytest

from gory.algebra import Matrix, kronecker_form, matrix_form, matrix_text
from gory.notation import Expr, Index, Paper, free_indices, read_expressions, read_paper
from gory.verify import evaluate

SIZES = {"I": 4, "J": 3, "K": 2}
PAPER = "index i,a:I j,b:J k,c:K"

# question, letters of rows and columns, matrix form
FORMS = [
    ("sum_i (h[i,k] - y[i,k]) x[i,j]", "kj", "(H - Y)ᵀ X"),
    ("s[k] (delta[k,c] - s[c])", "kc", "diag(s) - s sᵀ"),
    ("(delta[k,c] - u[k] u[c]) / r", "kc", "(I - u uᵀ) / r"),
    ("delta[k,c] - s[c]", "kc", "I - 1 sᵀ"),
    ("sum_{i,j} A[i,j] B[i,j]", "", "tr(Aᵀ B)"),
    ("sum_{i,j,k} A[i,j] C[j,k] E[k,i]", "", "tr(A C E)"),
    ("sum_{i,j} v[i] A[i,j] w[j]", "", "vᵀ A w"),
    ("sum_i (h[i,k] sum_c y[i,c] - y[i,k]) x[i,j]", "kj", "(diag(Y 1) H - Y)ᵀ X"),
    ("sum_i v[i] A[i,j] A[i,b]", "jb", "Aᵀ diag(v) A"),
    ("2 sum_j A[i,j] w[j]", "i", "2 A w"),
    ("sum_j A[i,j]", "i", "A 1"),
    ("v[i] sum_j A[i,j] w[j]", "i", "v ⊙ (A w)"),
    ("h[i,k] y[i,k]", "ik", "H ⊙ Y"),
    ("v[i] w[j]", "ij", "v wᵀ"),
    ("(sum_i v[i]) w[j]", "j", "(1ᵀ v) w"),
    ("exp(h[i,k]) - y[i,k]", "ik", "exp(H) - Y"),
]  # fmt: skip
# question, letters of a row, letters of a column, matrix form
KRONECKER = [
    ("delta[k,c] x[j]", "k", "cj", "I ⊗ xᵀ"),
    ("s[k] (delta[k,c] - s[c]) x[j]", "k", "cj", "(diag(s) - s sᵀ) ⊗ xᵀ"),
    ("A[i,a] B[j,b]", "ij", "ab", "A ⊗ B"),
    ("A[i,a] B[b,j]", "ij", "ab", "A ⊗ Bᵀ"),
    ("- s[k] (delta[k,c] - s[c]) x[j] x[b]", "kj", "cb", "-(diag(s) - s sᵀ) ⊗ x xᵀ"),
    (
        "sum_i h[i,k] (delta[k,c] - h[i,c]) x[i,j] x[i,b]", "kj", "cb",
        "sum_i (diag(h_i) - h_i h_iᵀ) ⊗ x_i x_iᵀ",
    ),
    ("v[c] A[i,j]", "i", "cj", "vᵀ ⊗ A"),
    ("A[i,c] v[j]", "i", "cj", "A ⊗ vᵀ"),
]  # fmt: skip
NO_KRONECKER = [
    ("T[k,c,j]", "k", "cj"),
    ("A[i,j] + delta[k,c]", "ik", "jc"),
    ("T[k,c,j] x[j]", "k", "cj"),
    ("sum_{i,a} x[i,j] C[i,a] h[a,k]", "k", "j"),
]
NONE = [
    ("T[i,j,k]", "ijk"),
    ("sum_k T[i,j,k] s[k]", "ij"),
    ("x[i,j] / v[i]", "ij"),
    ("a", ""),
    ("v[i]", "i"),
]


def parsed(text: str, letters: str) -> tuple[Expr, tuple[Index, ...], Paper]:
    (expr,), paper = read_expressions(read_paper(PAPER), [text])
    order = tuple(sorted(free_indices(expr), key=lambda index: letters.index(index.name)))
    return expr, order, paper


def values(paper: Paper) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(5)
    return {
        name: rng.uniform(0.5, 1.5, [SIZES[axis] for axis in axes])
        for name, axes in sorted(paper.axes.items())
    }


def as_array(form: Matrix, given: dict[str, np.ndarray], paper: Paper) -> np.ndarray:
    """Matrix notation read literally: vectors are columns."""
    if form.kind == "over":
        return over_instances(form, given, paper)
    parts = [as_array(part, given, paper) for part in form.parts]
    match form.kind:
        case "kronecker":
            return np.kron(*parts)
        case "name":
            value = given[form.label]
            return value.reshape(-1, 1) if form.axes == 1 else value
        case "scalar":
            return np.array(evaluate(paper, form.value, as_lists(given)))
        case "ones":
            return np.ones((SIZES[form.label], 1))
        case "identity":
            return np.eye(SIZES[form.label])
        case "transpose":
            return parts[0].T
        case "diag":
            return np.diag(parts[0].ravel())
        case "trace":
            return np.array(np.trace(parts[0]))
        case "apply":
            return getattr(np, form.label)(parts[0])
        case "hadamard":
            return np.prod(np.broadcast_arrays(*parts), axis=0)
        case "sum":
            return sum(sign * part for sign, part in zip(form.signs, parts, strict=True))
        case "group":
            return parts[0]
    result = np.array(1.0)
    for part in parts:
        scalar = part.ndim == 0 or part.size == 1 or result.ndim == 0 or result.size == 1
        result = result * part if scalar else result @ part
    return result


def over_instances(form: Matrix, given: dict[str, np.ndarray], paper: Paper) -> np.ndarray:
    """A sum over i of arrays x_i, the rows of x."""
    assert form.label == "i"
    rows = range(SIZES["I"])
    return sum(
        as_array(form.parts[0], {f"{name}_i": value[i] for name, value in given.items()}, paper)
        for i in rows
    )


def as_lists(given: dict[str, np.ndarray]) -> dict[str, object]:
    return {name: value.tolist() for name, value in given.items()}


@pytest.mark.parametrize(("text", "letters", "expected"), FORMS)
def test_a_form_reads_as_a_textbook_writes_it(text: str, letters: str, expected: str) -> None:
    expr, order, paper = parsed(text, letters)
    form = matrix_form(expr, order)
    assert form is not None
    assert matrix_text(form, paper.axes) == expected


@pytest.mark.parametrize(("text", "letters", "expected"), FORMS)
def test_a_form_has_the_value_of_the_index_form(text: str, letters: str, expected: str) -> None:
    expr, order, paper = parsed(text, letters)
    given = values(paper)
    form = matrix_form(expr, order)
    assert form is not None
    by_index = np.array(evaluate(paper, expr, as_lists(given), indices=[i.name for i in order]))
    np.testing.assert_allclose(
        np.squeeze(as_array(form, given, paper)), np.squeeze(by_index), rtol=1e-12
    )


@pytest.mark.parametrize(("text", "letters"), NONE)
def test_where_there_is_no_form_none_is_made_up(text: str, letters: str) -> None:
    expr, order, _ = parsed(text, letters)
    assert matrix_form(expr, order) is None


@pytest.mark.parametrize(("text", "rows", "columns", "expected"), KRONECKER)
def test_a_matrix_of_pairs_of_indices_is_a_kronecker_product(
    text: str, rows: str, columns: str, expected: str
) -> None:
    expr, order, paper = parsed(text, rows + columns)
    form = kronecker_form(expr, order[: len(rows)], order[len(rows) :])
    assert form is not None
    assert matrix_text(form, paper.axes) == expected
    given = values(paper)
    letters = [index.name for index in order]
    by_index = np.array(evaluate(paper, expr, as_lists(given), indices=letters, sizes=SIZES))
    height = np.prod(by_index.shape[: len(rows)], dtype=int)
    np.testing.assert_allclose(
        as_array(form, given, paper), by_index.reshape(height, -1), rtol=1e-12
    )


@pytest.mark.parametrize(("text", "rows", "columns"), NO_KRONECKER)
def test_what_is_no_kronecker_product_is_not_called_one(text: str, rows: str, columns: str) -> None:
    expr, order, _ = parsed(text, rows + columns)
    assert kronecker_form(expr, order[: len(rows)], order[len(rows) :]) is None


def test_capitals_are_not_used_twice() -> None:
    expr, order, _ = parsed("sum_i h[i,k] x[i,j]", "kj")
    form = matrix_form(expr, order)
    assert form is not None
    assert matrix_text(form, ["h", "H", "x"]) == "hᵀ X"


def test_latex_says_the_same() -> None:
    expr, order, paper = parsed("sum_i (h[i,k] - y[i,k]) x[i,j]", "kj")
    form = matrix_form(expr, order)
    assert form is not None
    assert matrix_text(form, paper.axes, latex=True) == r"\left(H - Y\right)^{\top} \, X"
