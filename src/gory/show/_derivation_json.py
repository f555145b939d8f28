"""A derivation as JSON, for programs."""

from __future__ import annotations

import json

from gory.calculus import Derivation, Section, Step
from gory.notation import to_latex, to_plain
from gory.show._derivation_detail import at_detail


def to_json(derivation: Derivation, /, *, detail: str = "gory") -> str:
    """Write a derivation as one JSON object.

    Parameters
    ----------
    derivation : Derivation
        From ``paper.derive``.
    detail : str
        "brief", "steps" or "gory".

    Returns
    -------
    str
        An object with ``of``, ``wrt``, ``result`` (in the paper language), ``latex``,
        ``matrix_form``, ``matrix_layout`` and ``shape`` of the result, ``verdict`` and
        ``steps``. A step has ``section``, ``rule``, ``before`` and ``line`` (the line before and
        after it, in the paper language), ``latex`` (of the line), ``uses``, ``verdict``, ``how``
        and ``note``.

    Raises
    ------
    ValueError
        If the level of detail is unknown.

    Examples
    --------
    >>> import gory, json
    >>> d = gory.read("L = w^2").derive("L", "w")
    >>> found = json.loads(to_json(d))
    >>> found["of"], found["wrt"], found["result"], found["steps"][-1]["line"]
    ('L', ['w'], '2 w', '2 w')
    """
    shown = at_detail(derivation, detail)
    values = {
        "of": to_plain(derivation.of),
        "wrt": [to_plain(variable) for variable in derivation.wrt],
        "given": [
            *(f"{to_plain(p.left)} = {to_plain(p.right)}" for p in derivation.premises),
            *(fact.text for fact in derivation.facts),
        ],
        "result": to_plain(derivation.result),
        "latex": to_latex(derivation.result),
        "matrix_form": derivation.matrix_form,
        "matrix_layout": derivation.matrix_layout,
        "shape": derivation.shape,
        "verdict": derivation.verdict,
        "steps": [_step(section, step) for section in shown.sections for step in section.steps],
    }
    return json.dumps(values, ensure_ascii=False, indent=2)


def _step(section: Section, step: Step) -> dict[str, object]:
    return {
        "section": section.title,
        "rule": step.rule,
        "before": to_plain(step.before),
        "line": to_plain(step.after),
        "latex": to_latex(step.after),
        "uses": list(step.uses),
        "verdict": step.verdict,
        "how": step.how,
        "note": step.note,
        **({"value": step.value} if step.value else {}),
    }
