"""How long training takes to come within 1e-2, 1e-4 and 1e-6 of the optimum.

    python benchmarks/train.py                     all rows of the table
    python benchmarks/train.py --only digits       one; the option may be repeated
    python benchmarks/train.py --ours              without the peers
    python benchmarks/train.py --peer cyanure      with one of them; may be repeated
    python benchmarks/train.py --keep-ours         the peers beside what was measured of ours
    python benchmarks/train.py --grid              45 values of C, and folds, in single fits
    python benchmarks/train.py --table             what was measured, as a table; measures nothing

Results are merged into ``benchmarks/results/train.json``, row by row and peer by peer, so that each
can be measured when the machine is quiet.

For every data set the optimum f* is computed in float64 and certified. `SoftmaxRegression` is then
timed with its default settings: the time is that of the whole call of ``fit``, which ends when 1e-6
is certified, and the passes are those after which the true gap (f - f*) / f* was reached, products
and builds of preconditioners included. The peers (`_training_peers.py`) run in processes of their
own with their tolerance tightened until the gap is reached; one that takes more than ``--cut-off``
times our time is stopped and reported so, and one that cannot be asked is reported with the reason.
Where the optimum to 1e-9 would take longer than the row is worth (`LONG`), the best value known
stands in for it, and "certified" says how far from the optimum that can be.
Times are wall times and processor times of this machine, the best of `REPEATS` calls, with the
share of the machine that other processes took meanwhile; the memory
is the peak of what was resident beyond what was so with the data loaded.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import signal
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty
from typing import Any

import datasets
import numpy as np
from _training_peers import PEERS, why_not
from _training_table import LEVELS, describe, grid_table, table

CUT_OFF = 20.0
# A call is repeated for this many seconds at most, and a peer has at least as many.
PATIENCE = 2.0
REPEATS = 200
# Whether other processes share the machine; see the option.
SHARED = False
RESULTS = Path(__file__).parent / "results" / "train.json"
# What SoftmaxRegressionCV(Cs=45) tries, on this many folds.
GRID, FOLDS = np.logspace(-4, 4, 45), 5

DATA = {
    "wine": (datasets.wine, 1.0),
    "digits": (datasets.digits, 1.0),
    "letter": (datasets.letter, 1.0),
    "letter C=inf": (datasets.letter, np.inf),
    "covtype scaled": (datasets.covtype_scaled, 1.0),
    "covtype": (datasets.covtype, 1.0),
    "fashion_mnist": (datasets.fashion_mnist, 1.0),
    "debian_text C=1": (datasets.debian_text, 1.0),
    "debian_text C=100": (datasets.debian_text, 100.0),
    "debian_maintainers C=1": (datasets.debian_maintainers, 1.0),
    "debian_maintainers C=100": (datasets.debian_maintainers, 100.0),
    "many_classes": (datasets.many_classes, 1.0),
}
# Rows whose optimum is not computed to 1e-9.
LONG = ("debian_maintainers C=1", "debian_maintainers C=100", "many_classes")
GRID_DATA = ("wine", "digits", "letter")


def objective(X: Any, y: Any, C: float, coef: Any, intercept: Any) -> float:
    """scikit-learn's objective per row, in float64; two rows for two classes."""
    from gory.learn._blocked import BlockedSource

    rows = np.column_stack([coef, intercept]).astype(np.float64)
    source = BlockedSource(X, y, n_classes=len(rows))
    source.refine()
    return source.at(rows).loss + 0.5 / (C * len(y)) * float(np.sum(rows[:, :-1] ** 2))


