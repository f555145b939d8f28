r"""Derivatives along one path: what lies between is held fixed.

``\partial \hat x_i / \partial x_i = 1 / \sigma`` is wrong where the mean and the deviation are
computed from x, and right as the direct one of three paths, which the chain rule adds up. Words say
which is meant ("held fixed", "direct"), or the text differentiates by the mean as well.
"""

from __future__ import annotations

import re
from dataclasses import replace

from gory.calculus import Dependence
from gory.notation import D, Paper, Ref, walk
from gory.notation.manuscript._script import Script
from gory.verify.manuscript._chain import Refutation
from gory.verify.manuscript._claim import reached_names
from gory.verify.manuscript._proofreading import PASSED
from gory.verify.manuscript.doubts._places import place_of

MOST_BETWEEN = 6  # names between what is differentiated and its variable
AHEAD, BEHIND = 500, 200  # characters around a line in which words may say so
_PATHS = re.compile(
    r"(?i)\b(?:held?|hold(?:ing)?|kept|keep(?:ing)?|fix\w*|constants?|konstant\w*|fest(?:e[mnrs]?|gehalten\w*)?|"
    r"direct\w*|direkt\w*|explicit\w*|paths?|branch(?:es)?|routes?|independent(?:ly)? of|frozen|"
    r"local derivatives?|total derivatives?|ignor\w+|neglect\w*)\b"
)


def held_fixed(refutation: Refutation, script: Script) -> str:
    """The names that have to be held fixed for a line to hold, as a reason; or ""."""
    ground, paper = refutation.ground, script.paper
    sides = (refutation.before.exprs[0], refutation.line.exprs[0])
    slopes = [node for side in sides for node in walk(side) if isinstance(node, D)]
    between = {name for one in slopes for name in _between(paper, one)}
    between = sorted(between - _varied_in(refutation, paper))
    if not 0 < len(between) <= MOST_BETWEEN:
        return ""
    if not (_varied_by(script) & {*between} or _PATHS.search(_around(refutation, script.words))):
        return ""
    for names in [between, *([n] for n in between if len(between) > 1)]:
        kept = {n: one for n, one in paper.definitions.items() if n not in names}
        other = ground.on(replace(paper, definitions=kept))
        left, right = (other.prepare(side) for side in sides)
        if other.compare(left, right, refutation.factors).verdict in PASSED:
            return f"it holds where {', '.join(names)} is held fixed"
    return ""


def _between(paper: Paper, slope: D) -> set[str]:
    """Names that are computed from the variable of a derivative, and stand beside it in what the
    derivative is of.
    """
    body = slope.body
    if isinstance(body, Ref) and body.name in paper.definitions:
        body = paper.definitions[body.name].body
    names = {node.name for node in walk(body) if isinstance(node, Ref)}
    variable, depends = slope.wrt.name, Dependence(paper)
    if variable not in names:
        return set()
    beside = (names & paper.definitions.keys()) - {variable}
    return {name for name in beside if variable in depends.below(name)}


def _varied_in(refutation: Refutation, paper: Paper) -> set[str]:
    """Names of which the line itself takes derivatives, so that they are not held fixed in it."""
    nodes = (node for e in refutation.line.exprs[:1] for node in walk(e))
    bodies = (node.body for node in nodes if isinstance(node, D))
    return {name for body in bodies for name in reached_names(paper, body)}


def _varied_by(script: Script) -> set[str]:
    """Names by which the text differentiates."""
    exprs = (e for chain in script.chains for line in chain.lines for e in line.exprs[:1])
    return {node.wrt.name for e in exprs for node in walk(e) if isinstance(node, D)}


def _around(refutation: Refutation, text: str) -> str:
    """The words around a line."""
    place = place_of(refutation.line, text)
    return text[max(place - AHEAD, 0) : place + len(refutation.line.source) + BEHIND]
