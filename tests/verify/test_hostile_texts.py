"""Whatever somebody types: an answer or a `NotationError`, never another error."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gory import NotationError, proofread

PIECES = [
    r"\frac",
    r"\partial",
    r"\nabla",
    r"\sum",
    r"\prod",
    r"\log",
    r"\exp",
    r"\left(",
    r"\right)",
    r"\begin{cases}",
    r"\end{cases}",
    r"\\",
    r"&",
    r"\|",
    r"^",
    r"_",
    r"{",
    r"}",
    r"(",
    r")",
    r"[",
    r"]",
    r"=",
    r"+",
    r"-",
    r"/",
    r"'",
    r"x",
    r"z_k",
    r"W^\top",
    r"\delta_{km}",
    r"s",
    r"1",
    r"2",
    r"e^{",
    r"\mathbf{1}",
    r"\mathrm{diag}",
    r"\mathrm{softmax}",
    r"\odot",
    r"\cdot",
    r"\in",
    r"\mathbb{R}",
    r"\dots",
    r",",
    r".",
    r"\text{if}",
    r"\newcommand{\a}{x}",
    r"\a",
    r"\def",
    r"\intertext{",
    r"\begin{align}",
    r"\end{align}",
    r"$",
    r"$$",
    r"\quad",
    r"\overset{a}{=}",
    r"\hat",
    r"y",
    r"\operatorname{tr}",
    r"d",
    r"i",
    r"k",
    r"\sqrt",
]
WORDS = [
    "d(",
    "s[k]",
    "z[m]",
    ",",
    ")",
    "=",
    "+",
    "-",
    "sum_k",
    "sum_{",
    "}",
    "e^",
    "delta[k,m]",
    "∂",
    "/",
    "(",
    "1",
    "2",
    "x_i",
    "x^2",
    "let",
    "and",
    "with",
    ":",
    ".",
    "given",
    "index",
    "K",
    "=",
    "3",
    "(1)",
    "1.",
    "for",
    "if",
]

latex = st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join)
plain = st.lists(st.sampled_from([*WORDS, "\n"]), max_size=25).map(" ".join)


@given(st.one_of(latex, latex.map(lambda t: f"$${t}$$"), plain, st.text(max_size=60)))
@settings(max_examples=150, deadline=None)
def test_any_text_gets_an_answer(text: str) -> None:
    try:
        found = proofread(text)
    except NotationError:
        return
    assert found.verdict in ("proved", "tested", "refuted", "unread")


DEEP = [
    "$" + "{" * 20000 + "x" + "}" * 20000 + " = x$",
    "$$" + r"\frac{1}{" * 300 + "x" + "}" * 300 + " = x$$",
    "$$" + "(" * 3000 + "x" + ")" * 3000 + " = x$$",
    "$$x" + "_{x" * 300 + "}" * 300 + " = x$$",
    "$$" + "A^T " * 200 + "x = 1$$",
    "$$" + r"\mathrm{softmax}(" * 30 + "z" + ")" * 30 + " = 1$$",
    "$$" + r"\partial x / " * 2000 + "x = x$$",
    r"\begin{align}" + r"\intertext{" * 5000 + "x = 1" + "}" * 5000 + r"\end{align}",
    r"$$\input{/etc/passwd} = 1$$",
    r"$$\frac{\partial L}{\partial z_k = p_k$$ \begin{align} x &= 2",
    "a[k] = b[k]\na[k,m] = c[k]\na = 3",
    "sum_{k=" * 10000 + "x = 1",
    "\u2202" * 20000 + "x = x",
]


@pytest.mark.parametrize("text", DEEP, ids=range(len(DEEP)))
def test_depth_and_nonsense_are_unread(text: str) -> None:
    assert proofread(text).verdict == "unread"


@pytest.mark.parametrize("text", ["x" * 5_000_000, "a = b\n" * 800_000, "$a_k = b_k$ " * 20_000])
def test_a_huge_text_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(NotationError, match="split"):
        proofread(text)


@pytest.mark.parametrize(
    "text",
    ["d" * 20_000, "L = x\ndx/" + "dx1" * 300 + "(", "L = x\ndx/" + "d" * 300 + "(", "f(" * 5_000],
    ids=["one word", "differentials", "letters", "brackets"],
)
def test_what_looks_like_a_derivative_for_long_is_left_alone(text: str) -> None:
    assert all(line.verdict == "unread" for line in proofread(text).lines)


def test_many_wrong_lines_are_all_found() -> None:
    lines = "".join(f"d(f, x) = {n} x^2 + {n}\n" for n in range(5, 105))
    found = proofread("f = x^3\n" + lines)
    assert [line.verdict for line in found.lines] == ["refuted"] * 100


def test_a_chain_of_more_sides_than_anybody_writes_is_unread() -> None:
    (line,) = proofread(f"${'x = ' * 2000}x$").lines
    assert line.verdict == "unread"
    assert "1,000 sides" in line.why


def test_a_bar_over_nothing_is_no_average() -> None:
    text = (
        r"$$\bar = \frac{1}{n} \sum_i x_i$$"
        "\n"
        r"Let $L = y^2$ and $\bar y = \partial L / \partial y$."
        "\n"
        r"$$\bar y = 2 y$$"
    )
    assert "refuted" not in [line.verdict for line in proofread(text).lines]


def test_an_index_that_is_missing_is_unread() -> None:
    (line,) = proofread("$y_k=y_{nk}y_$").lines
    assert line.verdict == "unread"
