r"""Whole batches: biases, entrywise squares, columns of matrices; vectors that are rows."""

from __future__ import annotations

import pytest

from gory import proofread

NG = (
    r"$$Z^{[1]} = W^{[1]} X + b^{[1]}$$ $$A^{[1]} = \tanh(Z^{[1]})$$ "
    r"$$Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}$$ $$A^{[2]} = \sigma(Z^{[2]})$$ "
    r"$$J = -\frac{1}{m} \sum_{i=1}^{m} \left(y^{(i)} \log a^{[2](i)} "
    r"+ (1 - y^{(i)}) \log(1 - a^{[2](i)})\right)$$ "
    r"$$dZ^{[2]} = §$$ $$dW^{[2]} = \frac{1}{m} dZ^{[2]} A^{[1]T}$$ "
)
OUTPUT = NG.replace("§", "A^{[2]} - Y")
ROWS = (
    r"Let $\mathbf{a} = \mathbf{x}\mathbf{W} + \mathbf{b}$, $\mathbf{h} = \tanh(\mathbf{a})$, "
    r"$\mathbf{o} = \mathbf{h}\mathbf{U}$ and $L = \frac12 \|\mathbf{o} - \mathbf{t}\|^2$ "
    r"with $\mathbf{g} = \mathbf{o} - \mathbf{t}$. "
)
COLUMNS = (
    r"Let $a = Wx$, $h = \tanh(a)$, $o = Uh$ and $L = \frac12 \|o - t\|^2$ with $g = o - t$, "
    r"$d = U^\top g \odot (1 - h \odot h)$. Then $$\frac{\partial L}{\partial W} = d x^\top, \quad "
    r"\frac{\partial L}{\partial W} = (U^\top g \odot (1 - h \odot h)) x^\top$$ "
)
BATCH = (
    r"Let $S = X W_1 + b_1$, where $X \in \mathbb{R}^{N \times D}$, "
    r"$W_1 \in \mathbb{R}^{D \times K}$, and $L = \frac12 \|S - T\|_F^2$. "
)
LINES = {  # a text with a place, what is right there, and slips
    "the output of a batch": (NG, ("A^{[2]} - Y", "A^{[2]} + Y")),
    "a bias is added to every instance": (
        OUTPUT + r"$$db^{[2]} = § \sum_{i=1}^{m} dz^{[2](i)}$$",
        (r"\frac{1}{m}", "2"),
    ),
    "a star and a square of entries": (
        OUTPUT + r"$$dZ^{[1]} = W^{[2]T} dZ^{[2]} * (1 § (A^{[1]})^2)$$",
        ("-", "+"),
    ),
    "a bias behind the rows of a batch": (
        BATCH + r"$$\frac{\partial L}{\partial b_1} = § (S - T)$$",
        (r"\mathbf{1}^\top", r"2\, \mathbf{1}^\top"),
    ),
    "vectors before matrices are rows": (
        ROWS + r"$$\frac{\partial L}{\partial \mathbf{U}} = §$$",
        (r"\mathbf{h}^\top \mathbf{g}", r"\mathbf{g}^\top \mathbf{h}"),
    ),
    "a column where all vectors are rows": (
        ROWS + r"$$\frac{\partial L}{\partial \mathbf{h}} = §$$",
        (r"\mathbf{g} \mathbf{U}^\top", r"\mathbf{U} \mathbf{g}^\top"),
    ),
    "one layout in one text": (
        COLUMNS + r"$$\frac{\partial L}{\partial U} = §$$",
        (r"g h^\top", r"h g^\top"),
    ),
}


def verdicts(name: str, said: str) -> list[str]:
    return [line.verdict for line in proofread(LINES[name][0].replace("§", said)).lines]


@pytest.mark.parametrize("name", LINES)
def test_the_right_line_holds(name: str):
    assert set(verdicts(name, LINES[name][1][0])) <= {"proved", "tested"}


@pytest.mark.parametrize("name", LINES)
def test_slips_are_found(name: str):
    for slip in LINES[name][1][1:]:
        assert "refuted" in verdicts(name, slip), slip


def test_a_layout_that_is_open_is_left_open():
    text = COLUMNS.split("Then")[0] + r"$$\frac{\partial L}{\partial W} = d x^\top$$ "
    text += r"$$\frac{\partial L}{\partial U} = h g^\top$$"
    assert [line.verdict for line in proofread(text).lines] == ["proved", "unread"]


def test_a_number_before_a_matrix_makes_no_rows():
    text = r"Let $z = W x + b$, $L = \frac12 \|z - t\|^2$ and $R = L + \lambda \|W\|_F^2$. "
    text += r"$$\frac{\partial R}{\partial W} = (z - t) x^\top + 2 \lambda W$$"
    assert [line.verdict for line in proofread(text).lines] == ["proved"]


def test_a_bracket_that_is_never_closed_is_read_to_its_end():
    assert proofread(r"with $z = (e^{x_1}, \dots, e^{x_{n}$").verdict == "unread"
