"""HTML that cannot be broken by the text it shows.

`tag` builds an element; a child or an attribute value that is plain text is escaped, one that
is `Markup` stands as it is. Column names and class names come from other people's files, so a
page is built from these two names alone and never by pasting strings.
"""

from __future__ import annotations

from html import escape

_VOID = {"meta", "br", "hr", "col"}


class Markup(str):
    """Text that is HTML already, made by `tag` or read from this package's own files."""

    __slots__ = ()


def tag(name: str, /, *children: str | None, **attributes: str | float | bool | None) -> Markup:
    """An HTML or SVG element with its children and attributes.

    Parameters
    ----------
    name : str
        The element, as ``"td"``.
    *children : str or Markup or None
        The content in order; text is escaped, ``None`` is left out.
    **attributes : str, float, bool or None
        ``class_`` is written ``class`` and ``data_tex`` is ``data-tex``; ``True`` is an
        attribute without a value, ``None`` and ``False`` are left out.

    Examples
    --------
    >>> from gory.show import tag
    >>> tag("td", "a < b", class_="name")
    '<td class="name">a &lt; b</td>'
    """
    opening = name + "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{opening}>")
    return Markup(f"<{opening}>{join(*children)}</{name}>")


def join(*parts: str | None) -> Markup:
    """The parts one after the other, text escaped."""
    return Markup("".join(_safe(part) for part in parts if part is not None))


def _safe(part: str) -> str:
    return part if isinstance(part, Markup) else escape(part)


def _attribute(key: str, value: str | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    key = key.rstrip("_").replace("_", "-")
    return f" {key}" if value is True else f' {key}="{escape(_number_or_text(value))}"'


def _number_or_text(value: str | float) -> str:
    """Coordinates with two decimals: finer than a pixel, and no rounding noise in the page."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
