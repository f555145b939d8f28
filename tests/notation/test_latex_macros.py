"""Macros of a text's own, and what stands beside formulas."""

from __future__ import annotations

import pytest

from gory import proofread

SETTING = r"Let $f = x^2$. "
MACROS = [
    r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}} $$\pd{f}{x} = 2 x$$",
    r"\newcommand\two{2} $$\frac{\partial f}{\partial x} = \two x$$",
    r"\def\slope#1{\frac{\partial #1}{\partial x}} $$\slope{f} = 2 x$$",
    r"\DeclareMathOperator{\sech}{sech}\def\y{x} $$\frac{\partial f}{\partial x} = 2 \y$$",
    r"\renewcommand{\vec}[1]{#1} $$\frac{\partial f}{\partial x} = 2 \vec{x}$$",
    r"\newcommand{\a}{\b}\newcommand{\b}{2 x} $$\frac{\partial f}{\partial x} = \a$$",
]
BESIDE = [
    r"$$\frac{\partial f}{\partial x} = 2 x \qedhere$$",
    r"$$\frac{\partial f}{\partial x} = 2 x \quad (2)$$",
    r"$$\frac{\partial f}{\partial x} \overset{(b)}{=} 2 x$$",
    r"$$\frac{\mathrm{d} f}{\mathrm{d} x} = 2 x$$",
    r"$\partial f / \partial x = 2 x$",
    r"$df/dx = 2x$",
    r"\begin{align}\intertext{Let $g = x^3$.} \frac{\partial g}{\partial x} &= 3 x^2\end{align}",
]


@pytest.mark.parametrize("text", MACROS + BESIDE)
def test_a_line_is_read_through_macros_and_signs(text: str) -> None:
    assert [line.verdict for line in proofread(SETTING + text).lines] == ["proved"]


@pytest.mark.parametrize("text", MACROS + BESIDE)
def test_a_slip_is_found_through_macros_and_signs(text: str) -> None:
    assert "refuted" in {line.verdict for line in proofread(r"Let $f = x^5$. " + text).lines} or (
        "x^3" in text
    )


def test_a_range_beside_a_definition_is_no_equation() -> None:
    text = r"""
$$S_i = \frac{e^{a_i}}{\sum_{k=1}^N e^{a_k}}, \qquad i = 1, \dots, N.$$
$$\frac{\partial S_i}{\partial a_j} = S_i (\delta_{ij} - S_j), \quad i, j \in \{1, \ldots, N\}$$"""
    assert [line.verdict for line in proofread(text).lines] == ["proved"]


HOSTILE = [
    r"\newcommand{\a}{\a\a} $$\a = 1$$",
    r"\newcommand{\a}{\b\b}\newcommand{\b}{\a\a} $$\a = 1$$",
    "".join(rf"\def\m{a}{{{chr(92)}m{b}{chr(92)}m{b}{chr(92)}m{b}{chr(92)}m{b}}}"
            for a, b in zip("abcdefgh", "bcdefghi", strict=True)) + r"\def\mi{xxxx} $$\ma = 1$$",
    r"\newcommand{\a}[2]{#1 #2} $$1 = \a{x}$$",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_macro_that_does_not_end_is_refused(text: str) -> None:
    assert {line.verdict for line in proofread(text).lines} == {"unread"}
