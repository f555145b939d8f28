"""Whole vectors and matrices: what they are with indices, held against NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gory import proofread
from gory.notation import free_indices, read_expressions, read_paper
from gory.notation.manuscript._manuscript import read_manuscript
from gory.verify import evaluate

SETTING = r"Let $A \in \mathbb{R}^{N \times N}$, $B \in \mathbb{R}^{N \times N}$, "
SETTING += r"$x \in \mathbb{R}^N$ and $y \in \mathbb{R}^N$. "
VALUES = {
    "A": np.array([[1.0, 2.0], [0.5, -1.0]]),
    "B": np.array([[0.25, -2.0], [1.5, 3.0]]),
    "x": np.array([2.0, -0.5]),
    "y": np.array([0.75, 1.25]),
}


@dataclass(frozen=True)
class Term:
    """LaTeX, its value, and what it is: a "number", "column", "row" or "matrix"."""

    latex: str
    value: Any
    kind: str


LEAVES = [
    *(Term(n, VALUES[n], "matrix") for n in "AB"),
    *(Term(n, VALUES[n], "column") for n in "xy"),
    *(Term(rf"{n}^\top", VALUES[n].T, "matrix") for n in "AB"),
    *(Term(rf"{n}^\top", VALUES[n], "row") for n in "xy"),
    Term(r"\mathrm{diag}(x)", np.diag(VALUES["x"]), "matrix"),
    Term(r"\mathbf{1}", np.ones(2), "column"),
]


def product(a: Term, b: Term) -> Term | None:
    kinds = {
        ("matrix", "matrix"): "matrix",
        ("matrix", "column"): "column",
        ("row", "matrix"): "row",
        ("row", "column"): "number",
    }
    latex = rf"\left({a.latex}\right) \left({b.latex}\right)"
    if (a.kind, b.kind) == ("column", "row"):
        return Term(latex, np.outer(a.value, b.value), "matrix")
    kind = kinds.get((a.kind, b.kind))
    return Term(latex, a.value @ b.value, kind) if kind else None


def entrywise(a: Term, b: Term, sign: str) -> Term | None:
    if a.kind != b.kind or a.kind == "number":
        return None
    value = {"+": a.value + b.value, "-": a.value - b.value, r"\odot": a.value * b.value}[sign]
    return Term(rf"\left({a.latex} {sign} \left({b.latex}\right)\right)", value, a.kind)


def combined(children: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    signs = st.sampled_from(["", "+", "-", r"\odot"])
    pairs = st.tuples(children, children, signs)
    made = pairs.map(lambda p: entrywise(*p) if p[2] else product(p[0], p[1]))
    return made.filter(lambda term: term is not None)


terms = st.recursive(st.sampled_from(LEAVES), combined, max_leaves=5)


@given(terms)
@settings(max_examples=60, deadline=None)
def test_an_expression_of_matrices_has_the_value_that_numpy_gives(term: Term) -> None:
    statement = read_manuscript(f"{SETTING} $${term.latex} = {term.latex}$$").statements[-1]
    side = statement.sides[0]
    assert side.problem == ""
    setting = "index q,r:N\nuse = sum_q (x[q] + y[q] + sum_r (A[q,r] + B[q,r]))"
    (expr,), paper = read_expressions(read_paper(setting), [side.readings[0]])
    free = {index.name for index in free_indices(expr)}
    letters = {"number": "", "column": "q", "row": "q", "matrix": "qr"}[term.kind]
    arrays = {name: value.tolist() for name, value in VALUES.items()}
    order = [letter for letter in letters if letter in free]
    found = np.array(evaluate(paper, expr, arrays, sizes={"N": 2}, indices=order))
    if order == ["q"] and letters == "qr":
        found = found[:, None]  # the same in every column
    assert np.broadcast_to(found, np.shape(term.value)) == pytest.approx(term.value, rel=1e-12)


LAYER = r"Let $z = W x + b$, $p = \operatorname{softmax}(z)$, $L = -y^\top \log p$ "
LAYER += r"with $\mathbf{1}^\top y = 1$. "
RIGHT = [
    r"\nabla_z L = p - y",
    r"\nabla_W L = (p - y) x^\top",
    r"\nabla_b L = p - y",
    r"\nabla_x L = W^\top (p - y)",
    r"\frac{\partial p}{\partial z} = \mathrm{diag}(p) - p p^\top",
    r"\frac{\partial z}{\partial x} = W",
    r"\frac{\partial L}{\partial x} = W^\top \frac{\partial L}{\partial z}",
    r"\frac{\partial L}{\partial x} = \frac{\partial L}{\partial z} \frac{\partial z}{\partial x}",
    r"\nabla_z^2 L = \mathrm{diag}(p) - p p^\top",
    r"\mathbf{1}^\top p = 1",
    r"(W x)_k = \sum_j W_{kj} x_j",
    r"\| x \|^2 = x^\top x",
    r"\operatorname{tr}(x x^\top) = x \cdot x",
    r"\nabla_p L = - y \oslash p",
]
WRONG = [
    r"\nabla_z L = y - p",
    r"\nabla_W L = x (p - y)^\top",
    r"\nabla_x L = W (p - y)",
    r"\frac{\partial p}{\partial z} = \mathrm{diag}(p) + p p^\top",
    r"\nabla_z^2 L = \mathrm{diag}(p)",
]


@pytest.mark.parametrize("line", RIGHT)
def test_a_right_line_with_whole_vectors_holds(line: str) -> None:
    (checked,) = proofread(f"{LAYER} $${line}$$").lines
    assert checked.verdict in ("proved", "tested"), checked.why


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_line_with_whole_vectors_is_refuted(line: str) -> None:
    (checked,) = proofread(f"{LAYER} $${line}$$").lines
    assert checked.verdict == "refuted", checked.why


def test_the_rows_of_a_batch() -> None:
    text = r"""
