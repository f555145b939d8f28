"""A proof is never contradicted by numbers: random lines, right ones and nearly right ones."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.algebra._expressions import PAPER, budget, expressions, rewritten
from tests.verify._mutants import mutants

from gory.algebra import (
    Display,
    Factoring,
    Setting,
    Style,
    TooLargeError,
    exp_patterns,
    positive_names,
)
from gory.notation import Expr, free_indices, read_expressions, read_paper, to_plain
from gory.verify import Prover, evidence


def contradiction(left: Expr, right: Expr) -> str:
    """What numbers say against a line that was proved; nothing where both sides agree."""
    how = Prover(PAPER).prove(left, right)
    found = evidence(PAPER, left, right) if how else None
    if found is None or found.equal is not False or found.right is None:
        return ""
    return f"{how}: {to_plain(left)} = {to_plain(right)}, {found.left} and {found.right}"


@budget(35)
@given(st.data(), st.booleans())
def test_a_proof_of_a_line_written_otherwise_holds_in_numbers(
    data: st.DataObject, wild: bool
) -> None:
    expr = data.draw(expressions(depth=3, wild=wild))
    assert contradiction(expr, data.draw(rewritten(expr))) == ""


@budget(35)
@given(st.data(), st.booleans())
def test_a_near_miss_is_proved_only_if_it_is_right(data: st.DataObject, wild: bool) -> None:
    expr = data.draw(expressions(depth=3, wild=wild))
    wrong = [mutant for _, mutant in mutants(data.draw(rewritten(expr)), PAPER)]
    assume(wrong)
    assert contradiction(expr, data.draw(st.sampled_from(wrong))) == ""


@budget(35)
@given(expressions(depth=3))
def test_writing_a_normal_form_down_keeps_its_value(expr: Expr) -> None:
    for written in (_expanded(expr), _factored(expr)):
        assert free_indices(written) <= free_indices(expr)
        assert evidence(PAPER, expr, written).equal is True, to_plain(written)


def _expanded(expr: Expr) -> Expr:
    setting, display = _writers(expr)
    return display.polynomial(_normal(setting, expr))


def _factored(expr: Expr) -> Expr:
    setting, display = _writers(expr)
    return Factoring(display).expression(_normal(setting, expr))


def _normal(setting: Setting, expr: Expr) -> dict:
    try:
        return setting.normal(expr)
    except (TooLargeError, ZeroDivisionError):
        assume(False)
        raise


def _writers(expr: Expr) -> tuple[Setting, Display]:
    setting = Setting(PAPER, positive_names=positive_names(PAPER))
    free = tuple(sorted(free_indices(expr), key=lambda index: index.name))
    style = Style(PAPER, free)
    style.see(expr)
    return setting, Display(style, setting.names, exp_patterns([expr], setting))


TEMPTING = [
    ("", "sqrt(x^2)", "x"),
    ("", "log(x^2)", "2 log x"),
    ("", "exp(log(x^2) / 2)", "x"),
    ("", "(x^6)^(1/6)", "x"),
    ("", "sqrt(x^2 y) / x", "sqrt(y)"),
    ("", "abs(x) / x", "1"),
    ("given x[1] > 0", "sqrt(x[k]^2)", "x[k]"),
    ("given sum_k y[k] = 0", "sum_k y[k] x[k]", "0"),
    ("given y[k]^2 = y[k]", "y[k]", "1"),
    ("given A[i,j] = A[j,i]", "A[i,i]", "0"),
    ("given sum_k y[k] = 1", "sum_{k,m} y[k] A[k,m] y[m]", "sum_k y[k] A[k,k]"),
    ("s[k] = exp(z[k]) / sum_c exp(z[c])", "sum_k s[k]^2", "1"),
    ("s[k] = exp(z[k]) / sum_c exp(z[c])", "s[k] s[m]", "s[k] delta[k,m]"),
    ("index k,m:K\nf[k] = sum_k x[k]", "f[m]", "x[m]"),
]


@pytest.mark.parametrize(("text", "left", "right"), TEMPTING)
def test_a_tempting_line_is_not_proved(text: str, left: str, right: str) -> None:
    (a, b), paper = read_expressions(read_paper(text), [left, right])
    assert Prover(paper).prove(a, b, frozenset(fact.text for fact in paper.facts)) == ""
    assert evidence(paper, a, b).equal is False
