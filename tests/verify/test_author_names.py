r"""What is said of a wrong line is written in the letters of its author."""

from __future__ import annotations

import pytest

from gory import proofread
from gory.verify.manuscript.wording._author_names import author_names

LAYERS = r"""
Let $a_1 = w x$, $h_1 = \tanh(a_1)$ and $E = \frac12 (h_1 - t)^2$. Then
$$\frac{\partial E}{\partial a_1} = (h_1 - t)(1 - h_1)$$
"""
MEAN = r"""
Let $p_k = e^{z_k} / \sum_j e^{z_j}$ and $\langle f\rangle = \sum_k p_k f_k$. Then
$$\frac{\partial \langle f\rangle}{\partial z_m} = f_m - \langle f\rangle$$
"""
DIVERGENCE = r"""
Let $p_k = e^{z_k} / \sum_j e^{z_j}$ and $\mathrm{KL} = \sum_k q_k \log\frac{q_k}{p_k}$ with
$\sum_k q_k = 1$. Then
$$\frac{\partial \mathrm{KL}}{\partial z_m} = q_m - p_m$$
"""
ARGUMENT = r"""
Let $g(x) = \frac{x}{\sqrt{1 + x^2}}$. Then $$g'(x) = (1 + x^2)^{-1/2}$$
"""
INDICATOR = r"""
Let $h_k(x^{(i)}) = \frac{e^{\theta_k^T x^{(i)}}}{\sum_l e^{\theta_l^T x^{(i)}}}$ and
$$J(\theta) = -\sum_i \sum_k 1\{y^{(i)} = k\} \log h_k(x^{(i)})$$
Then
$$\frac{\partial J}{\partial \theta_{kj}} = \sum_i x_j^{(i)} (1\{y^{(i)} = k\} - h_k(x^{(i)}))$$
"""
REPAIRS = {
    LAYERS: r"$\frac{\partial E}{\partial a_1} = (h_1 - t)(1 - h_1^2)$",
    MEAN: r"$\frac{\partial \langle f\rangle}{\partial z_m} = p_m (f_m - \langle f\rangle)$",
    DIVERGENCE: r"$\frac{\partial \mathrm{KL}}{\partial z_m} = p_m - q_m$",
    ARGUMENT: r"$\frac{\partial g}{\partial x} = (1 + x^2)^{-3/2}$",
    INDICATOR: r"$\frac{\partial J}{\partial \theta_{kj}}"
    r" = \sum_i x_j^{(i)} (h_k(x^{(i)}) - 1\{y^{(i)} = k\})$",
}


@pytest.mark.parametrize("text", REPAIRS, ids=["layers", "mean", "KL", "argument", "indicator"])
def test_a_repair_has_the_names_of_its_text(text: str) -> None:
    (wrong,) = (line for line in proofread(text).lines if line.verdict == "refuted")
    assert wrong.repair_latex.endswith(REPAIRS[text])


@pytest.mark.parametrize("field", ["why_latex", "repair_latex"])
@pytest.mark.parametrize("text", REPAIRS, ids=["layers", "mean", "KL", "argument", "indicator"])
def test_no_name_of_the_inside_is_shown(text: str, field: str) -> None:
    assert all(r"\mathit" not in getattr(line, field) for line in proofread(text).lines)


@pytest.mark.parametrize(
    ("written", "name", "entry"),
    [
        ("W^{(2)}_{kj}", "W2", "W^{(2)}_{kj}"),
        ("W^2_{kj}", "W2", "W^2_{kj}"),
        ("h_1", "h1", "h_1"),
        ("n_x", "nx", "n_x"),
        (r"x_{\text{old}}", "xold", r"x_{\text{old}}"),
        (r"\hat y_1", "yhat1", r"\hat y_1"),
        ("D_{KL}", "DKL", "D_{KL}"),
        ("h₂", "h2", "h_2"),
        (r"\operatorname{silu}(b)", "silu", r"\operatorname{silu}"),
    ],
)
def test_names_are_found_in_the_text(written: str, name: str, entry: str) -> None:
    (found,) = author_names(f"Let ${written} = 1$.", [name, "x"]).values()
    assert found.entry("kj" if "kj" in written else "", has_power=False) == entry


def test_a_power_of_a_numbered_layer_stands_behind_a_bracket() -> None:
    (found,) = author_names("$W^{(2)}_{kj}$", ["W2"]).values()
    assert found.entry("kj", has_power=True) == r"\left(W^{(2)}_{kj}\right)"


def test_a_mean_value_and_a_root_are_written_as_in_the_text() -> None:
    text = r"""
Let $V = \sum_k p_k v_k^2 - \left(\sum_k p_k v_k\right)^2$, $\sum_k p_k = 1$ and
$\mathbb E[v] = \sum_k p_k v_k$, and let $f = \frac{x}{\sqrt{d}}$. Then
$$V = \sum_k p_k (v_k - \mathbb E[v])$$
$$\frac{\partial f}{\partial x} = 1$$
"""
    mean, root = (line for line in proofread(text).lines if line.verdict == "refuted")
    assert r"\mathbb E[v]" in mean.repair_latex
    assert r"\sqrt{d}" in root.repair_latex
