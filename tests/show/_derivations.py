"""Derivations to write: real ones, and small ones made by hand."""

from __future__ import annotations

from functools import cache

import gory
from gory.calculus import Derivation, Section, Step
from gory.notation import read_expressions, read_paper

LAYER = """
h[i,k] = exp(sum_j theta[k,j] x[i,j]) / sum_c exp(sum_j theta[c,j] x[i,j])
J = - sum_{i,k} y[i,k] log h[i,k]
given sum_k y[i,k] = 1
"""

QUESTIONS = {
    "layer": (LAYER, "J", ("theta[m,n]",)),
    "softmax": ("s[k] = exp(z[k]) / sum_c exp(z[c])", "s[k]", ("z[m]",)),
    "squares": ("r[i] = sum_j w[j] x[i,j] - y[i]\nL = sum_i r[i]^2", "L", ("w[n]", "w[q]")),
    "sum": ("s[k] = exp(z[k]) / sum_c exp(z[c])", "sum_k s[k]", ()),
}


@cache
def derived(name: str) -> gory.Derivation:
    text, of, wrt = QUESTIONS[name]
    return gory.read(text).derive(of, *wrt)


def by_hand(*steps: tuple[str, str, dict[str, object]], left: str = "d(L, w)") -> Derivation:
    """A derivation of lines ``(rule, line, what else a step has)``."""
    texts = ["L", "w", left, *(line for _, line, _ in steps)]
    (of, wrt, first, *lines), _ = read_expressions(read_paper("index i,j:N"), texts)
    before = [first, *lines]
    made = tuple(
        Step(rule, before[place], lines[place], **more)  # type: ignore[arg-type]
        for place, (rule, _, more) in enumerate(steps)
    )
    section = Section("Derivation", first, made)
    return Derivation(of, (wrt,), (section,), section.result)  # type: ignore[arg-type]
