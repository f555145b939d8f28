"""A derivation in Markdown: mathematics between dollar signs, the rules as a numbered list."""

from __future__ import annotations

from collections.abc import Iterator

from gory.calculus import Derivation, Section, Step
from gory.notation import to_latex as expression_to_latex
from gory.show._derivation_detail import at_detail
from gory.show._derivation_latex import aligned_rows
from gory.show._derivation_text import remarks


def to_markdown(derivation: Derivation, /, *, detail: str = "steps") -> str:
    r"""Write a derivation in Markdown as GitHub and notebooks read it.

    Parameters
    ----------
    derivation : Derivation
        From ``paper.derive``.
    detail : str
        "brief", "steps" or "gory".

    Returns
    -------
    str
        A heading and one display for every section; the numbers beside the lines lead to
        the rules below them.

    Raises
    ------
    ValueError
        If the level of detail is unknown.

    Examples
    --------
    >>> import gory
    >>> d = gory.read("L = w^2").derive("L", "w")
    >>> print(to_markdown(d, detail="brief").splitlines()[-1])
    $$\frac{\partial L}{\partial w} = 2 w$$
    """
    shown = at_detail(derivation, detail)
    parts = [line for section in shown.sections for line in _section(section)]
    left = expression_to_latex(derivation.asked)
    parts += [f"### Result: {derivation.verdict}", ""]
    parts.append(f"$${left} = {expression_to_latex(derivation.result)}$$")
    for remark in remarks(derivation):
        parts += ["", _text(remark).capitalize()]
    if derivation.matrix_form:
        parts += ["", f"In matrix form: {_text(derivation.matrix_form)}"]
    return "\n".join(parts)


def _section(section: Section) -> Iterator[str]:
    yield f"### {_text(section.title)}"
    yield ""
    yield "$$"
    yield r"\begin{aligned}"
    comments = [f"({number})" for number in range(1, len(section.steps) + 1)]
    yield " \\\\\n".join(aligned_rows(section, comments))
    yield r"\end{aligned}"
    yield "$$"
    yield ""
    for number, step in enumerate(section.steps, start=1):
        yield f"{number}. {_remark(step)}"
    yield ""


def _remark(step: Step) -> str:
    uses = "; ".join(use for use in step.uses if use not in step.rule)
    parts = [f"{_text(step.rule)}: {step.verdict}"]
    parts += [f"uses {_text(uses)}"] if uses else []
    parts += [_text(step.note)] if step.note else []
    parts += [f"value {_text(step.value)}"] if step.value else []
    return "; ".join(parts)


def _text(text: str) -> str:
    """Text in which no character is a sign of Markdown."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#$|~" else sign for sign in text)
