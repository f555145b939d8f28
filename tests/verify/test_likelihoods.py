"""Logarithms on a left side, and probabilities of an index at an instance."""

from __future__ import annotations

import pytest

from gory import proofread

LOGARITHMS = {
    "of a letter": (
        r"We write $\ln P = - \frac{1}{2} \sum_n (t_n - w x_n)^2$. "
        r"$$\frac{d \ln P}{d w} = § \sum_n (t_n - w x_n) x_n$$",
        "", "-",
    ),
    "and the letter itself": (
        r"We write $\ln P = - \frac{1}{2} \sum_n (t_n - w x_n)^2$. "
        r"$$\frac{d P}{d w} = § \sum_n (t_n - w x_n) x_n$$",
        "P", "",
    ),
    "of a function": (
        r"$$\log \mathcal L(\theta) = \sum_{i=1}^n [ y_i \theta x_i - \log(1 + e^{\theta x_i}) ]$$"
        r" $$\frac{\partial}{\partial \theta} \log \mathcal L(\theta) = "
        r"\sum_{i=1}^n § \left(y_i - \frac{e^{\theta x_i}}{1 + e^{\theta x_i}}\right)$$",
        "x_i", "-x_i",
    ),
    "of a function given something": (
        r"$$\ln P(t | w) = -\frac12 \sum_n (t_n - w x_n)^2$$ "
        r"$$\frac{\partial}{\partial w} \ln P(t | w) = § \sum_n (t_n - w x_n) x_n$$",
        "", "-",
    ),
    "of an entry": (
        r"Let $\log p(y \mid x) = z_y - \log \sum_k e^{z_k}$. Then "
        r"$$\frac{\partial \log p(y \mid x)}{\partial z_j} = \delta_{yj} § p(j \mid x)$$",
        "-", "+",
    ),
    "a target beside": (
        r"Let $p(k|x) = \frac{e^{z_k}}{\sum_j e^{z_j}}$ and let $q(k|x)$ be the target with "
        r"$\sum_k q(k|x) = 1$. The loss is $H = -\sum_k q(k|x) \log p(k|x)$. "
        r"$$\frac{\partial H}{\partial z_j} = p(j|x) § q(j|x)$$",
        "-", "+",
    ),
    "at every row": (
        r"Let $p(x; \beta) = \frac{e^{\beta^T x}}{1 + e^{\beta^T x}}$. "
        r"$$\ell(\beta) = \sum_{i=1}^N ( y_i \log p(x_i; \beta)"
        r" + (1 - y_i) \log(1 - p(x_i; \beta)))$$ "
        r"$$\frac{\partial \ell(\beta)}{\partial \beta} = \sum_{i=1}^N x_i (y_i § p(x_i; \beta))$$",
        "-", "+",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "right", "wrong"), LOGARITHMS.values(), ids=LOGARITHMS.keys())
def test_a_likelihood_is_known_by_its_logarithm(text: str, right: str, wrong: str) -> None:
    verdicts = {line.verdict for line in proofread(text.replace("§", right)).lines}
    assert verdicts - {"definition", "given"} == {"proved"}
    assert "refuted" in [line.verdict for line in proofread(text.replace("§", wrong)).lines]


def test_a_claim_about_a_logarithm_stays_one() -> None:
    text = r"Let $p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$. $$\log p_k = z_k § \log \sum_j e^{z_j}$$"
    assert proofread(text.replace("§", "-")).lines[-1].verdict == "proved"
    assert proofread(text.replace("§", "+")).lines[-1].verdict == "refuted"


BISHOP = r"""The posterior probabilities are
$$p(\mathcal{C}_k \mid \boldsymbol{\phi}) = y_k(\boldsymbol{\phi})
= \frac{\exp(a_k)}{\sum_j \exp(a_j)}$$
where $a_k = \mathbf{w}_k^{\mathrm{T}} \boldsymbol{\phi}$.
The targets are one-hot, $\sum_k t_{nk} = 1$, and
$$p(\mathbf{T} \mid \mathbf{w}_1, \dots, \mathbf{w}_K)
= \prod_{n=1}^{N} \prod_{k=1}^{K} y_{nk}^{t_{nk}}$$
where $y_{nk} = y_k(\boldsymbol{\phi}_n)$. The negative logarithm is
$$E(\mathbf{w}_1, \dots, \mathbf{w}_K) = -\ln p(\mathbf{T} \mid \mathbf{w}_1, \dots, \mathbf{w}_K)
= -\sum_{n=1}^{N} \sum_{k=1}^{K} t_{nk} \ln y_{nk}$$
and of one point $E_n = -\sum_k t_{nk} \ln y_{nk}$, so that
$$\frac{\partial E_n}{\partial a_{nj}} = y_{nj} - t_{nj}$$
$$\nabla_{\mathbf{w}_j} E = \sum_{n=1}^{N} (y_{nj} - t_{nj}) \boldsymbol{\phi}_n$$
"""


def test_the_likelihood_of_all_data_is_not_that_of_a_class() -> None:
    assert {line.verdict for line in proofread(BISHOP).lines} == {"proved"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (r"= -\sum_{n=1}^{N} \sum_{k", r"= \sum_{n=1}^{N} \sum_{k"),
        (r"= y_{nj} - t_{nj}", r"= t_{nj} - y_{nj}"),
        (r"(y_{nj} - t_{nj}) \b", r"(t_{nj} - y_{nj}) \b"),
    ],
)
def test_a_sign_of_the_total_or_of_one_point_is_found(right: str, wrong: str) -> None:
    lines = proofread(BISHOP.replace(right, wrong)).lines
    (line,) = [line for line in lines if line.verdict == "refuted"]
    assert "factor -1" in line.why
    assert not any(inner in line.repair + line.read_as for inner in ("whole", "given"))
