r"""Networks as arrows: ``x \to z = W x + b \to h = \sigma(z)`` defines z and h."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from gory.notation.latex._statements import LatexStatement

ARROWS = (r"\to", r"\rightarrow", r"\longrightarrow", r"\mapsto")
LONGEST_NAME = 6  # tokens

Part = TypeVar("Part", bound=Sized)


def with_steps(statement: LatexStatement) -> list[LatexStatement]:
    """The steps of a flow as statements of their own; of other statements, themselves."""
    told = steps_of(statement.relations, statement.sides)
    return [replace(statement, sides=step, relations=["", "="]) for step in told] or [statement]


def steps_of(relations: Sequence[str], sides: Sequence[Part]) -> list[list[Part]]:
    """The equations between arrows, if there are only names, and what these are."""
    arrows = {*relations[1:]} - {"="}
    if not arrows or arrows - {*ARROWS} or "=" not in relations:
        return []
    steps: list[list[Part]] = []
    for relation, side in zip(relations, sides, strict=True):
        if relation == "=":
            steps[-1].append(side)
        else:
            steps.append([side])
    is_flow = all(len(one) < 3 and 0 < len(one[0]) <= LONGEST_NAME for one in steps)
    return [one for one in steps if len(one) == 2] if is_flow else []
