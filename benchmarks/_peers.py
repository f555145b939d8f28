"""The same questions put to SymPy and to tensorgrad, one in a process of its own.

    python benchmarks/_peers.py sympy softmax-jacobian

prints the processor seconds that the derivative took, imports not counted. Both systems answer
without steps and without a proof. Each function below states its question the way the system's
documentation does.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Task = Callable[[], Any]


def sympy_tasks() -> dict[str, Task]:
    import sympy as sp

    z, w, x, y, t, A, X = (sp.IndexedBase(name) for name in ("z", "w", "x", "y", "t", "A", "X"))
    theta = sp.IndexedBase("theta")
    c, i, j, k, m, n, p, q = sp.symbols("c i j k m n p q", integer=True)
    N, D, K = sp.symbols("N D K", integer=True, positive=True)

    def score(row: Any) -> Any:
        return sp.exp(sp.Sum(theta[row, j] * x[i, j], (j, 1, D)))

    softmax = sp.exp(z[k]) / sp.Sum(sp.exp(z[c]), (c, 1, K))
    h = score(k) / sp.Sum(score(c), (c, 1, K))
    loss = -sp.Sum(y[i, k] * sp.log(h), (i, 1, N), (k, 1, K))
    form = sp.Sum(t[i] * A[i, j] * t[j], (i, 1, D), (j, 1, D))
    squares = sp.Sum((sp.Sum(w[j] * x[i, j], (j, 1, D)) - y[i]) ** 2, (i, 1, N))
    return {
        "quadratic": lambda: form.diff(t[m]).doit(),
        "frobenius": lambda: sp.Sum(X[i, j] ** 2, (i, 1, N), (j, 1, D)).diff(X[m, n]).doit(),
        "least-squares": lambda: squares.diff(w[n]).doit(),
        "logsumexp": lambda: sp.log(sp.Sum(sp.exp(z[c]), (c, 1, K))).diff(z[m]).doit(),
        "softmax-jacobian": lambda: softmax.diff(z[m]).doit(),
        "softmax-linear-jacobian": lambda: h.diff(theta[m, n]).doit(),
        "softmax-regression-gradient": lambda: loss.diff(theta[m, n]).doit(),
        "softmax-regression-hessian": lambda: loss.diff(theta[m, n]).diff(theta[p, q]).doit(),
    }


def tensorgrad_tasks() -> dict[str, Task]:
    import tensorgrad as tg
    from sympy import symbols
    from tensorgrad import functions as F

    N, D, K = symbols("N D K")
    z, theta = tg.Variable("z", K=K), tg.Variable("theta", K=K, D=D)
    x, y = tg.Variable("x", N=N, D=D), tg.Variable("y", N=N, K=K)
    X, w, t = tg.Variable("X", N=N, D=D), tg.Variable("w", D=D), tg.Variable("t", N=N)
    v, A = tg.Variable("v", D=D), tg.Variable("A", D=D, E=D)

    def loss() -> Any:
        return F.sum(F.cross_entropy(x @ theta, y, dim="K"))

    def loss_by_log_of_softmax() -> Any:
        return -F.sum(y * F.log(F.softmax(x @ theta, dim="K")))

    def solved(derivative: Any) -> Any:
        return derivative.full_simplify()

    return {
        "quadratic": lambda: solved((v @ A @ v.rename(D="E")).grad(v)),
        "frobenius": lambda: solved(tg.frobenius2(X).grad(X)),
        "least-squares": lambda: solved(tg.frobenius2(x @ w - t).grad(w)),
        "logsumexp": lambda: solved(F.log(F.sum(F.exp(z))).grad(z)),
        "softmax-jacobian": lambda: solved(F.softmax(z, dim="K").grad(z)),
        "softmax-linear-jacobian": lambda: solved(F.softmax(x @ theta, dim="K").grad(theta)),
        "softmax-regression-gradient": lambda: solved(loss().grad(theta)),
        "softmax-regression-hessian": lambda: solved(loss().grad(theta).grad(theta)),
        "softmax-regression-hessian, log of softmax": lambda: solved(
            loss_by_log_of_softmax().grad(theta).grad(theta)
        ),
    }


TASKS = {"sympy": sympy_tasks, "tensorgrad": tensorgrad_tasks}
NAMES = (
    "quadratic",
    "frobenius",
    "least-squares",
    "logsumexp",
    "softmax-jacobian",
    "softmax-linear-jacobian",
    "softmax-regression-gradient",
    "softmax-regression-hessian",
)


def seconds(system: str, name: str, limit: float) -> float | str:
    """Time of one question in a fresh process, or why there is none."""
    command = [sys.executable, str(Path(__file__)), system, name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return f"more than {limit:.0f} s"
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["failed"])[-1]
        return "not installed" if "ModuleNotFoundError" in last else last[:80]
    return float(done.stdout.split()[-1])


def main() -> None:
    system, name = sys.argv[1:]
    task = TASKS[system]()[name]
    start = time.process_time()
    task()
    print(time.process_time() - start)


if __name__ == "__main__":
    main()
