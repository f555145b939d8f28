r"""Facts that are given beside a text, in the paper language or as the text itself writes formulas.

Who checks a LaTeX file types ``\sum_k y_k = 1`` as it would stand there. Such a fact is read where
a sentence at the end of the text would be, so that its names are the text's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gory.notation._errors import NotationError
from gory.notation.manuscript._manuscript import read_manuscript
from gory.notation.manuscript._stated import Statement

_AUTHORS_OWN = re.compile(r"[\\$]|(?<![^\W\d_])(?!(?:sum|prod|max|min)_)[^\W\d_]+_")


def facts_in(text: str, given: Sequence[str]) -> tuple[str, ...]:
    r"""Facts in the paper language.

    Parameters
    ----------
    text : str
        The text beside which they are given.
    given : sequence of str
        Equations or inequalities: ``"sum_k y[k] = 1"``, ``"x_0 = 1"``, ``r"\sum_k y_k = 1"``.

    Returns
    -------
    tuple of str
        What is in the paper language already stays as it is and is read by its rules.

    Raises
    ------
    NotationError
        If a fact in the manner of the text cannot be read.
    """
    return tuple(_fact(text, fact) if _AUTHORS_OWN.search(fact) else fact for fact in given)


def _fact(text: str, fact: str) -> str:
    body = fact.strip().removeprefix("given ").strip().strip("$.").strip()
    is_latex = "\\" in fact or "$" in fact
    sentence = f"Given ${body}$." if is_latex else f"given {body}"
    last = text.count("\n") + 3
    read = read_manuscript(f"{text}\n\n{sentence}\n").statements
    found = next((one for one in read if one.sides and one.sides[0].row >= last), None)
    problem = _problem(found)
    if found is None or problem:
        raise NotationError(problem or "a fact compares two sides, as in: sum_k y_k = 1", fact)
    signs = {r"\geq": ">=", r"\ge": ">=", r"\leq": "<=", r"\le": "<=", r"\neq": "!=", r"\ne": "!="}
    left, *rights = found.sides
    parts = [f"{signs.get(one.relation, one.relation)} {one.readings[0]}" for one in rights]
    return " ".join([left.readings[0], *parts])


def _problem(found: Statement | None) -> str:
    return next((side.problem for side in found.sides if side.problem), "") if found else ""
