r"""A slip in what a text says a name is, found where the name is used.

In "$\nabla^2 J = X^\top S X$ with $S = \operatorname{diag}(p \odot (1 - y))$" the line is right and
its S is not. Nothing else bears out how S is read; but where one token in what is said of it makes
the line right, it was not misread.
"""

from __future__ import annotations

from dataclasses import dataclass

from gory.notation import Definition, Expr, Ref, children, rebuild, walk
from gory.notation._indices import substitute
from gory.notation.manuscript._script import Script
from gory.verify.manuscript._chain import Refutation
from gory.verify.manuscript._proofreading import CheckedLine
from gory.verify.manuscript.explanations._edit import Change, Edit
from gory.verify.manuscript.explanations._edits import smallest_edit
from gory.verify.manuscript.wording._wording import Wording

_SLIPS = frozenset(  # that change one sign of a formula; the others may be a part that was not read
    (Change.SIGN, Change.INDEX, Change.POWER, Change.NAME, Change.COMPLEMENT, Change.ORDER)
)


@dataclass(frozen=True)
class SlipAbove:
    """A name, the row of what defines it, and what has to be changed there."""

    name: str
    row: int
    edit: Edit

    def said_of(self, line: CheckedLine, refutation: Refutation) -> CheckedLine:
        """The line as a wrong one, with what is wrong."""
        lead = f"in what row {self.row} says of {self.name}, "
        fault = Wording(lead, lead) + self.edit.fault(refutation.ground.style)
        return CheckedLine(
            line.row, line.text, "refuted", fault.plain, line.counterexample, whole=line.whole,
            read_as=line.read_as, why_latex=fault.latex, relation=line.relation, found=line.found,
        )  # fmt: skip


def slip_above(refutation: Refutation, name: str, script: Script) -> SlipAbove | None:
    """The change in the definition of a name by which a line holds."""
    wrong, row = refutation.wrong, _row_of(name, script)
    if wrong is None or not row or name not in script.paper.definitions:
        return None
    definition, inner = script.paper.definitions[name], set[Expr]()
    right = _with_body(wrong.right, definition, inner)
    if not inner:
        return None
    ground, sides = wrong.sides.ground, wrong.sides
    edit = smallest_edit(ground, ground.prepare(wrong.asked), right, sides.factors)
    is_above = edit is not None and edit.kind in _SLIPS and edit.old in inner
    return SlipAbove(name, row, edit) if edit is not None and is_above else None


def _row_of(name: str, script: Script) -> int:
    for chain in script.chains:
        left = chain.lines[0].exprs[:1]
        is_said = any(line.is_definition for line in chain.lines[1:])
        if left and is_said and isinstance(left[0], Ref) and left[0].name == name:
            return chain.lines[0].row
    return 0


def _with_body(expr: Expr, definition: Definition, inner: set[Expr]) -> Expr:
    """An expression with a name written out; ``inner`` gathers the parts that come in."""
    if isinstance(expr, Ref) and expr.name == definition.name:
        if len(expr.indices) != len(definition.indices):
            return expr
        by = dict(zip(definition.indices, expr.indices, strict=True))
        body = substitute(definition.body, by)
        inner.update(walk(body))
        return body
    parts = tuple(_with_body(part, definition, inner) for part in children(expr))
    return rebuild(expr, parts) if parts else expr
