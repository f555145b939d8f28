"""What is said of a wrong line: the point, the size, the repair, in the terms of its author."""

from __future__ import annotations

from typing import Any

import pytest

from gory import proofread

SOFTMAX = r"Let $p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$. "
LOSS = SOFTMAX + r"Let $L = -\sum_k y_k \log p_k$ with $\sum_k y_k = 1$. "


def wrong(text: str) -> Any:
    """The last line, which is refuted."""
    line = proofread(text).lines[-1]
    assert line.verdict == "refuted", line.why
    return line


def test_targets_are_zeros_and_a_one() -> None:
    line = wrong(LOSS + r"Then $\frac{\partial L}{\partial z_i} = y_i - p_i$.")
    assert sorted(line.counterexample["values"]["y"]) == [0, 1]


def test_a_letter_that_counts_has_the_number_of_terms() -> None:
    text = r"Let $J = \frac{1}{N} \sum_n (w x_n - t_n)^2$. "
    line = wrong(text + r"Then $\frac{\partial J}{\partial w} = \frac{1}{N} \sum_n (w x_n - t_n)$.")
    values = line.counterexample["values"]
    assert values["N"] == len(values["x"]) == len(values["t"])


def test_the_point_is_told_in_the_names_of_the_line() -> None:
    text = r"Let $a = \sigma(w x + b)$. Then $(1 - a) a^2 = a - a^3$."
    assert set(wrong(text).counterexample["values"]) == {"a"}


def test_the_sides_are_of_moderate_size() -> None:
    line = wrong(LOSS + r"Then $\frac{\partial L}{\partial z_i} = p_i + y_i$.")
    point = line.counterexample
    assert abs(point["left"] - point["right"]) > 0.01 * abs(point["right"])


SIZES = [
    (r"$f = x^2 y$. $\frac{\partial f}{\partial x} = 2 x$", "misses the factor y"),
    (r"$f = T^2 x^2$. $\frac{\partial f}{\partial x} = 2 x$", "misses the factor T^2"),
    (SOFTMAX + r"$\sum_j \frac{\partial p_i}{\partial z_j} = p_i$", "misses the term -p[i]"),
]


@pytest.mark.parametrize(("text", "says"), SIZES)
def test_the_size_is_said_in_closed_form(text: str, says: str) -> None:
    assert says in wrong(text).why


MEAN = r"Let $J = \frac{1}{m} \sum_i (h_i - y_i)^2$. "

AS_WRITTEN = {  # the author's own line with the change, and not what the engine would write
    "a divisor": (
        MEAN + r"$\frac{\partial J}{\partial h_i} = 2 (h_i - y_i)$",
        "d(J, h[i]) = 2 (h[i] - y[i]) / m",
    ),
    "two factors too many": (
        r"Let $y = \frac{1}{1 + e^{-z}}$ and $L = -t \log y - (1 - t) \log (1 - y)$. "
        r"$\frac{\partial L}{\partial z} = (y - t) y (1 - y)$",
        "d(L, z) = y - t",
    ),
    "a factor for its inverse": (
        r"Let $p_i = \frac{e^{z_i / T}}{\sum_k e^{z_k / T}}$. "
        r"$\frac{\partial p_i}{\partial z_j} = T p_i (\delta_{ij} - p_j)$",
        "d(p[i], z[j]) = (1 / T) p[i] (delta[i,j] - p[j])",
    ),
    "the square of a function": (
        r"Let $E = (\tanh u - c)^2$. $\frac{dE}{du} = 2 (\tanh u - c) (1 - \tanh u)$",
        "d(E, u) = 2 (tanh u - c) (1 - (tanh u)^2)",
    ),
    "the square of a sum": (
        SOFTMAX + r"Let $V = \sum_i p_i (v_i - \sum_k p_k v_k)^2$. "
        r"Then $V = \sum_i p_i v_i^2 - \sum_i p_i v_i$",
        "V = sum_i p[i] v[i]^2 - (sum_i p[i] v[i])^2",
    ),
    "the square of a denominator": (
        r"Let $g = \log(1 + e^x)$. $\frac{d^2 g}{dx^2} = \frac{e^x}{1 + e^x}$",
        "d(g, x, x) = exp(x) / (1 + exp(x))^2",
    ),
    "a square that stands inside": (
        r"Let $h = \tanh u$. $\frac{dh}{du} = (1 - h)^2$",
        "d(h, u) = 1 - h^2",
    ),
    "the sign of an argument": (
        r"Let $f = \log(1 + e^{-x})$. $\frac{df}{dx} = -\frac{1}{1 + e^{-x}}$",
        "d(f, x) = -1 / (1 + exp(x))",
    ),
    "a sum": (
        r"Let $z_k = \sum_j W_{kj} x_j$ and $f = \sum_k c_k z_k$. "
        r"$\frac{\partial f}{\partial x_j} = c_k W_{kj}$",
        "d(f, x[j]) = sum_k c[k] W[k,j]",
    ),
    "a delta on one entry": (
        r"Let $u_i = e^{a_i}$. $\frac{\partial u_i}{\partial a_j} = e^{a_j}$",
        "d(u[i], a[j]) = delta[i,j] exp(a[j])",
    ),
    "two indices of one entry": (
        r"Let $s_{ij} = a_i a_j$ and $f_i = \log s_{ii}$. Then $e^{f_i} = s_{kk}$",
        "exp(f[i]) = s[i,i]",
    ),
    "the sign in front": (
        r"Let $h = \sigma(w x)$ and $L = -\log h$. $\frac{dL}{dw} = -(1 - h) x = (1 - h) x$",
        "the sign: d(L, w) = -(1 - h) x",
    ),
    "a number in a fraction": (
        r"Let $R = \frac{\lambda}{2} \sum_j w_j^2$. "
        r"$\frac{\partial R}{\partial w_j} = \frac{\lambda}{2} w_j$",
        "d(R, w[j]) = lambda w[j]",
    ),
}


