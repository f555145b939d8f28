"""Derivatives of the softmax layer and of what surrounds it, as papers and textbooks print them."""

from __future__ import annotations

import pytest

import gory
from gory.notation import read_expressions
from gory.verify import Prover, evidence

LONGEST = 1.25  # printed length of a result, relative to the form of the literature

SOFTMAX = "index j,k,c,l,m,n:K\ns[k] = exp(z[k]) / sum_c exp(z[c])"
TARGETS = f"{SOFTMAX}\nL = - sum_k y[k] log s[k]"
LAYER = """
index i:N j,n,q:D k,c,l,m,p:K
h[i,k] = exp(sum_j w[k,j] x[i,j]) / sum_c exp(sum_j w[c,j] x[i,j])
J = - sum_{i,k} y[i,k] log h[i,k]
"""
ONE_ROW = """
index j,n,d:D k,c,l,m:K
g[k] = sum_j w[k,j] x[j]
P[k] = exp(g[k]) / sum_c exp(g[c])
L = - sum_k y[k] log P[k]
"""
TEMPERED = """
index k,c,m,n:K
s[k] = exp(z[k] / T) / sum_c exp(z[c] / T)
L = - sum_k y[k] log s[k]
given sum_k y[k] = 1
"""
SCORES = """
index i:N j,n:D k,c,l,m:K
z[i,k] = sum_j w[k,j] x[i,j]
h[i,k] = exp(z[i,k]) / sum_c exp(z[i,c])
J = - sum_{i,k} y[i,k] log h[i,k]
"""
OPTIONS = """
index k,c,m:K
p[k] = exp(z[k] / T) / sum_c exp(z[c] / T)
s[k] = exp(z[k]) / sum_c exp(z[c])
M = log sum_c exp(z[c])
q[k] = w[k] ((1 - eps) y[k] + eps / K)
om = sum_k q[k]
"""
HIDDEN = """
index d,e:D j,l:H k,c,m:K
a[j] = sum_d V[j,d] x[d]
h[j] = {phi}(a[j])
o[k] = sum_j W[k,j] h[j]
y[k] = exp(o[k]) / sum_c exp(o[c])
E = - sum_k t[k] log y[k]
given sum_k t[k] = 1
"""
SIGMOID_OUT = """
index j,n:D k,m:K
a[k] = sum_j W[k,j] h[j]
y[k] = sigmoid(a[k])
E = - sum_k (t[k] log y[k] + (1 - t[k]) log(1 - y[k]))
"""
LOGISTIC = """
index i:N j,n,q:D
h[i] = 1 / (1 + exp(-sum_j w[j] x[i,j]))
J = (1 / N) sum_i (-y[i] log h[i] - (1 - y[i]) log(1 - h[i]))
"""
ONE = "\ngiven sum_k y[k] = 1"
ROWS = "\ngiven sum_k y[i,k] = 1"

