"""Words that plain text sets off behind a formula, and accented letters as factors."""

from __future__ import annotations

import pytest

from gory import proofread

SETS = ("y in {-1, 1}", "y ∈ {−1,+1}", "where y ∈ {-1, 1}", "for y in {-1, +1}")


@pytest.mark.parametrize("words", [", q fixed", ", one sample", " (by definition), as usual"])
def test_words_behind_a_comma_are_no_part_of_a_definition(words: str) -> None:
    text = f"p[i] = exp(a[i])/sum_k exp(a[k]){words}\n\ndp[i]/da[j] = p[i] (delta[i,j] - p[j])"
    assert proofread(text).lines[-1].verdict == "proved"


def test_a_word_in_brackets_before_such_words_is_no_factor() -> None:
    text = "e = y - f (residual), one sample\nL = e^2/2\ndL/df = -e"
    assert proofread(text).lines[-1].verdict == "proved"


@pytest.mark.parametrize("words", SETS)
def test_the_values_of_a_label_are_known_where_they_are_typed(words: str) -> None:
    text = f"s = sigmoid(w*x)\nL = log(1 + exp(-y*w*x)), {words}\n\nd2L/dw2 = @"
    right, wrong = (
        proofread(text.replace("@", x)).lines[-1].verdict for x in ("x^2*s*(1 - s)", "x*s*(1 - s)")
    )
    assert right in ("proved", "tested")
    assert wrong == "refuted"


def test_a_letter_with_an_accent_before_a_bracket_is_a_factor() -> None:
    verdicts = [
        proofread(f"Let ŷ = σ(z). Then\n\n∂ŷ/∂z = {right}").lines[-1].verdict
        for right in ("ŷ(1−ŷ)", "ŷ(1+ŷ)")
    ]
    assert verdicts == ["proved", "refuted"]


def test_a_reason_in_an_earlier_sentence_makes_no_fact() -> None:
    text = "Because everything cancels. Let p = σ(z).\n\ndp/dz = p (1 - p)"
    assert proofread(text).lines[-1].verdict == "proved"
