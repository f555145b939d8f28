"""LaTeX and terminal text: what is printed for what, and that nothing is printed for two things."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from tests.gold._problems import PROBLEMS
from tests.notation._katex import needs_node, refused_by_katex
from tests.notation._trees import PAPER, trees

from gory.notation import (
    Expr,
    Num,
    read_expression,
    read_expressions,
    read_paper,
    to_latex,
    to_plain,
    to_terminal,
    walk,
)

WRITTEN = [
    ("theta[m,n]", r"\theta_{mn}", "θ[m,n]"),
    ("theta[1,n]", r"\theta_{1,n}", "θ[1,n]"),
    ("x[a1,j]", r"x_{a_1,j}", "x[a1,j]"),
    ("lam", r"\lambda", "λ"),
    ("Km[j,e]", r"\mathit{Km}_{je}", "Km[j,e]"),
    ("delta[k,m]", r"\delta_{km}", "δ[k,m]"),
    ("a b + c", "a b + c", "a b + c"),
    ("2 * 3 a", r"2 \cdot 3 a", "2 3 a"),
    ("-(a + b)", "-(a + b)", "-(a + b)"),
    ("a / b c", r"\frac{a}{b} \, c", "(a / b) c"),
    ("(a / b + c) d", r"\left(\frac{a}{b} + c\right) d", "(a / b + c) d"),
    ("x[i]^2", "x_i^2", "x[i]²"),
    ("x^-1", "x^{-1}", "x⁻¹"),
    ("x^(1/2)", "x^{1/2}", "x^(1/2)"),
    ("(a + b)^n", "(a + b)^n", "(a + b)^n"),
    ("exp(z[k])", r"\mathrm{e}^{z_k}", "exp(z[k])"),
    ("exp(z / tau)", r"\mathrm{e}^{z/\tau}", "exp(z / τ)"),
    ("exp(-a b / c)", r"\mathrm{e}^{-(a b)/c}", "exp(-a b / c)"),
    ("exp(sum_j a[j])", r"\exp\left(\sum_j a_j\right)", "exp(Σ_j a[j])"),
    ("exp(a)^2", r"(\mathrm{e}^a)^2", "exp(a)²"),
    ("log h[i,k]", r"\log h_{ik}", "log h[i,k]"),
    ("log(h[i]) b", r"\log(h_i) b", "log(h[i]) b"),
    ("log sum_c exp(z[c])", r"\log \sum_c \mathrm{e}^{z_c}", "log Σ_c exp(z[c])"),
    ("log sigmoid(a)", r"\log \sigma(a)", "log(sigmoid a)"),
    ("sqrt(a)", r"\sqrt{a}", "sqrt a"),
    ("abs(a / b)", r"\left|\frac{a}{b}\right|", "abs(a / b)"),
    ("softplus(a)", r"\operatorname{softplus}(a)", "softplus a"),
    ("(sum_i a[i]) b", r"\left(\sum_i a_i\right) b", "(Σ_i a[i]) b"),
    ("sum_{i,k} y[i,k]", r"\sum_{i,k} y_{ik}", "Σ_{i,k} y[i,k]"),
    ("sum_r sum_{c >= r} a[r,c]", r"\sum_r \sum_{c \ge r} a_{rc}", "Σ_r Σ_c [c ≥ r] a[r,c]"),
    ("[a > 0] b", r"\mathbf{1}[a > 0] b", "[a > 0] b"),
    ("d(J, w[m])", r"\frac{\partial J}{\partial w_m}", "∂J/∂w[m]"),
    (
        "d(J, w[m], w[n])",
        r"\frac{\partial^2 J}{\partial w_m \, \partial w_n}",
        "∂²J/∂w[m]∂w[n]",
    ),
    ("d(a b, a)", r"\frac{\partial}{\partial a} (a b)", "∂/∂a (a b)"),
    ("d(log s[k], z[m])", r"\frac{\partial}{\partial z_m} \log s_k", "∂/∂z[m] (log s[k])"),
    ("b / d(J, a)", r"\frac{b}{\frac{\partial J}{\partial a}}", "b / (∂J/∂a)"),
]


@pytest.mark.parametrize(("text", "latex", "terminal"), WRITTEN, ids=[w[0] for w in WRITTEN])
def test_an_expression_is_written_as_an_article_would(text: str, latex: str, terminal: str) -> None:
    expr = read_expression(text, read_paper("index a1:N"))
    assert (to_latex(expr), to_terminal(expr)) == (latex, terminal)


@settings(max_examples=150, deadline=None)
@given(trees, trees)
def test_two_expressions_are_never_written_alike(one: Expr, other: Expr) -> None:
    assume(one != other)
    assert to_latex(one) != to_latex(other)
    assert to_terminal(one) != to_terminal(other)


def test_small_expressions_are_never_written_alike() -> None:
    """Every expression of a few signs against every other: where collisions would be."""
    seen: dict[str, dict[str, Expr]] = {"latex": {}, "terminal": {}}
    for tree in small_expressions():
        for how, text in (("latex", to_latex(tree)), ("terminal", to_terminal(tree))):
            other = seen[how].setdefault(text, tree)
            assert other == tree, f"{text}: {to_plain(other)} and {to_plain(tree)}"
    assert len(seen["latex"]) > 3000


def small_expressions() -> list[Expr]:
    """What can be typed with two operations and a few names."""
    atoms = ["a", "e", "sigma", "2", "z[k]", "z[1]", "K", "delta[k,m]", "[a > 0]", "[k >= m]"]
    forms = [
        "({}) + ({})", "({}) - ({})", "({}) ({})", "({}) / ({})", "({})^({})",
        "sum_m (({}) ({}))", "d({}, a) ({})", "log({}) ({})",
        "-(({}) ({}))", "exp(({}) ({}))", "sigmoid({}) ({})", "[({}) > ({})]",
    ]  # fmt: skip
    once = [form.format(a, b) for form in forms for a in atoms for b in ("3", "z[m]")]
    twice = [form.format(a, b) for form in forms for a in once for b in ("sigma",)]
    twice += [form.format(a, b) for form in forms for a in ("a", "z[k]") for b in once]
    return [read_expression(text, PAPER) for text in (*atoms, *once, *twice)]


@settings(max_examples=150, deadline=None)
@given(trees)
def test_brackets_and_braces_are_balanced(tree: Expr) -> None:
    latex = to_latex(tree)
    assert latex.count(r"\left") == latex.count(r"\right")
    for text in (latex, to_terminal(tree)):
        depth: list[str] = []
        for sign in re.sub(r"\\[{}]", "", text):
            if sign in "([{":
                depth.append(sign)
            elif sign in ")]}":
                assert depth.pop() + sign in ("()", "[]", "{}")
        assert depth == []


@settings(max_examples=150, deadline=None)
@given(trees)
def test_no_double_exponent_and_no_double_index(tree: Expr) -> None:
    """TeX refuses ``a^b^c`` and ``a_b_c``."""
    group = r"(?:[^{}\\]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})"
    assert not re.search(rf"\^{group}\^", to_latex(tree))
    assert not re.search(rf"_{group}_", to_latex(tree))


def test_every_node_can_be_written() -> None:
    """The random trees of these tests hold every kind of node."""
    kinds = set()

    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(trees)
    def collect(tree: Expr) -> None:
        kinds.update(type(node) for node in walk(tree))
        to_latex(tree)

    collect()
    assert kinds == set(Expr.__args__)


def test_what_is_no_expression_is_refused() -> None:
    with pytest.raises(TypeError, match="str cannot be written in LaTeX"):
        to_latex("a + b")  # type: ignore[arg-type]


@needs_node
def test_katex_typesets_every_formula() -> None:
    formulas = [to_latex(expr) for p in PROBLEMS for expr in (p.asked, p.closed)]
    formulas += [to_latex(one.body) for p in PROBLEMS for one in p.paper.definitions.values()]
    formulas += [latex for _, latex, _ in WRITTEN]
    formulas += [to_latex(tree) for tree in small_expressions()[::23]]
    assert refused_by_katex(formulas) == []


def test_a_fraction_of_numbers_stands_for_one_number() -> None:
    (half,), _ = read_expressions(PAPER, ["1 / 2"])
    assert isinstance(half, Num)
    assert to_latex(half) == r"\frac{1}{2}"