DERIVATIVES = {
    # the softmax function
    "softmax": (SOFTMAX, "s[k]", ["z[m]"], "s[k] (delta[k,m] - s[m])"),
    "its diagonal": (SOFTMAX, "s[k]", ["z[k]"], "s[k] (1 - s[k])"),
    "its logarithm": (SOFTMAX, "log s[k]", ["z[m]"], "delta[k,m] - s[m]"),
    "its second derivative": (
        SOFTMAX,
        "s[k]",
        ["z[m]", "z[n]"],
        "s[k] ((delta[k,m] - s[m]) (delta[k,n] - s[n]) - s[m] (delta[m,n] - s[n]))",
    ),
    "log-sum-exp": (SOFTMAX, "log sum_c exp(z[c])", ["z[m]"], "s[m]"),
    "log-sum-exp, scaled": (
        "index k,c,m:K\ns[k] = exp(t x[k]) / sum_c exp(t x[c])",
        "(log sum_c exp(t x[c])) / t",
        ["x[m]"],
        "s[m]",
    ),
    "mellowmax": (
        "index k,c,m:K\ns[k] = exp(t x[k]) / sum_c exp(t x[c])",
        "log((1 / K) sum_c exp(t x[c])) / t",
        ["x[m]"],
        "s[m]",
    ),
    "soft minimum": (
        "index k,c,m:K\ns[k] = exp(-x[k]) / sum_c exp(-x[c])",
        "- log sum_c exp(-x[c])",
        ["x[m]"],
        "s[m]",
    ),
    "Boltzmann operator": (
        "index i,k,m:K\ns[k] = exp(al x[k]) / sum_i exp(al x[i])\nB = sum_i x[i] s[i]",
        "B",
        ["x[m]"],
        "s[m] (1 + al (x[m] - B))",
    ),
    "norm": ("", "sqrt(sum_i x[i]^2)", ["x[m]"], "x[m] / sqrt(sum_i x[i]^2)"),
    "smooth maximum of two": (
        "",
        "(x + y + sqrt((x - y)^2 + eps)) / 2",
        ["x"],
        "(1 + (x - y) / sqrt((x - y)^2 + eps)) / 2",
    ),
    "log-sum-exp, zero at zero": (
        "",
        "log(sum_i exp(x[i]) - (N - 1))",
        ["x[m]"],
        "exp(x[m]) / (sum_i exp(x[i]) - (N - 1))",
    ),
    "log-sum-exp, scaled, by the scale": (
        "index k,c,m:K\ns[k] = exp(t x[k]) / sum_c exp(t x[c])\nM = (log sum_c exp(t x[c])) / t",
        "M",
        ["t"],
        "(sum_k s[k] x[k] - M) / t",
    ),
    "shift by a function of the logits": (
        "index k,c,m:K\nb = - sum_k z[k]^2\ns[k] = exp(z[k] + b) / sum_c exp(z[c] + b)",
        "s[k]",
        ["z[m]"],
        "s[k] (delta[k,m] - s[m])",
    ),
    "pulled back": (SOFTMAX, "sum_k u[k] s[k]", ["z[m]"], "s[m] (u[m] - sum_k u[k] s[k])"),
    "logarithm, pulled back": (SOFTMAX, "sum_k u[k] log s[k]", ["z[m]"], "u[m] - s[m] sum_k u[k]"),
    # cross-entropy
    "targets": (TARGETS, "L", ["y[m]"], "-log s[m]"),
    "logits, any targets": (TARGETS, "L", ["z[m]"], "s[m] sum_k y[k] - y[m]"),
    "logits": (TARGETS + ONE, "L", ["z[m]"], "s[m] - y[m]"),
    "one class": (SOFTMAX, "- log s[k]", ["z[m]"], "s[m] - delta[k,m]"),
    "Hessian, any targets": (
        TARGETS,
        "L",
        ["z[m]", "z[n]"],
        "s[m] (delta[m,n] - s[n]) sum_k y[k]",
    ),
    "Hessian": (TARGETS + ONE, "L", ["z[m]", "z[n]"], "s[m] (delta[m,n] - s[n])"),
    "logits and targets": (TARGETS, "L", ["z[m]", "y[n]"], "s[m] - delta[m,n]"),
    "probabilities": ("", "- sum_k y[k] log p[k]", ["p[m]"], "-y[m] / p[m]"),
    "divergence": ("", "sum_k y[k] log(y[k] / p[k])", ["p[m]"], "-y[m] / p[m]"),
    "divergence, the other way": (
        SOFTMAX,
        "sum_k s[k] log(s[k] / y[k])",
        ["z[m]"],
        "s[m] (log(s[m] / y[m]) - sum_k s[k] log(s[k] / y[k]))",
    ),
    "by log-sum-exp": (
        SOFTMAX,
        "(sum_k y[k]) log sum_c exp(z[c]) - sum_k y[k] z[k]",
        ["z[m]"],
        "s[m] sum_k y[k] - y[m]",
    ),
    "third derivative": (
        TARGETS + ONE,
        "L",
        ["z[m]", "z[n]", "z[l]"],
        "s[m] ((delta[m,n] - s[n]) (delta[m,l] - s[l]) - s[n] (delta[n,l] - s[l]))",
    ),
    # the layer
    "scores": (ONE_ROW, "g[k]", ["w[m,n]"], "delta[k,m] x[n]"),
    "layer": (ONE_ROW, "P[k]", ["w[m,n]"], "P[k] (delta[k,m] - P[m]) x[n]"),
    "layer, inputs": (
        ONE_ROW,
        "P[k]",
        ["x[n]"],
        "P[k] (w[k,n] - sum_c P[c] w[c,n])",
    ),
    "loss of one row": (ONE_ROW + ONE, "L", ["w[m,n]"], "(P[m] - y[m]) x[n]"),
    "loss of one row, inputs": (ONE_ROW + ONE, "L", ["x[n]"], "sum_k (P[k] - y[k]) w[k,n]"),
    "mean over the rows that are kept": (
        SCORES + ROWS,
        "- (sum_{i,k} g[i] y[i,k] log h[i,k]) / sum_i g[i]",
        ["z[i,m]"],
        "g[i] (h[i,m] - y[i,m]) / sum_i g[i]",
    ),
    "loss, any targets": (
        LAYER,
        "J",
        ["w[m,n]"],
        "sum_i (h[i,m] (sum_k y[i,k]) - y[i,m]) x[i,n]",
    ),
    "loss": (LAYER + ROWS, "J", ["w[m,n]"], "sum_i (h[i,m] - y[i,m]) x[i,n]"),
    "mean loss": (LAYER + ROWS, "J / N", ["w[m,n]"], "(sum_i (h[i,m] - y[i,m]) x[i,n]) / N"),
    "loss, second": (
        LAYER + ROWS,
        "J",
        ["w[m,n]", "w[p,q]"],
        "sum_i h[i,m] (delta[m,p] - h[i,p]) x[i,n] x[i,q]",
    ),
    "weight decay": (
        LAYER + ROWS,
        "J + (lam / 2) sum_{k,j} w[k,j]^2",
        ["w[m,n]"],
        "sum_i (h[i,m] - y[i,m]) x[i,n] + lam w[m,n]",
    ),
    # options
    "temperature": (
        "index k,c,m:K\ns[k] = exp(z[k] / T) / sum_c exp(z[c] / T)" + ONE,
        "- sum_k y[k] log s[k]",
        ["z[m]"],
        "(s[m] - y[m]) / T",
    ),
    "class weights": (
        TARGETS,
        "- sum_k v[k] y[k] log s[k]",
        ["z[m]"],
        "s[m] (sum_k v[k] y[k]) - v[m] y[m]",
    ),
    "penalty on log-sum-exp": (
        SOFTMAX,
        "zeta (log sum_c exp(z[c]))^2",
        ["z[m]"],
        "2 zeta s[m] log sum_c exp(z[c])",
    ),
    "label smoothing": (
        SOFTMAX,
        "- sum_k ((1 - eps) delta[k,l] + eps / K) log s[k]",
        ["z[m]"],
        "s[m] - (1 - eps) delta[m,l] - eps / K",
    ),
    "entropy": (
        f"{SOFTMAX}\nH = - sum_k s[k] log s[k]",
        "H",
        ["z[m]"],
        "-s[m] (log s[m] + H)",
    ),
    "temperature, by itself": (TEMPERED, "L", ["T"], "-(sum_k (s[k] - y[k]) z[k]) / T^2"),
    "temperature, second": (TEMPERED, "L", ["z[m]", "z[n]"], "s[m] (delta[m,n] - s[n]) / T^2"),
    "distillation": (TEMPERED, "T^2 L", ["z[m]"], "T (s[m] - y[m])"),
    "all options": (
        OPTIONS,
        "- sum_k q[k] log p[k] + zeta M^2",
        ["z[m]"],
        "(om p[m] - q[m]) / T + 2 zeta M s[m]",
    ),
    # companions
    "logistic output": (LOGISTIC, "J", ["w[n]"], "(sum_i (h[i] - y[i]) x[i,n]) / N"),
    "logistic function": (LOGISTIC, "h[i]", ["w[n]"], "h[i] (1 - h[i]) x[i,n]"),
    "logistic function, logarithm": (LOGISTIC, "log h[i]", ["w[n]"], "(1 - h[i]) x[i,n]"),
    "logistic function, other logarithm": (LOGISTIC, "log(1 - h[i])", ["w[n]"], "-h[i] x[i,n]"),
    "logistic output, second": (
        LOGISTIC,
        "J",
        ["w[n]", "w[q]"],
        "(sum_i h[i] (1 - h[i]) x[i,n] x[i,q]) / N",
    ),
    "by logistic outputs": (SIGMOID_OUT, "E", ["y[m]"], "-t[m] / y[m] + (1 - t[m]) / (1 - y[m])"),
    "several logistic outputs": (SIGMOID_OUT, "E", ["W[m,n]"], "(y[m] - t[m]) h[n]"),
    "logistic by softplus": (
        "",
        "sum_k (softplus(a[k]) - t[k] a[k])",
        ["a[m]"],
        "sigmoid(a[m]) - t[m]",
    ),
    "linear output": ("", "(1 / 2) sum_k (a[k] - t[k])^2", ["a[m]"], "a[m] - t[m]"),
    "logistic with squares": (
        "y[k] = sigmoid(a[k])",
        "(1 / 2) sum_k (y[k] - t[k])^2",
        ["a[m]"],
        "(y[m] - t[m]) y[m] (1 - y[m])",
    ),
    "softmax with squares": (
        "index k,c,m:K\ny[k] = exp(a[k]) / sum_c exp(a[c])",
        "(1 / 2) sum_k (y[k] - t[k])^2",
        ["a[m]"],
        "y[m] (y[m] - t[m] - sum_k y[k] (y[k] - t[k]))",
    ),
    "hinge": (
        "",
        "sum_k relu(1 - t[k] a[k])",
        ["a[m]"],
        "-t[m] [1 > t[m] a[m]]",
    ),
    # hidden layers
    "loss by hidden scores": (
        HIDDEN.format(phi="relu"),
        "E",
        ["a[l]"],
        "[a[l] > 0] sum_k (y[k] - t[k]) W[k,l]",
    ),
    "output weights": (HIDDEN.format(phi="tanh"), "E", ["W[m,l]"], "(y[m] - t[m]) h[l]"),
    "hidden values": (
        HIDDEN.format(phi="tanh"),
        "h[j]",
        ["V[l,e]"],
        "delta[j,l] (1 - h[j]^2) x[e]",
    ),
    "hidden weights, tanh": (
        HIDDEN.format(phi="tanh"),
        "E",
        ["V[l,e]"],
        "(1 - h[l]^2) x[e] sum_k (y[k] - t[k]) W[k,l]",
    ),
    "hidden weights, logistic": (
        HIDDEN.format(phi="sigmoid"),
        "E",
        ["V[l,e]"],
        "h[l] (1 - h[l]) x[e] sum_k (y[k] - t[k]) W[k,l]",
    ),
    "hidden weights, relu": (
        HIDDEN.format(phi="relu"),
        "E",
        ["V[l,e]"],
        "[a[l] > 0] x[e] sum_k (y[k] - t[k]) W[k,l]",
    ),
    "inputs of a network": (
        HIDDEN.format(phi="tanh"),
        "E",
        ["x[e]"],
        "sum_j (1 - h[j]^2) V[j,e] sum_k (y[k] - t[k]) W[k,j]",
    ),
    # around it
    "preferences": ("", "- log sigmoid(a - b)", ["a"], "sigmoid(a - b) - 1"),
    "mixture": (
        "index i:N k,c,m:K\nr[i,k] = exp(b[k] + a[i,k]) / sum_c exp(b[c] + a[i,c])",
        "- sum_i log sum_k exp(b[k] + a[i,k])",
        ["b[m]"],
        "- sum_i r[i,m]",
    ),
}

