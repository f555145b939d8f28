"""Text stays text, whatever is in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.show._reading import read

from gory.show import Markup, join, tag

# A parser reads \r as \n and drops NUL, as the standard says it must.
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")))


@given(text=texts, value=texts)
def test_a_reader_gets_back_the_text_and_the_attribute(text: str, value: str) -> None:
    page = read(tag("td", text, data_name=value))
    (cell,) = page.elements
    assert page.is_balanced
    assert (cell.name, cell.text) == ("td", text)
    assert cell.attributes == {"data-name": value}


def test_markup_is_not_escaped_twice() -> None:
    inner = tag("b", "a < b")
    assert tag("p", inner) == "<p><b>a &lt; b</b></p>"
    assert join(inner, " & ", None, inner) == "<b>a &lt; b</b> &amp; <b>a &lt; b</b>"


def test_attributes_are_written_as_html_writes_them() -> None:
    written = tag(
        "line", class_="bar", x1=1.0, x2=2.345678, y1=-0.5, hidden=True, title=None, dir=False
    )
    assert written == '<line class="bar" x1="1" x2="2.35" y1="-0.5" hidden></line>'


def test_what_is_joined_is_markup_and_a_slice_of_it_is_text() -> None:
    assert isinstance(join("a", "b"), Markup)
    assert not isinstance(join("<b>")[:2], Markup)
