"""Lines that hold by another reading for which the text gives a reason are not called wrong."""

from __future__ import annotations

import pytest

from gory import proofread
from gory.notation import read_paper
from gory.verify.manuscript.doubts._numbered import numbered_totals

SOFTMAX = r"Let $p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$."
PAIR = r"$$\frac{\partial p_a}{\partial z_b} = -p_a p_b$$"
CASES = {  # ways in which nobody said it before
    "sentence": r"Take $a$ and $b$ to be labels of which none is the other, not the same. ",
    "before": r"Off the main axis, where $a \ne b$ by assumption: ",
    "list": r"Consider classes $a$, $b$ that are unlike each other ($a \neq b$). ",
}
BELOW = {
    r"$f = a b$": (r"\frac{\partial f}{\partial a}", "b", r"For tied weights $b = 2 a$."),
    r"$f = \ln(e^u + e^v)$": (
        r"\frac{\partial f}{\partial u}",
        r"\frac{e^u}{e^u + e^v}",
        r"For a symmetric pair, $v = -u$, one has $f = \ln(2 \cosh u)$.",
    ),
    r"$y = w x$ and $E = \frac12 (y - t)^2$": (
        r"\frac{\partial E}{\partial x}",
        "(y - t) w",
        r"In an autoencoder the target is the input, $t = x$.",
    ),
}


def verdicts(text: str) -> list[str]:
    return [line.verdict for line in proofread(text).lines]


@pytest.mark.parametrize("words", CASES.values(), ids=list(CASES))
def test_a_line_that_holds_for_the_indices_that_words_speak_of_is_not_wrong(words: str) -> None:
    assert "refuted" not in verdicts(f"{SOFTMAX} {words}{PAIR}")


def test_a_word_that_nobody_listed_may_say_it_too() -> None:
    words = ("The cross sensitivities are", "Für zwei andere Klassen gilt", "A rival label gives")
    for said in words:
        assert "refuted" not in verdicts(f"{SOFTMAX} {said} {PAIR}")


def test_without_such_words_a_lost_delta_is_wrong() -> None:
    assert verdicts(f"{SOFTMAX} {PAIR}") == ["refuted"]


def test_a_condition_that_is_read_elsewhere_does_not_excuse_a_line_about_all_indices() -> None:
    text = rf"{SOFTMAX} For $a \ne b$ we have {PAIR} In general {PAIR}"
    assert verdicts(text)[-1] == "refuted"


STEPS = (
    "For $a \\ne b$ we get, by the quotient rule, {} Separating the two cases we get {}",
    "The rule gives {} for $a \\ne b$.\n\nThis is {}",
)


@pytest.mark.parametrize("steps", STEPS)
def test_the_case_that_was_spoken_of_last_may_still_be_meant(steps: str) -> None:
    inline = PAIR.replace("$$", "$")
    text = f"{SOFTMAX} {steps.format(*[inline] * steps.count('{}'))}"
    assert "refuted" not in verdicts(text)


@pytest.mark.parametrize("definition", BELOW)
def test_what_is_defined_below_a_line_is_given_in_it(definition: str) -> None:
    asked, right, below = BELOW[definition]
    found = proofread(f"Let {definition}. Then $${asked} = {right} .$$ {below}").lines[0]
    assert found.verdict == "proved"
    assert "stands below" in found.why


@pytest.mark.parametrize("definition", BELOW)
def test_a_line_that_holds_by_neither_does_not_pass(definition: str) -> None:
    asked, right, below = BELOW[definition]
    found = verdicts(f"Let {definition}. Then $${asked} = -{right} .$$ {below}")[0]
    assert found in ("refuted", "unread")


