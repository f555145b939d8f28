"""Functions of a matrix: inverse, determinant, its logarithm, trace."""

import pytest

import gory

QUADRATIC = "L = (1/2) logdet(A) + (1/2) sum_{i,j} (x[i] - mu[i]) inv(A)[i,j] (x[j] - mu[j])"

KNOWN = [  # The Matrix Cookbook, sections 2.1, 2.2, 2.5
    ("", "logdet(A)", ["A[m,n]"], "inv(A)[n,m]", "A⁻ᵀ"),
    ("", "det(A)", ["A[m,n]"], "det(A) inv(A)[n,m]", "det(A) A⁻ᵀ"),
    ("", "inv(A)[i,j]", ["A[m,n]"], "-inv(A)[i,m] inv(A)[n,j]", "-A⁻¹ ⊗ A⁻ᵀ"),
    ("", "tr(A)", ["A[m,n]"], "delta[m,n]", "I"),
    ("", "sum_{i,j} inv(A)[i,j] B[j,i]", ["A[m,n]"],
     "- sum_{i,j} inv(A)[i,m] inv(A)[n,j] B[j,i]", "-A⁻ᵀ Bᵀ A⁻ᵀ"),
    ("", "logdet(A)", ["A[m,n]", "A[p,q]"], "-inv(A)[n,p] inv(A)[q,m]", "-A⁻ᵀ ⊗ A⁻¹"),
    ("S[i,j] = sum_k W[i,k] W[j,k] + lam delta[i,j]", "logdet(S)", ["W[m,n]"],
     "sum_i (inv(S)[m,i] + inv(S)[i,m]) W[i,n]", "(S⁻¹ + S⁻ᵀ) W"),
    ("", "sum_j inv(A)[i,j] A[j,k]", [], "delta[i,k]", "I"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "of", "wrt", "expected", "matrix"), KNOWN)
def test_a_derivative_is_the_one_in_the_tables(
    text: str, of: str, wrt: list[str], expected: str, matrix: str
) -> None:
    derivation = gory.read(text).derive(of, *wrt)
    assert (str(derivation.result), derivation.verdict) == (expected, "proved")
    assert derivation.matrix_form == matrix


def test_columns_in_another_order_are_said() -> None:
    hessian = gory.read("").derive("logdet(A)", "A[m,n]", "A[p,q]")
    assert hessian.matrix_layout == "row (m,n), column (q,p)"


def test_the_inverse_of_a_symmetric_matrix_is_symmetric() -> None:
    declared = gory.read(QUADRATIC + "\ngiven A[i,j] = A[j,i]").derive("L", "mu[m]")
    assert str(declared.result) == "sum_i (mu[i] - x[i]) inv(A)[i,m]"
    assert any("A[i,j] = A[j,i]" in step.uses for step in declared.steps)
    free = gory.read(QUADRATIC).derive("L", "mu[m]")
    assert "inv(A)[m,i] + inv(A)[i,m]" in str(free.result)


def test_a_matrix_must_be_square() -> None:
    with pytest.raises(gory.NotationError, match="square"):
        gory.read("index i:N j:D\nf[i] = sum_j A[i,j]\ng = logdet(A)")


def test_an_inverse_needs_its_entry_named() -> None:
    with pytest.raises(gory.NotationError, match=r"inv\(A\)\[i,j\]"):
        gory.read("f = inv(A)")


def test_that_it_is_invertible_is_said() -> None:
    uses = [use for step in gory.read("").derive("det(A)", "A[m,n]").steps for use in step.uses]
    assert "A invertible" in uses
