"""Precision and recall of ``gory check``: ``python benchmarks/check.py [OUT.json] [--marked]``.

Precision is the share of refuted lines that hold a slip, recall the share of slips whose line is
refuted. Both are printed for the corpus that was written with the reader and for the one that was
written without it and for the one that was written before it was run, with the processor time of
the slowest derivation, and written as JSON if a path is given. For the last two the rows that
claim something are known, and the share of them that is not judged is printed too.
With ``--marked`` the texts with marked slips are counted instead, writer by writer, which takes
half an hour: their rows, those unread and those refuted, their slips and those found.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.corpus import _cases as own
from tests.corpus._cases import Case
from tests.corpus.independent import _cases as independent
from tests.corpus.marked import _cases as marked

from gory import proofread


def measure(right: list[Case], slips: list[Case]) -> dict[str, Any]:
    """Check right derivations and derivations with a slip."""
    proofread("d(x^2, x) = 2 x")  # what is imported once is not timed
    fine = [(case, *checked(case)) for case in right]
    wrong = [(case, *checked(case)) for case in slips]
    false_alarms = sum(len(rows - {case.row}) for case, rows, _, _ in (*fine, *wrong))
    hits = sum(case.row in rows for case, rows, _, _ in wrong)
    slowest = max((*fine, *wrong), key=lambda one: one[3])
    return {
        "derivations": len(fine),
        "lines": sum(lines for _, _, lines, _ in fine),
        "slips": len(wrong),
        "found": hits,
        "false_alarms": false_alarms,
        "precision": hits / max(hits + false_alarms, 1),
        "recall": hits / len(wrong),
        "slowest": {"name": str(slowest[0]), "lines": slowest[2], "seconds": slowest[3]},
        "missed": [str(case) for case, rows, _, _ in wrong if case.row not in rows],
    }


def checked(case: Case) -> tuple[set[int], int, float]:
    """Refuted rows, number of lines, seconds of processor time."""
    start = time.process_time()
    found = proofread(case.text)
    seconds = time.process_time() - start
    rows = {line.row for line in found.lines if line.verdict == "refuted"}
    return rows, len(found.lines), seconds


def show(title: str, found: dict[str, Any]) -> None:
    """Print what was measured on one corpus."""
    size = f"{found['derivations']} right derivations with {found['lines']} lines"
    print(f"{title}: {size}, {found['slips']} slips")
    unread = f"  unread {found['unread']:.1%}" if "unread" in found else ""
    print(f"precision {found['precision']:.1%}  recall {found['recall']:.1%}{unread}")
    print(f"slowest: {found['slowest']}")
    for name in found["missed"]:
        print(f"missed: {name}")


def count_marked(texts: list[Path]) -> dict[str, int]:
    """Rows and slips of the marked texts of one writer."""
    found = dict.fromkeys(("texts", "rows", "unread", "refuted", "slips", "found"), 0)
    for path in texts:
        text = path.read_text(encoding="utf-8")
        verdicts = [line.verdict for line in proofread(marked.right(text)).lines]
        wrong = [{*checked(Case(path.name, slip))[0]} for _, slip in marked.slips(text)]
        found["texts"] += 1
        found["rows"] += len(verdicts)
        found["unread"] += verdicts.count("unread")
        found["refuted"] += verdicts.count("refuted")
        found["slips"] += len(wrong)
        found["found"] += sum(map(bool, wrong))
    return found


def main() -> None:
    path = next((one for one in sys.argv[1:] if one != "--marked"), "")
    if "--marked" in sys.argv:
        found = {}
        for name, texts in marked.groups().items():
            found[name] = count_marked(texts)
            print(name, found[name], flush=True)
    else:
        found = measure_corpora()
    if path:
        Path(path).write_text(json.dumps(found, indent=2), encoding="utf-8")


def measure_corpora() -> dict[str, Any]:
    """The corpora whose slips are known row by row."""
    found: dict[str, Any] = measure(list(own.right_cases()), list(own.slip_cases()))
    show("own corpus", found)
    for name, folder in (("independent", independent.HERE), ("later", independent.LATER)):
        entries = list(independent.entries(folder))
        right = [Case(entry.name, entry.text) for entry in entries]
        found[name] = measure(right, list(independent.slips(folder)))
        rows = sum(len(entry.claims) for entry in entries)
        found[name]["unread"] = sum(len(independent.unread(e)) for e in entries) / rows
        show(f"{name} corpus", found[name])
    return found


if __name__ == "__main__":
    main()
