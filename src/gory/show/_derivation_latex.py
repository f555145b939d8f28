r"""A derivation in LaTeX: one ``aligned`` block, for a display of an article or of KaTeX.

The block needs amsmath only. Every section starts with its title in bold; every line has the
name of its rule at the right. A long sum is broken before its terms.
"""

from __future__ import annotations

from collections.abc import Iterator

from gory.calculus import Derivation, Section, Step
from gory.notation import Expr
from gory.notation import to_latex as expression_to_latex
from gory.notation._wording import joined, relation, wording
from gory.show._derivation_detail import at_detail
from gory.show._derivation_text import facts_used, remarks
from gory.show._latex_rows import latex_rows
from gory.show._latex_width import width
from gory.show._latex_words import escaped, latex_words, words_width
from gory.show._matrix_rows import matrix_rows

ENVIRONMENTS = ("aligned", "align*")
PAGE = 44.0  # em; the width of a column of text on A4 or letter paper at ten points
WIDEST_LEFT = 10.0  # em that a left side may take from every line below it
INDENT = 3.3  # em of a relation and of the rows below it


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
    >>> print(to_latex(d, detail="brief").splitlines()[-2])
    \frac{\partial L}{\partial w} &= 2 w
    """
    if environment not in ENVIRONMENTS:
        known = " or ".join(map(repr, ENVIRONMENTS))
        raise ValueError(f"environment={environment!r} is unknown; choose {known}")
    shown = at_detail(derivation, detail)
    lefts = [p.left for p in shown.premises] + [s.left for s in shown.sections]
    room = room_beside([*lefts, shown.asked])
    rows = [*_given(shown, room), *_sections(shown, room), *_result(shown, room)]
    begin, end = rf"\begin{{{environment}}}", rf"\end{{{environment}}}"
    return "\n".join([begin, " \\\\\n".join(rows), end])


def _sections(derivation: Derivation, room: float) -> Iterator[str]:
    for section in derivation.sections:
        yield from titled(section.title)
        yield from aligned_rows(section, [_comment(step) for step in section.steps], room)


def titled(title: str) -> Iterator[str]:
    for line in latex_words(title, PAGE):
        yield rf"&\textbf{{{line}}}"


def _given(derivation: Derivation, room: float) -> Iterator[str]:
    """What the author wrote down, as far as the question rests on it."""
    if derivation.premises or derivation.facts:
        yield from titled("Given")
    for premise in derivation.premises:
        yield from equation_rows(premise.left, premise.right, room)
        if premise.value:
            yield rf"&\qquad\text{{value {escaped(premise.value)}}}"
    for fact in derivation.facts:
        yield f"&{relation(fact.left, fact.relation, fact.right).latex()}"


MATRIX_FORM = 10.0  # em that the words "in matrix form" and the column before them take


def _result(derivation: Derivation, room: float) -> Iterator[str]:
    facts = facts_used(derivation)
    given = [", given ", joined("; ", facts)] if facts else []
    yield from titled(wording(f"Result, {derivation.verdict}", *given))
    yield from equation_rows(derivation.asked, derivation.result, room)
    for remark in remarks(derivation):
        yield rf"&\quad\text{{{escaped(remark)}}}"
    if derivation.matrix_latex:
        first, *others = matrix_rows(derivation.matrix_latex, PAGE - MATRIX_FORM)
        yield rf"&\quad\text{{in matrix form }} {first}"
        yield from (rf"&\qquad {{}} {row}" for row in others)
        if derivation.matrix_layout:
            yield rf"&\qquad\text{{{escaped(derivation.matrix_layout)}}}"


def room_beside(lefts: list[Expr], /) -> float:
    """What the left sides of a block leave to the lines beside them, which share one column."""
    widths = (width(expression_to_latex(left)) for left in lefts)
    return PAGE - INDENT - max((own for own in widths if own <= WIDEST_LEFT), default=0.0)


def equation_rows(left: Expr, right: Expr, room: float) -> Iterator[str]:
    """An equation; a left side too wide to have a column stands on rows of its own."""
    column, above = _left(left)
    yield from above
    first, *others = latex_rows(right, room)
    yield f"{column} &= {first}".strip()
    yield from (rf"&\qquad {{}} {line}" for line in others)


def _left(expr: Expr) -> tuple[str, list[str]]:
    column = expression_to_latex(expr)
    if width(column) <= WIDEST_LEFT:
        return column, []
    return "", [f"&{line}" for line in latex_rows(expr, PAGE)]


def aligned_rows(section: Section, comments: list[str], room: float) -> Iterator[str]:
    """The rows of a section, each line with a comment behind it, or below where it is wide."""
    column, above = _left(section.left)
    yield from above
    if not section.steps and column:
        yield f"&{column}"
    for number, (step, comment) in enumerate(zip(section.steps, comments, strict=True)):
        start = column if number == 0 else ""
        *before, last = latex_rows(step.after, room)
        words = latex_words(comment, room)
        beside = len(words) == 1 and width(last) + 2 + words_width(words[0]) <= room
        rows = [*before, rf"{last} \qquad\text{{{words[0]}}}" if beside else last]
        yield f"{start} &= {rows[0]}".strip()
        yield from (rf"&\qquad {{}} {line}" for line in rows[1:])
        yield from (rf"&\qquad\text{{{line}}}" for line in words if not beside)


def _comment(step: Step) -> str:
    facts = [" (", joined("; ", step.besides), ")"] if step.besides else []
    return wording(step.rule, *facts, f" [{step.verdict}]" if step.verdict != "proved" else "")
