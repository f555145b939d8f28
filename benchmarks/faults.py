"""Fault injection: would the checker notice if a line of a derivation were wrong?

In every line of every derivation with a known answer one place is changed at a time; the line is
handed to the numerical check. A fault counts as noticed when the line is refuted with a
counterexample. What is not refuted must be a true identity, which the prover then has to confirm;
anything else is a miss. Declared facts are planted too: the lines that rest on a fact are checked
without it.

    python benchmarks/faults.py [--every N] [--out FILE]
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from benchmarks._planted import KINDS, faults  # noqa: E402
from tests.gold._problems import PROBLEMS, Problem  # noqa: E402

from gory.calculus import Step  # noqa: E402
from gory.notation import Expr, Paper, read_expressions, to_plain  # noqa: E402
from gory.verify import Prover, evidence, needs_fact  # noqa: E402

UNDECLARED = "use an undeclared fact"


@dataclass
class Count:
    """What became of the faults of one kind."""

    planted: int = 0
    refuted: int = 0
    identities: int = 0  # proved to be right all the same, such as delta[m,k] for delta[k,m]
    missed: int = 0


@dataclass
class Score:
    """All counts, the misses in full, and proofs that numbers contradict (there must be none)."""

    kinds: dict[str, Count] = field(
        default_factory=lambda: {k: Count() for k in (*KINDS, UNDECLARED)}
    )
    missed: list[dict[str, str]] = field(default_factory=list)
    false_proofs: list[dict[str, str]] = field(default_factory=list)
    lines: int = 0

    def add(self, kind: str, outcome: str, where: dict[str, str]) -> None:
        count = self.kinds[kind]
        count.planted += 1
        setattr(count, outcome, getattr(count, outcome) + 1)
        if outcome == "missed":
            self.missed.append(where)


def setting(problem: Problem) -> Paper:
    """The paper with the ranges that the question settles."""
    return read_expressions(problem.paper, [problem.of, *problem.wrt])[1]


def inject(problem: Problem, score: Score, every: int) -> None:
    """Plant every fault (or every n-th) in the lines of one derivation."""
    paper = setting(problem)
    prover = Prover(paper)
    facts = frozenset(fact.text for fact in paper.facts if fact.relation == "=")
    number = 0
    for step in problem.derivation.steps:
        score.lines += 1
        _without_facts(problem, paper, step, score)
        for kind, wrong in faults(step.after, paper):
            number += 1
            if number % every == 0:
                _judge(problem, paper, prover, facts, step, kind, wrong, score)


def _judge(
    problem: Problem,
    paper: Paper,
    prover: Prover,
    facts: frozenset[str],
    step: Step,
    kind: str,
    wrong: Expr,
    score: Score,
) -> None:
    found = evidence(paper, step.before, wrong)
    proof = prover.prove(step.before, wrong, facts)
    where = {
        "problem": problem.id,
        "fault": kind,
        "before": to_plain(step.before),
        "after": to_plain(wrong),
        "how": found.how,
    }
    if found.equal is False:
        score.add(kind, "refuted", where)
        if proof and found.right is not None:
            score.false_proofs.append({**where, "proof": proof})
    else:
        score.add(kind, "identities" if proof else "missed", where)


def _without_facts(problem: Problem, paper: Paper, step: Step, score: Score) -> None:
    """A line that rests on a fact must fail when the fact is taken away."""
    for fact in paper.facts:
        if fact.relation == "=" and fact.text in step.uses:
            refuted = needs_fact(paper, step.before, step.after, fact)
            where = {"problem": problem.id, "fault": UNDECLARED, "after": to_plain(step.after)}
            score.add(UNDECLARED, "refuted" if refuted else "missed", where)


def table(score: Score) -> str:
    rows = [f"{'fault':24}{'planted':>9}{'refuted':>9}{'identities':>12}{'missed':>8}"]
    total: Counter[str] = Counter()
    for kind, count in score.kinds.items():
        rows.append(
            f"{kind:24}{count.planted:9}{count.refuted:9}{count.identities:12}{count.missed:8}"
        )
        total.update(asdict(count))
    rows.append(
        f"{'all':24}{total['planted']:9}{total['refuted']:9}"
        f"{total['identities']:12}{total['missed']:8}"
    )
    wrong = total["planted"] - total["identities"]
    rows.append(
        f"refuted {total['refuted']} of {wrong} wrong lines; {score.lines} lines of derivations"
    )
    rows.append(f"proofs that numbers contradict: {len(score.false_proofs)}")
    return "\n".join(rows)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--every", type=int, default=1, help="plant every N-th fault only")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks/results/faults.json")
    options = parser.parse_args()
    score, start = Score(), time.perf_counter()
    for problem in PROBLEMS:
        inject(problem, score, options.every)
    seconds = time.perf_counter() - start
    print(table(score))
    print(f"{len(PROBLEMS)} problems, {seconds:.0f} s")
    result = {
        **asdict(score),
        "problems": len(PROBLEMS),
        "every": options.every,
        "seconds": round(seconds, 1),
        "python": platform.python_version(),
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    return 1 if score.missed or score.false_proofs else 0


if __name__ == "__main__":
    raise SystemExit(main())
