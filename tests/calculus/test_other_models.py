"""Derivatives of models and losses beside the softmax layer, as their literature prints them."""

from __future__ import annotations

import pytest

import gory
from gory.notation import read_expressions
from gory.verify import Prover, evidence

LONGEST = 1.25  # printed length of a result, relative to the form of the literature

LINEAR = "u[i] = sum_j w[j] x[i,j]\n"
POISSON = "mu[i] = exp(sum_j w[j] x[i,j])\nL = sum_i (mu[i] - y[i] log mu[i])"
NORMAL = "L = sum_i ((y[i] - m[i])^2 / (2 v[i]) + log(v[i]) / 2)"
TEMPERED = (
    "index k,c:K\ns[k] = exp(z[k] / T) / sum_c exp(z[c] / T)\nL = - sum_k y[k] log s[k]\n"
    "given sum_k y[k] = 1"
)
POLICY = "index k,c,m,n:K\np[k] = exp(z[k]) / sum_c exp(z[c])\nJ = sum_k p[k] R[k]"
ATTENTION = (
    "index t,u,v:T d,e,f:D\nS[t,u] = sum_d Q[t,d] K[u,d]\n"
    "A[t,u] = exp(S[t,u]) / sum_v exp(S[t,v])\nO[t,e] = sum_u A[t,u] V[u,e]\n"
    "L = sum_{t,e} G[t,e] O[t,e]"
)
EXPERTS = (
    "index k,c:K m,n:M\np[m,k] = exp(z[m,k]) / sum_c exp(z[m,c])\nq[k] = sum_m a[m] p[m,k]\n"
    "L = - sum_k y[k] log q[k]"
)

