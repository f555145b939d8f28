"""One HTML page that needs nothing but itself.

Style, program and fonts stand in the page; a content security policy forbids it to load or run
anything else, so that even a mistake in escaping could not execute text from a table. Formulas
are typeset by KaTeX when the page opens; until then, and where scripts are off, the reader sees
the same formula in the paper language.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files

from gory.show._markup import Markup, join, tag


def page(title: str, /, *body: str) -> str:
    """A complete HTML document.

    Parameters
    ----------
    title : str
        The title of the window; plain text.
    *body : str or Markup
        What the page shows, in order; plain text is escaped.

    Returns
    -------
    str
        The document. It opens from disk, without a network.

    Examples
    --------
    >>> from gory.show import formula, page
    >>> document = page("A softmax layer", formula("h_k", plain="h[k]"))
    >>> document.startswith("<!doctype html>"), "http://" in document.split("<style")[0]
    (True, False)
    """
    scripts = (_asset("katex.min.js"), _asset("page.js"))
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(scripts)),
        tag("title", title),
        tag("style", Markup(_katex_style())),
        tag("style", Markup(_asset("page.css"))),
    )
    programs = [tag("script", Markup(script)) for script in scripts]
    document = tag("html", head, tag("body", tag("main", *body), *programs), lang="en")
    return join(Markup("<!doctype html>\n"), document)


def formula(tex: str, /, *, plain: str) -> Markup:
    r"""A formula, set in display style, that may break between the terms of a long line.

    Parameters
    ----------
    tex : str
        The formula in LaTeX.
    plain : str
        The same formula in the paper language, shown where it cannot be typeset.

    Examples
    --------
    >>> from gory.show import formula
    >>> formula(r"\theta_{k,j}", plain="theta[k,j]")
    '<span class="math" data-tex="\\theta_{k,j}">theta[k,j]</span>'
    """
    return tag("span", plain, class_="math", data_tex=tex)


def _policy(scripts: tuple[str, ...]) -> str:
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    allowed = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def _asset(name: str) -> str:
    return (files("gory.show") / "assets" / name).read_text(encoding="utf-8")


@cache
def _katex_style() -> str:
    """KaTeX's style sheet with the fonts that formulas here use built in, the others left out."""
    assets = files("gory.show") / "assets"

    def built_in(face: re.Match[str]) -> str:
        font = assets / face[1]
        if not font.is_file():
            return ""
        data = base64.b64encode(font.read_bytes()).decode()
        source = f'src:url(data:font/woff2;base64,{data}) format("woff2")'
        return re.sub(r"src:[^}]*", lambda _: source, face[0])

    return re.sub(
        r"@font-face\{[^}]*?url\(fonts/([\w-]+\.woff2)\)[^}]*\}", built_in, _asset("katex.min.css")
    )
