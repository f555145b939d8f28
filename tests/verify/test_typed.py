"""Mathematics typed without LaTeX, in the dresses of mails, comments and notes: the right line
holds, and the one with a slip in it is refuted.
"""

from __future__ import annotations

import pytest

import gory
from gory.notation.manuscript.typed._typed import Spelt, typed_tokens

SOFTMAX = "p_i = exp(z_i)/sum_j exp(z_j)"

TYPED = {  # a text, its right end and one with a slip
    "subscripts": (f"{SOFTMAX}\ndp_i/dz_j = ", "p_i (delta_ij - p_j)", "p_i (delta_ij + p_j)"),
    "Unicode": (
        "pᵢ = exp(zᵢ)/Σⱼ exp(zⱼ)\n∂pᵢ/∂zₖ = ", "pᵢ (δᵢₖ − pₖ)", "pᵢ (δᵢₖ + pₖ)",
    ),
    "a word for what a name is": (
        "(a) softmax p_i = exp(z_i)/sum_j exp(z_j)\n\ndp_i/dz_j = ",
        "p_i (delta_ij - p_j)", "p_i (delta_ij + p_j)",
    ),
    "a value beside a fraction": (
        "Let h = 1 / (1 + e^(-z)) where z = sum_j theta_j x_j and x_0 = 1.\n\ndh/dtheta_0 = ",
        "h (1 - h)", "h (1 + h)",
    ),
    "second derivatives without a sign of powers": (
        "L = log(1 + exp(z))\np = exp(z) / (1 + exp(z))\n\nd2L/dz2 = ", "p (1 - p)", "p (1 + p)",
    ),
    "second derivatives by two": (
        "L = log(sum_k exp(z_k))\np_k = exp(z_k)/sum_j exp(z_j)\n\nd2L / dz_k dz_l = ",
        "p_k (delta_kl - p_l)", "p_k (delta_kl + p_l)",
    ),
    "small letters above": ("f(x) = x²·eˣ\nf′(x) = ", "(2x + x²)·eˣ", "(2x − x²)·eˣ"),
    "vectors": (
        "L = ||y - Xw||^2\ndL/dw = ", "-2 X^T (y - Xw)", "2 X^T (y - Xw)",
    ),
    "primes": (
        "s(x) = 1 / (1 + exp(-x))\ns'(x) = ", "s(x) * (1 - s(x))", "s(x) * (1 + s(x))",
    ),
    "square brackets": (
        "L(w) = -sum_n [ y_n log p_n + (1-y_n) log(1-p_n) ]\np_n = 1/(1+exp(-w x_n))\nL'(w) = ",
        "sum_n (p_n - y_n) x_n", "sum_n (y_n - p_n) x_n",
    ),
    "second order": (
        "mu_n = exp(w x_n)\nL = sum_n (mu_n - y_n log mu_n)\nL'(w) = sum_n (mu_n - y_n) x_n\n"
        "d2L/dw2 = ",
        "sum_n mu_n x_n^2", "sum_n mu_n x_n",
    ),
    "a comment": (
        "# the sigmoid\n#   s(x) = 1 / (1 + exp(-x))\n#   s'(x) = ", "s(x)*(1 - s(x))",
        "s(x)*(1 - 2*s(x))",
    ),
    "a label": (
        "Loss of a pair (i wins): l = -log sigma(s_i - s_j)\nwith sigma(t) = 1/(1+exp(-t)).\n\n"
        "for i != j: dl/ds_j = ",
        "sigma(s_j - s_i)", "-sigma(s_j - s_i)",
    ),
    "a fact in brackets": (
        f"{SOFTMAX} and L = -sum_i y_i log p_i (sum_i y_i = 1)\n\ndL/dz_i = ", "p_i - y_i",
        "y_i - p_i",
    ),
    "words behind a comma": (
        f"{SOFTMAX}\nL = -sum_i y_i log p_i, given sum_i y_i = 1\ndL/dz_i = ", "p_i - y_i",
        "p_i + y_i",
    ),
    "a second column": (
        "g_e = exp(r_e) / sum_f exp(r_f)          gate of expert e\ndg_e/dr_e = ", "g_e (1 - g_e)",
        "g_e (1 + g_e)",
    ),
    "who speaks": (
        "s = 1/(1 + exp(-x))\nfor f = log s I get\ndf/dx = ", "1 - s", "1 + s",
    ),
    "an article": (
        "s = sum_k exp(z_k)\nif f = log s a short computation gives df/dz_j = ", "exp(z_j)/s",
        "exp(z_j) s",
    ),
    "half over m": (
        "J = 1/2m sum_i (p_i - y_i)^2   where p_i = w x_i\ndJ/dw = ", "1/m sum_i (p_i - y_i) x_i",
        "1/m sum_i (p_i - y_i) w",
    ),
    "bullets": ("- p = sigmoid(z)\n- dp/dz = ", "p (1 - p)", "p (p - 1)"),
    "semicolons": ("p = sigmoid(z); q = 1 - p\ndq/dz = ", "-p q", "p q"),
    "two statements of a row, in a text that is read twice": (
        "p = sigmoid(z)\nq = 1 - p\nI. w = ± 3\ndp/dz = p q, dq/dz = ", "-p q", "p q",
    ),
    "arrows": ("p = sigmoid(z)\n=> dp/dz = ", "p (1 - p)", "p (1 + p)"),
    "a condition before": (f"{SOFTMAX}\ni != j: dp_i/dz_j = ", "-p_i p_j", "p_i p_j"),
    "a condition behind": (
        f"{SOFTMAX}\ndp_i/dz_j = ", "-p_i p_j   (i != j)", "p_i p_j   (i != j)",
    ),
}  # fmt: skip


