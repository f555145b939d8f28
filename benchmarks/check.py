"""Precision and recall of ``gory check`` on the corpus: ``python benchmarks/check.py [OUT.json]``.

Precision is the share of refuted lines that hold a slip, recall the share of slips whose line is
refuted. Both are printed with the processor time of the slowest derivation, and written as JSON
if a path is given.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.corpus._cases import Case, right_cases, slip_cases

from gory import proofread


def measure() -> dict[str, object]:
    """Check every derivation of the corpus."""
    proofread("d(x^2, x) = 2 x")  # what is imported once is not timed
    right = [(case, *checked(case)) for case in right_cases()]
    slips = [(case, *checked(case)) for case in slip_cases()]
    claims = sum(claims for _, _, claims, _ in right)
    false_alarms = sum(len(rows - {case.row}) for case, rows, _, _ in (*right, *slips))
    hits = sum(case.row in rows for case, rows, _, _ in slips)
    slowest = max((*right, *slips), key=lambda one: one[3])
    return {
        "derivations": len(right),
        "lines": claims,
        "slips": len(slips),
        "found": hits,
        "false_alarms": false_alarms,
        "precision": hits / (hits + false_alarms),
        "recall": hits / len(slips),
        "slowest": {"name": str(slowest[0]), "lines": slowest[2], "seconds": slowest[3]},
        "missed": [str(case) for case, rows, _, _ in slips if case.row not in rows],
    }


def checked(case: Case) -> tuple[set[int], int, float]:
    """Refuted rows, number of lines, seconds of processor time."""
    start = time.process_time()
    found = proofread(case.text)
    seconds = time.process_time() - start
    rows = {line.row for line in found.lines if line.verdict == "refuted"}
    return rows, len(found.lines), seconds


def main() -> None:
    found = measure()
    size = f"{found['derivations']} right derivations with {found['lines']} lines"
    print(f"{size}, {found['slips']} slips")
    print(f"precision {found['precision']:.1%}  recall {found['recall']:.1%}")
    slowest = found["slowest"]
    print(f"slowest: {slowest}")
    for name in found["missed"]:  # pyright: ignore[reportGeneralTypeIssues]
        print(f"missed: {name}")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(found, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