def memory_from_here() -> float:
    """Resident megabytes; the peak that `peak_megabytes` gives is counted from here on."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak_megabytes()


def peak_megabytes() -> float:
    """Largest resident memory of this process, in megabytes."""
    status = Path("/proc/self/status").read_text()
    return float(status.split("VmHWM:")[1].split()[0]) / 1024


def busy_seconds() -> float:
    """Processor seconds that all processes of this machine took since it started."""
    user, nice, system = Path("/proc/stat").read_text().split()[1:4]
    return (int(user) + int(nice) + int(system)) / os.sysconf("SC_CLK_TCK")


def timed(work: Any, patience: float) -> tuple[Any, dict[str, float]]:
    """Result and the best of some calls: wall and processor seconds.

    The share of the machine that other processes had is that of all calls together.
    """
    walls: list[float] = []
    processor: list[float] = []
    result, busy = None, busy_seconds()
    while len(walls) < REPEATS and sum(walls) <= patience:
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        walls.append(time.perf_counter() - wall)
        processor.append(time.process_time() - cpu)
    others = busy_seconds() - busy - sum(processor)
    return result, {
        "seconds": min(walls),
        "processor seconds": min(processor),
        "others": max(0.0, others / (sum(walls) * (os.cpu_count() or 1))),
    }


def warmed_up() -> None:
    """Load compiled code, so that neither its time nor its memory is counted as training.

    The loop for few rows is loaded as in a process that has made many such fits.
    """
    from gory import SoftmaxRegression
    from gory.learn import _small_newton as small

    rng = np.random.default_rng(0)
    rows = rng.normal(size=(2000, 200)).astype(np.float32)
    SoftmaxRegression(tol=1e-2, max_passes=3).fit(rows, np.arange(2000) % 200)
    rows = rng.normal(size=(8000, 50)).astype(np.float32)
    frugal = SoftmaxRegression(C=1e-3, solver="class-blocks", memory_budget=1e6)
    frugal.fit(rows, np.arange(8000) % 200)
    small.spent.seconds = small.PATIENCE
    SoftmaxRegression().fit(rows[:90, :4], np.arange(90) % 3)


def run_ours(name: str, tol: float, queue: Any) -> None:
    """Fit with default settings."""
    from gory import SoftmaxRegression

    warnings.simplefilter("ignore")
    load, C = DATA[name]
    warmed_up()
    X, y = load()
    queue.put("ready")
    before = memory_from_here()
    model, times = timed(
        lambda: SoftmaxRegression(C=C, tol=tol).fit(X, y), PATIENCE if tol >= 1e-7 else 0.0
    )
    queue.put(
        times
        | {
            "solver": model.solver_,
            "history": [(entry.passes, entry.loss) for entry in model.history_],
            "passes": model.n_passes_,
            "certified": model.rel_gap_,
            "value": model.loss_,
            "megabytes": peak_megabytes() - before,
        }
    )


def run_peer(name: str, peer: str, tol: float, best: float, queue: Any) -> None:
    """Fit a peer; report when it reached each level, and its objective in the end."""
    warnings.simplefilter("ignore")
    load, C = DATA[name]
    X, y = load()
    fit, _ = PEERS[peer]
    queue.put("ready")
    before = memory_from_here()
    open_levels: list[float] = []
    began = 0.0, 0.0

    def report(value: float) -> None:
        while open_levels and value <= best * (1 + open_levels[0]):
            seconds = time.perf_counter() - began[0], time.process_time() - began[1]
            queue.put({"level": open_levels.pop(0), "seconds": seconds})

    def call() -> Any:
        nonlocal began
        open_levels[:] = LEVELS
        began = time.perf_counter(), time.process_time()
        return fit(X, y, C, tol, report)

    (coef, intercept), times = timed(call, PATIENCE)
    memory = peak_megabytes() - before
    if len(coef) == 1:
        coef, intercept = np.vstack([-coef, coef]) / 2, np.array([-1, 1]) * intercept / 2
    value = objective(X, y, C, coef, intercept)
    queue.put(times | {"value": value, "megabytes": memory})


def run_grid(name: str, _: Any, queue: Any) -> None:
    """A path over `GRID` and a cross-validation, against its values fitted one by one."""
    from gory import SoftmaxRegression
    from gory.learn import SoftmaxRegressionCV

    warnings.simplefilter("ignore")
    X, y = DATA[name][0]()
    warmed_up()
    queue.put("ready")
    path, together = timed(lambda: SoftmaxRegression().path(X, y, GRID), PATIENCE)
    _, folded = timed(lambda: SoftmaxRegressionCV(GRID, cv=FOLDS).fit(X, y), PATIENCE)
    usual, at_one = timed(lambda: SoftmaxRegression().fit(X, y), PATIENCE / 2)
    passes, alone = [], 0.0
    for C in GRID:
        model, times = timed(lambda C=C: SoftmaxRegression(C=C).fit(X, y), PATIENCE / len(GRID))
        passes.append(model.n_passes_)
        alone += times["seconds"]
    queue.put(
        {
            "passes": path.passes,
            "seconds": together["seconds"],
            "seconds of a cross-validation": folded["seconds"],
            "others": max(together["others"], folded["others"], at_one["others"]),
            "single fits": {
                "at C = 1": {"passes": usual.n_passes_, "seconds": at_one["seconds"]},
                "mean": {"passes": float(np.mean(passes)), "seconds": alone / len(GRID)},
            },
        }
    )


def in_process(target: Any, arguments: tuple[Any, ...], limit: float | None) -> list[Any]:
    """What ``target`` tells from a process of its own, until it ends or takes too long.

    The limit counts from when the process has its data. With `SHARED` it is one of processor
    seconds, as many as all processors have in that time. A process that ends by itself without
    success says so last, in ``{"failed": reason}``.
    """
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=target, args=(*arguments, queue))
    process.start()
    told: list[Any] = []
    deadline = np.inf
    while process.is_alive() or not queue.empty():
        if clock_of(process.pid) > deadline:
            break
        try:
            message = queue.get(timeout=0.2)
        except Empty:
            continue
        if message == "ready":
            patience = np.inf if limit is None else limit + 2 * PATIENCE
            deadline = clock_of(process.pid) + patience
        else:
            told.append(message)
    stopped = process.is_alive()
    process.terminate()
    process.join()
    if not stopped and process.exitcode:
        code = process.exitcode
        crash = f"crashes ({signal.Signals(-code).name})" if code < 0 else "fails"
        told.append({"failed": "runs out of memory" if code == -signal.SIGKILL else crash})
    return told


def clock_of(process: Any) -> float:
    """Wall seconds; with `SHARED`, processor seconds of the process over all processors."""
    if not SHARED:
        return time.monotonic()
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    ticks = int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK") / (os.cpu_count() or 1)


def measure_ours(name: str) -> dict[str, Any]:
    """Our fit, and the optimum."""
    (ours,) = in_process(run_ours, (name, 1e-6), None)
    exact = ours if name in LONG else in_process(run_ours, (name, 1e-9), None)[0]
    best = min(exact["value"], ours["value"])
    ours["passes to"] = {
        str(level): next((p for p, f in ours["history"] if f <= best * (1 + level)), None)
        for level in LEVELS
    }
    result = {"optimum": best, "certified": exact["certified"], "ours": ours, "peers": {}}
    del ours["history"]
    return result


def measure(name: str, peers: list[str], cut_off: float, known: Any, /) -> dict[str, Any]:
    """All results for one data set; peers may take ``cut_off`` times our time."""
    result = known or measure_ours(name)
    limit = max(PATIENCE, cut_off * result["ours"]["seconds"])
    best = result["optimum"]
    result["peers"] = {peer: measure_peer(name, peer, best, limit) for peer in peers}
    return result


def measure_peer(name: str, peer: str, best: float, limit: float) -> dict[str, Any]:
    """Seconds to every level, or why there are none."""
    load, C = DATA[name]
    X, y = load()
    reason = why_not(peer, X, int(y.max()) + 1, C)
    if reason:
        return {"not asked": reason}
    out: dict[str, Any] = {"seconds to": {}, "processor seconds to": {}, "stopped after": None}
    wall, processor = out["seconds to"], out["processor seconds to"]
    for tol in PEERS[peer][1]:
        told = in_process(run_peer, (name, peer, tol, best), limit)
        done = told[-1] if told and "value" in told[-1] else None
        for message in (message for message in told if "level" in message):
            level, (seconds, cpu) = str(message["level"]), message["seconds"]
            wall[level] = min(seconds, wall.get(level, np.inf))
            processor[level] = min(cpu, processor.get(level, np.inf))
        if told and "failed" in told[-1]:
            out["failed"] = told[-1]["failed"]
            break
        if done is None:
            out["stopped after"] = limit
            break
        out["megabytes"], out["others"] = done["megabytes"], done["others"]
        for level in LEVELS:
            if done["value"] <= best * (1 + level):
                wall.setdefault(str(level), done["seconds"])
                processor.setdefault(str(level), done["processor seconds"])
        if str(LEVELS[-1]) in wall:
            break
    if SHARED:
        out["seconds to"] = {level: cpu / (os.cpu_count() or 1) for level, cpu in processor.items()}
        out["shared"] = True
    return out


def keep(path: Path, kind: str, name: str, result: dict[str, Any]) -> None:
    """Write one result beside those that the file has, so that a long run leaves what it has."""
    known = json.loads(path.read_text()) if path.exists() else {}
    result["measured"] = datetime.now(UTC).strftime("%Y-%m-%d")
    before = known.setdefault(kind, {}).get(name, {})
    if "peers" in result:
        result["peers"] = before.get("peers", {}) | result["peers"]
    known[kind][name] = result
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(known, indent=1) + "\n")


def main() -> None:
    """Measure the data sets named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=DATA, help="a row; may be repeated")
    parser.add_argument("--ours", action="store_true", help="do not run the peers")
    parser.add_argument("--peer", action="append", choices=PEERS, help="one; may be repeated")
    parser.add_argument("--keep-ours", action="store_true", help="take ours from the file")
    parser.add_argument("--cut-off", type=float, default=CUT_OFF, help="of peers, in our times")
    parser.add_argument("--grid", action="store_true", help="measure the path over 45 values of C")
    parser.add_argument("--table", action="store_true", help="print the table of what is known")
    parser.add_argument("--json", type=Path, default=RESULTS, help="file that keeps the results")
    parser.add_argument(
        "--shared",
        action="store_true",
        help="the machine is shared: peers have one thread each and are judged by their processor "
        "seconds over the number of processors, the least they could take alone",
    )
    options = parser.parse_args()
    if options.shared:
        global SHARED
        SHARED = True
        for library in ("OMP", "OPENBLAS", "MKL"):
            os.environ[f"{library}_NUM_THREADS"] = "1"
    if options.table:
        known = json.loads(options.json.read_text())
        print(table(known["fits"], list(DATA)), end="")
        print("\n" + grid_table(known.get("grids", {}), FOLDS), end="")
        return
    for name in options.only or (GRID_DATA if options.grid else DATA):
        if options.grid:
            (result,) = in_process(run_grid, (name, None), None)
            print(grid_table({name: result}, FOLDS), flush=True)
        else:
            peers = [] if options.ours else options.peer or list(PEERS)
            known = None
            if options.keep_ours:
                known = json.loads(options.json.read_text())["fits"][name]
            result = measure(name, peers, options.cut_off, known)
            print(describe(name, result), flush=True)
        keep(options.json, "grids" if options.grid else "fits", name, result)


if __name__ == "__main__":
    main()