@pytest.mark.parametrize(("text", "right"), AS_WRITTEN.values(), ids=AS_WRITTEN.keys())
def test_the_right_line_is_the_wrong_one_with_the_smallest_change(text: str, right: str) -> None:
    assert wrong(text + ".").repair.endswith(right)


def test_no_repair_is_a_monster() -> None:
    text = r"Let $f = \log(1 + e^{x y}) + x^2 e^{-y} + \tanh(x y)$. "
    line = wrong(text + r"Then $\frac{\partial f}{\partial x} = x y$.")
    assert len(line.repair) < 160
    assert "e" in line.why


def test_what_is_taken_back_leaves_nothing_behind() -> None:
    text = r"Let $f = x^2$. If the step is small, $$\frac{df}{dx} = 3 x$$"
    (line,) = proofread(text).lines
    assert line.verdict == "unread"
    assert (line.repair, line.repair_latex, line.why_latex) == ("", "", "")


SHORT = {  # wrong lines, and what an author would change in them
    r"$p = \sigma(z)$. Then $\frac{dp}{dz} = -p (1 - p)$": "the sign: d(p, z) = p (1 - p)",
    r"$P_i = \frac{e^{V_i}}{\sum_j e^{V_j}}$. Then $\frac{\partial P_i}{\partial V_i} = "
    r"\frac{e^{V_i}}{\sum_j e^{V_j}} - \frac{e^{V_i}}{(\sum_j e^{V_j})^2}$": (
        "the factor exp(V[i]) is missing"
    ),
    r"$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$. Then $\frac{\partial p_k}{\partial z_i} = "
    r"p_k \delta_{ik} - p_k p_i p_k$": "the factor p[k] is too much",
    r"$h_j = \tanh(a_j)$, $a_j = \sum_d w_{jd} x_d$. $$\frac{\partial L}{\partial a_j} = "
    r"\frac{\partial L}{\partial h_j} (1 - h_j^2)$$ $$\frac{\partial L}{\partial w_{jd}} = "
    r"\frac{\partial L}{\partial h_j} (1 - h_j) x_d$$": (
        "h[j]^2 in the place of h[j]: d(L, w[j,d]) = d(L, h[j]) (1 - h[j]^2) x[d]"
    ),
}


@pytest.mark.parametrize("text", SHORT)
def test_a_repair_is_what_its_author_would_write(text: str) -> None:
    found = proofread(f"Let {text}").lines[-1]
    assert found.verdict == "refuted"
    assert found.repair.startswith(SHORT[text])


