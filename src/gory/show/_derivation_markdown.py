"""A derivation in Markdown: mathematics between dollar signs, the rules as a numbered list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gory.calculus import Derivation, Section, Step
from gory.notation import Expr
from gory.notation._wording import Relation, joined, parts_of, relation
from gory.show._derivation_detail import at_detail
from gory.show._derivation_latex import aligned_rows, equation_rows, room_beside
from gory.show._derivation_text import facts_used, remarks
from gory.show._latex_words import latex_part


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
    parts = [*_given(shown)]
    parts += [line for section in shown.sections for line in _section(section)]
    facts = facts_used(derivation)
    given = f", given {_text(joined('; ', facts))}" if facts else ""
    parts += [f"### Result: {derivation.verdict}{given}", ""]
    parts += _display(equation_rows(derivation.asked, derivation.result, _room(derivation.asked)))
    for remark in remarks(derivation):
        parts += ["", _text(remark).capitalize()]
    if derivation.matrix_latex:
        layout = derivation.matrix_remark
        parts += ["", f"In matrix form{layout}", "", f"$${derivation.matrix_latex}$$"]
    return "\n".join(parts)


def _given(derivation: Derivation) -> Iterator[str]:
    """What the author wrote down, as far as the question rests on it."""
    if not (derivation.premises or derivation.facts):
        return
    yield from ("### Given", "")
    rows: list[str] = []
    room = room_beside([premise.left for premise in derivation.premises])
    for premise in derivation.premises:
        rows += equation_rows(premise.left, premise.right, room)
        rows += [rf"&\quad\text{{value {premise.value}}}"] if premise.value else []
    rows += [f"&{relation(f.left, f.relation, f.right).latex()}" for f in derivation.facts]
    yield from (*_display(rows), "")


def _room(left: Expr) -> float:
    return room_beside([left])


def _display(rows: Iterable[str]) -> Iterator[str]:
    rows = list(rows)
    if len(rows) == 1:
        yield f"$${rows[0].replace('&', '')}$$"
    else:
        yield from ("$$", r"\begin{aligned}", " \\\\\n".join(rows), r"\end{aligned}", "$$")


def _section(section: Section) -> Iterator[str]:
    yield f"### {_text(section.title)}"
    yield ""
    comments = [f"({number})" for number in range(1, len(section.steps) + 1)]
    yield from _display(aligned_rows(section, comments, _room(section.left)))
    yield ""
    for number, step in enumerate(section.steps, start=1):
        yield f"{number}. {_remark(step)}"
    yield ""


def _remark(step: Step) -> str:
    uses = joined("; ", step.besides)
    parts = [f"{_text(step.rule)}: {step.verdict}"]
    parts += [f"uses {_text(uses)}"] if uses else []
    parts += [_text(step.note)] if step.note else []
    parts += [f"value {_text(step.value)}"] if step.value else []
    return "; ".join(parts)


def _text(text: str) -> str:
    """Text in which no character is a sign of Markdown, and formulas are set."""
    return "".join(
        f"${latex_part(part)}$" if isinstance(part, Expr | Relation) else _escaped(part)
        for part in parts_of(text)
    )


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#$|~" else sign for sign in text)
