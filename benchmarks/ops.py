"""Time and memory of the operators beside their peers, in one process.

    python benchmarks/ops.py [--threads 1] [--quick] [--only softmax] [--json results.json]

Every row of the table is one piece of work. Implementations take turns, so that a busy
moment of the machine falls on all of them, and the fastest of many turns counts; a ratio
says how many times faster ours is. The copy is what the memory allows: the input read and
an output written once. Peak memory is measured in a process of its own.

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
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from gory.ops import (
    LinearGradients,
    cross_entropy,
    log_softmax,
    logsumexp,
    set_threads,
    softmax,
)
from gory.ops import linear_cross_entropy as fused

ARGUMENTS = argparse.ArgumentParser(description=__doc__.splitlines()[0])
ARGUMENTS.add_argument("--threads", type=int, default=1)
ARGUMENTS.add_argument("--quick", action="store_true", help="fewer turns, smaller layers")
ARGUMENTS.add_argument("--only", default="", help="only work whose name contains this")
ARGUMENTS.add_argument("--json", default="", help="also write the results to this file")
ARGUMENTS.add_argument("--memory", default="", help=argparse.SUPPRESS)

OPTIONS = ARGUMENTS.parse_args([])

SHAPES = [
    (100_000, 3),
    (100_000, 10),
    (10_000, 100),
    (1_000, 1_000),
    (64, 32_768),
    (256, 131_072),
]
LAYERS = [(4096, 64, 10_000), (2048, 256, 32_000), (2048, 768, 32_000), (1024, 1024, 131_072)]

Work = Callable[[], object]


@dataclass
class Result:
    """Seconds of each implementation for one piece of work."""

    work: str
    shape: tuple[int, ...]
    seconds: dict[str, float]
    ratios: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Like is held against like: what writes to given memory against ours that does."""
        ours, given = self.seconds["gory"], self.seconds.get("gory out=")
        for name, seconds in self.seconds.items():
            if name != "gory":
                same = given is not None and name in ("torch out=", "copy")
                self.ratios[name] = seconds / (given if same and given else ours)


def race(competitors: dict[str, Work], seconds: float) -> dict[str, float]:
    """The fastest turn of each, taking turns for about the given time."""
    best = {}
    for name, work in competitors.items():
        work()
        start = time.perf_counter()
        work()
        best[name] = time.perf_counter() - start
    turns = int(np.clip(seconds / sum(best.values()), 3, 300))
    for _ in range(turns):
        for name, work in competitors.items():
            start = time.perf_counter()
            work()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def rows(seconds: float) -> list[Result]:
    """Operators on given logits."""
    import scipy.special
    import torch

    rng = np.random.default_rng(0)
    results = []
    for shape in SHAPES:
        z = (4 * rng.standard_normal(shape)).astype(np.float32)
        out, tz = np.empty_like(z), torch.from_numpy(z)
        tout = torch.empty_like(tz)
        labels = rng.integers(0, shape[1], shape[0])
        tl = torch.from_numpy(labels)

        def copy(z=z, out=out):
            np.copyto(out, z)

        def eager(tz=tz, tl=tl, **options):
            leaf = tz.detach().requires_grad_()
            torch.nn.functional.cross_entropy(leaf, tl, **options).backward()
            return leaf.grad

        work: dict[str, dict[str, Work]] = {
            "softmax": {
                "gory": lambda z=z: softmax(z),
                "gory out=": lambda z=z, out=out: softmax(z, out=out),
                "torch": lambda tz=tz: torch.softmax(tz, 1),
                "torch out=": lambda tz=tz, out=tout: torch.softmax(tz, 1, out=out),
                "scipy": lambda z=z: scipy.special.softmax(z, 1),
                "copy": copy,
            },
            "log_softmax": {
                "gory": lambda z=z: log_softmax(z),
                "gory out=": lambda z=z, out=out: log_softmax(z, out=out),
                "torch": lambda tz=tz: torch.log_softmax(tz, 1),
                "torch out=": lambda tz=tz, out=tout: torch.log_softmax(tz, 1, out=out),
                "scipy": lambda z=z: scipy.special.log_softmax(z, 1),
                "copy": copy,
            },
            "logsumexp": {
                "gory": lambda z=z: logsumexp(z),
                "torch": lambda tz=tz: torch.logsumexp(tz, 1),
                "scipy": lambda z=z: scipy.special.logsumexp(z, 1),
            },
            "cross_entropy value+grad": {
                "gory": lambda z=z, y=labels, out=out: cross_entropy.value_and_grad(z, y, out=out),
                "torch": eager,
                "copy": copy,
            },
            "cross_entropy smoothing": {
                "gory": lambda z=z, y=labels, out=out: cross_entropy.value_and_grad(
                    z, y, out=out, label_smoothing=0.1
                ),
                "torch": lambda eager=eager: eager(label_smoothing=0.1),
            },
        }
        for name, competitors in work.items():
            if OPTIONS.only in name:
                results.append(Result(name, shape, race(competitors, seconds)))
                show(results[-1])
    return results