Let $X \in \mathbb{R}^{N \times D}$, $W \in \mathbb{R}^{D \times K}$,
$H = \operatorname{softmax}(X W)$ row by row,
$J = -\sum_{i,k} Y_{ik} \log H_{ik}$ with $\sum_k Y_{ik} = 1$. Then
$$\nabla_W J = X^\top (H - Y).$$"""
    assert [line.verdict for line in proofread(text).lines] == ["proved"]


def test_shapes_that_do_not_fit_are_wrong_if_they_are_for_square_matrices() -> None:
    text = r"""
Let $W \in \mathbb{R}^{K \times D}$, $x \in \mathbb{R}^D$, $f = c^\top W x$. $$\nabla_x f = W c$$"""
    (line,) = proofread(text).lines
    assert line.verdict == "refuted"
    assert "a transpose is wrong" in line.why
    assert r"W^\top c" in line.repair_latex


UNREAD = [
    (r"x x = x", "matrix product"),
    (r"\frac{\partial z}{\partial W} = x", "indices"),
    (r"A^{-1} x = x", "power of a matrix"),
    (r"\nabla_x L = x x^\top", "one side is a vector"),
]


@pytest.mark.parametrize(("line", "says"), UNREAD)
def test_what_cannot_be_typed_is_unread_with_the_reason(line: str, says: str) -> None:
    setting = SETTING + r"Let $z = W x$, $W \in \mathbb{R}^{N \times N}$ and $L = x^\top A x$."
    lines = proofread(f"{setting}\n$${line}$$").lines
    assert any(says in one.why for one in lines)
    assert {one.verdict for one in lines} == {"unread"}


def test_matrices_may_have_numbers() -> None:
    text = r"""
Let $h = \tanh(W_1 x)$, $s = W_2 h$ and $E = \frac12 \| s - t \|^2$. Then
\begin{align}
\frac{\partial E}{\partial W_2} &= (s - t) h^\top \\
\frac{\partial E}{\partial W_1} &= \left[ W_2^\top (s - t) \odot (1 - h \odot h) \right] x^\top
\end{align}"""
    assert {line.verdict for line in proofread(text).lines} <= {"proved", "tested"}
