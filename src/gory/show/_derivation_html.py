"""A derivation as one HTML page that opens from disk."""

from __future__ import annotations

from gory.calculus import Derivation
from gory.notation._wording import Wording, joined, wording
from gory.show._article import derivation_article, premises_list, result_list, worded
from gory.show._derivation_detail import at_detail
from gory.show._derivation_text import remarks
from gory.show._markup import Markup, tag
from gory.show._page import page


def to_html(derivation: Derivation, /, *, detail: str = "gory") -> str:
    """Write a derivation as a complete HTML document.

    Parameters
    ----------
    derivation : Derivation
        From ``paper.derive``.
    detail : str
        "brief", "steps" or "gory".

    Returns
    -------
    str
        The document; style, fonts and program stand in it, no network is needed.

    Raises
    ------
    ValueError
        If the level of detail is unknown.

    Examples
    --------
    >>> import gory
    >>> d = gory.read("L = w^2").derive("L", "w")
    >>> "<h1>The derivative of <span" in to_html(d)
    True
    """
    title = _title(derivation)
    return page(title, tag("h1", *worded(title)), derivation_fragment(derivation, detail=detail))


def _title(derivation: Derivation) -> Wording:
    if not derivation.wrt:
        return wording("Another form of ", derivation.of)
    orders = ("", "second ", "third ")
    order = orders[len(derivation.wrt) - 1] if len(derivation.wrt) <= len(orders) else ""
    variables = joined(" and ", map(wording, derivation.wrt))
    return wording(f"The {order}derivative of ", derivation.of, " by ", variables)


def derivation_fragment(derivation: Derivation, /, *, detail: str = "gory") -> Markup:
    """The derivation as a part of a page: its lines, then the result with its verdict.

    Examples
    --------
    >>> import gory
    >>> d = gory.read("L = w^2").derive("L", "w")
    >>> derivation_fragment(d).count("<article>")
    1
    """
    article = derivation_article(at_detail(derivation, detail))
    notes = [tag("p", remark) for remark in remarks(derivation)]
    given = premises_list(derivation)
    before = [tag("h2", "Given"), given, tag("h2", "Derivation")] if given else []
    return tag("div", *before, article, tag("h2", "Result"), result_list([derivation]), *notes)