REPAIRS = [
    (r"$C = x_j (a - y)$. $C = w_j (a - y)$", "x[j] in the place of w[j]"),
    (r"$f = \sum_i a_i x_i^2$. $\frac{\partial f}{\partial x_j} = a_j x_j$", "the factor 2"),
    (r"$f = \frac{a - y}{a}$. $f = \frac{y - a}{a}$", "the sign of (y - a): f = (a - y) / a"),
]


@pytest.mark.parametrize(("text", "says"), REPAIRS)
def test_the_repair_is_the_change_that_people_would_make(text: str, says: str) -> None:
    found = proofread(f"Let {text}").lines[-1]
    assert found.verdict in ("refuted", "unread")
    if found.verdict == "refuted":
        assert says in found.repair


def test_no_sum_runs_over_a_name_of_the_text() -> None:
    text = r"Let $t$ be a number and $f = t \sum_k x_k^2$. "
    line = wrong(text + r"Then $\frac{\partial f}{\partial t} = \sum_k x_k$.")
    assert "t[t]" not in line.why + line.repair


def test_the_repair_is_in_latex_too() -> None:
    text = r"Let $\hat y_k^{(i)} = \frac{e^{z_k^{(i)}}}{\sum_l e^{z_l^{(i)}}}$. "
    claim = r"\frac{\partial \hat y_k^{(i)}}{\partial z_l^{(i)}}"
    line = wrong(f"{text}$${claim} = \\hat y_k^{{(i)}} (\\delta_{{kl}} + \\hat y_l^{{(i)}})$$")
    assert r"\hat y_k^{(i)}" in line.repair_latex
    assert "yhat" not in line.repair_latex


EXCLUDING = [
    (
        SOFTMAX + r"$$\frac{\partial p_i}{\partial z_j} = p_i (1 - p_i) \quad (i = j)$$"
        "\n\n" + r"$$\frac{\partial p_i}{\partial z_j} = p_i p_j \quad (i \neq j)$$"
    ),
    (
        SOFTMAX + r"\begin{align} \frac{\partial p_i}{\partial z_j} &= p_i (1 - p_i) &&"
        r"\text{if } i = j \\ &= p_i p_j && \text{if } i \neq j \end{align}"
    ),
]


@pytest.mark.parametrize("text", EXCLUDING)
def test_cases_that_exclude_each_other_prove_nothing(text: str) -> None:
    assert [line.verdict for line in proofread(text).lines][-1] == "refuted"
    right = text.replace("= p_i p_j", "= -p_i p_j")
    assert {line.verdict for line in proofread(right).lines} <= {"proved", "tested"}


SHIFT = (
    r"$p_i = \frac{C e^{z_i}}{\sum_k C e^{z_k}} "
    r"= \frac{e^{z_i + \log C}}{\sum_k e^{z_k + \log C}}$."
)


def test_a_number_under_a_logarithm_is_taken_to_be_positive_unless_it_is_arbitrary() -> None:
    usual, arbitrary, declared = (
        proofread(f"{SOFTMAX}For {words}, {SHIFT}").lines[-1]
        for words in ("any constant $C$", "an arbitrary constant $C$", "arbitrary $C > 0$")
    )
    assert usual.verdict in ("proved", "tested")
    assert "C > 0" in usual.why
    assert arbitrary.verdict == "refuted"
    assert arbitrary.repair == "holds if C > 0"
    assert declared.verdict in ("proved", "tested")


MATRIX = r"""$$J = \begin{bmatrix}
\frac{\partial f_1}{\partial x_1} & \cdots & \frac{\partial f_1}{\partial x_n} \\
\vdots & \ddots & \vdots \\
\frac{\partial f_m}{\partial x_1} & \cdots & \frac{\partial f_m}{\partial x_n}
\end{bmatrix}$$"""


def test_a_matrix_with_dots_has_a_pattern() -> None:
    assert proofread(MATRIX).verdict != "refuted"
    found = [
        line
        for line in proofread(MATRIX.replace(r"f_m}{\partial x_n}", r"f_n}{\partial x_n}")).lines
        if line.verdict == "refuted"
    ]
    assert [line.row for line in found] == [4]
    assert r"\frac{\partial f_m}{\partial x_n}" in found[0].repair


def test_entries_with_a_number_are_defined_apart() -> None:
    apart = proofread(r"Let $h_1 = e^x$ and $h_2 = e^{2x}$. Then $h_2 = h_1^2$.")
    assert [line.why for line in apart.definitions] == ["", ""]


