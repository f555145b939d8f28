"""What is printed in the paper language is read back as the same expression."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from tests.gold._problems import PROBLEMS, Problem
from tests.notation._trees import PAPER, trees

from gory.notation import Expr, read_expression, read_paper, to_plain


@settings(max_examples=400, deadline=None)
@given(trees)
def test_reading_what_was_printed_gives_the_same_expression(tree: Expr) -> None:
    assert read_expression(to_plain(tree), PAPER) == tree


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_formulas_of_the_literature_survive_printing(problem: Problem) -> None:
    for expr in (problem.asked, problem.closed):
        assert read_expression(to_plain(expr), problem.paper) == expr
    lines = [f"index {letter}:{name}" for letter, name in problem.paper.letters.items()]
    for one in problem.paper.definitions.values():
        lines.append(f"{to_plain(one.ref)} = {to_plain(one.body)}")
    again = read_paper("\n".join(lines))
    assert dict(again.definitions) == dict(problem.paper.definitions)


SPELLINGS = [
    ("x*y", "x y"),
    ("x / y z", "(x / y) z"),
    ("x / (y z)", "x / (y z)"),
    ("(x / y) z", "(x / y) z"),
    ("- x y", "-x y"),
    ("-(x + y)", "-(x + y)"),
    ("x - (y - z)", "x - (y - z)"),
    ("sum_{i} a[i]", "sum_i a[i]"),
    ("log (a)", "log a"),
    ("exp a", "exp(a)"),
    ("0.5 x", "(1 / 2) x"),
    ("1 / 2 x", "(1 / 2) x"),
    ("x^-1", "x^-1"),
    ("x^(1/2)", "x^(1 / 2)"),
    ("sum_i a[i] / b", "sum_i a[i] / b"),
    ("(sum_i a[i]) / b", "(sum_i a[i]) / b"),
    ("d(d(f, x), y)", "d(f, x, y)"),
    ("Σ_i α[i] β", "sum_i alpha[i] beta"),
]


@pytest.mark.parametrize(("typed", "printed"), SPELLINGS)
def test_one_spelling_is_printed_for_what_is_the_same(typed: str, printed: str) -> None:
    assert to_plain(read_expression(typed)) == printed