def test_constants_of_one_paragraph_are_computed_in_the_next() -> None:
    text = r"""Let $u_i = (x_i - \mu)/s$ with $s = \sqrt{v}$. They are stored. Then
    $$\frac{\partial u_i}{\partial x_j} = \frac{\delta_{ij}}{s}$$
    Now $\mu = \frac1m \sum_i x_i$ and $v = \frac1m \sum_i (x_i - \mu)^2$."""
    assert "refuted" not in verdicts(text)


def test_a_value_of_all_entries_holds_where_the_text_is() -> None:
    assert "refuted" not in verdicts(rf"{SOFTMAX} At the start of all that $p_k = \frac1K$.")


def test_lines_behind_one_with_a_loose_index_are_compared_with_it() -> None:
    score = r"\[ s_a(k) = \frac{\partial \ln p_k}{\partial z_a} = \delta_{ka} {} p_a \]"
    text = f"{SOFTMAX} {score}"
    assert "refuted" not in verdicts(text.replace("{}", "-"))
    assert verdicts(text.replace("{}", "+"))[-1] == "refuted"


VALUES = {  # lines that hold by what is said below them
    r"$f = c x^2$. Then $\frac{df}{dx} = 2 x$.": "In the next section $c = 1$.",
    r"$s_i = \frac{w_i e^{a_i}}{\sum_k w_k e^{a_k}}$ with positive weights $w_i$. Then "
    r"$\frac{\partial s_i}{\partial a_j} = s_i (\delta_{ij} - s_j) \sum_k w_k$.": (
        r"For equal weights $w_i = \frac1n$ these are the usual ones."
    ),
    r"$h(w) = w^\top A w$ with any square matrix $A$. Then $\nabla h(w) = 2 A w$.": (
        "If $A$ is symmetric there is more to say."
    ),
}
FREE = {  # words beside "cross-entropy" by which targets need not sum to one
    "unnormalised targets $y_k$", "multi-hot labels $y_k$", "weights $y_k$", "counts $y_k$"
}  # fmt: skip


@pytest.mark.parametrize("text", VALUES)
def test_a_value_below_a_line_does_not_prove_it(text: str) -> None:
    assert verdicts(f"Let {text} {VALUES[text]}")[0] in ("refuted", "unread")


def test_a_value_behind_where_does() -> None:
    assert verdicts(r"Let $f = c x^2$. Then $\frac{df}{dx} = 2 x$, where $c = 1$.") == ["proved"]


@pytest.mark.parametrize("words", sorted(FREE))
def test_targets_that_need_not_sum_to_one_are_not_granted_to_do_so(words: str) -> None:
    loss = rf"{SOFTMAX} The cross-entropy with {words} is $L = -\sum_k y_k \log p_k$."
    right = r"$$\frac{\partial L}{\partial z_k} = p_k - y_k$$"
    assert verdicts(loss + right) != ["proved"]


def test_probabilities_are_no_more_than_what_is_called_so() -> None:
    text = r"The probabilities are $p_j = \frac{w_j e^{V_j}}{\sum_i w_i e^{V_i}}$."
    wrong = r"$$\frac{\partial p_j}{\partial V_k} = p_j (\delta_{jk} - p_k) \sum_i w_i$$"
    assert verdicts(text + wrong) != ["proved"]


def test_a_letter_below_a_fraction_line_may_count() -> None:
    text = r"""Let $\mu = \frac1h \mathbf{1}^\top x$, $c = x - \mu \mathbf{1}$,
    $v = \frac1h c^\top c$ and $u = c / \sqrt{v}$.
    Then \[ \frac{\partial u}{\partial x} = \frac{1}{\sqrt v}
    \left( I - \frac1h \mathbf{1} \mathbf{1}^\top - \frac1h u u^\top \right) . \]"""
    assert verdicts(text) == ["proved"]


def test_nothing_is_wrong_against_a_name_that_nothing_defines() -> None:
    text = r"The shares are $\Pr(k) = \pi_k = \frac{e^{a_k}}{\sum_l e^{a_l}}$."
    assert "refuted" not in verdicts(text)