def test_a_number_that_all_terms_have_stands_in_front() -> None:
    text = r"Let $F = (1 - p)^3 q$. Then $\frac{\partial F}{\partial p} = (1 - p)^2 (2 p - 2) q$."
    assert "2 - 2 p" not in wrong(text).why
    assert "2 p - 2" not in wrong(text).why


def test_a_size_without_a_letter_is_not_named() -> None:
    text = SOFTMAX + r"Then $\sum_j \frac{\partial z_j}{\partial z_i} = \sum_j e^{z_i}$."
    line = wrong(text)
    assert "K" not in line.why + line.repair
    assert "N" not in line.why + line.repair


def test_what_the_text_says_of_a_total_is_not_contradicted() -> None:
    text = SOFTMAX + r"Let $L = -\sum_k c_k \log p_k$ with $\sum_k c_k = n$. "
    line = wrong(text + r"Then $\frac{\partial L}{\partial z_i} = p_i - c_i$.")
    assert "= 1" not in line.repair


def test_definitions_are_named() -> None:
    found = proofread(LOSS)
    assert [line.defines for line in found.definitions] == ["p", "L"]
    assert found.lines == ()


ONE_STROKE = {  # a slip, and how it is told with the line that its author meant
    "a sum that ends too early": (
        r"Let $J = \frac{1}{2m} \sum_{i=1}^m (h_i - y_i)^2$ with $h_i = \sum_j w_j x_{ij}$. "
        r"Then $\frac{\partial J}{\partial w_j} = \frac{1}{m} (h_i - y_i) \sum_{i=1}^m x_{ij}$",
        "the sum over i ends too early",
        r"\frac{1}{m} \sum_{i=1}^m (h_i - y_i) x_{ij}$",
    ),
    "a fraction upside down": (
        r"Let $f = \log u + v$. Then $\frac{\partial f}{\partial u} = \frac{u}{1}$",
        "the fraction is upside down",
        r"\frac{1}{u}$",
    ),
    "a lost exponential": (
        r"Let $f = \log \sum_k e^{z_k}$. Then $f = \log \sum_k z_k$",
        "stands in the place of exp(z[k])",
        r"\log \sum_k e^{z_k}$",
    ),
    "all of it": (
        SOFTMAX + r"Then $\sum_i \frac{\partial p_i}{\partial z_j} = p_j$",
        "misses the term -p[j]",
        "= 0$",
    ),
    "one index of one entry": (
        SOFTMAX + r"Then $\frac{\partial \log p_i}{\partial z_j} = \delta_{ij} - p_i$",
        "holds only for i = j",
        r"\delta_{ij} - p_j$",
    ),
}


@pytest.mark.parametrize(("text", "why", "shown"), ONE_STROKE.values(), ids=list(ONE_STROKE))
def test_a_slip_of_one_stroke_is_told_as_one(text: str, why: str, shown: str) -> None:
    line = wrong(text)
    assert why in line.why
    assert line.repair_latex.endswith(shown)


def test_the_left_side_of_a_repair_is_the_authors() -> None:
    text = (
        SOFTMAX + r"Let $\mathcal{L} = -\log p_t$. $\frac{\partial \mathcal{L}}{\partial z_i} = %s$"
    )
    line = wrong(text % r"\delta_{ti} - p_i")
    assert line.repair_latex.endswith(
        r"$\frac{\partial \mathcal{L}}{\partial z_i} = p_i - \delta_{ti}$"
    )


def test_a_case_that_is_said_beside_a_line_is_kept_in_its_explanation() -> None:
    text = (
        r"Let $J = \frac{1}{2m} \sum_{i=1}^m (h_i - y_i)^2 "
        r"+ \frac{\lambda}{2m} \sum_{j=1}^n w_j^2$ with $h_i = \sum_{j=0}^n w_j x_{ij}$. "
        r"For $j \neq 0$: "
        r"$$\frac{\partial J}{\partial w_j} = \frac{1}{2m} \sum_{i=1}^m (h_i - y_i) x_{ij} "
        r"+ \frac{\lambda}{m} w_j$$"
    )
    line = wrong(text)
    assert line.why != "the sides differ"
    assert "delta" not in line.repair_latex
