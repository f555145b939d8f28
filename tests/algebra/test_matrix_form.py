"""The matrix form beside the closed form: read as matrices it has the value of the index form."""

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from tests.algebra._expressions import AXES, K, N, budget, expressions
from tests.algebra._expressions import PAPER as RANDOM
from tests.algebra._matrix_notation import AsArray, TextReader, tree

from gory.algebra import kronecker_form, matrix_form, matrix_text
from gory.notation import (
    Add,
    Bracket,
    Delta,
    Div,
    Expr,
    Fn,
    Index,
    Mul,
    Paper,
    Pow,
    Ref,
    Sum,
    free_indices,
    num,
    read_expressions,
    read_paper,
)
from gory.verify import evaluate

SIZES = {"I": 4, "J": 3, "K": 2, "E": 5, "R": 3, "R1": 3, "R2": 3}
PAPER = "index i,a:I j,b:J k,c:K e:E"

# question, letters of rows and columns, matrix form
FORMS = [
    ("v[i]", "i", "v"),
    ("A[i,j]", "ij", "A"),
    ("A[i,2]", "i", "A e_2"),
    ("A[2,j]", "j", "Aᵀ e_2"),
    ("sum_i (h[i,1] - y[i,1]) x[i,j]", "j", "Xᵀ (H - Y) e_1"),
    ("(delta[2,k] - s[k]) v[i]", "ki", "(e_2 - s) vᵀ"),
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
    # scalars stand in front, and have no indices either
    ("t s[k] (delta[k,c] - s[c])", "kc", "t (diag(s) - s sᵀ)"),
    ("s[k] (delta[k,c] - s[c]) sum_a v[a]", "kc", "(1ᵀ v) (diag(s) - s sᵀ)"),
    ("2 t s[k] (delta[k,c] r + s[c] (1 - r))", "kc", "2 t (r diag(s) + (1 - r) s sᵀ)"),
    ("s[k] log sum_c exp(u[c])", "k", "log(1ᵀ exp(u)) s"),
    ("s[k] (sum_c u[c] s[c])^2", "k", "(uᵀ s)^2 s"),
    ("s[k] log t", "k", "log(t) s"),
    ("h[i,k] / sum_a v[a]", "ik", "H / (1ᵀ v)"),
    ("(s[k] - u[k]) / (t r)", "k", "(s - u) / (t r)"),
    ("(s[k] - u[k]) / (t + r)", "k", "(s - u) / (t + r)"),
    ("s[k] / t^2", "k", "s / t^2"),
    ("y[i,k] v[k] / sum_{a,c} y[a,c] v[c]", "ik", "Y diag(v) / (1ᵀ Y v)"),
    # rows of a batch through hidden layers
    ("(1 - h[i,k]^2) sum_j (y[i,j] - z[i,j]) W[j,k]", "ik", "(1 - H ⊙ H) ⊙ ((Y - Z) W)"),
    ("sum_{i,j} (y[i,j] - z[i,j]) (1 - h[i,k]^2) x[i,e] W[j,k]", "ke",
     "((1 - H ⊙ H) ⊙ ((Y - Z) W))ᵀ X"),
    ("sum_{j,k} (y[i,j] - z[i,j]) (1 - h[i,k]^2) V[k,e] W[j,k]", "ie",
     "((1 - H ⊙ H) ⊙ ((Y - Z) W)) V"),
    ("sum_{i,b} h[i,k] (V[k,b] - sum_c h[i,c] V[c,b]) x[i,j] x[i,b]", "kj",
     "(H ⊙ (X Vᵀ - (H ⊙ (X Vᵀ)) 1 1ᵀ))ᵀ X"),
    ("[u[k] > 0] sum_j r[j] W[j,k]", "k", "[u > 0] ⊙ (Wᵀ r)"),
    ("-v[i] [v[i] w[i] < 1]", "i", "-v ⊙ [v ⊙ w < 1]"),
    ("-y[i,k] / h[i,k]", "ik", "-Y ⊘ H"),
    ("x[i,j] / v[i]", "ij", "diag(1 ⊘ v) X"),
    ("s[k] ([k = c] - s[c])", "kc", "diag(s) - s sᵀ"),
    ("sum_i h[i,k] (delta[k,c] - h[i,c])", "kc", "diag(Hᵀ 1) - Hᵀ H"),
    ("s[k] (W[k,j] - sum_c s[c] W[c,j])", "kj", "(diag(s) - s sᵀ) W"),
    ("(A[j,k] - sum_c A[j,c] s[c]) s[k]", "jk", "A (diag(s) - s sᵀ)"),
    # a letter that is bound twice is two letters
    ("A[j,k] sum_k s[k] u[k]", "jk", "(sᵀ u) A"),
    ("(sum_k s[k] u[k]) A[j,k]", "jk", "(sᵀ u) A"),
    ("sum_i v[j]", "j", "I v"),
    ("delta[k,c] sum_i v[i]", "kc", "(1ᵀ v) I"),
    ("delta[k,c] - t", "kc", "I - t 1 1ᵀ"),
    ("sum_i (B[i,a] + B[a,i]) A[k,i]", "ka", "A (B + Bᵀ)"),
    # functions of sums over more indices than two
    ("sum_k exp(a[i,j] + r[k])", "ij", "(1ᵀ exp(r)) exp(A)"),
    ("sum_k (sum_c exp(a[i,j] + r[k] + s[c])) s[k]", "ij", "(1ᵀ exp(s)) (exp(r)ᵀ s) exp(A)"),
    ("[s[k] > s[c]] A[k,c]", "kc", "[s 1ᵀ > 1 sᵀ] ⊙ A"),
    ("[s[c] > s[k]] [k != c]", "kc", "[1 sᵀ > s 1ᵀ] ⊙ (1 - I)"),
    # elementwise powers, and a bracket that stays closed because it is shorter so
    ("(h[i,k] + r[k])^t", "ik", "(H + 1 rᵀ)^∘t"),
    ("s[k]^(1/2) / u[k]^t", "k", "sqrt(s) ⊘ u^∘t"),
    ("s[k]^(t + r)", "k", "s^∘(t + r)"),
    ("s[k] (s[c] + t (delta[k,c] - s[c]))", "kc", "s sᵀ + t (diag(s) - s sᵀ)"),
    ("(s[k] + u[k] r[k]) (delta[k,c] - s[c])", "kc", "diag(s + u ⊙ r) (I - 1 sᵀ)"),
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
    ("t s[k] (delta[k,c] - s[c]) x[j] x[b]", "kj", "cb", "t (diag(s) - s sᵀ) ⊗ x xᵀ"),
    (
        "sum_{i,a} h[i,k] (delta[k,c] - h[i,c]) x[i,j] x[i,b] y[i,a]", "kj", "cb",
        "sum_i (1ᵀ y_i) (diag(h_i) - h_i h_iᵀ) ⊗ x_i x_iᵀ",
    ),
    ("(delta[k,c] - s[k] s[c]) x[j] / t", "k", "cj", "((I - s sᵀ) ⊗ xᵀ) / t"),
    (
        "t delta[k,c] delta[j,b] + sum_i h[i,k] (delta[k,c] - h[i,c]) x[i,j] x[i,b] / r",
        "kj", "cb", "t I ⊗ I + sum_i (diag(h_i) - h_i h_iᵀ) ⊗ x_i x_iᵀ / r",
    ),
    ("sum_b delta[k,c] v[i]", "k", "ci", "J I ⊗ vᵀ"),
    ("v[c] A[i,j]", "i", "cj", "vᵀ ⊗ A"),
    ("A[i,c] v[j]", "i", "cj", "A ⊗ vᵀ"),
]  # fmt: skip
NO_KRONECKER = [
    ("T[k,c,j]", "k", "cj"),
    ("A[i,j] + delta[k,c]", "ik", "jc"),
    ("T[k,c,j] x[j]", "k", "cj"),
]
NONE = [
    ("T[i,j,k]", "ijk"),
    ("sum_k T[i,j,k] s[k]", "ij"),
    ("a", ""),
    ("A[k,k]", "k"),
    ("exp(a[i,j] + r[k]) v[i]", "ijk"),
    ("sum_k (v[i] + r[k])^2 / (w[j] + v[i] + r[k])", "ij"),
    ("sum_{k,c} A[i,k] B[i,c] C[j,k] E[j,c] F[k,c]", "ij"),
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
    by_index = np.array(
        evaluate(paper, expr, as_lists(given), indices=[i.name for i in order], sizes=SIZES)
    )
    np.testing.assert_allclose(
        np.squeeze(AsArray(paper, given, SIZES).read(form)), np.squeeze(by_index), rtol=1e-12
    )


@pytest.mark.parametrize(("text", "letters", "expected"), FORMS)
def test_the_text_of_a_form_says_what_the_form_is(text: str, letters: str, expected: str) -> None:
    expr, order, paper = parsed(text, letters)
    form = matrix_form(expr, order)
    assert form is not None
    assert TextReader(expected).read() == tree(form, tuple(paper.axes))


@pytest.mark.parametrize(("text", "letters"), NONE)
def test_where_there_is_no_form_none_is_made_up(text: str, letters: str) -> None:
    expr, order, _ = parsed(text, letters)
    assert matrix_form(expr, order) is None


@pytest.mark.parametrize("first", [num(1), Index("1", "J")])
@pytest.mark.parametrize("relation", ["<", "!=", "="])
def test_a_condition_on_an_index_has_no_form(first: Expr | Index, relation: str) -> None:
    j, k = Index("j", "J"), Index("k", "K")
    condition, array = Bracket(first, relation, j), Ref("w", (k, j))
    assert matrix_form(Mul((condition, array)), (k, j)) is None
    assert matrix_form(Sum((j,), Mul((array, condition))), (k,)) is None


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
        AsArray(paper, given, SIZES).read(form), by_index.reshape(height, -1), rtol=1e-12
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


LATEX = [
    ("sum_i (h[i,k] - y[i,k]) x[i,j]", "kj", r"\left(H - Y\right)^{\top} \, X"),
    ("-v[i] [v[i] w[i] <= 1] / (t r)", "i",
     r"-\frac{1}{t \, r} \left(v \odot \mathbf{1}\left[v \odot w \le 1\right]\right)"),
    ("y[i,k] / h[i,k]", "ik", r"Y \oslash H"),
    ("s[k] (sum_c u[c])^2", "k", r"\left(\mathbf{1}^{\top} \, u\right)^{2} \, s"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "letters", "expected"), LATEX)
def test_latex_says_the_same(text: str, letters: str, expected: str) -> None:
    expr, order, paper = parsed(text, letters)
    form = matrix_form(expr, order)
    assert form is not None
    assert matrix_text(form, paper.axes, latex=True) == expected


def test_brackets_that_open_to_thousands_of_terms_stay_closed() -> None:
    text = " ".join(f"(T{n}[i,j,k] + U{n}[i,j,k] + v[i])" for n in range(12))
    expr, order, _ = parsed(f"sum_i {text}", "jk")
    assert matrix_form(expr, order) is None


# -- random products under sums -------------------------------------------------------------------

RANDOM_SIZES = {N: 4, K: 3}
ROW, OTHER_ROW = Index("i", N), Index("j", N)
M, C, L = Index("m", K), Index("c", K), Index("l", K)
PAIRS = [(), (M,), (ROW,), (ROW, M), (M, ROW), (M, Index("k", K))]


@st.composite
def products(draw: DrawFn) -> tuple[Expr, tuple[Index, ...]]:
    """A sum of products under sums, as derivatives are, and the axes it is asked for by."""
    axes = draw(st.sampled_from(PAIRS))
    bound = tuple(draw(st.lists(st.sampled_from([OTHER_ROW, C, L]), unique=True, max_size=3)))
    factors = st.lists(factor((*axes, *bound)), min_size=1, max_size=4).map(times_all)
    bodies = st.one_of(factors, factors, st.builds(Div, factors, positive((*axes, *bound))))
    terms = draw(st.lists(bodies, min_size=1, max_size=2))
    sums = [Sum(bound, term) if bound else term for term in terms]
    return (sums[0] if len(sums) == 1 else Add(tuple(sums))), axes


def times_all(factors: list[Expr]) -> Expr:
    return factors[0] if len(factors) == 1 else Mul(tuple(factors))


def factor(scope: tuple[Index, ...]) -> st.SearchStrategy[Expr]:
    leaf, small = expressions(0, free=scope), expressions(1, free=scope)
    classes = [index for index in scope if index.range == K]
    found = [leaf, leaf, leaf, small, expressions(2, free=scope)]
    found.append(st.tuples(leaf, leaf, leaf).map(Add))
    found.append(st.tuples(leaf, leaf).map(lambda pair: Fn("exp", Add(pair))))
    found.append(leaf.map(lambda e: Add((num(1), Mul((num(-1), Pow(e, num(2))))))))
    found.append(st.tuples(leaf, leaf).map(lambda pair: Bracket(pair[0], ">", pair[1])))
    if len(classes) > 1:
        delta = st.builds(Delta, st.just(classes[0]), st.just(classes[1]))
        found.append(st.tuples(delta, leaf).map(Add))
    return st.one_of(*found)


def positive(scope: tuple[Index, ...]) -> st.SearchStrategy[Expr]:
    return expressions(0, free=scope).map(lambda e: Add((num(1), Pow(e, num(2)))))


def as_drawn(drawn: tuple[Expr, tuple[Index, ...]]) -> tuple[Expr, tuple[Index, ...]]:
    """Axes that a product does not have are dropped."""
    expr, axes = drawn
    return expr, tuple(index for index in axes if index in free_indices(expr))


@budget(400)
@for_all(products())
def test_whatever_has_a_form_has_its_value_and_reads_as_it(
    drawn: tuple[Expr, tuple[Index, ...]],
) -> None:
    expr, axes = as_drawn(drawn)
    form = matrix_form(expr, axes)
    if form is None:
        return
    given = random_values()
    with np.errstate(all="ignore"):
        found = np.squeeze(AsArray(RANDOM, given, RANDOM_SIZES).read(form))
        letters = [index.name for index in axes]
        wanted = evaluate(RANDOM, expr, as_lists(given), indices=letters, sizes=RANDOM_SIZES)
    np.testing.assert_allclose(found, np.squeeze(wanted), rtol=1e-9, atol=1e-9)
    assert TextReader(matrix_text(form, AXES)).read() == tree(form, tuple(AXES))


def random_values() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    return {
        name: rng.uniform(0.5, 1.5, [RANDOM_SIZES[axis] for axis in axes])
        for name, axes in AXES.items()
    }
