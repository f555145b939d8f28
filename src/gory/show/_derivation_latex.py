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

LONGEST = 100  # characters in the paper language; about the width of a page

_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "^": r"\textasciicircum{}",
    "#": r"\#", "%": r"\%", "&": r"\&", "$": r"\$", "~": r"\textasciitilde{}",
    "<": "$<$", ">": "$>$",
}  # fmt: skip


def to_latex(derivation: Derivation, /, *, detail: str = "steps") -> str:
    r"""Write a derivation as one ``aligned`` block.

    Parameters
    ----------
    derivation : Derivation
        From ``paper.derive``.
    detail : str
        "brief", "steps" or "gory".

    Returns
    -------
    str
        The block, to stand between ``\[`` and ``\]`` or in an ``equation``.

    Raises
    ------
    ValueError
        If the level of detail is unknown.

    Examples
    --------
    >>> import gory
    >>> d = gory.read("L = w^2").derive("L", "w")
    >>> print(to_latex(d, detail="brief").splitlines()[2].split(" && ")[0])
    \frac{\partial L}{\partial w} &= 2 w
    """
    rows = [row for section in at_detail(derivation, detail).sections for row in _section(section)]
    return "\n".join([r"\begin{aligned}", " \\\\\n".join(rows), r"\end{aligned}"])


def _section(section: Section) -> Iterator[str]:
    yield rf"&\textbf{{{escaped(section.title)}}}"
    comments = [_comment(step) for step in section.steps]
    yield from aligned_rows(section, comments)


def aligned_rows(section: Section, comments: list[str]) -> Iterator[str]:
    """The rows of a section, each line with a comment at the right."""
    left = expression_to_latex(section.left)
    if not section.steps:
        yield left
    for number, (step, comment) in enumerate(zip(section.steps, comments, strict=True)):
        first, *others = broken_sum(step.after)
        yield f"{left if number == 0 else ''} &= {first} && {comment}".strip()
        for line in others:
            yield rf"&\qquad {line}"


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
    return rf"\text{{{escaped(text)}}}"


def escaped(text: str) -> str:
    r"""Text for ``\text{...}``, in which no character is a command.

    Examples
    --------
    >>> print(escaped("sum_k y[k] > 0"))
    sum\_k y[k] $>$ 0
    """
    return "".join(_ESCAPES.get(sign, sign) for sign in text)
