"""The last line is what a textbook prints: names of the author, roots, squares and fractions as
people write them, and one expression where two cases agree.
"""

from __future__ import annotations

import pytest

import gory

TWO_CLASSES = "L = -(y1 log h1 + y2 log h2)\ngiven y1 + y2 = 1"
SOFTMAX = "index k,l,c,y:K\np[k] = exp(s[k]) / sum_c exp(s[c])\n"
FOCAL = SOFTMAX + "L[y] = -(1 - p[y])^{} log p[y]"
LOG_SOFTMAX = "lp[k] = z[k] - log sum_c exp(z[c])\np[k] = exp(lp[k])\n"
FREE_ENERGY = "F = - T log sum_c exp(-E[c] / T)\np[k] = exp(-E[k] / T) / sum_c exp(-E[c] / T)"
NORMAL = "f = exp(-(x - mu)^2 / (2 v)) / sqrt(2 pi v)"
MIXTURE = (
    "q[i,k] = pi[k] exp(-(x[i] - mu[k])^2 / (2 v[k])) / sqrt(v[k])\n"
    "r[i,k] = q[i,k] / sum_c q[i,c]\nL = sum_i log sum_k q[i,k]\ngiven pi[k] > 0"
)

FORMS = [  # text, of, variables, result
    # what has a name in the paper is printed by it
    ("h = tanh(u)\ng = (1 - h^2) w", "w h", ["u"], "g"),
    ("h = tanh(u)\ng = w - w h^2", "w h", ["u"], "g"),
    ("index j,l:H\nh[j] = tanh(u[j])\ng[j] = (1 - h[j]^2) w[j]", "sum_j w[j] h[j]", ["u[l]"],
     "g[l]"),
    (LOG_SOFTMAX, "p[k]", ["z[m]"], "p[k] (delta[k,m] - p[m])"),
    (LOG_SOFTMAX + "L = - sum_k y[k] lp[k]\ngiven sum_k y[k] = 1", "L", ["z[m]"], "p[m] - y[m]"),
    (FREE_ENERGY, "F", ["T"], "(F - sum_c p[c] E[c]) / T"),
    (FREE_ENERGY, "F", ["E[m]"], "p[m]"),
    ("p[k] = w[k] exp(z[k]) / sum_c w[c] exp(z[c])\ngiven w[k] > 0", "p[k]", ["w[m]"],
     "p[k] (delta[k,m] - p[m]) / w[m]"),
    (SOFTMAX + "q[k,y] = (1 - eps) delta[k,y] + (eps / (K - 1)) (1 - delta[k,y])\n"
     "L[y] = - sum_k q[k,y] log p[k]", "L[y]", ["s[l]"], "p[l] - q[l,y]"),
    ("index i,m:N\nr = (sum_i abs(x[i])^p)^(1/p)", "r", ["x[m]"],
     "sign(x[m]) (abs(x[m]) / r)^(p - 1)"),
    ("index i,m:N\nr = (sum_i x[i]^2)^(1/2)", "r", ["x[m]", "x[n]"],
     "(delta[m,n] - x[m] x[n] / r^2) / r"),
    ("", "a^u / b^u", ["a"], "u a^(u - 1) / b^u"),
    # what repeats 1 - p keeps it in brackets, and opens those where it is shorter open
    (FOCAL.format(2), "L[y]", ["s[l]", "s[q]"],
     "p[l] (1 - p[y]) (1 - p[y] (1 + 2 log p[y])) (delta[l,q] - p[q])"
     " + 2 p[y] (delta[y,l] - p[l]) (delta[y,q] - p[q]) (2 + log p[y] - 2 p[y] (1 + log p[y]))"),
    (FOCAL.format("g"), "L[y]", ["s[l]", "s[q]"],
     "(p[l] (1 - p[y]) (delta[l,q] - p[q]) (g p[y] L[y] + (1 - p[y])^(1 + g))"
     " + g p[y] (delta[y,l] - p[l]) (delta[y,q] - p[q])"
     " (2 (1 - p[y]) (1 - p[y])^g - L[y] (1 - g p[y]))) / (1 - p[y])^2"),
    # two definitions that add up to one
    (f"h1 = sigmoid(z1 - z2)\nh2 = sigmoid(z2 - z1)\n{TWO_CLASSES}", "L", ["z1"], "h1 - y1"),
    (f"h1 = sigmoid(z)\nh2 = 1 - h1\n{TWO_CLASSES}", "L", ["z"], "h1 - y1"),
    # exponentials over two of them
    ("", "log(exp(x) + exp(y))", ["x"], "sigmoid(x - y)"),
    ("", "log(exp(x) + exp(y))", ["x", "y"], "-sigmoid(x - y) (1 - sigmoid(x - y))"),
    ("", "sum_i log(exp(a y[i]) + exp(x[i]))", ["a"], "sum_i sigmoid(a y[i] - x[i]) y[i]"),
    # 1 - sigmoid(-u) loses its minus; scalars come first, even where nothing else is to be done
    ("L = - log sigmoid(s) - sum_k log sigmoid(-n[k])", "L", ["n[m]"], "sigmoid n[m]"),
    ("L = - log sigmoid(beta ((a - r) - (b - s)))", "L", ["a"],
     "-beta (1 - sigmoid(beta ((a - r) - (b - s))))"),
    # differences stand as the author has them
    ("index i,j:N\nm = sum_i x[i] / N\nv = sum_i (x[i] - m)^2 / N\n"
     "y[i] = g[i] (x[i] - m) / sqrt v + b[i]",
     "y[i]", ["x[j]"], "(delta[i,j] - (1 + (x[i] - m) (x[j] - m) / v) / N) g[i] / sqrt v"),
    # stable forms have no kink
    ("", "max(s, 0) + log(1 + exp(-abs(s)))", ["s"], "sigmoid s"),
    ("", "max(x, y) + log(1 + exp(min(x, y) - max(x, y)))", ["x"], "sigmoid(x - y)"),
    ("", "max(x, y) + log(1 + exp(-abs(x - y)))", ["y"], "sigmoid(y - x)"),
    ("", "max(x, y) + log1p(exp(min(x, y) - max(x, y)))", ["y"], "sigmoid(y - x)"),
    ("", "expm1(a x)", ["x"], "a exp(a x)"),
    # roots and squares as they were written
    ("", "sqrt(x^2 + y^2)", ["x"], "x / sqrt(x^2 + y^2)"),
    ("", "(1 / 2) sqrt(x^2 + y^2)", ["x"], "x / (2 sqrt(x^2 + y^2))"),
    ("", "(1 / 2) (x + y + sqrt((x - y)^2 + eps))", ["x"],
     "(1 + (x - y) / sqrt((x - y)^2 + eps)) / 2"),
    (NORMAL, "log f", ["v"], "((x - mu)^2 - v) / (2 v^2)"),
    (MIXTURE, "L", ["pi[m]"], "(sum_i r[i,m]) / pi[m]"),
    (MIXTURE, "L", ["mu[m]"], "(sum_i r[i,m] (x[i] - mu[m])) / v[m]"),
    (MIXTURE, "L", ["v[m]"], "(sum_i r[i,m] ((x[i] - mu[m])^2 - v[m])) / (2 v[m]^2)"),
    # numbers go below the bar, and a logarithm comes last
    ("", "0.1 x^2", ["x"], "x / 5"),
    ("", "sqrt x y", ["x"], "y / (2 sqrt x)"),
    ("", "(1 / 2) logdet(A)", ["A[m,n]"], "inv(A)[n,m] / 2"),
    ("", "(1 / 2) lam sum_i x[i]^2", ["lam"], "(1 / 2) sum_i x[i]^2"),
    ("f = a^x", "f", ["x"], "f log a"),
    # declared inequalities
    ("given x > 0", "relu(x)", ["x"], "1"),
    ("given x < 0", "abs(x)", ["x"], "-1"),
    ("given x > y", "max(x, y)", ["x"], "1"),
    ("given w[k] > 0", "sum_k abs(w[k])", ["w[m]"], "1"),
    ("given x < 0", "abs(x)", [], "-x"),
    ("given x >= 0", "abs(x)", [], "x"),
    ("given x >= 0", "[x > 0] y", [], "[x > 0] y"),  # it may be 0
]  # fmt: skip


