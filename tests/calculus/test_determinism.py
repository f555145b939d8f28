"""A derivation depends on the question alone: not on hashing, not on what was derived before."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random

from tests.gold._problems import BY_ID, PROBLEMS

import gory

ROOT = Path(__file__).parent.parent.parent
PRINTING = """
import gory
print(gory.read({text!r}).derive({of!r}, *{wrt!r}).to_text(detail="gory"))
"""


def lines(derivation: gory.Derivation) -> list[tuple[object, ...]]:
    return [(s.rule, str(s.after), s.uses, s.verdict, s.how) for s in derivation.steps]


def printed_with(seed: int) -> str:
    """The softmax Hessian as printed by a new interpreter that hashes in its own way."""
    problem = BY_ID["softmax-regression-hessian"]
    program = PRINTING.format(text=problem.text, of=problem.of, wrt=problem.wrt)
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT / "src")},
    )
    return done.stdout


def test_the_order_in_which_sets_are_walked_does_not_show() -> None:
    assert printed_with(1) == printed_with(2) != ""


def test_what_was_derived_before_does_not_show() -> None:
    known = {problem.id: lines(problem.derivation) for problem in PROBLEMS}
    for problem in Random(1).sample(PROBLEMS, len(PROBLEMS)):
        again = gory.read(problem.text).derive(problem.of, *problem.wrt)
        assert lines(again) == known[problem.id], problem.id