def test_one_entry_of_an_array_is_no_test_of_all() -> None:
    text = r"""With $d_0 = 0$ let $s_j = \frac{e^{d_j}}{1 + \sum_{k=1}^{J} e^{d_k}}$ and
    $s_0 = \frac{1}{1 + \sum_{k=1}^{J} e^{d_k}}$. Then $\ln s_j - \ln s_0 = -d_j$."""
    assert not {*verdicts(text)} & {"proved", "tested"}


def test_a_loss_that_is_said_below_does_not_make_two_derivatives_of_it_zero() -> None:
    text = r"""$y_i = g_i h_i + (1 - g_i) x_i$ with $h_i = \tanh(c_i)$. Then
$$\frac{\partial E}{\partial c_i} = \frac{\partial E}{\partial y_i}(1 - g_i)(1 - h_i^2)$$
In particular, for $E = \frac12\sum_i (y_i - t_i)^2$ it is simple."""
    assert not {"proved", "tested"} & {*verdicts(text)}
    assert verdicts(text.replace("(1 - g_i)(1", "g_i (1")) == ["proved"]


def test_the_words_of_an_indicator_are_no_case() -> None:
    words = "Here $I_{jk}$ is the identity, that is, one if $j = k$ and zero otherwise."
    text = rf"{SOFTMAX} {words} We have $\frac{{\partial p_j}}{{\partial z_k}} = p_j (1 - p_k)$."
    assert verdicts(text) != ["proved"]


def test_prior_weights_beside_probabilities_need_not_sum_to_one() -> None:
    words = r"Let $w_j$ be prior weights and $p_j = \frac{w_j e^{V_j}}{\sum_i w_i e^{V_i}}$ the"
    wrong = r"$$\frac{\partial p_j}{\partial V_k} = p_j (\delta_{jk} - p_k) \sum_i w_i$$"
    assert verdicts(f"{words} probabilities. {wrong}") != ["proved"]


def test_who_is_called_a_distribution_is_the_one_that_sums_to_one() -> None:
    text = r"""Let $p_k = e^{z_k}/\sum_j e^{z_j}$ be the predicted distribution, $c_k$ a cost, and
$L = \sum_k c_k p_k$. $$\frac{\partial L}{\partial z_k} = p_k (c_k - L \sum_j c_j)$$"""
    assert not {"proved", "tested"} & {*verdicts(text)}
    assert verdicts(text.replace(r" \sum_j c_j)", ")")) == ["proved"]


@pytest.mark.parametrize("words", ["sonst", "otherwise", "andernfalls"])
def test_the_other_case_is_said_in_a_word(words: str) -> None:
    text = rf"""$p_k = \frac{{e^{{z_k}}}}{{\sum_j e^{{z_j}}}}$. For $k = i$ we have
$\frac{{\partial p_k}}{{\partial z_i}} = p_i (1 - p_i)$, {words}
$\frac{{\partial p_k}}{{\partial z_i}} = -p_k p_i$."""
    assert verdicts(text) == ["proved", "proved"]
    assert verdicts(text.replace("-p_k", "p_k"))[1] != "proved"


def test_numbers_that_the_text_gives_make_a_number_of_a_formula() -> None:
    text = "w = 0.5, x = 2, b = 1\nz = w x + b = 2\ns = 1/(1 + e^(-z))\nds/dw = s (1 - s) x"
    found = verdicts(text)
    assert "refuted" not in found
    assert found[-1] == "proved"


TOTAL = "Recall that the targets sum to one."


@pytest.mark.parametrize("words", [TOTAL, r"The labels $y$ are one-hot.", "A rule for logarithms."])
def test_words_may_say_the_total_of_numbered_targets(words: str) -> None:
    paper = read_paper("f = q1 a + q2 b + c\n")
    names = frozenset(("q1", "q2", "a", "b", "c"))
    found = [fact.text for fact in numbered_totals(words, paper, names)]
    assert found == ([] if "rule" in words else ["q1 + q2 = 1"])


