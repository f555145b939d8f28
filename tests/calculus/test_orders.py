"""Higher orders and products with directions, against independent derivatives."""

from __future__ import annotations

import random

import pytest

import gory
from gory.notation import Expr, free_indices, read_expressions
from gory.verify import Prover, evidence
from gory.verify._evidence import value_of
from gory.verify._floats import Floats
from gory.verify._layout import assignments, entries, layout
from gory.verify._program import Machine, Program

SOFTMAX = "s[k] = exp(z[k]) / sum_c exp(z[c])\nE = - sum_k s[k] log s[k]"
LAYER = """
index i:N j,n,q:D k,c,m,p:K
h[i,k] = exp(sum_j theta[k,j] x[i,j]) / sum_c exp(sum_j theta[c,j] x[i,j])
J = - sum_{i,k} y[i,k] log h[i,k]
given sum_k y[i,k] = 1
"""
NORM = "r = sqrt(sum_i x[i]^2)\nu[k] = x[k] / r"

HIGHER = [
    (SOFTMAX, "s[k]", ["z[m]", "z[n]"]),
    (SOFTMAX, "s[k]", ["z[m]", "z[m]"]),
    (SOFTMAX, "s[k]", ["z[k]", "z[k]"]),
    (SOFTMAX, "s[k]", ["z[k]", "z[m]"]),
    (SOFTMAX, "s[k]", ["z[m]", "z[n]", "z[p]"]),
    (SOFTMAX, "log s[k]", ["z[m]", "z[n]", "z[p]"]),
    (SOFTMAX, "log sum_c exp(z[c])", ["z[m]", "z[n]", "z[p]"]),
    (SOFTMAX, "E", ["z[m]", "z[n]"]),
    (LAYER, "J", ["theta[m,n]", "theta[p,q]"]),
    (LAYER, "J", ["theta[m,n]", "theta[p,q]", "theta[c,j]"]),
    (LAYER, "J", ["theta[m,n]", "x[a,b]"]),
    (LAYER, "h[i,k]", ["theta[m,n]", "theta[p,q]"]),
    (NORM, "u[k]", ["x[m]", "x[n]"]),
    ("", "tanh(a x)", ["x", "x", "x"]),
    ("", "sum_{i,j,k} A[i,j] A[j,k] A[k,i]", ["A[m,n]", "A[p,q]"]),
    ("f[a,b] = sum_c A[a,c] A[c,b]\nt = sum_a f[a,a]", "t", ["A[a,b]", "A[b,a]"]),
]
PRODUCTS = [
    (SOFTMAX, "s[k]", ["z[m]"], "v[m]", "sum_m d(s[k], z[m]) v[m]"),
    (SOFTMAX, "s[k]", ["z[c]"], "v[c]", "sum_c d(s[k], z[c]) v[c]"),
    (SOFTMAX, "E", ["z[m]", "z[n]"], "v[n]", "sum_n d(E, z[m], z[n]) v[n]"),
    (SOFTMAX, "log s[k]", ["z[m]", "z[n]"], "v[n]", "sum_n d(log s[k], z[m], z[n]) v[n]"),
    (LAYER, "J", ["theta[m,n]"], "v[m,n]", "sum_{m,n} d(J, theta[m,n]) v[m,n]"),
    (
        LAYER,
        "J",
        ["theta[m,n]", "theta[p,q]"],
        "v[p,q]",
        "sum_{p,q} d(J, theta[m,n], theta[p,q]) v[p,q]",
    ),
    (NORM, "u[k]", ["x[m]"], "v[m]", "sum_m d(u[k], x[m]) v[m]"),
    ("", "x^3", ["x", "x"], "v", "d(x^3, x, x) v"),
]


def question(of: str, wrt: list[str]) -> str:
    return f"d({', '.join([of, *wrt])})"


@pytest.mark.parametrize(("text", "of", "wrt"), HIGHER)
def test_a_higher_derivative_is_what_dual_numbers_say(text: str, of: str, wrt: list[str]) -> None:
    derivation = gory.read(text).derive(of, *wrt)
    (*_, asked), paper = read_expressions(gory.read(text), [of, *wrt, question(of, wrt)])
    assert derivation.verdict == "proved"
    assert evidence(paper, asked, derivation.result).equal is True


