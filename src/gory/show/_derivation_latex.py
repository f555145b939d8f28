r"""A derivation in LaTeX: one ``aligned`` block, for a display of an article or of KaTeX.

The block needs amsmath only. Every section starts with its title in bold; every line has the
name of its rule at the right. A long sum is broken before its terms.
"""

from __future__ import annotations

from collections.abc import Iterator

from gory.calculus import Derivation, Section, Step
from gory.notation import Add, Expr, to_plain
from gory.notation import to_latex as expression_to_latex
from gory.notation._plain import sign_split
from gory.show._derivation_detail import at_detail
from gory.show._derivation_text import broken, facts_used, remarks

ENVIRONMENTS = ("aligned", "align*")
LONGEST = 100  # characters in the paper language; about the width of a page

_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "^": r"\textasciicircum{}",
    "#": r"\#", "%": r"\%", "&": r"\&", "$": r"\$", "~": r"\textasciitilde{}",
    "<": "$<$", ">": "$>$",
}  # fmt: skip


def to_latex(
    derivation: Derivation, /, *, detail: str = "steps", environment: str = "aligned"
) -> str:
    r"""Write a derivation as one ``aligned`` block.

    Parameters
    ----------
    derivation : Derivation
        From ``paper.derive``.
    detail : str
        "brief", "steps" or "gory".
    environment : str
        "aligned", or "align*", which stands in the text by itself and goes over several pages
        (after ``\allowdisplaybreaks``).

    Returns
    -------
    str
        The block, ``aligned`` to stand between ``\[`` and ``\]`` or in an ``equation``.

    Raises
    ------
    ValueError
        If the level of detail or the environment is unknown.

    Examples
    --------
    >>> import gory
    >>> d = gory.read("L = w^2").derive("L", "w")
    >>> print(to_latex(d, detail="brief").splitlines()[2].split(" && ")[0])
    \frac{\partial L}{\partial w} &= 2 w
    """
    if environment not in ENVIRONMENTS:
        known = " or ".join(map(repr, ENVIRONMENTS))
        raise ValueError(f"environment={environment!r} is unknown; choose {known}")
    rows = [row for section in at_detail(derivation, detail).sections for row in _section(section)]
    rows += _result(derivation)
    begin, end = rf"\begin{{{environment}}}", rf"\end{{{environment}}}"
    return "\n".join([begin, " \\\\\n".join(rows), end])


def _section(section: Section) -> Iterator[str]:
    for line in broken(section.title, LONGEST, LONGEST):
        yield rf"&\textbf{{{escaped(line)}}}"
    comments = [_comment(step) for step in section.steps]
    yield from aligned_rows(section, comments)


def _result(derivation: Derivation) -> Iterator[str]:
    facts = facts_used(derivation)
    given = f", given {'; '.join(facts)}" if facts else ""
    title = escaped(f"Result, {derivation.verdict}{given}")
    yield rf"&\textbf{{{title}}}"
    left, (first, *others) = (
        expression_to_latex(derivation.asked), broken_sum(derivation.result)
    )  # fmt: skip
    yield f"{left} &= {first}"
    for line in others:
        yield rf"&\qquad {line}"
    for remark in remarks(derivation):
        yield rf"&\quad\text{{{escaped(remark)}}}"
    if derivation.matrix_latex:
        yield rf"&\quad\text{{in matrix form }} {derivation.matrix_latex}"


def aligned_rows(section: Section, comments: list[str]) -> Iterator[str]:
    """The rows of a section, each line with a comment at the right, or below where it is wide."""
    left = expression_to_latex(section.left)
    if not section.steps:
        yield left
    for number, (step, comment) in enumerate(zip(section.steps, comments, strict=True)):
        start = left if number == 0 else ""
        width = len(to_plain(step.after)) + (len(to_plain(section.left)) if start else 0)
        beside = width + len(comment) <= LONGEST or comment.startswith("(")
        first, *others = broken_sum(step.after)
        remark = rf" && \text{{{escaped(comment)}}}" if beside else ""
        yield f"{start} &= {first}{remark}".strip()
        for line in others:
            yield rf"&\qquad {line}"
        for line in () if beside else broken(comment, LONGEST - 10, LONGEST - 10):
            yield rf"&\qquad\text{{{escaped(line)}}}"


def broken_sum(expr: Expr) -> list[str]:
    """The terms of a long sum one to a line; everything else in one line."""
    if not isinstance(expr, Add) or len(to_plain(expr)) <= LONGEST:
        return [expression_to_latex(expr)]
    lines = []
    for place, term in enumerate(expr.terms):
        minus, rest = sign_split(term)
        sign = "-" if minus else "+" if place else ""
        bracket = isinstance(rest, Add) or sign_split(rest)[0]
        body = expression_to_latex(rest)
        body = rf"\left({body}\right)" if bracket else body
        lines.append(f"{sign} {body}".strip())
    return lines


def _comment(step: Step) -> str:
    uses = [use for use in step.uses if use not in step.rule]
    text = step.rule
    if uses:
        text += f" ({'; '.join(uses)})"
    if step.verdict != "proved":
        text += f" [{step.verdict}]"
    return text


def escaped(text: str) -> str:
    r"""Text for ``\text{...}``, in which no character is a command.

    Examples
    --------
    >>> print(escaped("sum_k y[k] > 0"))
    sum\_k y[k] $>$ 0
    """
    return "".join(_ESCAPES.get(sign, sign) for sign in text)
