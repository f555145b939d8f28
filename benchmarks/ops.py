"""Time and memory of the operators beside their peers, in one process.

    python benchmarks/ops.py [--threads 1] [--quick] [--only softmax] [--json results.json]

Every row of the table is one piece of work. Implementations take turns, so that a busy
moment of the machine falls on all of them, and the fastest of many calls counts; a ratio
says how many times faster ours is. The copy is what the memory allows: the input read and
an output written once. Peak memory is measured in a process of its own. A run of everything
is kept in benchmarks/results/, from where the table in the README comes.

A result in new memory costs a page fault for every page of a large array; rows without
"out=" pay for that on both sides, rows with it on neither. The bare products of a linear
layer write to memory that is there already, and so does ours: its gradients go to `out`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict
from itertools import chain
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks._layer_work import LAYERS, layer_arrays, layer_tasks, thinned_tasks
from benchmarks._row_work import row_tasks
from benchmarks._turns import Result, race

from gory.ops import linear_cross_entropy as fused
from gory.ops import set_threads

RESULTS = Path(__file__).parent / "results"

ARGUMENTS = argparse.ArgumentParser(description=__doc__.splitlines()[0])
ARGUMENTS.add_argument("--threads", type=int, default=1)
ARGUMENTS.add_argument("--quick", action="store_true", help="fewer turns, smaller layers")
ARGUMENTS.add_argument("--only", default="", help="only work whose name contains this")
ARGUMENTS.add_argument("--shape", default="", help="only this shape, for example 1000x1000")
ARGUMENTS.add_argument("--json", default="", help="also write the results to this file")
ARGUMENTS.add_argument("--memory", default="", help=argparse.SUPPRESS)

OPTIONS = ARGUMENTS.parse_args([])


def peak_memory(shape: tuple[int, int, int]) -> dict[str, float]:
    """Megabytes beyond inputs and gradients, of ours and of PyTorch, each in a new process."""
    found = {}
    for name in ("gory", "torch"):
        command = [sys.executable, __file__, "--memory", name, "--threads", str(OPTIONS.threads)]
        command += ["--shape", "x".join(map(str, shape))]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found[name] = float(done.stdout)
    return found


def measure_memory(name: str, shape: tuple[int, int, int]) -> None:
    """Print how far the resident memory rose above inputs and outputs."""

    def peak() -> float:
        status = Path("/proc/self/status").read_text()
        return float(status.split("VmHWM:")[1].split()[0]) / 1024

    small = layer_arrays((32, 16, 2048))
    if name == "gory":
        fused.value_and_grad(*layer_arrays((64, 64, 40_000)))
        X, W, labels = layer_arrays(shape)
        before = peak()
        fused.value_and_grad(X, W, labels)
    else:
        import torch

        def run(X, W, labels) -> None:
            x, w = torch.from_numpy(X).requires_grad_(), torch.from_numpy(W).requires_grad_()
            torch.nn.functional.cross_entropy(x @ w.T, torch.from_numpy(labels)).backward()

        run(*small)
        X, W, labels = layer_arrays(shape)
        before = peak()
        run(X, W, labels)
    print(peak() - before - (X.nbytes + W.nbytes) / 2**20)


def show(result: Result) -> None:
    """One line of the table."""
    shape = "×".join(map(str, result.shape))
    times = "  ".join(f"{k} {1e3 * v:.3g} ms" for k, v in result.seconds.items())
    ratios = "  ".join(f"{k} {v:.2f}x" for k, v in result.ratios.items())
    print(f"{result.work:26s}{shape:>18s}   {times}\n{'':47s}{ratios}", flush=True)


def machine() -> dict[str, object]:
    """What the numbers belong to."""
    versions = {"python": platform.python_version(), "numpy": np.__version__}
    for name in ("scipy", "numba", "torch"):
        versions[name] = __import__(name).__version__
    model = platform.processor()
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        lines = cpus.read_text().splitlines()
        model = next((x.split(":")[1].strip() for x in lines if "model name" in x), model)
    return {"cpu": model, "threads": OPTIONS.threads, "load": os.getloadavg(), **versions}


def settled_environment() -> None:
    """Start once more if the libraries were loaded under other settings than asked for.

    They read the number of threads when they are loaded; and a core type forced from
    outside would hide the machine's own kernels from BLAS.
    """
    wanted = {
        name: str(OPTIONS.threads)
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    }
    settled = all(os.environ.get(k) == v for k, v in wanted.items())
    if settled and "OPENBLAS_CORETYPE" not in os.environ:
        return
    kept = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    os.execve(sys.executable, [sys.executable, *sys.argv], {**kept, **wanted})


def main() -> None:
    """Run everything that was asked for."""
    ARGUMENTS.parse_args(namespace=OPTIONS)
    settled_environment()
    set_threads(OPTIONS.threads)
    if OPTIONS.memory:
        n, d, v = map(int, OPTIONS.shape.split("x"))
        measure_memory(OPTIONS.memory, (n, d, v))
        return
    import torch

    torch.set_num_threads(OPTIONS.threads)
    print(json.dumps(machine()))
    seconds = 0.3 if OPTIONS.quick else 1.5
    only, quick, results = OPTIONS.only, OPTIONS.quick, []
    tasks = chain(
        row_tasks(only), layer_tasks(only, quick), thinned_tasks(only, quick, OPTIONS.shape)
    )
    for name, shape, competitors in tasks:
        if OPTIONS.shape in ("", "x".join(map(str, shape))):
            results.append(Result(name, shape, race(competitors, seconds)))
            show(results[-1])
    whole = not (only or quick or OPTIONS.shape)
    memory = {str(shape): peak_memory(shape) for shape in LAYERS[1:3]} if whole else {}
    if whole:
        print("extra memory in MB", memory)
    path = OPTIONS.json or (RESULTS / f"ops-{OPTIONS.threads}.json" if whole else "")
    if path:
        report = {"machine": machine(), "memory": memory, "results": [asdict(r) for r in results]}
        Path(path).write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
