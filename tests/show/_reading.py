"""Reads a page the way a browser does, with the parser of the standard library."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

NO_END = {"meta", "br", "hr", "col"}


@dataclass
class Element:
    """An element with its attributes and all text inside it."""

    name: str
    attributes: dict[str, str | None]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """All elements of a page, in the order of their opening tags."""

    elements: list[Element] = field(default_factory=list)
    is_balanced: bool = True

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in NO_END:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop().name != tag:
            self.is_balanced = False

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def named(self, name: str) -> list[Element]:
        return [element for element in self.elements if element.name == name]

    def of_class(self, name: str) -> list[Element]:
        return [e for e in self.elements if name in (e.attributes.get("class") or "").split()]


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    page.is_balanced = page.is_balanced and not page._open
    return page
