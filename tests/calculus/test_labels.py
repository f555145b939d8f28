"""Whole numbers of classes as indices: h[i,t[i]], delta[k,t[i]]."""

from __future__ import annotations

import pytest

import gory
from gory.notation import read_expressions
from gory.verify import EvaluationError, evidence

SOFTMAX = "index i:N k,c,l:K\nh[i,k] = exp(z[i,k]) / sum_c exp(z[i,c])\n"
CROSS_ENTROPIES = [
    "- sum_i log h[i,t[i]]",
    "- sum_i log(h[i,t[i]])",
    "- sum_{i,k} delta[k,t[i]] log h[i,k]",
    "- sum_{i,k} delta[t[i],k] log h[i,k]",
    "sum_i (log sum_c exp(z[i,c]) - z[i,t[i]])",
]
VALUES = {"z": [[1, 2, 3], [0, 1, 0]], "t": [2, 3]}


@pytest.mark.parametrize("loss", CROSS_ENTROPIES)
def test_the_gradient_takes_one_from_the_class_of_the_label(loss: str) -> None:
    derivation = gory.read(SOFTMAX + f"J = {loss}").derive("J", "z[i,l]")
    assert str(derivation.result) == "h[i,l] - delta[l,t[i]]"
    assert derivation.matrix_form == "H - onehot(t)"
    assert derivation.verdict == "proved"


def test_the_weights_of_a_layer_with_labels() -> None:
    paper = gory.read(
        "index i:N j,n:D k,c,l:K\n"
        "h[i,k] = exp(sum_j theta[k,j] x[i,j]) / sum_c exp(sum_j theta[c,j] x[i,j])\n"
        "J = - sum_i log h[i,t[i]]"
    )
    derivation = paper.derive("J", "theta[l,n]")
    assert str(derivation.result) == "sum_i (h[i,l] - delta[l,t[i]]) x[i,n]"
    assert derivation.matrix_form == "(H - onehot(t))ᵀ X"


def test_a_label_chooses_a_weight_too() -> None:
    paper = gory.read(SOFTMAX + "J = - sum_i w[t[i]] log h[i,t[i]]")
    result = str(paper.derive("J", "z[i,l]").result)
    assert result == "h[i,l] sum_k delta[k,t[i]] w[k] - delta[l,t[i]] w[l]"


def test_the_hessian_does_not_know_the_labels() -> None:
    paper = gory.read(SOFTMAX + "J = - sum_i log h[i,t[i]]")
    result = str(paper.derive("J", "z[i,l]", "z[i,m]").result)
    assert result == "h[i,l] (delta[l,m] - h[i,m])"


def test_a_sum_over_the_classes_is_what_is_read_and_printed() -> None:
    body = gory.read(SOFTMAX + "J = - sum_i log h[i,t[i]]").definitions["J"].body
    assert str(body) == "- sum_{i,k} delta[k,t[i]] log h[i,k]"


def test_labels_are_given_as_numbers_from_one() -> None:
    by_label = gory.read(SOFTMAX + "J = - sum_i log h[i,t[i]]").derive("J", "z[i,l]", at=VALUES)
    rows = {"z": VALUES["z"], "y": [[0, 1, 0], [0, 0, 1]]}
    by_row = gory.read(
        SOFTMAX + "J = - sum_{i,k} y[i,k] log h[i,k]\ngiven sum_k y[i,k] = 1"
    ).derive("J", "z[i,l]", at=rows)
    assert by_label.main.value == by_row.main.value


