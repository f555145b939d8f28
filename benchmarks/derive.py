"""How long a derivation takes, with all its steps and the proof of every line.

    python benchmarks/derive.py [--peers] [--out FILE]

Every problem with a known answer is read, derived and proved several times in one process: the
first time pays for filling the tables, the median of the others is what follows costs; "fresh"
is the first question of a new interpreter. The chain of n layers a = tanh(W a) shows how the cost
grows with the number of definitions. Times are processor times of one thread, which other work on
the machine does not change. With ``--peers`` SymPy and tensorgrad, if they are installed,
answer the questions that they can state, without steps and without proofs.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from benchmarks._peers import NAMES, seconds  # noqa: E402
from tests.gold._problems import PROBLEMS  # noqa: E402

import gory  # noqa: E402

REPEATS = 5
LAYERS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
QUICK = 300.0  # ms; a chain that takes longer is measured twice only
LONGEST = 10_000.0  # ms; a chain that takes longer ends the curve
PEER_LIMIT = 90.0  # seconds for one question
HESSIAN = "softmax-regression-hessian"
TARGETS = {"hessian": 60.0, "median": 25.0, "worst": 400.0, "growth": 2.0}  # ms, ms, ms, exponent

# An interpreter that has derived nothing yet: what the first question of a session costs.
FRESH = """
import sys, time
sys.path[:0] = {paths!r}
import gory
gory.read("").derive("x", "x")  # loads every module
start = time.process_time()
gory.read({text!r}).derive({of!r}, *{wrt!r})
print(1000 * (time.process_time() - start))
"""


def milliseconds(text: str, of: str, wrt: tuple[str, ...]) -> tuple[float, gory.Derivation]:
    start = time.process_time()
    derivation = gory.read(text).derive(of, *wrt)
    return 1000 * (time.process_time() - start), derivation


def measure(text: str, of: str, wrt: tuple[str, ...], repeats: int = REPEATS) -> dict[str, Any]:
    first, derivation = milliseconds(text, of, wrt)
    again = [milliseconds(text, of, wrt)[0] for _ in range(repeats)]
    return {
        "first_ms": round(first, 2),
        "median_ms": round(statistics.median(again), 2),
        "best_ms": round(min(again), 2),
        "steps": len(derivation.steps),
        "verdict": derivation.verdict,
    }


def in_a_fresh_process(text: str, of: str, wrt: tuple[str, ...]) -> float:
    program = FRESH.format(paths=sys.path[:2], text=text, of=of, wrt=tuple(wrt))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return round(float(done.stdout), 2)


def gold() -> list[dict[str, Any]]:
    found = []
    for problem in PROBLEMS:
        row = {"problem": problem.id, **measure(problem.text, problem.of, problem.wrt)}
        row["fresh_ms"] = in_a_fresh_process(problem.text, problem.of, problem.wrt)
        found.append(row)
    return found


def chain(layers: int) -> str:
    """A network of linear layers with tanh, every layer a definition."""
    lines = ["index a,b:H", "z1[a] = tanh(sum_b W1[a,b] x[b])"]
    for n in range(2, layers + 1):
        lines.append(f"z{n}[a] = tanh(sum_b W{n}[a,b] z{n - 1}[b])")
    lines.append(f"L = sum_a g[a] z{layers}[a]")
    return "\n".join(lines)


def growth() -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for layers in LAYERS:
        quick = not rows or rows[-1]["first_ms"] < QUICK
        row = measure(chain(layers), "L", ("W1[p,q]",), repeats=3 if quick else 1)
        rows.append({"layers": layers, **row})
        if rows[-1]["first_ms"] > LONGEST:
            break
    late = rows[len(rows) // 2 :]  # short chains are all overhead
    logs = [(math.log(r["layers"]), math.log(r["median_ms"])) for r in late]
    x, y = (statistics.mean(values) for values in zip(*logs, strict=True))
    slope = sum((a - x) * (b - y) for a, b in logs) / sum((a - x) ** 2 for a, _ in logs)
    return {"rows": rows, "exponent": round(slope, 2)}


def peers() -> list[dict[str, Any]]:
    found = []
    for name in (*NAMES, f"{HESSIAN}, log of softmax"):
        row: dict[str, Any] = {"problem": name}
        for system in ("sympy", "tensorgrad"):
            if name in NAMES or system == "tensorgrad":
                row[system] = seconds(system, name, PEER_LIMIT)
        found.append(row)
    return found


def summary(rows: list[dict[str, Any]], curve: dict[str, Any]) -> dict[str, float]:
    return {
        "hessian": next(row["median_ms"] for row in rows if row["problem"] == HESSIAN),
        "hessian_fresh": next(row["fresh_ms"] for row in rows if row["problem"] == HESSIAN),
        "median": statistics.median(row["median_ms"] for row in rows),
        "median_fresh": statistics.median(row["fresh_ms"] for row in rows),
        "worst": max(row["median_ms"] for row in rows),
        "worst_fresh": max(row["fresh_ms"] for row in rows),
        "growth": curve["exponent"],
    }


def show(result: dict[str, Any]) -> None:
    print(f"{'problem':36}{'steps':>6}{'again, ms':>11}{'first, ms':>11}{'fresh, ms':>11}  verdict")
    for row in result["gold"]:
        print(
            f"{row['problem']:36}{row['steps']:6}{row['median_ms']:11.1f}{row['first_ms']:11.1f}"
            f"{row['fresh_ms']:11.1f}  {row['verdict']}"
        )
    print("\nlayers" + "".join(f"{row['layers']:8}" for row in result["chain"]["rows"]))
    print("ms    " + "".join(f"{row['median_ms']:8.1f}" for row in result["chain"]["rows"]))
    for row in result["peers"]:
        cells = [f"{name} {_cell(row[name])}" for name in ("sympy", "tensorgrad") if name in row]
        print(f"{row['problem']:44}{'   '.join(cells)}")
    print()
    for name, value in result["summary"].items():
        target = TARGETS.get(name.removesuffix("_fresh"))
        print(f"{name:16}{value:8.1f}   target {target:g}")


def _cell(value: float | str) -> str:
    return value if isinstance(value, str) else f"{1000 * value:.0f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--peers", action="store_true", help="ask SymPy and tensorgrad as well")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks/results/derive.json")
    options = parser.parse_args()
    rows, curve = gold(), growth()
    result = {
        "summary": summary(rows, curve),
        "targets": TARGETS,
        "gold": rows,
        "chain": curve,
        "peers": peers() if options.peers else [],
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
    }
    show(result)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