@pytest.mark.parametrize(("text", "of", "variables", "result"), FORMS)
def test_the_last_line_is_that_of_a_textbook(
    text: str, of: str, variables: list[str], result: str
) -> None:
    derivation = gory.read(text).derive(of, *variables)
    assert str(derivation.result) == result
    assert derivation.verdict == "proved"


@pytest.mark.parametrize(
    ("fact", "of"), [("x > 0", "relu(x)"), ("x < 0", "abs(x)"), ("x > y", "max(x, y)")]
)
def test_an_inequality_is_named_by_the_step_that_uses_it(fact: str, of: str) -> None:
    derivation = gory.read(f"given {fact}").derive(of, "x")
    assert fact in derivation.steps[-1].uses


@pytest.mark.parametrize("of", ["relu(x)", "abs(x)", "x + relu(x - y)"])
def test_without_an_inequality_the_kink_stays(of: str) -> None:
    assert str(gory.read("").derive(of, "x").result) not in ("1", "-1", "2")


def test_a_sum_of_kinks_has_a_sign_of_its_own_for_every_entry() -> None:
    """Equal for all x > 0 and for all x < 0 is not equal: entries may have different signs."""
    derivation = gory.read("").derive("(sum_i abs(x[i]))^2", "x[m]")
    assert str(derivation.result) == "2 sign(x[m]) sum_i abs(x[i])"


