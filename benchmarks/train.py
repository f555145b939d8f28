"""How long training takes to come within 1e-2, 1e-4 and 1e-6 of the optimum.

    python benchmarks/train.py                     all rows of the table
    python benchmarks/train.py --only digits       one; the option may be repeated
    python benchmarks/train.py --ours              without the peers
    python benchmarks/train.py --peer cyanure      with one of them; may be repeated
    python benchmarks/train.py --grid              45 values of C against single fits
    python benchmarks/train.py --table             what was measured, as a table; measures nothing

Results are merged into ``benchmarks/results/train.json``, row by row and peer by peer, so that each
can be measured when the machine is quiet.

For every data set the optimum f* is computed in float64 and certified. `SoftmaxRegression` is then
timed with its default settings: the time is that of the whole call of ``fit``, which ends when 1e-6
is certified, and the passes are those after which the true gap (f - f*) / f* was reached, products
and builds of preconditioners included. The peers (`_training_peers.py`) run in processes of their
own with their tolerance tightened until the gap is reached; one that takes more than ``--cut-off``
times our time is stopped and reported so, and one that cannot be asked is reported with the reason.
Times are wall times and processor times of this machine, the best of `REPEATS` calls; the memory
is the peak of what was resident beyond what was so with the data loaded.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty
from typing import Any

import datasets
import numpy as np
from _training_peers import PEERS, why_not

LEVELS = (1e-2, 1e-4, 1e-6)
CUT_OFF = 20.0
# A call is repeated for this many seconds at most, and a peer has at least as many.
PATIENCE = 2.0
REPEATS = 200
RESULTS = Path(__file__).parent / "results" / "train.json"
GRID = np.logspace(-6, 5, 45)

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
GRID_DATA = ("wine", "digits", "letter", "covtype scaled")


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


def timed(work: Any, patience: float) -> tuple[Any, float, float]:
    """Result, wall seconds and processor seconds: the best of some calls."""
    walls: list[float] = []
    processor: list[float] = []
    result = None
    while len(walls) < REPEATS and sum(walls) <= patience:
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        walls.append(time.perf_counter() - wall)
        processor.append(time.process_time() - cpu)
    return result, min(walls), min(processor)


def warmed_up() -> None:
    """Load compiled code, so that neither its time nor its memory is counted as training.

    The loop for few rows is loaded as in a process that has made many such fits.
    """
    from gory import SoftmaxRegression
    from gory.learn import _small_newton as small

    rng = np.random.default_rng(0)
    rows = rng.normal(size=(2000, 200)).astype(np.float32)
    SoftmaxRegression(tol=1e-2, max_passes=3).fit(rows, np.arange(2000) % 200)
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
    model, wall, cpu = timed(
        lambda: SoftmaxRegression(C=C, tol=tol).fit(X, y), PATIENCE if tol >= 1e-7 else 0.0
    )
    queue.put(
        {
            "seconds": wall,
            "processor seconds": cpu,
            "solver": model.solver_,
            "history": [(entry.passes, entry.loss) for entry in model.history_],
            "passes": model.n_passes_,
            "certified": model.rel_gap_,
            "value": model.loss_,
            "megabytes": peak_megabytes() - before,
        }
    )


def run_peer(name: str, peer: str, tol: float, queue: Any) -> None:
    """Fit a peer and report its objective."""
    warnings.simplefilter("ignore")
    load, C = DATA[name]
    X, y = load()
    fit, _ = PEERS[peer]
    queue.put("ready")
    before = memory_from_here()
    (coef, intercept), wall, cpu = timed(lambda: fit(X, y, C, tol), PATIENCE)
    memory = peak_megabytes() - before
    if len(coef) == 1:
        coef, intercept = np.vstack([-coef, coef]) / 2, np.array([-1, 1]) * intercept / 2
    value = objective(X, y, C, coef, intercept)
    queue.put({"seconds": wall, "processor seconds": cpu, "value": value, "megabytes": memory})


def run_grid(name: str, _: Any, queue: Any) -> None:
    """The path over `GRID` against the mean of its values fitted one by one."""
    from gory import SoftmaxRegression

    warnings.simplefilter("ignore")
    X, y = DATA[name][0]()
    warmed_up()
    queue.put("ready")
    path, together, _ = timed(lambda: SoftmaxRegression().path(X, y, GRID), PATIENCE)
    passes, alone = [], 0.0
    for C in GRID:
        model, wall, _ = timed(lambda C=C: SoftmaxRegression(C=C).fit(X, y), PATIENCE / len(GRID))
        passes.append(model.n_passes_)
        alone += wall
    queue.put(
        {
            "passes": path.passes,
            "passes of a single fit": float(np.mean(passes)),
            "seconds": together,
            "single fits it costs": together / (alone / len(GRID)),
        }
    )


def in_process(target: Any, arguments: tuple[Any, ...], limit: float | None) -> Any:
    """The result of ``target`` in a process of its own, or None when it fails or takes too long.

    The limit counts from when the process has its data.
    """
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=target, args=(*arguments, queue))
    process.start()
    deadline, result = np.inf, None
    while result is None and (process.is_alive() or not queue.empty()):
        if time.monotonic() > deadline:
            break
        try:
            result = queue.get(timeout=0.2)
        except Empty:
            continue
        if isinstance(result, str):
            deadline = np.inf if limit is None else time.monotonic() + limit + 2 * PATIENCE
            result = None
    process.terminate()
    process.join()
    return result


def measure(name: str, peers: list[str], cut_off: float, /) -> dict[str, Any]:
    """All results for one data set; peers may take ``cut_off`` times our time."""
    exact = in_process(run_ours, (name, 1e-9), None)
    ours = in_process(run_ours, (name, 1e-6), None)
    best = min(exact["value"], ours["value"])
    ours["passes to"] = {
        str(level): next((p for p, f in ours["history"] if f <= best * (1 + level)), None)
        for level in LEVELS
    }
    del ours["history"]
    result = {"optimum": best, "certified": exact["certified"], "ours": ours, "peers": {}}
    limit = max(PATIENCE, cut_off * ours["seconds"])
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
    for tol in PEERS[peer][1]:
        done = in_process(run_peer, (name, peer, tol), limit)
        if done is None or done["seconds"] > limit:
            out["stopped after"] = limit
            break
        out["megabytes"] = done["megabytes"]
        for level in LEVELS:
            if done["value"] <= best * (1 + level):
                out["seconds to"].setdefault(str(level), done["seconds"])
                out["processor seconds to"].setdefault(str(level), done["processor seconds"])
        if str(LEVELS[-1]) in out["seconds to"]:
            break
    return out


def describe(name: str, result: dict[str, Any]) -> str:
    """One paragraph per data set."""
    ours = result["ours"]
    passes = ", ".join(
        f"{level} {'-' if p is None else f'{p:.1f}'}" for level, p in ours["passes to"].items()
    )
    lines = [
        f"{name}: f* = {result['optimum']:.9f} (certified to {result['certified']:.0e})",
        f"  gory: {ours['seconds']:.3f} s ({ours['processor seconds']:.3f} s of processors), "
        f"{ours['passes']:.1f} passes to a certified {ours['certified']:.1e}; passes to {passes}; "
        f"+{ours['megabytes']:.0f} MB; {ours['solver']}",
    ]
    lines += [f"  {peer}: {told(done, ours)}" for peer, done in result["peers"].items()]
    return "\n".join(lines)


def told(peer: dict[str, Any], ours: dict[str, Any]) -> str:
    """What a peer did, in words."""
    if "not asked" in peer:
        return f"not asked, {peer['not asked']}"
    times = ", ".join(f"{level} {s:.3f} s" for level, s in peer["seconds to"].items())
    last = peer["seconds to"].get(str(LEVELS[-1]))
    ratio = f" ({last / ours['seconds']:.1f} times gory)" if last else ""
    memory = f"; +{peer['megabytes']:.0f} MB" if "megabytes" in peer else ""
    limit = peer["stopped after"]
    stopped = f"; stopped or failed within {limit:.0f} s" if limit else ""
    return (times or "no level reached") + ratio + memory + stopped


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


def table(fits: dict[str, Any]) -> str:
    """The rows in Markdown: our time, passes and memory, and the fastest peers to 1e-6."""
    lines = [
        "| data | to a certified 1e-6 | passes to 1e-6 | memory beyond the data | "
        "fastest scikit-learn solver to 1e-6 | other peers |",
        "|---|---|---|---|---|---|",
    ]
    for name in (name for name in DATA if name in fits):
        result = fits[name]
        ours = result["ours"]
        passes = ours["passes to"][str(LEVELS[-1])]
        peers = list(result["peers"].items())
        inside = [(n.split()[1], p) for n, p in peers if n.startswith("scikit-learn")]
        others = [(n, p) for n, p in peers if not n.startswith("scikit-learn")]
        lines.append(
            f"| {name} | {ours['seconds']:.3g} s | {passes:.3g} | {ours['megabytes']:.0f} MB | "
            f"{fastest(inside, ours)} | {fastest(others, ours)} |"
        )
    return "\n".join(lines)


def fastest(peers: list[tuple[str, Any]], ours: dict[str, Any]) -> str:
    """The first of some peers at the last level, and how many did not reach it."""
    level = str(LEVELS[-1])
    times = {name: p["seconds to"][level] for name, p in peers if level in p.get("seconds to", {})}
    asked = [p for _, p in peers if "not asked" not in p]
    late = len(asked) - len(times)
    limit = max((p["stopped after"] or 0.0 for p in asked), default=0.0)
    missing = f"{late} not within {limit:.3g} s" if late else ""
    if not times:
        return f"none of {late} within {limit:.3g} s" if late else "none applies"
    name = min(times, key=lambda n: times[n])
    told = f"{name} {times[name]:.3g} s, {times[name] / ours['seconds']:.3g} times"
    return f"{told}; {missing}" if missing else told


def main() -> None:
    """Measure the data sets named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=DATA, help="a row; may be repeated")
    parser.add_argument("--ours", action="store_true", help="do not run the peers")
    parser.add_argument("--peer", action="append", choices=PEERS, help="one; may be repeated")
    parser.add_argument("--cut-off", type=float, default=CUT_OFF, help="of peers, in our times")
    parser.add_argument("--grid", action="store_true", help="measure the path over 45 values of C")
    parser.add_argument("--table", action="store_true", help="print the table of what is known")
    parser.add_argument("--json", type=Path, default=RESULTS, help="file that keeps the results")
    options = parser.parse_args()
    if options.table:
        print(table(json.loads(options.json.read_text())["fits"]))
        return
    for name in options.only or (GRID_DATA if options.grid else DATA):
        if options.grid:
            result = in_process(run_grid, (name, None), None)
            print(name, json.dumps(result), flush=True)
        else:
            peers = [] if options.ours else options.peer or list(PEERS)
            result = measure(name, peers, options.cut_off)
            print(describe(name, result), flush=True)
        keep(options.json, "grids" if options.grid else "fits", name, result)


if __name__ == "__main__":
    main()