@pytest.mark.parametrize(("text", "of", "wrt"), HIGHER)
def test_a_higher_derivative_is_what_automatic_differentiation_says(
    text: str, of: str, wrt: list[str]
) -> None:
    pytest.importorskip("torch")
    from tests.verify._torch_value import TorchValue

    derivation = gory.read(text).derive(of, *wrt)
    (*_, asked), paper = read_expressions(gory.read(text), [of, *wrt, question(of, wrt)])
    program, rng = Program(paper), random.Random(1)
    found = layout(program, [asked, derivation.result])
    spans = assignments(paper, found)[0]
    values = {entry: rng.uniform(0.1, 1.5) for entry in entries(found, spans)}
    for axes in [axes for name, axes in found.arrays.items() if name == "y" and paper.facts]:
        normalize(values, spans, axes)
    letters = sorted(free_indices(asked), key=lambda index: index.name)
    env = {index.name: rng.choice(spans[index.range]) for index in letters}
    ours = value_of(program, derivation.result, Machine(Floats(), spans, dict(values)), env)
    theirs = TorchValue(paper, spans, values)(asked, env)
    assert ours == pytest.approx(float(theirs.detach()), rel=1e-10, abs=1e-12)


def normalize(values: dict, spans: dict[str, range], axes: tuple[str, ...]) -> None:
    """Make the rows of y add up to one."""
    for i in spans[axes[0]]:
        row = [("y", (i, k)) for k in spans[axes[1]]]
        total = sum(values[entry] for entry in row)
        values.update({entry: values[entry] / total for entry in row})


@pytest.mark.parametrize(("text", "of", "wrt", "along", "written"), PRODUCTS)
def test_a_product_with_a_direction_is_the_derivative_times_it(
    text: str, of: str, wrt: list[str], along: str, written: str
) -> None:
    derivation = gory.read(text).derive(of, *wrt, along=along)
    texts = [of, *wrt, along, written]
    (*_, asked), paper = read_expressions(gory.read(text), texts)
    assert derivation.verdict == "proved"
    assert evidence(paper, asked, derivation.result).equal is True
    assert free_indices(derivation.result) <= free_indices(asked)


def test_a_product_with_the_hessian_needs_no_object_of_order_four() -> None:
    derivation = gory.read(LAYER).derive("J", "theta[m,n]", "theta[p,q]", along="v[p,q]")
    assert sorted(index.name for index in free_indices(derivation.result)) == ["m", "n"]
    assert len(str(derivation.result)) < 80


def test_the_jacobian_of_softmax_times_a_direction_is_a_deviation_from_a_mean() -> None:
    derivation = gory.read(SOFTMAX).derive("s[k]", "z[m]", along="v[m]")
    assert str(derivation.result) == "s[k] (v[k] - sum_c s[c] v[c])"


SYMMETRIC = [
    (SOFTMAX, "E", ["z[m]", "z[n]"], ["z[n]", "z[m]"]),
    (SOFTMAX, "log sum_c exp(z[c])", ["z[m]", "z[n]"], ["z[n]", "z[m]"]),
    (LAYER, "J", ["theta[m,n]", "theta[p,q]"], ["theta[p,q]", "theta[m,n]"]),
    (LAYER, "J", ["theta[m,n]", "x[a,b]"], ["x[a,b]", "theta[m,n]"]),
    (SOFTMAX, "s[k]", ["z[m]", "z[n]", "z[p]"], ["z[p]", "z[m]", "z[n]"]),
]


@pytest.mark.parametrize(("text", "of", "first", "second"), SYMMETRIC)
def test_the_order_of_differentiation_does_not_matter(
    text: str, of: str, first: list[str], second: list[str]
) -> None:
    one = gory.read(text).derive(of, *first).result
    other = gory.read(text).derive(of, *second).result
    _, paper = read_expressions(gory.read(text), [of, *first])
    assert proved(paper, one, other)


def proved(paper: gory.notation.Paper, left: Expr, right: Expr) -> bool:
    facts = frozenset(fact.text for fact in paper.facts)
    return Prover(paper).prove(left, right, facts) != ""


