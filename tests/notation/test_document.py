"""Documents are cut into prose and mathematics, and mathematics into statements."""

from __future__ import annotations

import pytest

from gory.notation import NotationError
from gory.notation._document import LONGEST_DOCUMENT, stretches
from gory.notation.manuscript._manuscript import Manuscript, read_manuscript

EQUATION = "a = b"
DELIMITERS = [
    "$${}$$",
    "\\[{}\\]",
    "\\({}\\)",
    "${}$",
    "\\begin{{equation}}{}\\end{{equation}}",
    "\\begin{{align*}}{}\\end{{align*}}",
    "\\begin{{equation}}\\begin{{aligned}}{}\\end{{aligned}}\\end{{equation}}",
    "\\begin{{gather}}{}\\end{{gather}}",
    "\\begin{{eqnarray}}{}\\end{{eqnarray}}",
    "```math\n{}\n```",
    "```latex\n\\[{}\\]\n```",
]


def sides(manuscript: Manuscript) -> list[list[str]]:
    return [[side.readings[0] for side in one.sides] for one in manuscript.statements]


@pytest.mark.parametrize("delimiters", DELIMITERS)
def test_mathematics_is_found_in_its_delimiters(delimiters: str) -> None:
    text = f"Some words.\n{delimiters.format(EQUATION)}\nMore words with x = y."
    assert sides(read_manuscript(text)) == [["a", "b"]]


CHAINS = [
    (r"a &= b \\ &= c", [["a", "b", "c"]]),
    (r"a &= b \\ &\quad + c \\ &= d", [["a", "b  + c".replace("  ", " "), "d"]]),
    (r"a &= b \\ c &= d", [["a", "b"], ["c", "d"]]),
    (r"a = b, \qquad c = d", [["a", "b"], ["c", "d"]]),
    (r"a = b \quad\text{and}\quad c = d", [["a", "b"], ["c", "d"]]),
    (r"a &= b && \text{by definition} \\ &= c", [["a", "b", "c"]]),
    (r"a \stackrel{(1)}{=} b", [["a", "b"]]),
    (r"a = b \implies c = d", [["a", "b"], ["c", "d"]]),
    (r"a := b \tag{3} \label{eq}", [["a", "b"]]),
    (r"a &= b \nonumber \\ & = c.", [["a", "b", "c"]]),
]


@pytest.mark.parametrize(("rows", "expected"), CHAINS)
def test_rows_are_joined_to_chains(rows: str, expected: list[list[str]]) -> None:
    found = sides(read_manuscript(f"\\begin{{align}}{rows}\\end{{align}}"))
    assert [[side.strip() for side in one] for one in found] == expected


def test_a_side_knows_its_row_and_its_words() -> None:
    manuscript = read_manuscript("one\n\n$$\na_k\n= b_k\n$$")
    first, second = manuscript.statements[0].sides
    assert (first.row, first.source, second.row, second.source) == (4, "a_k", 5, "b_k")


def test_an_equation_under_a_brace_is_a_claim() -> None:
    manuscript = read_manuscript(r"$$a \underbrace{(b + c)}_{= 1} = a$$")
    assert sides(manuscript)[1] == ["(b + c)", "1"]


def test_a_condition_beside_a_row_belongs_to_that_row() -> None:
    manuscript = read_manuscript(r"$$a_{ij} = b_i \quad \text{if } i = j$$")
    assert manuscript.statements[0].sides[1].conditions == (("i", "=", "j"),)


def test_a_tuple_declares_its_constant_entries() -> None:
    assert read_manuscript(r"$x = (1, x_1, x_2)^T$").facts == ["x[0] = 1"]


def test_plain_lines_need_no_delimiters() -> None:
    text = (
        "Let a[k] = b[k]\nWords without a relation\n  = c[k]\nSince sum_k c[k] = 1 we have\nd = e"
    )
    manuscript = read_manuscript(text)
    assert sides(manuscript) == [["a[k]", "b[k]", "c[k]"], ["sum_k c[k]", "1"], ["d", "e"]]
    assert [one.is_fact for one in manuscript.statements] == [False, True, False]


def test_verbatim_text_and_code_are_prose() -> None:
    text = "\\begin{verbatim}$a = b$\\end{verbatim}\n```python\nx = 1\n```\n$c = d$"
    assert sides(read_manuscript(text)) == [["c", "d"]]


BROKEN = [
    ("$$ a = b", "never closed"),
    ("\\begin{align} a = b", "never closed"),
    (r"$$\frac{a}{b = c$$", "never closed"),
    (r"$$a = \foo$$", "\\foo"),
    ("$$" + "{" * 5000 + "a = b$$", "nested deeper"),
    ("$$" + "a + " * 5000 + "a = b$$", "signs"),
    (r"$$x = 9^{9^{9^9}}$$", ""),
]


@pytest.mark.parametrize(("text", "says"), BROKEN)
def test_what_is_broken_is_reported_with_its_row(text: str, says: str) -> None:
    found = read_manuscript("words\n" + text)
    problems = [side for one in found.statements for side in one.sides if side.problem]
    assert not says or any(says in side.problem for side in problems)
    assert all(side.row == 2 for side in problems)


def test_a_document_has_an_end() -> None:
    with pytest.raises(NotationError, match="split it"):
        stretches("a" * (LONGEST_DOCUMENT + 1))


def test_a_document_has_an_end_of_formulas_too() -> None:
    with pytest.raises(NotationError, match="split it"):
        read_manuscript("$a = b$ " * 6000)


def test_the_cells_of_a_table_are_read() -> None:
    text = (
        r"Let $p = e^z$. \begin{tabular}{l|l} slope & $\frac{dp}{dz} = p$ \\ \hline"
        r" square & $p^2 = e^{2 z}$ \end{tabular}"
    )
    assert len(read_manuscript(text).statements) == 3
