"""Rows of a table are equations where its heading says how the columns belong together."""

from __future__ import annotations

import pytest

from gory import proofread

TABLES = {
    "primes": r"""
| $f(x)$ | $f'(x)$ |
|---|---|
| $\log(1 + e^x)$ | $[[\sigma(x)||\sigma(-x)]]$ |
""",
    "names": r"""
| name | function | derivative |
|---|---|---|
| tanh | $\tanh x$ | $1 - [[f(x)^2||f(x)]]$ |
""",
    "a name of its own": r"""
activation | formula | slope
--- | --- | ---
swish | $s(z) = z \sigma(z)$ | $\sigma(z) + s(z) (1 - [[\sigma(z)||s(z)]])$
""",
    "by what": r"""With $r = t - f$:

| loss | derivative by $f$ |
|---|---|
| $\frac12 r^2$ | $[[-r||r]]$ |
""",
    "a derivative as heading": r"""
| $E$ | $\partial E / \partial s$ |
|---|---|
| $-t \log \sigma(s) - (1 - t) \log(1 - \sigma(s))$ | $[[\sigma(s) - t||t - \sigma(s)]]$ |
""",
    "values": r"""Let $p_k = e^{z_k} / \sum_m e^{z_m}$.

| quantity | value |
|:--|--:|
| $\frac{\partial p_k}{\partial z_j}$ | $p_k (\delta_{kj} [[-||+]] p_j)$ |
""",
    "tabular": r"""\begin{tabular}{c|c}
$f(x)$ & $f'(x)$ \\ \hline
$x^n$ & $n x^{[[n - 1||n]]}$ \\
\end{tabular}""",
}


def marked(text: str, side: int) -> str:
    before, rest = text.split("[[")
    inner, after = rest.split("]]")
    return before + inner.split("||")[side] + after


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES)
def test_the_columns_of_a_table_are_compared(text: str) -> None:
    right = [line for line in proofread(marked(text, 0)).lines if line.verdict != "given"]
    wrong = [line.verdict for line in proofread(marked(text, 1)).lines]
    assert {line.verdict for line in right} <= {"proved", "tested"}
    assert "refuted" in wrong


def test_a_condition_in_a_cell_is_heard() -> None:
    text = "| name | $f(x)$ | $f'(x)$ |\n|--|--|--|\n| right half ($x > 0$) | $|x|$ | $1$ |"
    assert "refuted" not in [line.verdict for line in proofread(text).lines]


def test_what_no_heading_relates_is_unread() -> None:
    text = "| a | b |\n|--|--|\n| $x^2 + y$ | $2 x + y$ |"
    assert [line.verdict for line in proofread(text).lines] == ["unread"]


@pytest.mark.parametrize(
    "aside",
    [
        "| matrix | shape |\n|--|--|\n| $W x + b$ | $K \\times D$ |",
        "| symbol | meaning |\n|--|--|\n| $z_k$ | logit |\n| $e^{z_k}$ | weight |",
        "| $x_1$ | $x_2$ |\n|--|--|\n| $0$ | $-1$ |",
    ],
)
def test_lists_of_names_claim_nothing(aside: str) -> None:
    assert not proofread(aside).lines


@pytest.mark.parametrize("hostile", ["| $a$ ", "|--|\n", "| a | b |\n|--|--|\n", "$|$|\n--|--\n"])
def test_tables_without_end_are_survived(hostile: str) -> None:
    text = hostile * (10_000 // len(hostile))
    assert len(proofread(text).lines) < 5000
