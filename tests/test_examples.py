"""The papers in examples/: each derives to the form that textbooks print, every line proved."""

from pathlib import Path

import pytest

import gory

EXAMPLES = Path(__file__).parent.parent / "examples"

RESULTS = [
    ("softmax_layer", "J", ["theta[m,n]"], "sum_i (h[i,m] - y[i,m]) x[i,n]"),
    (
        "softmax_layer", "J", ["theta[m,n]", "theta[p,q]"],
        "sum_i h[i,m] (delta[m,p] - h[i,p]) x[i,n] x[i,q]",
    ),
    ("softmax", "s[k]", ["z[m]"], "s[k] (delta[k,m] - s[m])"),
    ("softmax", "log s[k]", ["z[m]"], "delta[k,m] - s[m]"),
    ("three_classes", "J", ["theta[2,1]"], "sum_i (h[i,2] - y[i,2]) x[i]"),
    ("logistic", "L", ["w[n]"], "sum_i (sigmoid a[i] - t[i]) x[i,n]"),
    (
        "logistic", "L", ["w[n]", "w[q]"],
        "sum_i sigmoid(a[i]) (1 - sigmoid a[i]) x[i,n] x[i,q]",
    ),
    ("hidden_layer", "L", ["U[m,n]"], "sum_i a[i,n] (p[i,m] - y[i,m])"),
    ("layer_norm", "u[k]", ["x[m]"], "(delta[k,m] - (1 + u[k] u[m]) / C) / v^(1 / 2)"),
    ("attention", "L", ["V[r,g]"], "sum_i P[i,r] G[i,g]"),
    ("attention", "L", ["S[a,b]"], "P[a,b] sum_d (V[b,d] - O[a,d]) G[a,d]"),
    ("ranking", "L", ["z[m]"], "exp(z[m]) sum_r [m >= r] / sum_c [c >= r] exp(z[c]) - 1"),
    ("gaussian", "L", ["mu[m]"], "sum_i (mu[i] - x[i]) inv(A)[i,m]"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "of", "wrt", "expected"), RESULTS)
def test_an_example_derives_to_the_textbook_form(
    name: str, of: str, wrt: list[str], expected: str
) -> None:
    text = (EXAMPLES / f"{name}.gory").read_text(encoding="utf-8")
    if (name, wrt) == ("attention", ["S[a,b]"]):  # the scores as the variable, not as a definition
        text = "\n".join(line for line in text.splitlines() if not line.startswith("S["))
    derivation = gory.read(text).derive(of, *wrt)
    assert (str(derivation.result), derivation.verdict) == (expected, "proved")


def test_every_example_is_held_to_its_result() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.gory")} == {name for name, *_ in RESULTS}
