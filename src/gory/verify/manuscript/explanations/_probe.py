"""A few points at which guesses about a wrong line are tried before they are tested.

Hundreds of small changes are asked about for one line. Nearly all of them fail at the first point,
so both sides are evaluated once, and a guess costs a few additions; what fits is tested like any
claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from gory.notation import Add, Expr, Paper
from gory.verify._evidence import line_of, value_of
from gory.verify._floats import Floats
from gory.verify._layout import assignments, components
from gory.verify._numbers import Undefined
from gory.verify._points import Unmet, draw, place
from gory.verify._program import Env, Machine, Program

POINTS = 2
COMPONENTS = 4  # that are looked at per point
_TRIES = 12
_CLOSE = 1e-8
_SEED = 20240301

Values = list[float | None]


class Probe:
    """Points at which the first of some expressions has a value."""

    def __init__(self, paper: Paper, target: Expr, others: Iterable[Expr] = ()) -> None:
        self.program = Program(paper)
        self.line = line_of(self.program, paper.facts, target, Add((target, *others)))
        self.places: list[tuple[Machine, Env]] = []
        self.target: list[float] = []
        spans = assignments(paper, self.line.found)
        for number in range(_TRIES):
            if len(self.places) >= POINTS * COMPONENTS:
                break
            rng = Random(_SEED + number)
            chosen = spans[number % len(spans)]
            sign = ("signed", "positive", "unit")[number * 3 // _TRIES]
            values = draw(rng, self.line.found, chosen, self.line.facts, whole=False, sign=sign)
            try:
                machine = place(self.program, self.line.facts, chosen, Floats(), values, number)
            except (Unmet, Undefined, ArithmeticError):
                continue
            if machine is not None:
                self._look(machine, target, rng)

    def _look(self, machine: Machine, target: Expr, rng: Random) -> None:
        for env in components(self.line.letters, machine.spans, rng, COMPONENTS)[:COMPONENTS]:
            value = self._value(target, machine, env)
            if value is not None:
                self.places.append((machine, env))
                self.target.append(value)

    def _value(self, expr: Expr, machine: Machine, env: Env) -> float | None:
        try:
            return float(value_of(self.program, expr, machine, env))
        except (Undefined, ArithmeticError, KeyError, ValueError, RecursionError):
            return None

    def values(self, expr: Expr) -> Values:
        """What an expression is at every point; None where it has no value."""
        return [self._value(expr, machine, env) for machine, env in self.places]

    def fits(self, expr: Expr) -> bool:
        """Whether an expression may be equal to the target."""
        return all(
            is_close(self._value(expr, machine, env), wanted)
            for (machine, env), wanted in zip(self.places, self.target, strict=True)
        )

    def agree(self, one: Sequence[float | None]) -> bool:
        """Whether values may be those of the target."""
        return all(is_close(value, wanted) for value, wanted in zip(one, self.target, strict=True))


def is_close(value: float | None, wanted: float) -> bool:
    """Equal up to rounding."""
    if value is None:
        return False
    return abs(value - wanted) <= _CLOSE * max(abs(value), abs(wanted), 1.0)
