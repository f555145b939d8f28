"""What a reader holds in his hands: a paper that can be asked for derivatives, and the answer.

The rooms know nothing of each other's verbs; here they are put together, each imported when it is
first needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from html import escape
from typing import Any

from gory import calculus, notation
from gory.algebra import limited_work
from gory.notation import DerivationError, NotationError, Ref

STYLES = ("delta", "cases", "indicator")


class Derivation(calculus.Derivation):
    """A derivation whose every line has been judged; it writes itself in several formats.

    Examples
    --------
    >>> import gory
    >>> d = gory.read("s[k] = exp(z[k]) / sum_c exp(z[c])").derive("s[k]", "z[m]")
    >>> str(d.result), d.verdict
    ('s[k] (delta[k,m] - s[m])', 'proved')
    >>> d.steps[-1].rule
    'factor'
    """

    def to_text(self, *, detail: str = "steps", color: bool = False, width: int = 100) -> str:
        """Lines of plain text with rule, verdict and facts, optionally coloured for a terminal."""
        from gory.show import derivation_to_text

        return derivation_to_text(self, detail=detail, color=color, width=width)

    def to_latex(self, *, detail: str = "steps", environment: str = "aligned") -> str:
        """One ``aligned`` block, or an ``align*`` that goes over several pages, for an article."""
        from gory.show import derivation_to_latex

        return derivation_to_latex(self, detail=detail, environment=environment)

    def to_markdown(self, *, detail: str = "steps") -> str:
        """Markdown with mathematics between dollar signs."""
        from gory.show import derivation_to_markdown

        return derivation_to_markdown(self, detail=detail)

    def to_html(self, *, detail: str = "gory") -> str:
        """One self-contained page that opens from disk."""
        from gory.show import derivation_to_html

        return derivation_to_html(self, detail=detail)

    def to_json(self, *, detail: str = "gory") -> str:
        """One JSON object: of, wrt, result, verdict, and every step."""
        from gory.show import derivation_to_json

        return derivation_to_json(self, detail=detail)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_latex_(self) -> str:
        return f"$${self.to_latex()}$$"

    def _repr_html_(self) -> str:
        """The page in a frame, where a notebook's styles cannot reach it."""
        page = escape(self.to_html())
        return f'<iframe srcdoc="{page}" style="width:100%;height:32rem;border:0"></iframe>'


class Paper(notation.Paper):
    """Definitions, index ranges and declared facts, ready to be asked."""

    def derive(
        self,
        of: str,
        *wrt: str,
        along: str | None = None,
        style: str = "delta",
        at: Mapping[str, Any] | None = None,
    ) -> Derivation:
        """Derive partial derivatives line by line, each line checked.

        Parameters
        ----------
        of : str
            A name of this paper, or any expression in its names: ``"J"``, ``"log s[k]"``.
        *wrt : str
            One entry for every order: ``"theta[m,n]"``. Two give a second derivative. With none,
            the simplest equal form of ``of`` is derived. A name that the paper defines is varied
            on its own, its definition set aside: ``derive("J", "z[i,k]")`` for logits z.
        along : str, optional
            A direction with the indices of the last variable, such as ``"v[m,n]"``: the product
            with it is derived (a JVP; with two orders a Hessian-vector product).
        style : {"delta", "cases", "indicator"}
            "cases" adds the result for equal and for different indices, "indicator" writes it
            with ``[i = j]`` in place of ``delta[i,j]``.
        at : mapping of str to numbers, optional
            Values of the arrays; then every line shows its value.

        Returns
        -------
        Derivation
            With ``result``, ``steps`` and ``verdict``.

        Raises
        ------
        NotationError
            If a text cannot be read; the message has a caret.
        DerivationError
            If the question has no answer here; the message says why.

        Examples
        --------
        >>> paper = read("J = sum_i (a[i] - w b[i])^2")
        >>> print(paper.derive("J", "w").result)
        2 sum_i (w b[i] - a[i]) b[i]
        """
        from gory.verify import judge, with_values

        if style not in STYLES:
            raise DerivationError(f"style={style!r} is unknown; choose one of {', '.join(STYLES)}")
        texts = [_complete(self, of, wrt), *wrt, *([along] if along else [])]
        found, paper = notation.read_expressions(self, texts)
        variables = found[1 : 1 + len(wrt)]
        for text, variable in zip(wrt, variables, strict=True):
            if not isinstance(variable, Ref):
                raise NotationError(
                    "a derivative is taken with respect to one entry such as w[m]", text, 0
                )
        entries = tuple(v for v in variables if isinstance(v, Ref))
        direction = found[-1] if along else None
        if direction is not None and not isinstance(direction, Ref):
            raise NotationError("a direction is an array such as v[m,n]", str(along), 0)
        freed = tuple(dict.fromkeys(v.name for v in entries if v.name in paper.definitions))
        open_paper = _without_definitions(paper, freed)
        with limited_work():
            made = calculus.derive(open_paper, found[0], entries, along=direction, style=style)
        judged = replace(judge(open_paper, made), freed=freed)
        judged = calculus.with_premises(open_paper, judged)
        if at is not None:
            judged = with_values(paper, judged, at)
        return Derivation(**{f.name: getattr(judged, f.name) for f in fields(judged)})


def _without_definitions(paper: notation.Paper, names: tuple[str, ...]) -> notation.Paper:
    """The paper in which some defined names are variables of their own."""
    if not names:
        return paper
    kept = {name: d for name, d in paper.definitions.items() if name not in names}
    return replace(paper, definitions=kept)


def _complete(paper: notation.Paper, of: str, wrt: tuple[str, ...]) -> str:
    """A bare name of a definition may be a question without an answer: which entry, by what?"""
    definition = paper.definitions.get(of.strip())
    if definition is not None and not wrt and not definition.indices:
        raise DerivationError(
            f"{of.strip()!r} is a name, and nothing is asked about it; say by which entry it is "
            f"to be differentiated, or give an expression to be simplified"
        )
    if definition is not None and definition.indices:
        letters = ",".join(i.name for i in definition.indices)
        raise DerivationError(
            f"{of.strip()!r} has one value for every {letters}; name the entry that is meant, "
            f"as in {of.strip()}[{letters}] for any of them"
        )
    return of


def read(text: str) -> Paper:
    """Read a paper: definitions, ``index`` lines and ``given`` facts.

    Parameters
    ----------
    text : str
        Lines of the paper language.

    Returns
    -------
    Paper

    Raises
    ------
    NotationError
        With the line and a caret under the place that cannot be read.

    Examples
    --------
    >>> read("s[k] = exp(z[k]) / sum_c exp(z[c])").derive("log s[k]", "z[m]").result.terms[0]
    Delta(left=Index(name='k', range='K'), right=Index(name='m', range='K'))
    """
    plain = notation.read_paper(text)
    values: dict[str, Any] = {f.name: getattr(plain, f.name) for f in fields(plain)}
    return Paper(**values)