def test_rows_of_every_derivative_of_softmax_add_up_to_nothing() -> None:
    paper = gory.read(SOFTMAX)
    for wrt in (["z[m]"], ["z[m]", "z[n]"], ["z[m]", "z[n]", "z[p]"]):
        text = str(paper.derive("s[k]", *wrt).result)
        assert str(paper.derive(f"sum_k ({text})").result) == "0"


def chain(layers: int) -> str:
    lines = ["index i,j:I", "a1[i] = tanh(sum_j W1[i,j] x[j])"]
    for n in range(2, layers + 1):
        lines.append(f"a{n}[i] = tanh(sum_j W{n}[i,j] a{n - 1}[j])")
    return "\n".join([*lines, f"L = sum_i g[i] a{layers}[i]"])


@pytest.mark.parametrize("layers", [1, 2, 3, 6, 12])
def test_a_chain_of_layers_is_one_product_however_long(layers: int) -> None:
    derivation = gory.read(chain(layers)).derive("L", "W1[m,n]")
    assert derivation.verdict == "proved"
    text = str(derivation.result)
    assert text.count("(1 - a") == layers
    assert len(derivation.steps) <= 14 + 8 * (layers - 1)


def test_a_defined_name_is_varied_on_its_own() -> None:
    paper = gory.read(
        "z[k] = sum_j W[k,j] x[j]\np[k] = exp(z[k]) / sum_c exp(z[c])\n"
        "L = - sum_k t[k] log p[k]\ngiven sum_k t[k] = 1"
    )
    found = paper.derive("L", "z[m]", at={"W": [[1, 2], [0, 1]], "x": [1, 1], "t": [0, 1]})
    assert (str(found.result), found.verdict, found.freed) == ("p[m] - t[m]", "proved", ("z",))
    assert "varied on its own" in found.to_text()
    assert found.main.steps[-1].value.startswith("[0.88")
    assert str(paper.derive("L", "p[m]").result) == "-t[m] / p[m]"


def test_a_shape_has_outputs_as_rows_and_variables_as_columns() -> None:
    paper = gory.read("index t,i,k:K d,j:D\ng[t] = sum_d W[t,d] x[d]\nr = sum_t g[t]^2")
    assert paper.derive("g[t]", "W[i,j]").shape == "Jacobian K x K D: row t, column (i,j)"
    assert paper.derive("r", "W[i,j]").shape == "gradient K x D: row i, column j"
    assert paper.derive("r", "x[j]").shape == "gradient D: entry j"
    assert paper.derive("r", "g[i]", "g[k]").shape == "Hessian K x K: row i, column k"
    assert paper.derive("r", "g[2]").shape == ""


SOFTMAX = "s[k] = exp(z[k]) / sum_c exp(z[c])"
JACOBIAN = "s[k] (delta[k,l] - s[l])"


@pytest.mark.parametrize(
    ("text", "of", "wrt", "result"),
    [
        ("f = x^2\ng = d(x f, x)", "g", "x", "6 x"),
        ("u[k] = d(log f[k], f[k])\nL = sum_k u[k]", "L", "f[m]", "-u[m]^2"),
        (f"{SOFTMAX}\nA = log sum_k exp(z[k])\nm[k] = d(A, z[k])", "m[k]", "z[l]", JACOBIAN),
    ],
)
def test_a_derivative_may_stand_in_a_definition(text: str, of: str, wrt: str, result: str) -> None:
    derivation = gory.read(text).derive(of, wrt)
    assert (str(derivation.result), derivation.verdict) == (result, "proved")


@pytest.mark.parametrize(("one", "other"), [("m", "c"), ("c", "m")])
def test_a_hessian_starts_with_the_first_variable_whatever_its_letter(one: str, other: str) -> None:
    paper = gory.read("index k,c,m:K\nL = log sum_k exp(s[k])\np[k] = exp(s[k] - L)")
    result = str(paper.derive("L", f"s[{one}]", f"s[{other}]").result)
    assert result == f"p[{one}] (delta[{one},{other}] - p[{other}])"
