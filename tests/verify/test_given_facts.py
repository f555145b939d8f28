"""Facts that are given beside a text may be written in its own notation."""

from __future__ import annotations

import pytest

import gory

TEXTS = {
    "LaTeX": r"""$p_k = \frac{e^{z_k}}{\sum_l e^{z_l}}$ and $\ell = -\sum_k y_k \log p_k$.
$$\frac{\partial \ell}{\partial z_j} = p_j - y_j$$
""",
    "plain": """p[k] = exp(z[k]) / sum_l exp(z[l])
l = - sum_k y[k] log p[k]
d(l, z[j]) = p[j] - y[j]
""",
}
ONE = (
    "sum_k y[k] = 1", "given sum_k y[k] = 1", "sum_k y_k = 1", "Σ_k y_k = 1",
    r"\sum_k y_k = 1", r"$\sum_{k=1}^K y_k = 1$", r"\mathbf{1}^\top y = 1",
)  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("fact", ONE)
def test_a_fact_is_taken_in_the_notation_of_the_text(text, fact):
    assert gory.proofread(TEXTS[text]).verdict == "refuted"
    assert gory.proofread(TEXTS[text], given=[fact]).verdict == "proved"


def test_an_entry_is_given_its_value():
    text = "$z = \\sum_j \\theta_j x_j$.\n$$\\frac{\\partial z}{\\partial \\theta_0} = 1$$\n"
    assert gory.proofread(text, given=["x_0 = 1"]).verdict == "proved"


@pytest.mark.parametrize("fact", [r"\sum_k y_k", r"\sum_k ((", r"\mathcal y_k = = 1", "y_k"])
def test_what_is_no_fact_is_said(fact):
    with pytest.raises(gory.NotationError):
        gory.proofread(TEXTS["LaTeX"], given=[fact])
