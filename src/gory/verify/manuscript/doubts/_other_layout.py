r"""Which layout a derivative with a name has: ``D = \partial L / \partial S`` may be transposed.

A line that holds only where it is, is no evidence for that, if another line holds only where it is
not.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from gory.notation import D, Definition, Expr, Ref, walk
from gory.notation.manuscript._script import Meaning, Script
from gory.verify.manuscript._chain import Refutation
from gory.verify.manuscript._proofreading import PASSED


def is_in_this_layout(refutation: Refutation, name: str, meaning: Meaning, script: Script) -> bool:
    """Whether lines elsewhere tell that a derivative is not meant in the other layout."""
    own, other = script.paper.definitions.get(name), meaning.definition
    if own is None or other is None or not _is_turned(own, other):
        return False
    ground = refutation.ground
    definitions = {**script.paper.definitions, name: other}
    turned = ground.on(replace(script.paper, definitions=definitions))
    for chain in script.chains:
        for one, line in pairwise(chain.lines) if chain is not refutation.chain else ():
            if line.is_definition or not one.exprs or not line.exprs:
                continue
            left, right = one.exprs[0], line.exprs[0]
            if not (_speaks(left, name) or _speaks(right, name)):
                continue
            is_wrong_there = turned.compare(left, right).verdict == "refuted"
            if is_wrong_there and ground.compare(left, right).verdict in PASSED:
                return True
    return False


def _is_turned(one: Definition, other: Definition) -> bool:
    bodies = one.body, other.body
    if not all(isinstance(body, D) for body in bodies):
        return False
    first, second = (body.wrt for body in bodies if isinstance(body, D))
    return first.name == second.name and first.indices == second.indices[::-1] != second.indices


def _speaks(expr: Expr, name: str) -> bool:
    return any(isinstance(node, Ref) and node.name == name for node in walk(expr))
