"""What has no answer is refused with the reason: never a zero, never a part of an answer."""

from __future__ import annotations

import pytest

import gory
from gory import DerivationError, NotationError

SOFTMAX = "s[k] = exp(z[k]) / sum_c exp(z[c])"

UNREADABLE = [
    ("argmax(z)", "argmax"),
    ("softmax(z)", "softmax"),
    ("frob(A)", "frob"),
    ("erf(x)", "erf"),
    ("x'", "'"),
    ("x +", "expected"),
    (")", "expected"),
    ("x[i", "expected"),
    ("x[]", "index"),
    ("sum x[i]", "sum_i"),
    ("sum_i", "adds up"),
    ("x^x^x", "brackets"),
    ("x[i,j] x[i]", "elsewhere"),
    ("x == y", "expected"),
    ("", "expected"),
]


@pytest.mark.parametrize(("of", "named"), UNREADABLE)
def test_what_cannot_be_read_is_named(of: str, named: str) -> None:
    with pytest.raises(NotationError) as caught:
        gory.read("").derive(of, "x")
    assert named in str(caught.value)


@pytest.mark.parametrize("of", [of for of, _ in UNREADABLE if of])
def test_what_cannot_be_read_has_a_caret(of: str) -> None:
    with pytest.raises(NotationError, match=r"(?s)\n.*\^"):
        gory.read(f"J = {of} # and a remark")


UNANSWERED = [
    ("a variable that does not occur", SOFTMAX, "s[k]", ["w"], "does not contain"),
    ("... in the second order", "", "x y", ["x", "y", "q"], "does not contain"),
    ("a function without a value", SOFTMAX, "sqrt(log(s[m] delta[k,m]))", ["z[p]"], "has no value"),
    ("a line of many pages", "", "*".join(f"exp(a{n} x)" for n in range(40)), ["x", "x"], "signs"),
    ("an array without its indices", SOFTMAX, "s", ["z[m]"], "s[k]"),
    ("a number", "", "3", ["x"], "does not contain"),
]


@pytest.mark.parametrize(
    ("text", "of", "wrt", "reason"),
    [row[1:] for row in UNANSWERED],
    ids=[row[0] for row in UNANSWERED],
)
def test_a_question_without_an_answer_is_refused_with_the_reason(
    text: str, of: str, wrt: list[str], reason: str
) -> None:
    with pytest.raises((DerivationError, NotationError)) as caught:
        gory.read(text).derive(of, *wrt)
    assert reason in str(caught.value)


@pytest.mark.parametrize("wrt", ["2 x", "x + y", "exp(x)", "K", "x^2"])
def test_only_an_entry_can_be_varied(wrt: str) -> None:
    with pytest.raises(NotationError, match="one entry"):
        gory.read("index k:K").derive("x^2 + K", wrt)


@pytest.mark.parametrize("along", ["v[m,n]", "v", "v[k]", "v[1]"])
def test_a_direction_has_the_indices_of_the_variable(along: str) -> None:
    with pytest.raises((DerivationError, NotationError), match=r"v\[m\]|indices|index"):
        gory.read(SOFTMAX).derive("s[k]", "z[m]", along=along)


@pytest.mark.parametrize("along", ["2 v[m]", "v[m] + w[m]"])
def test_a_direction_is_an_array(along: str) -> None:
    with pytest.raises(NotationError, match="direction is an array"):
        gory.read(SOFTMAX).derive("s[k]", "z[m]", along=along)


KINKED = [
    ("relu(x)", "x", "[x > 0]"),
    ("abs(x)", "x", "sign(x)"),
    ("sum_k relu(a - x[k])", "x[m]", "-[a > x[m]]"),
    ("relu(x)^2", "x", None),
]


@pytest.mark.parametrize(("of", "wrt", "expected"), KINKED)
def test_a_kink_is_stated_as_a_condition(of: str, wrt: str, expected: str | None) -> None:
    derivation = gory.read("").derive(of, wrt)
    assert any("almost everywhere" in use for step in derivation.steps for use in step.uses)
    assert expected is None or str(derivation.result) == expected


CANCELLED = [
    (SOFTMAX, "log s[k]", "z[m]", "s[k] > 0"),
    ("", "log(x^2)", "x", "x != 0"),
    ("given x > 0", "log(x^2)", "x", "x > 0"),
]


@pytest.mark.parametrize(("text", "of", "wrt", "condition"), CANCELLED)
def test_a_cancelled_factor_is_stated_as_a_condition(
    text: str, of: str, wrt: str, condition: str
) -> None:
    steps = gory.read(text).derive(of, wrt).steps
    cancelling = [step for step in steps if step.rule.startswith("cancel")]
    assert any(condition in use for step in cancelling for use in step.uses)
    assert all(step.uses for step in cancelling)


KINKS = [
    ("max(0, u)^2", "u", "2 relu(u)"),
    ("max(x, y)", "x", "[x > y]"),
    ("max(x, y, w)", "w", "1 - [max(x, y) > w]"),
    ("min(x, y)", "x", "1 - [x > y]"),
]


@pytest.mark.parametrize(("of", "wrt", "expected"), KINKS)
def test_the_larger_of_two_has_a_kink_that_is_said(of: str, wrt: str, expected: str) -> None:
    derivation = gory.read("").derive(of, wrt)
    assert (str(derivation.result), derivation.verdict) == (expected, "proved")
    assert any("almost everywhere" in use for step in derivation.steps for use in step.uses)


@pytest.mark.parametrize("text", ["[k == m] x[k] x[m]", "[x = 0] x^2", "max x", "inv(A)[i]"])
def test_what_is_not_in_the_language_is_refused_with_a_caret(text: str) -> None:
    with pytest.raises(gory.NotationError, match=r"\^"):
        gory.read("").derive(text, "x[k]")
