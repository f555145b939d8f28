"""A derivation as a reader follows it: lines under each other, the rule and verdict beside them."""

from __future__ import annotations

from collections.abc import Sequence

from gory.calculus import Derivation, Section, Step
from gory.notation import Expr, Paper, to_latex, to_plain
from gory.show._markup import Markup, tag
from gory.show._page import formula

_MARKS = {"proved": "✓", "tested": "≈", "refuted": "✗"}


def derivation_article(derivation: Derivation, /) -> Markup:
    """All sections of a derivation at full detail: lemmas first, the derivation itself last.

    Parameters
    ----------
    derivation : Derivation
        From ``paper.derive``.
    """
    sections = derivation.sections
    return tag(
        "article",
        tag("h3", _typeset(derivation.asked)),
        *(_section(section, section is derivation.main) for section in sections),
    )


def verdict_mark(verdict: str, how: str = "", /) -> Markup:
    """The verdict as a sign and a word, never by colour alone."""
    return tag(
        "span",
        f"{_MARKS.get(verdict, '')} {verdict}",
        class_=f"verdict {verdict}",
        title=how or None,
    )


def equation(left: Expr, right: Expr, /) -> Markup:
    """A typeset equation."""
    return formula(
        f"{to_latex(left)} = {to_latex(right)}", plain=f"{to_plain(left)} = {to_plain(right)}"
    )


def definitions_list(paper: Paper, /) -> Markup:
    """The definitions of a paper, one to a line, typeset."""
    lines = [tag("li", equation(d.ref, d.body)) for d in paper.definitions.values()]
    return tag("ul", *lines, class_="definitions")


def result_list(derivations: Sequence[Derivation], /) -> Markup:
    """What derivations end in, one to a line, with the matrix form and the verdict of each."""
    lines = [
        tag("li", equation(d.asked, d.result), _in_matrices(d), " ", verdict_mark(d.verdict))
        for d in derivations
    ]
    return tag("ul", *lines, class_="definitions")


def _typeset(expression: Expr) -> Markup:
    return formula(to_latex(expression), plain=to_plain(expression))


def _in_matrices(derivation: Derivation) -> Markup | None:
    if not derivation.matrix_form:
        return None
    return tag(
        "span",
        "in matrix form ",
        formula(derivation.matrix_latex, plain=derivation.matrix_form),
        class_="matrices",
    )


def _section(section: Section, is_last: bool) -> Markup:
    lines = [_line(section.left, "", None)]
    lines += [_line(step.after, "=", step) for step in section.steps]
    return tag(
        "section",
        tag("h4", section.title),
        tag("ol", *lines, class_="derivation final" if is_last else "derivation"),
    )


def _line(expression: Expr, relation: str, step: Step | None) -> Markup:
    return tag(
        "li",
        tag("span", relation, class_="relation"),
        tag("div", _typeset(expression), class_="expression"),
        None if step is None else _margin(step),
    )


def _margin(step: Step) -> Markup:
    return tag(
        "div",
        tag("span", step.rule, class_="rule"),
        verdict_mark(step.verdict, step.how),
        *(tag("span", f"uses {fact}", class_="uses") for fact in step.uses),
        tag("span", step.note, class_="uses") if step.note else None,
        tag("span", f"value {step.value}", class_="uses") if step.value else None,
        class_="margin",
    )
