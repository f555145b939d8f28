"""Lines that hold, and slips that are slips, whatever a guessed definition means.

``G`` is a sum over some set that is read with doubt. ``d(G w + H w^2 / 2, w) = G + H w`` holds for
any ``G`` and ``H``, and ``G + H w / 2`` is wrong, since with the change of one token it would hold:
what ``G`` is cannot have misled. A name that depends on what is differentiated by is no such name.
"""

from __future__ import annotations

from dataclasses import replace

from gory.notation import D, Expr, Paper, Ref, walk
from gory.notation.manuscript._script import Script
from gory.notation.manuscript._script_settled import GUESSED
from gory.verify.manuscript._chain import Refutation
from gory.verify.manuscript._claim import Finding, Ground, reached_names
from gory.verify.manuscript._proofreading import PASSED
from gory.verify.manuscript.doubts._reach import failed_pairs, names_under


def holds_regardless(refutation: Refutation, script: Script) -> Finding | None:
    """How a line holds without the guessed definitions, if it does."""
    ground = _without_guesses(refutation, script)
    if ground is None:
        return None
    found = (
        ground.compare(left, right, refutation.factors)
        for left, right in failed_pairs(refutation, ground)
    )
    return next((one for one in found if one.verdict in PASSED), None)


def is_slip_regardless(refutation: Refutation, script: Script) -> bool:
    """Whether the repair of a line holds without the guessed definitions."""
    edit = refutation.found.edit if refutation.found is not None else None
    ground = _without_guesses(refutation, script)
    if edit is None or not edit.is_token or ground is None:
        return False
    after = ground.prepare(edit.after)
    pairs = ((left, after) for left, _ in failed_pairs(refutation, ground))
    return any(ground.compare(*pair, refutation.factors).verdict in PASSED for pair in pairs)


def _without_guesses(refutation: Refutation, script: Script) -> Ground | None:
    """The ground of a line without guessed definitions, if it had any that cannot matter."""
    paper = refutation.ground.paper
    guessed = {name for name, why in script.doubts.items() if GUESSED in why}
    doubtful = guessed & names_under(refutation) & paper.definitions.keys()
    kept = {name: one for name, one in paper.definitions.items() if name not in doubtful}
    without = replace(paper, definitions=kept)
    variables = _variables(refutation, without)
    depends = any(variables & ({name} | reached_names(paper, Ref(name))) for name in doubtful)
    return refutation.ground.on(without) if doubtful and not depends else None


def _variables(refutation: Refutation, paper: Paper) -> set[str]:
    """By what a line differentiates, or a definition that it rests on."""
    lines = (refutation.line, refutation.before, *refutation.chain.lines[:1])
    exprs: list[Expr] = [e for one in lines for e in one.exprs[:1]]
    names = frozenset().union(*(reached_names(paper, e) for e in exprs))
    exprs += [one.body for name, one in paper.definitions.items() if name in names]
    return {node.wrt.name for e in exprs for node in walk(e) if isinstance(node, D)}
