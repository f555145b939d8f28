"""Misprints from the literature: the printed line is refuted, with the reason; the right one passes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from gory import proofread

SOFTMAX = r"Let $S_i = \frac{e^{a_i}}{\sum_{k=1}^{N} e^{a_k}}$. "
OUTPUTS = r"Let $\hat y_k = \frac{e^{z_k}}{\sum_c e^{z_c}}$ and $E = -\sum_k y_k \log \hat y_k$ with $\sum_k y_k = 1$. "
HIDDEN = (
    r"Let $u_j = \sum_d V_{jd} x_d$, $h_j = \frac{1}{1 + e^{-u_j}}$, $z_k = \sum_j W_{kj} h_j$, "
    r"$\hat y_k = \frac{e^{z_k}}{\sum_c e^{z_c}}$ and $E = -\sum_k y_k \log \hat y_k$ with $\sum_k y_k = 1$. "
)
LAYER = (
    r"Let $h_k(x^{(i)}) = \frac{\exp(\sum_{j=0}^n \theta_{kj} x_j^{(i)})}{\sum_c \exp(\sum_{j=0}^n \theta_{cj} x_j^{(i)})}$ and "
    r"$J(\theta) = -\sum_{i=1}^m \sum_k y_k^{(i)} \log h_k(x^{(i)})$. "
)
SUM = r"The targets satisfy $\sum_k y_k^{(i)} = 1$. "


@dataclass(frozen=True)
class Misprint:
    """A printed line, the right one, and what has to be said about the printed one."""

    name: str
    setting: str
    printed: str
    right: str
    says: str
    right_setting: str = ""

    def __str__(self) -> str:
        return self.name


MISPRINTS = (
    Misprint(
        "the bias input is zero",
        LAYER + SUM + "The bias input is $x_0^{(i)} = 0$. ",
        r"\frac{\partial J}{\partial \theta_{q0}} = \sum_{i=1}^m (h_q(x^{(i)}) - y_q^{(i)})",
        r"\frac{\partial J}{\partial \theta_{q0}} = \sum_{i=1}^m (h_q(x^{(i)}) - y_q^{(i)})",
        "holds if x[i,0] = 1",
        LAYER + SUM + "The bias input is $x_0^{(i)} = 1$. ",
    ),
    Misprint(
        "a product of sums",
        r"Let $h_1^{(i)} = \frac{e^{a^{(i)}}}{e^{a^{(i)}} + e^{b^{(i)}}}$. ",
        r"\sum_i \frac{y_1^{(i)}}{h_1^{(i)}} h_1^{(i)} (1 - h_1^{(i)})"
        r" = \left( \sum_i \frac{y_1^{(i)}}{h_1^{(i)}} \right) \left( \sum_i h_1^{(i)} (1 - h_1^{(i)}) \right)",
        r"\sum_i \frac{y_1^{(i)}}{h_1^{(i)}} h_1^{(i)} (1 - h_1^{(i)}) = \sum_i y_1^{(i)} (1 - h_1^{(i)})",
        "",
    ),
    Misprint(
        "targets that need not sum to one",
        LAYER,
        r"\frac{\partial J}{\partial \theta_{pq}} = \sum_{i=1}^m (h_p(x^{(i)}) - y_p^{(i)}) x_q^{(i)}",
        r"\frac{\partial J}{\partial \theta_{pq}} = \sum_{i=1}^m (h_p(x^{(i)}) - y_p^{(i)}) x_q^{(i)}",
        "holds if sum_k y[i,k] = 1",
        LAYER + SUM,
    ),
    Misprint(
        "a sum for a mean",
        LAYER + SUM,
        r"\frac{\partial J}{\partial \theta_{pq}} = \frac{1}{m} \sum_{i=1}^m (h_p(x^{(i)}) - y_p^{(i)}) x_q^{(i)}",
        r"\frac{\partial J}{\partial \theta_{pq}} = \sum_{i=1}^m (h_p(x^{(i)}) - y_p^{(i)}) x_q^{(i)}",
        "the factor m",
    ),
    Misprint(
        "a rounded value",
        "",
        r"\frac{e^5}{e^1 + e^2 + e^5} \approx 0.93",
        r"\frac{e^5}{e^1 + e^2 + e^5} \approx 0.94",
        "0.93624",
    ),
    Misprint(
        "the index of a sum",
        SOFTMAX,
        r"S_k = \frac{e^{a_k}}{\sum_{n=1}^{N} e^{a_k}}",
        r"S_k = \frac{e^{a_k}}{\sum_{n=1}^{N} e^{a_n}}",
        "",
    ),
    Misprint(
        "the numerator",
        SOFTMAX,
        r"\frac{\partial S_i}{\partial a_j} = \frac{\delta_{ij} e^{a_j} \sum_k e^{a_k} - e^{a_j} e^{a_j}}{(\sum_k e^{a_k})^2}",
        r"\frac{\partial S_i}{\partial a_j} = \frac{\delta_{ij} e^{a_j} \sum_k e^{a_k} - e^{a_i} e^{a_j}}{(\sum_k e^{a_k})^2}",
        "holds only for i = j",
    ),
    Misprint(
        "the square off the diagonal",
        SOFTMAX,
        r"\frac{\partial S_i}{\partial a_k} = \left( \frac{e^{a_i} e^{a_k}}{\sum_c e^{a_c}} \right)^2 \quad \text{if } i \neq k",
        r"\frac{\partial S_i}{\partial a_k} = -\frac{e^{a_i} e^{a_k}}{(\sum_c e^{a_c})^2} \quad \text{if } i \neq k",
        "",
    ),
    Misprint(
        "a minus before the sum",
        OUTPUTS,
        r"\frac{\partial E}{\partial z_i} = -y_i (1 - \hat y_i) - \sum_{k \neq i} y_k \hat y_i",
        r"\frac{\partial E}{\partial z_i} = -y_i (1 - \hat y_i) + \sum_{k \neq i} y_k \hat y_i",
        "",
    ),
    Misprint(
        "the terms of the diagonal only",
        OUTPUTS,
        r"\frac{\partial E}{\partial z_i} = \frac{\partial E}{\partial \hat y_i} \frac{\partial \hat y_i}{\partial z_i}",
        r"\frac{\partial E}{\partial z_i} = \sum_k \frac{\partial E}{\partial \hat y_k} \frac{\partial \hat y_k}{\partial z_i}",
        "",
    ),
    Misprint(
        "targets and outputs exchanged",
        OUTPUTS,
        r"\frac{\partial E}{\partial z_i} = -\hat y_i (1 - y_i) + \sum_{k \neq i} \hat y_k y_i",
        r"\frac{\partial E}{\partial z_i} = -y_i (1 - \hat y_i) + \sum_{k \neq i} y_k \hat y_i",
        "differs by the factor -1",
    ),
    Misprint(
        "a sum over outputs that captures an index",
        HIDDEN,
        r"\frac{\partial E}{\partial W_{ij}} = \sum_i (\hat y_i - y_i) h_j",
        r"\frac{\partial E}{\partial W_{ij}} = (\hat y_i - y_i) h_j",
        "",
    ),
    Misprint(
        "the sum of the hidden layer",
        HIDDEN,
        r"\frac{\partial E}{\partial h_j} = (\hat y_i - y_i) W_{ij}",
        r"\frac{\partial E}{\partial h_j} = \sum_i (\hat y_i - y_i) W_{ij}",
        "the sum over i is missing",
    ),
    Misprint(
        "the hidden index for the input",
        HIDDEN,
        r"\frac{\partial E}{\partial V_{jd}} = \sum_k (\hat y_k - y_k) W_{kj} x_j",
        r"\frac{\partial E}{\partial V_{jd}} = h_j (1 - h_j) \sum_k (\hat y_k - y_k) W_{kj} x_d",
        "",
    ),
    Misprint(
        "the sum over the outputs",
        HIDDEN,
        r"\frac{\partial E}{\partial V_{jd}} = (\hat y_k - y_k) W_{kj} h_j (1 - h_j) x_d",
        r"\frac{\partial E}{\partial V_{jd}} = \sum_k (\hat y_k - y_k) W_{kj} h_j (1 - h_j) x_d",
        "the sum over k is missing",
    ),
    Misprint(
        "the derivative of a denominator",
        "",
        r"\frac{\partial}{\partial s_i} \sum_k e^{s_k} = e^{s_j}",
        r"\frac{\partial}{\partial s_i} \sum_k e^{s_k} = e^{s_i}",
        "holds only for i = j",
    ),
    Misprint(
        "the sign of the residual",
        OUTPUTS,
        r"\frac{\partial E}{\partial z_k} = y_k - \hat y_k",
        r"\frac{\partial E}{\partial z_k} = \hat y_k - y_k",
        "differs by the factor -1",
    ),
)


@pytest.mark.parametrize("misprint", MISPRINTS, ids=str)
def test_the_printed_line_is_refuted_and_explained(misprint: Misprint) -> None:
    found = proofread(f"{misprint.setting}\n$${misprint.printed}$$")
    line = found.lines[-1]
    assert line.verdict == "refuted", line.why
    assert misprint.says in f"{line.why} {line.repair}"
    assert line.why or line.repair
    assert line.counterexample is not None
    assert line.counterexample["left"] != line.counterexample["right"]


@pytest.mark.parametrize("misprint", MISPRINTS, ids=str)
def test_the_right_line_passes(misprint: Misprint) -> None:
    setting = misprint.right_setting or misprint.setting
    found = proofread(f"{setting}\n$${misprint.right}$$")
    assert [line.verdict for line in found.lines if line.verdict not in ("proved", "tested")] == []
    assert found.lines
