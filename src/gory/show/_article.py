"""A derivation as a reader follows it: lines under each other, the rule and verdict beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gory.calculus import Derivation, Section, Step
from gory.notation import Expr, Fact, Paper, to_latex, to_plain
from gory.notation._wording import Relation, parts_of, relation, wording
from gory.show._latex_words import latex_part
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


def worded(text: str, /) -> Iterator[Markup | str]:
    """Words with the formulas in them typeset."""
    for part in parts_of(text):
        if isinstance(part, str):
            yield part
        else:
            plain = str(part) if isinstance(part, Relation) else to_plain(part)
            yield formula(latex_part(part), plain=plain)


def premises_list(derivation: Derivation, /) -> Markup | None:
    """What the author wrote down, as far as the question rests on it."""
    lines = [tag("li", equation(p.left, p.right), _value(p.value)) for p in derivation.premises]
    return _definitions([*lines, *_facts(derivation.facts)]) if lines or derivation.facts else None


def facts_list(paper: Paper, /) -> Markup | None:
    """The facts that a paper declares, one to a line, typeset."""
    return _definitions(_facts(paper.facts)) if paper.facts else None


def _facts(facts: Iterable[Fact]) -> list[Markup]:
    return [tag("li", *worded(wording(relation(f.left, f.relation, f.right)))) for f in facts]


def _definitions(lines: Sequence[Markup]) -> Markup:
    return tag("ul", *lines, class_="definitions")


def _value(value: str) -> Markup | None:
    return tag("span", f"value {value}", class_="uses") if value else None


def definitions_list(paper: Paper, /) -> Markup:
    """The definitions of a paper, one to a line, typeset."""
    lines = [tag("li", equation(d.ref, d.body)) for d in paper.definitions.values()]
    return _definitions(lines)


def result_list(derivations: Sequence[Derivation], /) -> Markup:
    """What derivations end in, one to a line, with the matrix form and the verdict of each."""
    lines = [
        tag("li", equation(d.asked, d.result), _in_matrices(d), " ", verdict_mark(d.verdict))
        for d in derivations
    ]
    return _definitions(lines)


def _typeset(expression: Expr) -> Markup:
    return formula(to_latex(expression), plain=to_plain(expression))


def _in_matrices(derivation: Derivation) -> Markup | None:
    if not derivation.matrix_form:
        return None
    return tag(
        "span",
        "in matrix form ",
        formula(derivation.matrix_latex, plain=derivation.matrix_form),
        derivation.matrix_remark,
        class_="matrices",
    )


def _section(section: Section, is_last: bool) -> Markup:
    lines = [_line(section.left, "", None)]
    lines += [_line(step.after, "=", step) for step in section.steps]
    return tag(
        "section",
        tag("h4", *worded(section.title)),
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
        tag("span", *worded(step.rule), class_="rule"),
        verdict_mark(step.verdict, step.how),
        *(tag("span", "uses ", *worded(fact), class_="uses") for fact in step.besides),
        tag("span", *worded(step.note), class_="uses") if step.note else None,
        _value(step.value),
        class_="margin",
    )
