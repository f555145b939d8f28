r"""What statisticians write: variances as variables, iterates, counts, primes that transpose."""

from __future__ import annotations

import pytest

import gory

GAUSSIAN = r"""
Let $x_i$ be given and
$$\ell = -\frac n2 \log \sigma^2 - \frac{1}{2\sigma^2} \sum_{i=1}^n (x_i - \mu)^2$$
$$%s = %s$$
"""
CROSS = r"\frac{1}{\sigma^4} \sum_{i=1}^n (x_i - \mu)"
TWICE = r"\frac{n}{2\sigma^4} - \frac{1}{%s\sigma^6} \sum_{i=1}^n (x_i - \mu)^2"


def verdicts(text: str) -> list[str]:
    return [line.verdict for line in gory.proofread(text).lines]


@pytest.mark.parametrize(
    "below",
    [
        r"\partial \sigma^2 \partial \sigma^2",
        r"\partial (\sigma^2)^2",
        r"(\partial \sigma^2)^2",
        r"\partial \sigma^4",
    ],
)
def test_a_second_derivative_by_the_variance(below: str) -> None:
    slope = rf"\frac{{\partial^2 \ell}}{{{below}}}"
    assert verdicts(GAUSSIAN % (slope, TWICE % "")) == ["proved"]
    assert verdicts(GAUSSIAN % (slope, TWICE % "2")) == ["refuted"]


def test_a_mixed_derivative_by_the_variance_is_of_order_two() -> None:
    slope = r"\frac{\partial^2 \ell}{\partial \mu \partial \sigma^2}"
    assert verdicts(GAUSSIAN % (slope, f"-{CROSS}")) == ["proved"]
    assert verdicts(GAUSSIAN % (slope, CROSS)) == ["refuted"]


def test_a_power_that_the_order_counts_is_no_square() -> None:
    slope = r"\frac{\partial^2 \ell}{\partial \sigma^2}"
    right = r"\frac{n}{\sigma^2} - \frac{3}{\sigma^4} \sum_{i=1}^n (x_i - \mu)^2"
    assert verdicts(GAUSSIAN % (slope, right)) == ["proved"]


LOGIT = r"""
The model is
$$P_{ij} = \frac{\exp(x_i'\beta_j)}{\sum_{k=0}^{J} \exp(x_i'\beta_k)}, \qquad \beta_0 = 0.$$
Let $d_{ij} = 1$ if alternative $j$ is chosen by individual $i$, and $0$ %s. The log likelihood is
$$\log L = \sum_i \sum_{j=0}^{J} d_{ij} \log P_{ij}.$$
$$\frac{\partial \log L}{\partial \beta_j} = \sum_i (d_{ij} - P_{ij}) x_i.$$
$$\frac{\partial^2 \log L}{\partial \beta_j \partial \beta_l'}
  = - \sum_i P_{ij} [1(j = l) - P_{i%s}] x_i x_i'.$$
"""


@pytest.mark.parametrize("otherwise", ["otherwise", "if not"])
def test_primes_transpose_below_a_line_and_at_its_end(otherwise: str) -> None:
    assert verdicts(LOGIT % (otherwise, "l")) == ["proved", "proved"]
    assert verdicts(LOGIT % (otherwise, "j")) == ["proved", "refuted"]


COUNTS = r"""
Let $p_k = e^{a_k} / \sum_j e^{a_j}$ and $y_{nk}$ given with $\sum_k y_{nk} = 1$.
$$\ell = \sum_{n=1}^N \sum_k y_{nk} \log p_k$$
$$\frac{\partial \ell}{\partial a_k} = \sum_{n=1}^N (y_{nk} - p_k) = N_k - %s,
  \quad N_k = \sum_{n=1}^N y_{nk}$$
"""


def test_the_number_of_all_beside_the_number_of_each_class() -> None:
    assert verdicts(COUNTS % "N p_k") == ["proved", "proved"]
    again = r"$$\frac{\partial \ell}{\partial a_k} = N_k - p_k$$"
    assert verdicts(COUNTS % "N p_k" + again) == ["proved", "proved", "refuted"]


def test_where_a_maximum_is_no_identity_is_meant() -> None:
    assert verdicts(COUNTS % "N p_k" + "so $p_k = N_k / N$.")[-1] == "unread"


POISSON = r"""
Counts $y_i$, log link: $\mu_i = \exp(x_i^\top \beta)$.
The density is $f(y_i) = \frac{\mu_i^{y_i} e^{-\mu_i}}{y_i!}$, so
$$\ell(\beta) = \sum_{i=1}^n \log f(y_i)$$
$$U(\beta) = \frac{\partial \ell}{\partial \beta} = \sum_{i=1}^n (%s) x_i$$
$$I(\beta) = -\frac{\partial^2 \ell}{\partial \beta \partial \beta^\top}
  = \sum_{i=1}^n \mu_i x_i x_i^\top$$
Newton is
$$\beta^{(t+1)} = \beta^{(t)} + I(\beta^{(t)})^{-1} U(\beta^{(t)})$$
"""


def test_an_update_says_nothing_of_instances() -> None:
    assert verdicts(POISSON % r"y_i - \mu_i")[:2] == ["proved", "proved"]
    assert verdicts(POISSON % r"\mu_i - y_i")[0] == "refuted"


def test_two_updates_of_one_iterate_are_two_methods() -> None:
    text = r"""
Let $J(w) = \frac{1}{2} \sum_i (w x_i - y_i)^2$. Gradient descent:
$$w^{(t+1)} = w^{(t)} - \eta \sum_i (w^{(t)} x_i - y_i) x_i$$
Newton:
$$w^{(t+1)} = w^{(t)} - \frac{\sum_i (w^{(t)} x_i - y_i) x_i}{\sum_i x_i^2}$$
"""
    assert "refuted" not in verdicts(text)


ROWS = r"""
Let $p_i = \mathrm{softmax}(B x_i)$ with $B \in \mathbb{R}^{K \times d}$ and rows $b_k^\top$, and
one-hot $y_i$. The loss is
$$L(B) = -\sum_{i=1}^n \sum_{k=1}^K y_{ik} \log p_{ik}.$$
$$\nabla_{b_k} L = \sum_{i=1}^n (%s) x_i$$
"""


def test_a_matrix_with_rows_that_have_a_name() -> None:
    assert verdicts(ROWS % "p_{ik} - y_{ik}") == ["proved"]
    assert verdicts(ROWS % "y_{ik} - p_{ik}") == ["refuted"]


LINEAR = r"""
Let $y = X\beta + %s$ with $%s \sim N(0, \sigma^2 I)$, where $X$ is $n \times k$. The log
likelihood is
$$\ell(\beta, \sigma^2) = -\frac n2 \log \sigma^2 - \frac{1}{2\sigma^2} (y - X\beta)'(y - X\beta).$$
$$\frac{\partial \ell}{\partial \beta} = %s\frac{1}{\sigma^2} X'(y - X\beta)$$
$$\frac{\partial^2 \ell}{\partial \beta \partial \beta'} = -\frac{1}{\sigma^2} X'X$$
"""


@pytest.mark.parametrize("noise", [r"\varepsilon", "u"])
def test_a_linear_model_of_whole_arrays_describes_data(noise: str) -> None:
    assert verdicts(LINEAR % (noise, noise, "")) == ["proved", "proved"]
    assert verdicts(LINEAR % (noise, noise, "-"))[0] == "refuted"
