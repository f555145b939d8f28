"""Rows, columns and what is held fixed: every matrix form has the value of the index form."""

import itertools
import re
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from tests.algebra._expressions import budget
from tests.algebra._matrix_notation import AsArray, TextReader, at_member, tree

from gory.algebra import kronecker_form, matrix_of, matrix_text
from gory.notation import Expr, Index, Paper, free_indices, read_expressions, read_paper
from gory.verify import evaluate

PAPER = read_paper("index i:I j,b,n,r:J k,c,m:K e,f:E")
SIZES = [{"I": 4, "J": 3, "K": 2, "E": 5}, {"I": 1, "J": 2, "K": 4, "E": 3}]

# expression, letters of the output, letters of every variable, matrix form, layout
FORMS = [
    ("delta[k,c] x[i,j]", "ik", ["cj"], "I ⊗ x_iᵀ", "for each i: row k, column (c,j)"),
    ("h[i,k] (delta[k,c] - h[i,c]) x[i,j]", "ik", ["cj"], "(diag(h_i) - h_i h_iᵀ) ⊗ x_iᵀ",
     "for each i: row k, column (c,j)"),
    ("h[i,k] (delta[k,c] - h[i,c])", "ik", ["ic"], "diag(h_i) - h_i h_iᵀ",
     "for each i: row k, column c"),
    ("h[i,k] (delta[k,c] - h[i,c])", "", ["ik", "ic"], "diag(h_i) - h_i h_iᵀ",
     "for each i: row k, column c"),
    ("s[k] delta[k,c] (delta[k,m] - s[m])", "k", ["c", "m"], "s_k e_k (e_k - s)ᵀ",
     "for each k: row c, column m"),
    ("w[k] s[c] (delta[c,m] - s[m])", "k", ["c", "m"], "w_k (diag(s) - s sᵀ)",
     "for each k: row c, column m"),
    ("h[i,k] (delta[k,c] - h[i,c]) (1 - h[i,m])", "ik", ["ic", "im"],
     "h_ik (e_k - h_i) (1 - h_i)ᵀ", "for each i, k: row c, column m"),
    ("B[n,b] B[r,j]", "", ["jb", "nr"], "Bᵀ ⊗ Bᵀ", "row (j,b), column (r,n)"),
    ("B[k,j] T[j,e] v[i]", "ik", ["je"], "v T_jᵀ ⊗ B e_j",
     "for each j: row (i,k), column e"),
    # of three letters, without a derivative
    ("s[k] (delta[k,c] - s[c]) x[j]", "kcj", [], "(diag(s) - s sᵀ) ⊗ xᵀ", "row k, column (c,j)"),
    # crossing letters: the vector goes before the matrix, and after it
    ("delta[j,n] r[k] x[e]", "", ["je", "kn"], "rᵀ ⊗ I ⊗ x", ""),
    ("(delta[j,n] r[k] + s[k] W[k,j] u[n]) x[e]", "", ["je", "kn"],
     "rᵀ ⊗ I ⊗ x + Wᵀ diag(s) ⊗ x uᵀ", ""),
    ("sum_i delta[j,n] h[i,k] x[i,e] u[i,j]", "", ["je", "kn"],
     "sum_i h_iᵀ ⊗ diag(u_i) ⊗ x_i", ""),
    # instances in columns
    ("sum_i h[k,i] h[c,i] x[i,j] x[i,b]", "", ["kj", "cb"],
     "sum_i H e_i e_iᵀ Hᵀ ⊗ x_i x_iᵀ", ""),
    # a path inside of a block is a product
    ("sum_n A[j,n] B[n,b] x[e]", "j", ["be"], "A B ⊗ xᵀ", ""),
    ("sum_c A[j,n] s[c] x[e]", "j", ["ne"], "(1ᵀ s) A ⊗ xᵀ", ""),
    # functions and conditions entry by entry
    ("-(delta[k,c] - p[c]) ((1 + p[k])^g + p[k] w[k])", "k", ["c"],
     "-diag((1 + p)^∘g + p ⊙ w) (I - 1 pᵀ)", ""),
    ("x[i,e] / v[e]^(1/2)", "", ["ie"], "X diag(1 ⊘ sqrt(v))", ""),
    ("p[k]^(-g)", "", ["k"], "1 ⊘ p^∘g", ""),
    ("[k != c] A[k,c]", "k", ["c"], "(1 - I) ⊙ A", ""),
    ("[s[k] > s[c]] - delta[k,c]", "k", ["c"], "[s 1ᵀ > 1 sᵀ] - I", ""),
    ("sum_k exp(A[i,j] + w[k])", "", ["ij"], "(1ᵀ exp(w)) exp(A)", ""),
    ("sum_{j,k} exp(u[j] + A[j,m] + v[m] + B[m,k])", "", ["m"],
     "exp(v) ⊙ (exp(A)ᵀ exp(u)) ⊙ (exp(B) 1)", ""),
]  # fmt: skip


def parsed(text: str, letters: str) -> tuple[Expr, dict[str, Index], Paper]:
    (expr,), paper = read_expressions(PAPER, [text])
    return expr, {index.name: index for index in free_indices(expr)}, paper


def values(paper: Paper, sizes: dict[str, int]) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    return {
        name: rng.uniform(0.5, 1.5, [sizes[axis] for axis in axes])
        for name, axes in sorted(paper.axes.items())
    }


