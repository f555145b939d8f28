"""What cannot be read is refused at its place, with a reason that names it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.notation._trees import PAPER

from gory.notation import NotationError, Paper, read_expression, read_paper, to_plain

# the text with a caret under the place, and a part of the reason
EXPRESSIONS = [
    ("a +", "   ^", "found the end of the line"),
    ("(a", "^", "this bracket is never closed"),
    ("a)", " ^", "found ')'"),
    ("a b]", "   ^", "found ']'"),
    ("[a]", "  ^", "a condition in brackets compares two sides"),
    ("[a > b > c]", "       ^", "expected ']' after a condition"),
    ("foo(x)", "^", "'foo' is not a function known here"),
    ("max_k c", "^", "what max compares does not have its index"),
    ("prod_k z[k]", "    ^", "over a range is written exp(sum_k log x[k])"),
    ("softmax(z)", "^", "'softmax' is written out: exp(z[k]) / sum_c exp(z[c])"),
    ("sum_i x[i] i", "           ^", "an index is no number"),
    ("A^T[i,j]", "  ^", "a transpose is written by the order of its indices"),
    ("ln x", "^", "'ln' is written log"),
    ("2 tan x", "  ^", "'tan' takes brackets, tan(x)"),
    ("1e-4 x", "^", "write 10^5 or 10^-5"),
    ("x**2", "  ^", "a power is written with ^"),
    ("|x|", "^", "write abs(x)"),
    (r"\frac{1}{2}", "^", "this is LaTeX"),
    ("e^(a x)", "  ^", "the exponential function is exp(...); for a name"),
    ("sum_{i=1}^m a[i]", "         ^", "a sum runs over the whole range of its index"),
    ("sum a[i]", "    ^", "a sum names its index"),
    ("sum_i", "     ^", "expected what 'sum' adds up"),
    ("sum_{i", "      ^", "expected '}' after the indices of a sum"),
    ("sum_{i,i} x[i]", "       ^", "the index 'i' is bound twice by one sum"),
    ("sum_{c >= } x[c]", "          ^", "an index is a letter or a number, found '}'"),
    ("sum_3 x", "    ^", "a sum binds a letter, found '3'"),
    ("x_i", " ^", "names have no underscore; write x[...]"),
    ("x[i", "   ^", "expected ']' after the indices of 'x'"),
    ("x[i,]", "    ^", "an index is a letter or a number, found ']'"),
    ("x[1.5]", "  ^", "an index is a letter or a number, found '1.5'"),
    ("x[i] + x[i,j]", "       ^", "'x' has 2 indices here and 1 elsewhere"),
    ("delta[k]", "       ^", "expected ',' between the two indices of delta"),
    ("delta[k,m,n]", "         ^", "expected ']' after the two indices of delta"),
    ("log", "   ^", "log needs an argument"),
    ("exp()", "    ^", "found ')'"),
    ("log^2 x", "   ^", "write log(...)^2"),
    ("a^", "  ^", "an exponent is a number, a name or a bracket"),
    ("a^b^c", "   ^", "a power of a power is ambiguous"),
    ("a + - b", "    ^", "two signs in a row"),
    ("a $ b", "  ^", "the sign '$' has no meaning here"),
    ("1e5", "^", "write 10^5 or 10^-5 for a power of ten"),
    ("d(J, 3)", "     ^", "a derivative is taken with respect to an entry"),
    ("d(J,)", "    ^", "a derivative is taken with respect to an entry"),
    ("d(J, a b)", "       ^", "expected ')' after a derivative"),
    ("given", "^", "'given' is a word of the language"),
    ("a = b", "  ^", "found '='"),
]

PAPERS = [
    ("h = b\nh = a", 2, "^", "'h' is defined twice"),
    ("h = h + 1", 1, "^", "'h' is defined by itself"),
    ("a = b\nb = 1", 2, "^", "'b' is used above, before this definition"),
    ("h[i] = x[j]", 1, "         ^", "index 'j' is free on the right but not on the left"),
    ("h[i,i] = x[i]", 1, "^", "a definition lists different letters"),
    ("sum = 3", 1, "^", "'sum' is a word of the language"),
    ("index k:K\nK = x", 2, None, "the size of K is a whole number"),
    ("index k:K\nK = 3..2", 2, None, "the size of K is a whole number"),
    ("index i", 1, "       ^", "expected ':'"),
    ("index i:N i:D", 1, "          ^", "index 'i' already runs over N"),
    ("index i:sum", 1, None, "a range is named by a word"),
    ("given a", 1, "       ^", "a fact compares two sides"),
    ("a + b", 1, "^", "expected a definition"),
    ("x[i] y[i] = 3", 1, "     ^", "expected '=' after the left side"),
    ("# a comment\n\na = (b\n", 3, "    ^", "this bracket is never closed"),
]

RANGE_CONFLICTS = [
    ("index i:N k:K", "delta[i,k]", "compares indices of one range"),
    ("index i:N k:K", "sum_k delta[i,k] z[k]", "compares indices of one range"),
    ("index i:N k:K", "x[i] + x[k]", "index 'k' on axis 1 of 'x' cannot run over K and over N"),
    ("index i:N k:K", "A[i,k] A[k,i]", "on axis 1 of 'A' cannot run over K and over N"),
    ("index i:N k:K", "sum_{i >= k} a[i]", "a comparison of indices cannot run over N and over K"),
    ("index i:N k:K", "d(J, x[i]) + d(J, x[k])", "on axis 1 of 'x'"),
    ("h[i] = x[i]\nindex i:N k:K", "h[k]", "on axis 1 of 'h'"),
    ("index i:N\nN = 0..2", "x[i] + x[5]", "5 is outside N, which runs from 0 to 2"),
]


@pytest.mark.parametrize(("text", "caret", "reason"), EXPRESSIONS)
def test_an_expression_is_refused_at_its_place(text: str, caret: str, reason: str) -> None:
    with pytest.raises(NotationError) as refused:
        read_expression(text)
    assert reason in refused.value.reason
    assert refused.value.row == 1
    assert refused.value.column == len(caret)
    assert str(refused.value).endswith(f"\n    {text}\n    {caret}")


@pytest.mark.parametrize(("text", "row", "caret", "reason"), PAPERS)
def test_a_paper_is_refused_at_its_line(
    text: str, row: int, caret: str | None, reason: str
) -> None:
    with pytest.raises(NotationError) as refused:
        read_paper(text)
    assert reason in refused.value.reason
    assert refused.value.row == row
    assert refused.value.line == text.split("\n")[row - 1]
    if caret:
        assert refused.value.column == len(caret)


@pytest.mark.parametrize(("paper", "text", "reason"), RANGE_CONFLICTS)
def test_an_index_cannot_run_over_two_ranges(paper: str, text: str, reason: str) -> None:
    with pytest.raises(NotationError, match=re.escape(reason)) as refused:
        read_expression(text, read_paper(paper))
    assert refused.value.column >= 1


LOOK_ALIKES = [
    ("а", "CYRILLIC SMALL LETTER A"),
    ("е", "CYRILLIC SMALL LETTER IE"),
    ("ο", "GREEK SMALL LETTER OMICRON"),
    ("ⅼ", "SMALL ROMAN NUMERAL FIFTY"),
    ("𝑥", "MATHEMATICAL ITALIC SMALL X"),
    ("ｘ", "FULLWIDTH LATIN SMALL LETTER X"),
    ("١", "ARABIC-INDIC DIGIT ONE"),
    ("²", "SUPERSCRIPT TWO"),
    ("ﬁ", "LATIN SMALL LIGATURE FI"),
    ("\u200b", "ZERO WIDTH SPACE"),
    ("\u00a0", "NO-BREAK SPACE"),
    ("−x", None),  # a real minus sign is read as one
]


@pytest.mark.parametrize(("sign", "name"), LOOK_ALIKES)
def test_a_letter_that_only_looks_like_another_is_named(sign: str, name: str | None) -> None:
    if name is None:
        assert to_plain(read_expression(sign)) == "-x"
        return
    with pytest.raises(NotationError, match=re.escape(name)) as refused:
        read_expression(f"a + {sign}")
    assert refused.value.column == 5
    assert f"U+{ord(sign):04X}" in refused.value.reason


ALPHABET = "abdehiklmnxyzJKNΣθδ∂λ0123456789+-*/^=(){}[],:_<>.#!$ \n\t"
WORDS = st.sampled_from(
    ["sum_", "sum_{i,k} ", "delta[", "exp(", "log ", "d(", "given ", "index ", "[k >= ", "h[i,k]",
     " = ", "theta[m,n]", "K = 3", "i:N ", "/ ", "^-1 ", "))", "]]", "0..2", "#"]
)  # fmt: skip
SOUP = st.one_of(
    st.text(),
    st.text(ALPHABET, max_size=200),
    st.lists(st.one_of(WORDS, st.text(ALPHABET, max_size=4)), max_size=40).map("".join),
)


def refusal(read: Callable[[str], object], text: str) -> NotationError | None:
    """The error of the notation that a text brings about; any other error passes through."""
    try:
        read(text)
    except NotationError as error:
        return error
    return None


@settings(max_examples=600, deadline=None)
@given(SOUP)
@example("d(" * 59 + "a" + ", b)" * 59)
@example("[[" * 100)
@example("x[" * 500)
def test_arbitrary_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    for read in (read_paper, read_expression, lambda t: read_expression(t, PAPER)):
        error = refusal(read, text)
        assert error is None or (error.reason and error.row >= 1 and error.column >= 1)


@settings(max_examples=300, deadline=None)
@given(SOUP)
def test_what_is_read_can_be_written_and_read_again(text: str) -> None:
    try:
        tree = read_expression(text, PAPER)
    except NotationError:
        return
    assert read_expression(to_plain(tree), PAPER) == tree


LONG = {
    "a sum of 2,500 terms": " + ".join(["x[i]"] * 1500),
    "a product of 2,500 factors": " ".join(["x[i]"] * 2000),
    "2,000 brackets": "(" * 2000 + "a" + ")" * 2000,
    "2,000 open brackets": "(" * 2000,
    "2,000 square brackets": "[" * 2000 + "a" + "]" * 2000,
    "2,000 conditions": "[a > " * 2000,
    "2,000 functions": "log " * 2000 + "a",
    "2,000 sums": "sum_i " * 1600 + "a[i]",
    "2,000 quotients": "/".join("a" * 2000),
    "2,000 orders": "d(J" + ", x" * 2000 + ")",
    "2,000 derivatives": "d(" * 2000 + "J" + ", x)" * 2000,
    "2,000 powers": "^".join("a" * 2000),
    "a name of 10,000 letters": "a" * 10_000,
    "a number of 4,000 digits": "9" * 4000,
    "10,000 indices": f"x[{','.join('i' * 5000)}]",
    "10,000 blanks": " " * 10_000 + "a",
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_the_work_for_a_long_line_grows_with_its_length_only(text: str) -> None:
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        error = refusal(read_expression, text)
    finally:
        sys.setprofile(before)
    assert error is None or len(str(error)) < 1000
    assert calls < 200 * len(text)


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_long_line_that_is_read_is_written_again(text: str) -> None:
    if refusal(read_expression, text) is None:
        tree = read_expression(text)
        assert read_expression(to_plain(tree)) == tree


def test_a_text_without_end_is_refused_before_it_is_read() -> None:
    with pytest.raises(NotationError, match="the text has 200,000 characters; at most 100,000"):
        read_paper("a" * 200_000)


def test_text_is_never_run() -> None:
    with pytest.raises(NotationError):
        read_paper("a = __import__('os').system('true')")
    with pytest.raises(NotationError):
        read_expression("exec(open)", Paper())