def last_verdict(text: str) -> str:
    return gory.proofread(text).lines[-1].verdict


@pytest.mark.parametrize(("text", "right", "_"), TYPED.values(), ids=TYPED)
def test_what_is_right_holds(text: str, right: str, _: str) -> None:
    assert last_verdict(text + right) in ("proved", "tested")


@pytest.mark.parametrize(("text", "_", "wrong"), TYPED.values(), ids=TYPED)
def test_a_slip_is_refuted(text: str, _: str, wrong: str) -> None:
    assert last_verdict(text + wrong) == "refuted"


def test_a_condition_that_is_not_stated_is_missed() -> None:
    assert last_verdict(f"{SOFTMAX}\ndp_i/dz_j = -p_i p_j") == "refuted"


@pytest.mark.parametrize("piece", ["^(", "d/", "dL/dz ", "αβ", "a_", "a[b]", "(i != j) ", "a: b "])
def test_every_token_of_hostile_typing_has_its_place(piece: str) -> None:
    text = piece * (10_000 // len(piece))
    places = [token.at for token in typed_tokens(text, 0, Spelt.of(text))]
    assert 0 <= min(places) <= max(places) < len(text)


SIDE_BY_SIDE = {
    "fractions side by side": (
        "E = 1/2 (s - t)^2, s = σ(a), a = w x\n\ndE/dw = dE/ds ds/da §", "da/dw", "a",
    ),
    "and a sum": (
        "L = -sum_k y_k log(p_k), p_k = exp(z_k)/sum_j exp(z_j), sum_k y_k = 1\n\n"
        "dL/dz_j = sum_k dL/dp_k dp_k/dz_j\n  = p_j § y_j",
        "-", "+",
    ),
    "a script l": (
        "ℓ = −∑ₖ yₖ log pₖ with pₖ = exp(sₖ)/∑ⱼ exp(sⱼ) and ∑ₖ yₖ = 1\n∂ℓ/∂sᵢ = pᵢ § yᵢ",
        "−", "+",
    ),
    "a root": ("r = √(v + ε)\nu = x/r\n∂r/∂v = §", "1/(2 r)", "1/r"),
    "one or the other": ("relu(x) = x if x > 0 else 0\nrelu'(x) = 1 if x > 0 else §", "0", "1"),
    "one or the other, of a name": (
        "leaky(x) = x if x > 0 else a x\ndleaky/dx = 1 if x > 0 else §", "a", "0",
    ),
    "a small two": (
        "p_k = e^(z_k)/sum_j e^(z_j)\nq = sum_k p_k²\ndq/dz_j = 2 p_j² § 2 p_j sum_k p_k²",
        "-", "+",
    ),
    "words in a column of their own": (
        "p_k = exp(h_k) / sum_c exp(h_c)\nloss = -log(p_t)            t is the true class\n"
        "dloss/dh_k = p_k - §",
        "1{k = t}", "1",
    ),
    "comments": (
        "# y_k = sum_i W_ki h_i\n# p_k = exp(y_k)/sum_c exp(y_c)\n# loss = -log(p_t)\n"
        "# dloss/dy_k = p_k - 1{k § t}",
        "=", "!=",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "right", "wrong"), SIDE_BY_SIDE.values(), ids=SIDE_BY_SIDE.keys())
def test_signs_of_plain_text(text: str, right: str, wrong: str) -> None:
    verdicts = {line.verdict for line in gory.proofread(text.replace("§", right)).lines}
    assert verdicts - {"definition", "given"} <= {"proved", "tested"}
    assert "refuted" in [line.verdict for line in gory.proofread(text.replace("§", wrong)).lines]


@pytest.mark.parametrize("piece", ["dx/dx ", "√", "√(", "1{i = ", "dx dx ", "ℓ"])
def test_long_runs_of_signs_are_read_in_no_time(piece: str) -> None:
    assert gory.proofread(f"x = 1\n\ny = {piece * (10_000 // len(piece))}\n").lines is not None


def test_a_number_behind_a_derivative_is_a_line() -> None:
    def verdicts(number: int) -> list[str]:
        found = gory.proofread(f"L = w^2\nw = 3\ndL/dw = 2 w = {number}\n")
        return [line.verdict for line in found.lines]

    assert verdicts(6) == ["proved", "proved"]
    assert verdicts(7)[0] == "proved"
    assert verdicts(7)[1] in ("refuted", "unread")


@pytest.mark.parametrize(("end", "verdict"), [("(1 - h^2)", "proved"), ("(1 + h^2)", "refuted")])
def test_a_star_between_columns_multiplies_entries(end, verdict):
    text = (
        "h = tanh(a), a = W x, z = V h, p = softmax(z), L = -log p[y]\n\n"
        f"dL/da = V^T (p - e_y) * {end}     (e_y the one-hot vector of y)"
    )
    assert [line.verdict for line in gory.proofread(text).lines] == [verdict]
