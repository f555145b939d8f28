"""Plain text as people type it, in the paper language."""

from __future__ import annotations

import pytest

from gory import proofread
from gory.notation.manuscript.typed._spelling import Spelling

SPELLINGS = [
    ("s_i", "s[i]"),
    ("W_kj", "W[k,j]"),
    ("W_{k,j}", "W[k,j]"),
    ("x_1", "x[1]"),
    ("x_j^(i)", "x[i,j]"),
    ("x_max", "xmax"),
    ("delta_ij", "delta[i,j]"),
    ("sum_k a_k", "sum_k a[k]"),
    ("sum_{k=1}^K a_k", "sum_k a[k]"),
    ("sum_(k=1)^{K} a_k", "sum_k a[k]"),
    ("e^(a_i)", "exp(a[i])"),
    ("e^x", "exp(x)"),
    ("e^{-x}", "exp(-x)"),
    ("\u2202L/\u2202z[k]", "d(L, z[k])"),
    ("\u2202/\u2202z_k (a + b)", "d(a + b, z[k])"),
    ("dL/dz_k", "d(L, z[k])"),
    ("delta[i,j]", "delta[i,j]"),
]


@pytest.mark.parametrize(("typed", "meant"), SPELLINGS)
def test_a_spelling_has_one_meaning(typed: str, meant: str) -> None:
    assert Spelling.of(typed).read(typed) == meant


def test_digits_are_two_indices_where_the_name_has_two() -> None:
    assert Spelling.of("theta_kj = 1").read("theta_10") == "theta[1,0]"
    assert Spelling.of("theta_k = 1").read("theta_10") == "theta[10]"


def test_names_of_the_text_are_left_alone() -> None:
    assert Spelling.of("e = 2").read("e^x") == "e^x"


LINES = [
    "s_i = e^(a_i) / sum_k e^(a_k)\nd(s_i, a_j) = s_i (delta_ij - s_j)",
    "p[k] = exp(z[k]) / \u03a3_c exp(z[c])\n\u2202p[k]/\u2202z[m] = p[k] (\u03b4[k,m] \u2212 p[m])",
    "f = x^2\n1. d(f, x) = 2 x",
    "f = x^2\n(a) d(f, x) = 2 x   (3)",
    "Least squares: let r[i] = sum_j B[i,j] x[j] - c[i] and g = 1/2 sum_i r[i]^2.\n"
    "d(g, x[j]) = sum_i r[i] B[i,j]",
    "f = x^2\nPart I:\nd(f, x) = 2 x",
]


@pytest.mark.parametrize("text", LINES)
def test_lines_that_people_type_hold(text: str) -> None:
    assert {line.verdict for line in proofread(text).lines} == {"proved"}