def test_two_cases_say_where_they_hold() -> None:
    last = gory.read("").derive("max(s, 0) + log(1 + exp(-abs(s)))", "s").steps[-1]
    assert last.rule == "the same for s > 0 and for s < 0"
    assert last.uses == ("s != 0 (almost everywhere)",)
    assert last.how == "normal forms agree for s > 0 and for s < 0, so almost everywhere"


@pytest.mark.parametrize(
    ("text", "of", "variable", "form"),
    [
        (SOFTMAX, "log sum_c exp(s[c])", "s[l]", "p"),
        ("index j,l:H\nh[j] = tanh(u[j])\ng[j] = (1 - h[j]^2) w[j]", "sum_j w[j] h[j]", "u[l]",
         "g"),
    ],
)  # fmt: skip
def test_a_name_alone_is_a_matrix_form(text: str, of: str, variable: str, form: str) -> None:
    assert gory.read(text).derive(of, variable).matrix_form == form


SIMPLEST = [
    ("log p[k] - log p[l]", "s[k] - s[l]"),
    ("sum_k p[k] (s[k] - log p[k])", "log sum_k exp(s[k])"),
    ("s[y] - log sum_k exp(s[k])", "log p[y]"),
    ("log sum_k exp(s[k]) - s[y]", "-log p[y]"),
    ("(sum_k t[k]) log sum_k exp(s[k]) - sum_k t[k] s[k]", "L"),
    ("p[k] (1 - p[k])", "p[k] (1 - p[k])"),
    ("p[k] / p[l]", "p[k] / p[l]"),
]


@pytest.mark.parametrize(("of", "simplest"), SIMPLEST)
def test_an_expression_is_simplest_with_its_definitions_or_without(of: str, simplest: str) -> None:
    derivation = gory.read(SOFTMAX + "L = - sum_k t[k] log p[k]").derive(of)
    assert (str(derivation.result), derivation.verdict) == (simplest, "proved")
