r"""What an array at another step depends on: ``c_{t-1}`` in ``c_t = f_t c_{t-1} + i_t g_t``.

Nothing at the step t is known one step before it, so that ``c_{t-1}`` does not change with
``f_t``. This rests on the recursion being written down, forwards; of a weight that all steps share
the state before depends, and how is not said.
"""

from __future__ import annotations

from collections.abc import Mapping

from gory.calculus import Dependence
from gory.notation import Paper, Ref, walk
from gory.notation.latex import Step


def is_before(paper: Paper, steps: Mapping[str, Step], name: str, variable: Ref) -> bool:
    """Whether an array at another step does not depend on a variable."""
    step = steps.get(name)
    if step is None or name in paper.definitions:
        return False
    other = steps.get(variable.name)
    is_given = step.array not in paper.definitions
    reached = frozenset[str]() if is_given else Dependence(paper).below(step.array)
    if other is not None:
        is_same = (other.letter, other.by) == (step.letter, step.by)
        return is_same and not is_given and not _is_unfolded(paper, steps, step, other)
    if not is_given and variable.name not in reached:
        return True
    is_here = step.by < 0 and any(index.name == step.letter for index in variable.indices)
    ahead = {one for one in (*reached, *(steps if is_given else ())) if _is_ahead(steps, one)}
    return is_here and not ahead and (is_given or name in reached)


def _is_unfolded(paper: Paper, steps: Mapping[str, Step], one: Step, other: Step) -> bool:
    """Whether h at t-1 is to be computed from c at t-1, which are both given to the step t.

    A text that does so has names at t-1 for what else h_t is computed from.
    """
    if other.array not in Dependence(paper).below(one.array):
        return False
    body = walk(paper.definitions[one.array].body)
    parts = {node.name for node in body if isinstance(node, Ref)} - {other.array, one.array}
    return not parts or any(step.by == one.by and step.array in parts for step in steps.values())


def _is_ahead(steps: Mapping[str, Step], name: str) -> bool:
    return name in steps and steps[name].by > 0
