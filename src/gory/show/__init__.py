"""Room `show`: what people see of a derivation and of a training run.

An HTML page is a string that needs neither a network nor another file. It is built from `tag` and
`join`, which escape everything that is not HTML of our own; charts are drawn here as SVG, because a
chart that is part of the page follows its colours and its width. Names are imported on first use:
writing a derivation as text needs no numerical library, a report does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gory.show._article import derivation_article as derivation_article
    from gory.show._coefficients import coefficient_figure as coefficient_figure
    from gory.show._judgement import confusion_figure as confusion_figure
    from gory.show._judgement import reliability_figure as reliability_figure
    from gory.show._markup import Markup as Markup
    from gory.show._markup import join as join
    from gory.show._markup import tag as tag
    from gory.show._page import formula as formula
    from gory.show._page import page as page
    from gory.show._reliability import Bin as Bin
    from gory.show._reliability import class_reliability as class_reliability
    from gory.show._report import Run as Run
    from gory.show._report import training_report as training_report
    from gory.show._training import training_figures as training_figures

# The module of every name, and the name it has there where that is another one.
_HOME = {
    "Bin": "_reliability",
    "Markup": "_markup",
    "Run": "_report",
    "check_to_html": "_check_html.to_html",
    "check_to_json": "_check_json.to_json",
    "check_to_markdown": "_check_markdown.to_markdown",
    "check_to_text": "_check_text.to_text",
    "coefficient_figure": "_coefficients",
    "confusion_figure": "_judgement",
    "derivation_article": "_article",
    "derivation_to_html": "_derivation_html.to_html",
    "derivation_to_json": "_derivation_json.to_json",
    "derivation_to_latex": "_derivation_latex.to_latex",
    "derivation_to_markdown": "_derivation_markdown.to_markdown",
    "derivation_to_text": "_derivation_text.to_text",
    "formula": "_page",
    "join": "_markup",
    "page": "_page",
    "class_reliability": "_reliability",
    "reliability_figure": "_judgement",
    "tag": "_markup",
    "training_figures": "_training",
    "training_report": "_report",
}

__all__ = sorted(_HOME)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, attribute = _HOME[name].partition(".")
    return getattr(import_module(f"{__name__}.{module}"), attribute or name)


def __dir__() -> list[str]:
    return sorted(_HOME)