def layer_arrays(shape: tuple[int, int, int]):
    """X, W, labels of a layer; W small enough that no class is certain."""
    n, d, v = shape
    rng = np.random.default_rng(1)
    X = rng.standard_normal((n, d), np.float32)
    W = rng.standard_normal((v, d), np.float32) / np.float32(np.sqrt(d))
    return X, W, rng.integers(0, v, n)


def bare_products(X, W, which: str, rows_at_once: int = 512) -> Work:
    """The matrix products alone, of the BLAS we use, in chunks: z Z, x dX, w dW."""
    from scipy.linalg import get_blas_funcs

    gemm = get_blas_funcs("gemm", dtype=np.float32)
    Z = np.empty((min(rows_at_once, len(X)), len(W)), np.float32)
    dX, dW = np.empty_like(X), np.empty_like(W)

    def work() -> None:
        for start in range(0, len(X), rows_at_once):
            x = X[start : start + rows_at_once]
            z = Z[: len(x)]
            for product in which:
                if product == "z":
                    gemm(1.0, W.T, x.T, 0.0, z.T, trans_a=True, overwrite_c=True)
                elif product == "x":
                    target = dX[start : start + rows_at_once]
                    gemm(1.0, W.T, z.T, 0.0, target.T, overwrite_c=True)
                else:
                    gemm(1.0, x.T, z.T, 1.0, dW.T, trans_b=True, overwrite_c=True)

    return work


def layers(seconds: float) -> list[Result]:
    """The fused linear loss."""
    import torch

    results = []
    for shape in LAYERS[:2] if OPTIONS.quick else LAYERS:
        X, W, labels = layer_arrays(shape)
        dW = np.ones_like(W)
        out = LinearGradients(X=np.empty_like(X), W=np.empty_like(W))
        tl = torch.from_numpy(labels)

        def eager(X=X, W=W, tl=tl):
            x, w = torch.from_numpy(X).requires_grad_(), torch.from_numpy(W).requires_grad_()
            torch.nn.functional.cross_entropy(x @ w.T, tl).backward()

        def chunked(X=X, W=W, tl=tl):
            x, w = torch.from_numpy(X).requires_grad_(), torch.from_numpy(W).requires_grad_()
            torch.nn.functional.linear_cross_entropy(x, w, tl).backward()

        value_and_grad: dict[str, Work] = {
            "gory": lambda a=(X, W, labels), out=out: fused.value_and_grad(*a, out=out),
            "gory, new memory": lambda a=(X, W, labels): fused.value_and_grad(*a),
            "products": bare_products(X, W, "zxw"),
            "torch": eager,
        }
        if hasattr(torch.nn.functional, "linear_cross_entropy") and not OPTIONS.quick:
            value_and_grad["torch linear_ce"] = chunked
        work: dict[str, dict[str, Work]] = {
            "linear value+dX+dW": value_and_grad,
            "linear value+dW": {
                "gory": lambda a=(X, W, labels), out=out: fused.value_and_grad(
                    *a, wrt=("W",), out=out
                ),
                "products": bare_products(X, W, "zw"),
            },
            "linear jvp dW": {
                "gory": lambda a=(X, W, labels), v=dW: fused.jvp(*a, dW=v),
                "products": bare_products(X, W, "zz"),
            },
            "linear hvp dW": {
                "gory": lambda a=(X, W, labels), v=dW, out=out: fused.hvp(
                    *a, dW=v, wrt=("W",), out=out
                ),
                "products": bare_products(X, W, "zzw"),
            },
        }
        for name, competitors in work.items():
            if OPTIONS.only in name:
                results.append(Result(name, shape, race(competitors, seconds)))
                show(results[-1])
    return results


