"""What ``gory.proofread`` hands back: verdicts on a derivation, which write themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from gory import verify


class Proofreading(verify.Proofreading):
    """Every line of somebody's derivation with its verdict; it writes itself in several formats.

    Examples
    --------
    >>> import gory
    >>> found = gory.proofread("d(x^3, x) = 3 x")
    >>> found.verdict, found.lines[0].repair
    ('refuted', 'x^2 in the place of x: d(x^3, x) = 3 x^2')
    """

    def to_text(self, *, color: bool = False, width: int = 100) -> str:
        """The author's lines with a mark beside each and what is wrong under it."""
        from gory.show import check_to_text

        return check_to_text(self, color=color, width=width)

    def to_json(self) -> str:
        """One JSON object: derivations, lines, verdicts."""
        from gory.show import check_to_json

        return check_to_json(self)

    def to_markdown(self) -> str:
        """A table for every derivation."""
        from gory.show import check_to_markdown

        return check_to_markdown(self)

    def to_html(self, *, title: str = "Proofreading") -> str:
        """One self-contained page with the author's lines and marks in the margin."""
        from gory.show import check_to_html

        return check_to_html(self, title=title)

    def __str__(self) -> str:
        return self.to_text()


def proofread(text: str, /, *, given: Sequence[str] = ()) -> Proofreading:
    r"""Check a derivation as its author wrote it: which line does not follow, and why.

    Parameters
    ----------
    text : str
        Markdown, LaTeX or plain text: definitions, then lines joined by ``=``. Prose is skipped.
        Nothing in it is executed and no file is opened.
    given : sequence of str
        Facts to take for granted in addition, in the paper language or as the text writes
        formulas: ``"sum_k y[k] = 1"``, ``r"\sum_k y_k = 1"``, ``"x_0 = 1"``.

    Returns
    -------
    Proofreading
        ``verdict``, ``derivations`` and ``lines``; each line has ``row``, ``verdict``, ``why``,
        ``counterexample`` and ``repair``.

    Raises
    ------
    NotationError
        If the text is too long, or a fact in ``given`` cannot be read.

    Notes
    -----
    A line is judged against the line before it and against the first line of its chain. It is
    refuted only where the sides differ at a point, confirmed with fifty digits. What cannot be
    read or decided is "unread", with the reason.

    Examples
    --------
    >>> print(proofread('''
    ... Let $S_i = \\frac{e^{a_i}}{\\sum_k e^{a_k}}$. Then
    ... $$\\frac{\\partial S_i}{\\partial a_j} = S_i (1 - S_j)$$
    ... ''').lines[0].why)
    holds only for i = j
    """
    found = verify.proofread(text, given=given)
    return Proofreading(**{f.name: getattr(found, f.name) for f in fields(found)})