@pytest.mark.parametrize(("sign", "verdict"), [("+", "proved"), ("-", "refuted")])
def test_a_derivative_may_end_at_the_sign_of_a_product(sign: str, verdict: str) -> None:
    text = (
        r"Let $f = u(x) v(x)$ with $u(x) = e^{2 x}$ and $v(x) = \sin x$. Then $$\frac{df}{dx} = "
        rf"\frac{{d}}{{dx}} e^{{2 x}} \cdot \sin x {sign} e^{{2 x}} \cdot \frac{{d}}{{dx}} \sin x$$"
    )
    assert proofread(text).lines[-1].verdict == verdict


LABELS = "score(y) = sum_j w_j f_j(y)\nP(y) = exp(score(y)) / {}\n"


@pytest.mark.parametrize("total", ["sum_u exp(score(u))", "Z\nZ = sum_y exp(score(y))"])
def test_a_function_under_a_sum_over_its_argument_is_no_number(total: str) -> None:
    text = LABELS.format(total)
    for wrong in ("P(y) f_j(y)", "P(y) (f_j(y) - f_j(y))"):
        assert proofread(f"{text}dP(y)/dw_j = {wrong}").lines[-1].verdict == "unread"


def test_a_column_by_a_vector_bears_out_the_layout_of_a_gradient_by_a_matrix() -> None:
    model = (
        r"With $o = Wx + b$, $s_k = \frac{e^{o_k}}{\sum_j e^{o_j}}$, $\sum_k y_k = 1$ and "
        r"$L = -\sum_k y_k \log s_k$ we get $\frac{\partial L}{\partial b} = s - y$ and "
        r"$\frac{\partial L}{\partial W} = %s$."
    )
    right = proofread(model % r"(s - y) x^\top").lines
    wrong = proofread(model % r"x (s - y)^\top").lines
    assert [line.verdict for line in right] == ["proved", "proved"]
    assert [line.verdict for line in wrong] == ["proved", "unread"]


def test_the_transpose_of_a_short_gradient_is_that_of_the_gradient() -> None:
    model = (
        r"$Q, K \in \mathbb{R}^{n \times d}$, $S = \frac{Q K^\top}{\sqrt{d}}$, "
        r"$P = \mathrm{softmax}(S)$, $O = P V$. Given $dO = \frac{\partial L}{\partial O}$: "
        r"$$dQ = \frac{1}{\sqrt{d}} dS K$$ $$dK = \frac{1}{\sqrt{d}} %s Q$$"
    )
    assert proofread(model % r"dS^\top").lines[-1].verdict == "proved"
    assert proofread(model % "dS").lines[-1].verdict == "refuted"


def test_what_rests_on_an_unread_equation_is_not_proved() -> None:
    model = r"Let $P = e^{s}/Z$ with $s = w x$ and $Z = \int e^{w x} dx$. "
    by = {
        name: proofread(f"{model}Then {claim}").lines[-1].verdict
        for name, claim in {
            "w": r"$\frac{dP}{dw} = P x$",
            "Z": r"$\frac{dP}{dZ} = -\frac{P}{Z}$",
        }.items()
    }
    assert by == {"w": "unread", "Z": "proved"}


def test_a_step_that_is_not_read_says_nothing_of_the_name_before_it():
    text = (
        r"Let $\ell = \sum_i (y_i \theta x_i - e^{\theta x_i})$. "
        r"$$\frac{d \ell}{d \theta} = \sum_i (y_i - e^{\theta x_i}) §$$ "
        r"We update $\theta := \theta - H^{-1} \nabla_\theta \ell$."
    )
    for right, verdict in (("x_i", "proved"), (r"\theta", "refuted")):
        assert proofread(text.replace("§", right)).lines[0].verdict == verdict