MARGINS = [  # loss, its gradient by the scores, its matrix form
    ("sum_i max_{k != t[i]} z[i,k]", "sum_c [l = argmax_{k != c} z[i,k]] delta[c,t[i]]", ""),
    # Crammer and Singer: the worst class counts
    ("sum_i max(0, max_{k != t[i]} z[i,k] - z[i,t[i]] + 1)",
     "[1 + sum_c delta[c,t[i]] max_{k != c} z[i,k] > sum_c delta[c,t[i]] z[i,c]]"
     " (sum_c [l = argmax_{k != c} z[i,k]] delta[c,t[i]] - delta[l,t[i]])", ""),
    # Weston and Watkins: every class that is too near counts
    ("sum_{i,k != t[i]} max(0, z[i,k] - z[i,t[i]] + 1)",
     "[1 + z[i,l] > sum_k delta[k,t[i]] z[i,k]] (1 - delta[l,t[i]])"
     " - sum_k [1 + z[i,k] > sum_c delta[c,t[i]] z[i,c]] (1 - delta[k,t[i]]) delta[l,t[i]]",
     "[1 1ᵀ + Z > (onehot(t) ⊙ Z) 1 1ᵀ] ⊙ (1 - onehot(t))"
     " - diag(([1 1ᵀ + Z > (onehot(t) ⊙ Z) 1 1ᵀ] ⊙ (1 - onehot(t))) 1) onehot(t)"),
    # the cost of a wrong class as part of what is compared
    ("sum_i (max_k (z[i,k] + 1 - delta[k,t[i]]) - z[i,t[i]])",
     "[l = argmax_k (z[i,k] - delta[k,t[i]])] - delta[l,t[i]]", ""),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "gradient", "matrix"), MARGINS)
def test_a_margin_is_over_all_classes_but_the_one_of_the_label(
    loss: str, gradient: str, matrix: str
) -> None:
    derivation = gory.read(f"index i:N k,c,l:K\nL = {loss}").derive("L", "z[i,l]")
    assert (str(derivation.result), derivation.matrix_form) == (gradient, matrix)
    assert derivation.verdict == "proved"
    conditions = " ".join(use for step in derivation.steps for use in step.uses)
    assert ("almost everywhere" in conditions) or "attained once" in conditions


EQUAL = [
    ("[k = t[i]]", "delta[k,t[i]]"),
    ("[t[i] = k]", "delta[k,t[i]]"),
    ("[k != t[i]]", "1 - delta[k,t[i]]"),
    ("sum_{k != t[i]} z[i,k]", "sum_k (1 - delta[k,t[i]]) z[i,k]"),
    ("sum_{k = t[i]} z[i,k]", "z[i,t[i]]"),
    ("[t[i] = argmax_k z[i,k]]", "sum_k delta[k,t[i]] [k = argmax_c z[i,c]]"),
    ("[t[i] != argmax_k z[i,k]]", "1 - [t[i] = argmax_k z[i,k]]"),
    ("max_{k != t[i]} z[i,k]", "sum_c delta[c,t[i]] max_{k != c} z[i,k]"),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_a_condition_on_a_label_says_what_its_delta_says(one: str, other: str) -> None:
    paper = gory.read("index i:N k,c,l:K")
    (left, right), read = read_expressions(paper, [one, other])
    assert evidence(read, left, right).equal is True


def test_a_loss_whose_own_class_is_at_the_kink_is_derived() -> None:
    """With k = t the argument of max is 0 for every z: no point is told apart by its rounding."""
    loss = "sum_{i,k} max(0, z[i,k] - z[i,t[i]] + 1 - delta[k,t[i]])"
    derivation = gory.read(f"index i:N k,l:K\nL = {loss}").derive("L", "z[i,l]")
    assert derivation.verdict == "proved"


@pytest.mark.parametrize("labels", [[2, 4], [0, 1], [1.5, 1], ["2", 3]])
def test_a_label_that_is_no_class_is_refused(labels: list[object]) -> None:
    paper = gory.read(SOFTMAX + "J = - sum_i log h[i,t[i]]")
    with pytest.raises(EvaluationError, match="a class is expected"):
        paper.derive("J", "z[i,l]", at={**VALUES, "t": labels})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("h[i,t[i]] = 3", "cannot be an index here"),
        ("f = delta[t[1],s[1]]", "delta of two labels"),
        ("t[i] = 2\nf = sum_i h[t[i]]", "labels that are indices are given"),
        ("f = " + 100 * "x[" + "i" + 100 * "]", "nest deeper"),
    ],
)
def test_a_label_that_is_not_read_says_why(text: str, said: str) -> None:
    with pytest.raises(gory.NotationError, match=said):
        gory.read(text)
