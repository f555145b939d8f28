"""Kinks as a textbook writes them: sign, abs and relu stay; brackets only where nothing shorter is.

Values are held against torch, whose slopes at a kink are not asked for.
"""

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import gory
from gory.notation import read_expression

RESULTS = [
    ("", "abs(x)", "x", "sign(x)"),
    ("", "abs(x)^3", "x", "3 x abs(x)"),
    ("", "x abs(x)", "x", "2 abs(x)"),
    ("", "x sign(x)", "x", "sign(x)"),
    ("", "abs(a - b)", "b", "-sign(a - b)"),
    ("", "abs(a b)", "a", "b sign(a b)"),
    ("", "log(abs(x))", "x", "1 / x"),
    ("", "relu(a)^2", "a", "2 relu(a)"),
    ("", "relu(a - b)^3", "b", "-3 relu(a - b)^2"),
    ("", "sum_i relu(abs(r[i]) - eps)", "r[m]", "[abs(r[m]) > eps] sign(r[m])"),
    ("", "lam sum_i abs(w[i])", "w[m]", "lam sign(w[m])"),
    ("h = abs(x - m)", "h^2 + h", "x", "sign(x - m) (1 + 2 h)"),
]


@pytest.mark.parametrize(("text", "of", "wrt", "expected"), RESULTS)
def test_a_kink_stays_as_it_is_known(text: str, of: str, wrt: str, expected: str) -> None:
    derivation = gory.read(text).derive(of, wrt)
    assert (str(derivation.result), derivation.verdict) == (expected, "proved")


MATRICES = [
    ("L = lam sum_{l,n} abs(W[l,n])", "lam sign(W)"),
    ("L = lam sum_{l,n} abs(W[l,n]) + c sum_{l,n} W[l,n]^2", "lam sign(W) + 2 c W"),
]


@pytest.mark.parametrize(("text", "expected"), MATRICES)
def test_a_penalty_has_a_matrix_form(text: str, expected: str) -> None:
    assert gory.read(text).derive("L", "W[l,n]").matrix_form == expected


def test_the_slope_of_a_norm_keeps_the_absolute_value() -> None:
    derivation = gory.read("r = (sum_i abs(x[i])^p)^(1/p)").derive("r", "x[m]")
    written = str(derivation.result)
    assert derivation.verdict == "proved"
    assert "abs(x[m])^(p - 1)" in written
    assert "[" not in written.replace("[m]", "").replace("[i]", "")


@pytest.mark.parametrize(("of", "wrt"), [("abs(x)^3", "x"), ("relu(x)^2", "x"), ("x abs(x)", "x")])
def test_a_line_that_needs_it_says_almost_everywhere(of: str, wrt: str) -> None:
    steps = gory.read("").derive(of, wrt).steps
    assert any("almost everywhere" in use for step in steps for use in step.uses)


def test_the_sign_of_zero_is_zero() -> None:
    (line,) = gory.proofread("sign(0) = 0").lines
    assert line.verdict == "holds" or line.verdict == "proved"