def entries(
    paper: Paper, expr: Expr, given: dict[str, np.ndarray], order: str, sizes: dict[str, int]
) -> np.ndarray:
    lists = {name: value.tolist() for name, value in given.items()}
    return np.array(evaluate(paper, expr, lists, indices=list(order), sizes=sizes))


def members(
    layout: str, free: dict[str, Index], sizes: dict[str, int]
) -> Iterator[dict[Index, int]]:
    """Every choice of what a layout holds fixed."""
    fixed = layout.partition(":")[0].removeprefix("for each ").split(", ")
    held = [free[name] for name in fixed] if layout.startswith("for each") else []
    for chosen in itertools.product(*(range(sizes[index.range]) for index in held)):
        yield dict(zip(held, chosen, strict=True))


def sides(layout: str, output: str, variables: list[str]) -> tuple[str, str]:
    """The letters of rows and of columns."""
    if layout:
        said = re.findall(r"(row|entry|column) (?:\(([\w,]+)\)|(\w))", layout)
        found = {word: (one or several).replace(",", "") for word, several, one in said}
        return found.get("row") or found["entry"], found.get("column", "")
    groups = [group for group in (output, *variables) if group]
    if len(groups) == 1:
        return groups[0][:1], groups[0][1:]
    return groups[0], groups[1]


@pytest.mark.parametrize(("text", "output", "variables", "expected", "layout"), FORMS)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_a_form_has_the_value_of_the_entries(
    text: str,
    output: str,
    variables: list[str],
    expected: str,
    layout: str,
    sizes: dict[str, int],
) -> None:
    expr, free, paper = parsed(text, output)
    groups = [tuple(free[letter] for letter in group) for group in (output, *variables)]
    found = matrix_of(expr, groups[0], groups[1:])
    assert found is not None
    form, said = found
    assert (matrix_text(form, paper.axes), said) == (expected, layout)
    assert TextReader(expected.removeprefix("sum_i ")).read() == tree(
        form.parts[0] if form.kind == "over" else form, tuple(paper.axes)
    )
    given = values(paper, sizes)
    rows, columns = sides(layout, output, variables)
    for chosen in members(layout, free, sizes):
        names = [index.name for index in chosen]
        by_index = entries(paper, expr, given, "".join(names) + rows + columns, sizes)
        by_index = by_index[tuple(chosen.values())]
        shape = (int(np.prod(by_index.shape[: len(rows)])), -1)
        there = at_member(given, chosen)
        np.testing.assert_allclose(
            AsArray(paper, there, sizes).read(form), by_index.reshape(shape), rtol=1e-12
        )


NONE = [
    ("T[k,c,j]", "k", ["cj"]),
    ("T[k,c,j]", "", ["kcj"]),
    ("exp(h[i,k] h[i,c] x[j])", "k", ["cj"]),
]


@pytest.mark.parametrize(("text", "output", "variables"), NONE)
def test_an_array_with_subscripts_is_not_called_a_matrix_form(
    text: str, output: str, variables: list[str]
) -> None:
    expr, free, _ = parsed(text, output)
    groups = [tuple(free[letter] for letter in group) for group in (output, *variables)]
    assert matrix_of(expr, groups[0], groups[1:]) is None


# -- random products of vectors, matrices and deltas ---------------------------------------------

RANDOM = read_paper("index i:N a,b,c,d,l:K")
RANDOM_SIZES = {"K": 3, "N": 2}


@st.composite
def products(draw: DrawFn) -> str:
    """A sum of products over four letters, with an instance and an inner letter bound."""
    terms = draw(st.lists(product_of_factors(), min_size=1, max_size=2))
    return " + ".join(terms)


@st.composite
def product_of_factors(draw: DrawFn) -> str:
    letter = st.sampled_from("abcdl")
    factor = st.one_of(
        st.builds("x[i,{}]".format, letter),
        st.builds("u[{}]".format, letter),
        st.builds("A[{},{}]".format, letter, letter),
        st.builds("(u[{}] - A[{},{}])".format, letter, letter, letter),
        st.builds("(delta[{},{}] - u[{}] u[{}])".format, *4 * (letter,)),
        st.sampled_from(["delta[a,c]", "delta[b,d]", "delta[a,d]", "w[i]", "t"]),
    )
    factors = draw(st.lists(factor, min_size=2, max_size=4))
    whole = " ".join(factors)
    missing = [f"u[{name}]" for name in "abcd" if name not in "".join(factors)]
    return f"sum_{{i,l}} x[i,l] {whole} {' '.join(missing)}"


@budget(300)
@for_all(products())
def test_whatever_is_a_kronecker_product_has_its_value(text: str) -> None:
    (expr,), paper = read_expressions(RANDOM, [text])
    order = tuple(sorted(free_indices(expr), key=lambda index: index.name))
    if len(order) != 4:
        return
    form = kronecker_form(expr, order[:2], order[2:])
    if form is None:
        return
    given = values(paper, RANDOM_SIZES)
    by_index = entries(paper, expr, given, "abcd", RANDOM_SIZES)
    size = RANDOM_SIZES["K"] ** 2
    np.testing.assert_allclose(
        AsArray(paper, given, RANDOM_SIZES).read(form), by_index.reshape(size, size), rtol=1e-9
    )
