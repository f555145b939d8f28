"""A question to a paper: whether it has an answer, and what of the paper the answer rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gory.calculus._carry_out import Dependence
from gory.calculus._derivation import Derivation, Premise
from gory.notation import DerivationError, Expr, Paper, Ref, of_matrix, to_plain, walk


def refuse_what_has_no_answer(
    paper: Paper, of: Expr, wrt: Iterable[Ref], dependence: Dependence, /
) -> None:
    """Refuse to differentiate by what does not occur, and say which names the paper lacks."""
    for variable in wrt:
        if dependence.depends(of, variable.name):
            continue
        known = {*paper.definitions, *_names(d.body for d in paper.definitions.values())}
        strange = ", ".join(sorted(_names([of]) - known))
        raise DerivationError(
            f"{to_plain(of)!r} does not contain {variable.name!r}, neither in the open nor "
            f"through a definition; its derivative would be zero everywhere"
            f"{f' ({strange}: nothing in the paper is called so)' if strange else ''}"
        )


def with_premises(paper: Paper, derivation: Derivation, /) -> Derivation:
    """The derivation with the lines of the paper that it starts from."""
    lines = (step.after for step in derivation.steps)
    names = _names([derivation.of, *derivation.wrt, *lines])
    for definition in reversed(list(paper.definitions.values())):  # each uses earlier ones only
        if definition.name in names:
            names |= _names([definition.body])
    lines = [
        Premise(left, right)
        for definition in paper.definitions.values()
        if definition.name in names
        for left, right in definition.lines
    ]
    facts = tuple(fact for fact in paper.facts if _names([fact.left, fact.right]) <= names)
    return replace(derivation, premises=tuple(lines), facts=facts)


def _names(exprs: Iterable[Expr]) -> set[str]:
    refs = [node.name for expr in exprs for node in walk(expr) if isinstance(node, Ref)]
    inner = [matrix[1] for name in refs if (matrix := of_matrix(name))]
    return {*refs, *inner}
