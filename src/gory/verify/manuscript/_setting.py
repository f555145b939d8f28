"""The setting in which the lines of a section are judged: what is given, and what is open."""

from __future__ import annotations

from gory.notation import D, Ref, walk
from gory.notation.manuscript._script import Script
from gory.verify.manuscript._arbitrary import arbitrary_numbers
from gory.verify.manuscript._claim import Ground
from gory.verify.manuscript._granted import is_declared
from gory.verify.manuscript.doubts._one_hot import is_called_one_hot
from gory.verify.manuscript.wording._wording import style_of

_UNIT = "holds if sum_k {}[k] = 1"


def setting_of(script: Script) -> Ground:
    """All that a section says, ready for questions about its lines."""
    return Ground(
        script.paper,
        script.unknown | _differentiated(script),
        script.unknown,
        script.slopes,
        script.steps,
        frozenset(n for n in script.paper.axes if is_called_one_hot(n, script.words)),
        frozenset(n for n in script.paper.axes if is_declared(_UNIT.format(n), script.words)),
        arbitrary_numbers(script.words),
        style_of(script.words, script.paper.axes),
        script.hidden,
    )


def _differentiated(script: Script) -> frozenset[str]:
    """Undefined names of which the text takes derivatives: functions it does not give."""
    nodes = [
        node
        for chain in script.chains
        for line in chain.lines
        for e in line.exprs
        for node in walk(e)
    ]
    bodies = {n.body.name for n in nodes if isinstance(n, D) and isinstance(n.body, Ref)}
    variables = {n.wrt.name for n in nodes if isinstance(n, D)}
    return frozenset(bodies - script.paper.definitions.keys() - variables)