def peaked_layer(shape: tuple[int, int, int]):
    """A layer as training leaves it: nearly all of the probability is on the label."""
    n, d, v = shape
    rng = np.random.default_rng(2)
    W = rng.standard_normal((v, d), np.float32)
    labels = rng.integers(0, v, n)
    X = W[labels] * np.float32(30 / d) + np.float32(0.8 / d**0.5) * rng.standard_normal((n, d))
    return X.astype(np.float32), W, labels


def share_kept(layer: tuple[np.ndarray, np.ndarray, np.ndarray], tolerance: float) -> float:
    """Probabilities that may not be dropped, as a share of all, from rows sorted by size."""
    X, W, _ = layer
    kept = 0
    for row in softmax(X[:256] @ W.T):
        kept += int((np.cumsum(np.sort(row), dtype=np.float64) > tolerance).sum())
    return kept / (min(256, len(X)) * len(W))


def thinned(seconds: float) -> list[Result]:
    """Gradients without what hardly matters, beside the dense ones."""
    results = []
    name = "linear grad_tol=1e-6"
    if OPTIONS.only not in name:
        return results
    for shape in LAYERS[1:2] if OPTIONS.quick else LAYERS[1:3]:
        layer = peaked_layer(shape)
        print(f"{name}: {100 * share_kept(layer, 1e-6):.2f} % of the probabilities count")
        out = LinearGradients(X=np.empty_like(layer[0]), W=np.empty_like(layer[1]))
        competitors: dict[str, Work] = {
            "gory": lambda a=layer, out=out: fused.value_and_grad(*a, grad_tol=1e-6, out=out),
            "unbiased": lambda a=layer, out=out: fused.value_and_grad(
                *a, grad_tol=1e-6, unbiased=True, seed=0, out=out
            ),
            "dense": lambda a=layer, out=out: fused.value_and_grad(*a, out=out),
        }
        results.append(Result(name, shape, race(competitors, seconds)))
        show(results[-1])
    return results


def peak_memory(shape: tuple[int, int, int]) -> dict[str, float]:
    """Megabytes beyond inputs and gradients, of ours and of PyTorch, each in a new process."""
    found = {}
    for name in ("gory", "torch"):
        command = [sys.executable, __file__, "--memory", name, "--threads", str(OPTIONS.threads)]
        command += ["--only", ",".join(map(str, shape))]
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
        n, d, v = map(int, OPTIONS.only.split(","))
        measure_memory(OPTIONS.memory, (n, d, v))
        return
    import torch

    torch.set_num_threads(OPTIONS.threads)
    print(json.dumps(machine()))
    seconds = 0.5 if OPTIONS.quick else 4.0
    results = [] if "linear" in OPTIONS.only else rows(seconds)
    if not OPTIONS.only or "linear" in OPTIONS.only:
        results += layers(2 * seconds)
        results += thinned(2 * seconds)
    memory = {}
    if not OPTIONS.only:
        memory = {str(shape): peak_memory(shape) for shape in LAYERS[1:3]}
        print("extra memory in MB", memory)
    if OPTIONS.json:
        report = {"machine": machine(), "memory": memory, "results": [asdict(r) for r in results]}
        Path(OPTIONS.json).write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
