"""How a proofreading looks: the author's words, safe in every format."""

from __future__ import annotations

import json

import pytest

import gory
from gory.show import check_to_text

TEXT = "f = x^2\n\nd(f, x) = 2 x\n  = 3 x\n"
EVIL = '$$a <b> = `c` | *d* "e" \\foo{<script>}$$'


@pytest.fixture(scope="module")
def found() -> gory.Proofreading:
    return gory.proofread(TEXT)


def test_text_has_a_mark_and_a_row_for_every_line(found: gory.Proofreading) -> None:
    rows = [line.split() for line in found.to_text().splitlines() if line[:4].strip().isdigit()]
    assert rows[0][:2] == ["1", "definition"]
    assert [row[:3] for row in rows[2:]] == [["3", "✓", "proved"], ["4", "✗", "refuted"]]


@pytest.mark.parametrize("width", [40, 60, 100])
def test_text_keeps_to_its_width(found: gory.Proofreading, width: int) -> None:
    assert max(map(len, found.to_text(width=width).splitlines())) <= max(width, 60)


def test_a_width_that_is_too_small_is_refused(found: gory.Proofreading) -> None:
    with pytest.raises(ValueError, match="too narrow"):
        check_to_text(found, width=10)


def test_html_shows_every_row_of_the_author(found: gory.Proofreading) -> None:
    page = found.to_html()
    for row in TEXT.splitlines():
        assert row in page
    assert "✗ refuted" in page


def test_no_text_of_an_author_is_markup() -> None:
    evil = gory.proofread(EVIL)
    assert "<script>}" not in evil.to_html()
    assert json.loads(evil.to_json())["derivations"]
    for line in evil.to_markdown().splitlines():
        if line.startswith("| 1"):
            assert line.replace(r"\|", "").count("|") == 5


def test_definitions_under_each_other_are_one_table() -> None:
    found = gory.proofread("f = x^2\n\ng = x^3\n\nd(f, x) = 2 x\n\nd(g, x) = 3 x^2\n")
    heads = [row for row in found.to_markdown().splitlines() if row.startswith("| row")]
    assert len(heads) == 3


def test_color_is_for_terminals_only(found: gory.Proofreading) -> None:
    assert "\x1b[" not in found.to_text()
    assert "\x1b[31m" in found.to_text(color=True)


def test_printing_shows_the_text(found: gory.Proofreading) -> None:
    assert str(found) == found.to_text()


def test_a_line_has_the_sign_that_its_author_wrote() -> None:
    found = gory.proofread(r"Let $u = v^2$. Then $v^2 = u \geq 0$.")
    for shown in (found.to_text(), found.to_markdown()):
        assert r"\geq 0" in shown
        assert "= 0" not in shown
