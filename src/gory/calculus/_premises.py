"""What a question rests on: the definitions it reaches, and the facts declared of their names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gory.calculus._derivation import Derivation, Premise
from gory.notation import Expr, Paper, Ref, of_matrix, walk


def with_premises(paper: Paper, derivation: Derivation, /) -> Derivation:
    """The derivation with the lines of the paper that it starts from."""
    names = _names([derivation.of, *derivation.wrt])
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