STATEMENTS = {
    "values add up": (SOFTMAX, "sum_k s[k]", "1"),
    "rows of the Jacobian": (SOFTMAX, "sum_m s[k] (delta[k,m] - s[m])", "0"),
    "columns of the Jacobian": (SOFTMAX, "sum_k s[k] (delta[k,m] - s[m])", "0"),
    "quadratic form is a variance": (
        SOFTMAX,
        "sum_{k,m} v[k] s[k] (delta[k,m] - s[m]) v[m]",
        "sum_k s[k] v[k]^2 - (sum_k s[k] v[k])^2",
    ),
    "... of pairs": (
        SOFTMAX,
        "(1 / 2) sum_{k,m} s[k] s[m] (v[k] - v[m])^2",
        "sum_k s[k] v[k]^2 - (sum_k s[k] v[k])^2",
    ),
    "trace": (SOFTMAX, "sum_k s[k] (delta[k,k] - s[k])", "1 - sum_k s[k]^2"),
    "square root": (
        SOFTMAX,
        "sum_l (delta[k,l] sqrt(s[k]) - s[k] sqrt(s[l])) (delta[m,l] sqrt(s[m]) - s[m] sqrt(s[l]))",
        "s[k] (delta[k,m] - s[m])",
    ),
    "generalised inverse": (
        SOFTMAX,
        "sum_l s[k] (delta[k,l] - s[l]) (delta[l,m] - s[m])",
        "s[k] (delta[k,m] - s[m])",
    ),
    "shift": (SOFTMAX, "exp(z[k] + b) / sum_c exp(z[c] + b)", "s[k]"),
    "ratio": (SOFTMAX, "log s[k] - log s[m]", "z[k] - z[m]"),
    "entropy": (SOFTMAX, "- sum_k s[k] log s[k]", "log sum_c exp(z[c]) - sum_k s[k] z[k]"),
    "antisymmetric residual": (
        TARGETS,
        "sum_c (s[k] y[c] - y[k] s[c])",
        "s[k] (sum_c y[c]) - y[k]",
    ),
    "residuals add up to nothing": (TARGETS, "sum_k (s[k] (sum_c y[c]) - y[k])", "0"),
    "Fisher matrix": (
        SOFTMAX,
        "sum_c s[c] (s[k] - delta[k,c]) (s[m] - delta[m,c])",
        "s[k] (delta[k,m] - s[m])",
    ),
    "two classes": (
        "index k,c:K\nK = 2\ns[k] = exp(z[k]) / sum_c exp(z[c])",
        "s[1]",
        "sigmoid(z[1] - z[2])",
    ),
    "softplus": ("", "softplus(a) - softplus(-a)", "a"),
    "logarithm of sigmoid": ("", "-log sigmoid(a)", "softplus(-a)"),
}


def length(text: str) -> int:
    return len(text.replace(" ", ""))


@pytest.mark.parametrize(("text", "of", "wrt", "printed"), DERIVATIVES.values(), ids=DERIVATIVES)
def test_a_derivative_of_the_literature(text: str, of: str, wrt: list[str], printed: str) -> None:
    derivation = gory.read(text).derive(of, *wrt)
    (*_, wanted), paper = read_expressions(gory.read(text), [of, *wrt, printed])
    facts = frozenset(fact.text for fact in paper.facts)
    assert derivation.verdict == "proved"
    assert Prover(paper).prove(derivation.result, wanted, facts)
    assert evidence(paper, derivation.result, wanted).equal is True
    assert length(str(derivation.result)) <= LONGEST * length(printed)


@pytest.mark.parametrize(("text", "left", "right"), STATEMENTS.values(), ids=STATEMENTS)
def test_a_statement_of_the_literature(text: str, left: str, right: str) -> None:
    (a, b), paper = read_expressions(gory.read(text), [left, right])
    assert Prover(paper).prove(a, b)
    assert evidence(paper, a, b).equal is True
