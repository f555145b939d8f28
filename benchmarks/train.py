"""How long training takes to come within 1e-2, 1e-4 and 1e-6 of the optimum.

    python benchmarks/train.py                     all data sets
    python benchmarks/train.py letter digits       some
    python benchmarks/train.py --json out.json     results for a program

For every data set the optimum f* is computed in float64 and certified. `SoftmaxRegression` is then
timed with its default settings: the time is that of the whole call of ``fit``, which ends when 1e-6
is certified, and the passes are those after which the true gap (f - f*) / f* was reached, products
and builds of preconditioners included. scikit-learn's solvers run in processes of their own with
their tolerance tightened until the gap is reached; a solver that takes more than `CUT_OFF` times
our time is stopped and reported so. Times are wall times of this machine, the best of `REPEATS`
calls; the peak is the resident memory a process gained over the data.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import time
import warnings
from queue import Empty
from typing import Any

import datasets
import numpy as np

LEVELS = (1e-2, 1e-4, 1e-6)
CUT_OFF = 20.0
# A peer gets at least this many seconds, so that small data sets are not decided by start-up.
PATIENCE = 10.0
REPEATS = 3

DATA = {
    "wine": (datasets.wine, 1.0),
    "digits": (datasets.digits, 1.0),
    "letter": (datasets.letter, 1.0),
    "covtype scaled": (datasets.covtype_scaled, 1.0),
    "covtype": (datasets.covtype, 1.0),
    "fashion_mnist": (datasets.fashion_mnist, 1.0),
    "debian_text C=1": (datasets.debian_text, 1.0),
    "debian_text C=100": (datasets.debian_text, 100.0),
}
PEERS = {
    "lbfgs": (1e-3, 1e-4, 1e-5, 1e-6, 1e-7),
    "newton-cg": (1e-2, 1e-3, 1e-4, 1e-5, 1e-6),
    "newton-cholesky": (1e-2, 1e-4, 1e-6),
}


def objective(X: Any, y: Any, C: float, coef: Any, intercept: Any) -> float:
    """scikit-learn's objective per row, in float64."""
    from gory.learn._memory import MemorySource

    rows = np.column_stack([coef, intercept])
    point = MemorySource(X, y, n_classes=len(coef)).at(rows.astype(np.float64))
    return point.loss + 0.5 / (C * len(y)) * float(np.sum(np.square(coef, dtype=np.float64)))


def peak_megabytes() -> float:
    """Largest resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_ours(name: str, tol: float, queue: Any) -> None:
    """Fit with default settings; the best of some repeats."""
    from gory import SoftmaxRegression

    load, C = DATA[name]
    X, y = load()
    before = peak_megabytes()
    times, model = [], SoftmaxRegression(C=C, tol=tol)
    for _ in range(REPEATS if tol >= 1e-7 else 1):
        start = time.perf_counter()
        model.fit(X, y)
        times.append(time.perf_counter() - start)
    queue.put(
        {
            "seconds": min(times),
            "solver": model.solver_,
            "history": [(entry.passes, entry.loss) for entry in model.history_],
            "passes": model.n_passes_,
            "certified": model.rel_gap_,
            "value": model.loss_,
            "megabytes": peak_megabytes() - before,
        }
    )


def run_peer(name: str, solver: str, tol: float, queue: Any) -> None:
    """Fit scikit-learn's model once and report its objective."""
    from sklearn.linear_model import LogisticRegression

    warnings.simplefilter("ignore")
    load, C = DATA[name]
    X, y = load()
    before = peak_megabytes()
    model = LogisticRegression(C=C, solver=solver, tol=tol, max_iter=100_000)
    times: list[float] = []
    while len(times) < REPEATS and sum(times) < PATIENCE:
        start = time.perf_counter()
        model.fit(X, y)
        times.append(time.perf_counter() - start)
    seconds = min(times)
    value = objective(X, y, C, model.coef_, model.intercept_)
    memory = peak_megabytes() - before
    queue.put({"seconds": seconds, "value": value, "megabytes": memory})


def in_process(target: Any, arguments: tuple[Any, ...], limit: float | None) -> Any:
    """The result of ``target`` in a process of its own, or None when it takes longer than that."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=target, args=(*arguments, queue))
    process.start()
    deadline = None if limit is None else time.monotonic() + limit
    result = None
    while result is None and (process.is_alive() or not queue.empty()):
        if deadline is not None and time.monotonic() > deadline:
            break
        try:
            result = queue.get(timeout=0.2)
        except Empty:
            continue
    process.terminate()
    process.join()
    return result


def measure(name: str) -> dict[str, Any]:
    """All results for one data set."""
    exact = in_process(run_ours, (name, 1e-9), None)
    best = exact["value"]
    ours = in_process(run_ours, (name, 1e-6), None)
    ours["passes to"] = {
        str(level): next((p for p, f in ours["history"] if f <= best * (1 + level)), None)
        for level in LEVELS
    }
    limit = max(PATIENCE, CUT_OFF * ours["seconds"])
    peers: dict[str, Any] = {}
    for solver, tolerances in PEERS.items():
        reached: dict[str, float] = {}
        stopped = False
        for tol in tolerances:
            done = in_process(run_peer, (name, solver, tol), limit)
            if done is None:
                stopped = True
                break
            for level in LEVELS:
                if done["value"] <= best * (1 + level):
                    reached.setdefault(str(level), done["seconds"])
            if str(LEVELS[-1]) in reached:
                break
        peers[solver] = {"seconds to": reached, "stopped after": limit if stopped else None}
    del ours["history"]
    return {"optimum": best, "certified": exact["certified"], "ours": ours, "peers": peers}


def describe(name: str, result: dict[str, Any]) -> str:
    """One paragraph per data set."""
    ours = result["ours"]
    passes = ", ".join(
        f"{level} {'-' if p is None else f'{p:.1f}'}" for level, p in ours["passes to"].items()
    )
    lines = [
        f"{name}: f* = {result['optimum']:.9f} (certified to {result['certified']:.0e})",
        f"  gory  {ours['seconds']:.3f} s, {ours['passes']:.1f} passes to a certified "
        f"{ours['certified']:.1e}; passes to {passes}; +{ours['megabytes']:.0f} MB; "
        f"{ours['solver']}",
    ]
    for solver, peer in result["peers"].items():
        times = ", ".join(f"{level} {s:.3f} s" for level, s in peer["seconds to"].items())
        last = peer["seconds to"].get(str(LEVELS[-1]))
        ratio = f" ({last / ours['seconds']:.1f} times gory)" if last else ""
        stopped = f"; stopped after {peer['stopped after']:.0f} s" if peer["stopped after"] else ""
        lines.append(f"  scikit-learn {solver}: {times or 'no level reached'}{ratio}{stopped}")
    return "\n".join(lines)


def main() -> None:
    """Measure the data sets named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help=f"some of: {', '.join(DATA)}")
    parser.add_argument("--json", help="also write the results to this file")
    options = parser.parse_args()
    results = {}
    for name in options.names or DATA:
        results[name] = measure(name)
        print(describe(name, results[name]), flush=True)
    if options.json:
        from pathlib import Path

        Path(options.json).write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