MODELS = {  # of what, text, of, variables, the form of the literature
    "swish": ("f = x sigmoid(x)", "f", ["x"], "f + sigmoid(x) (1 - f)"),
    "log-cosh": (
        "L = sum_i log((exp(y[i] - p[i]) + exp(p[i] - y[i])) / 2)", "L", ["p[j]"],
        "- tanh(y[j] - p[j])",
    ),
    "Poisson regression": (POISSON, "L", ["w[k]"], "sum_i (mu[i] - y[i]) x[i,k]"),
    "Poisson Hessian": (POISSON, "L", ["w[k]", "w[l]"], "sum_i mu[i] x[i,k] x[i,l]"),
    "gamma regression": (
        "mu[i] = exp(sum_j w[j] x[i,j])\nL = sum_i (log mu[i] + y[i] / mu[i])", "L", ["w[k]"],
        "sum_i (1 - y[i] / mu[i]) x[i,k]",
    ),
    "variance of a normal": (
        NORMAL, "L", ["v[j]"], "(1 - (y[j] - m[j])^2 / v[j]) / (2 v[j])",
    ),
    "cosine": (
        "c = (sum_i a[i] b[i]) / (sqrt(sum_i a[i]^2) sqrt(sum_i b[i]^2))", "c", ["a[k]"],
        "(b[k] / sqrt(sum_i b[i]^2) - c a[k] / sqrt(sum_i a[i]^2)) / sqrt(sum_i a[i]^2)",
    ),
    "matrix factorisation": (
        "L = sum_{u,i} (r[u,i] - sum_k p[u,k] q[i,k])^2", "L", ["p[a,b]"],
        "-2 sum_i (r[a,i] - sum_k p[a,k] q[i,k]) q[i,b]",
    ),
    "factorisation machine": (
        "y = sum_{i,j,f} v[i,f] v[j,f] x[i] x[j] / 2 - sum_{i,f} v[i,f]^2 x[i]^2 / 2", "y",
        ["v[k,g]"], "x[k] (sum_i v[i,g] x[i] - v[k,g] x[k])",
    ),
    "proportional hazards": (
        LINEAR + "L = - sum_i d[i] (u[i] - log sum_{m >= i} exp(u[m]))", "L", ["w[k]"],
        "- sum_i d[i] (x[i,k] - (sum_{m >= i} exp(u[m]) x[m,k]) / sum_{m >= i} exp(u[m]))",
    ),
    "ordered classes": (
        "p = sigmoid(b1 - z) - sigmoid(b0 - z)\nL = - log p", "L", ["z"],
        "1 - sigmoid(b0 - z) - sigmoid(b1 - z)",
    ),
    "temperature": (TEMPERED, "L", ["T"], "(sum_k (y[k] - s[k]) z[k]) / T^2"),
    "negative sampling": (
        "L = - log sigmoid(sum_d u[d] v[d]) - sum_k log sigmoid(- sum_d w[k,d] v[d])", "L",
        ["v[e]"],
        "sum_k sigmoid(sum_d w[k,d] v[d]) w[k,e] - (1 - sigmoid(sum_d u[d] v[d])) u[e]",
    ),
    "gated unit": (
        "z = sigmoid(a)\nh = (1 - z) h0 + z tanh(b)", "h", ["a"],
        "z (1 - z) (tanh(b) - h0)",
    ),
    "memory cell": (
        "i = sigmoid(a)\nf = sigmoid(b)\no = sigmoid(c)\ng = tanh(d)\ns = f s0 + i g\n"
        "h = o tanh(s)", "h", ["a"], "o (1 - tanh(s)^2) g i (1 - i)",
    ),
    "keys of attention": (
        ATTENTION, "L", ["K[v,f]"],
        "sum_t A[t,v] (sum_e G[t,e] (V[v,e] - O[t,e])) Q[t,f]",
    ),
    "Dirichlet": ("L = - sum_k (a[k] - 1) log p[k]", "L", ["p[m]"], "-(a[m] - 1) / p[m]"),
    "triplets": (
        "L = relu(sum_d (a[d] - p[d])^2 - sum_d (a[d] - n[d])^2 + m)", "L", ["a[e]"],
        "2 [sum_d (a[d] - p[d])^2 - sum_d (a[d] - n[d])^2 + m > 0] (n[e] - p[e])",
    ),
    "Dice": (
        "D = 2 (sum_i p[i] g[i]) / (sum_i p[i] + sum_i g[i])", "D", ["p[j]"],
        "(2 g[j] - D) / (sum_i p[i] + sum_i g[i])",
    ),
    "Tversky": (
        "T = (sum_i p[i] g[i]) / (sum_i p[i] g[i] + a sum_i p[i] (1 - g[i]) "
        "+ b sum_i (1 - p[i]) g[i])", "T", ["p[j]"],
        "(g[j] - T (a (1 - g[j]) + (1 - b) g[j])) / (sum_i p[i] g[i] "
        "+ a sum_i p[i] (1 - g[i]) + b sum_i (1 - p[i]) g[i])",
    ),
    "policy gradient": (POLICY, "J", ["z[m]"], "p[m] (R[m] - J)"),
    "policy Hessian": (
        POLICY, "J", ["z[m]", "z[n]"],
        "p[m] (delta[m,n] (R[m] - J) - p[n] (R[m] + R[n] - 2 J))",
    ),
    "mixture of experts": (
        EXPERTS, "L", ["z[n,c]"], "-a[n] p[n,c] (y[c] / q[c] - sum_k p[n,k] y[k] / q[k])",
    ),
    "relaxed sampling": (
        "index k,c,m:K\ny[k] = exp((log a[k] + g[k]) / T) / sum_c exp((log a[c] + g[c]) / T)",
        "y[k]", ["a[m]"], "y[k] (delta[k,m] - y[m]) / (T a[m])",
    ),
    "binary entropy": ("f = - p log p - (1 - p) log(1 - p)", "f", ["p"], "log(1 - p) - log p"),
    "Gaussian process": (
        "L = sum_{i,j} y[i] inv(K)[i,j] y[j] / 2 + logdet(K) / 2", "L", ["K[a,b]"],
        "(inv(K)[b,a] - (sum_i y[i] inv(K)[i,a]) (sum_j inv(K)[b,j] y[j])) / 2",
    ),
    "square hinge": (
        "L = sum_i relu(1 - y[i] sum_j w[j] x[i,j])^2", "L", ["w[k]"],
        "-2 sum_i relu(1 - y[i] sum_j w[j] x[i,j]) y[i] x[i,k]",
    ),
    "tangent": ("f = sin(x) / cos(x)", "f", ["x"], "1 + f^2"),
    "self power": ("f = x^x", "f", ["x"], "f (1 + log x)"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "of", "wrt", "printed"), MODELS.values(), ids=MODELS)
def test_a_derivative_of_another_model(text: str, of: str, wrt: list[str], printed: str) -> None:
    derivation = gory.read(text).derive(of, *wrt)
    (*_, wanted), paper = read_expressions(gory.read(text), [of, *wrt, printed])
    facts = frozenset(fact.text for fact in paper.facts)
    assert derivation.verdict == "proved"
    assert Prover(paper).prove(derivation.result, wanted, facts)
    assert evidence(paper, derivation.result, wanted).equal is True
    assert len(str(derivation.result)) <= LONGEST * len(printed)


def test_sums_that_stand_apart_in_the_paper_stay_apart() -> None:
    text, of, wrt, _ = MODELS["Dice"]
    assert str(gory.read(text).derive(of, *wrt).result) == (
        "(2 g[j] - D) / (sum_i p[i] + sum_i g[i])"
    )
