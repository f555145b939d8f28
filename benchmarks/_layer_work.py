"""The fused linear loss, beside its bare matrix products and PyTorch."""

from __future__ import annotations

import numpy as np
from benchmarks._turns import Tasks, Work

from gory.ops import LinearGradients, softmax
from gory.ops import linear_cross_entropy as fused

LAYERS = [(4096, 64, 10_000), (2048, 256, 32_000), (2048, 768, 32_000), (1024, 1024, 131_072)]


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


def layer_tasks(only: str, quick: bool) -> Tasks:
    """What is to be done, for every layer."""
    import torch

    for shape in LAYERS[:2] if quick else LAYERS:
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
        if hasattr(torch.nn.functional, "linear_cross_entropy") and not quick:
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
        if moved_twice(shape):
            work["linear hvp dW"]["four products"] = bare_products(X, W, "zzzw")
        for name, competitors in work.items():
            if only in name:
                yield name, shape, competitors


def moved_twice(shape: tuple[int, int, int]) -> bool:
    """Whether logits and motions of eighty samples are too much for the default workspace.

    Then only the logits are kept, and the motions of a Hessian product are computed twice, so that
    its matrix products are four; the three that a larger workspace needs are shown as well.
    """
    return 2 * 80 * shape[2] * 4 > 64 * 2**20


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


def thinned_tasks(only: str, quick: bool, wanted: str = "") -> Tasks:
    """Gradients without what hardly matters, beside the dense ones."""
    name = "linear grad_tol=1e-6"
    if only not in name:
        return
    for shape in LAYERS[1:2] if quick else LAYERS[1:3]:
        if wanted not in ("", "x".join(map(str, shape))):
            continue
        layer = peaked_layer(shape)
        print(f"{name}: {100 * share_kept(layer, 1e-6):.2f} % of the probabilities count")
        out = LinearGradients(X=np.empty_like(layer[0]), W=np.empty_like(layer[1]))
        yield (
            name,
            shape,
            {
                "gory": lambda a=layer, out=out: fused.value_and_grad(*a, grad_tol=1e-6, out=out),
                "unbiased": lambda a=layer, out=out: fused.value_and_grad(
                    *a, grad_tol=1e-6, unbiased=True, seed=0, out=out
                ),
                "dense": lambda a=layer, out=out: fused.value_and_grad(*a, out=out),
            },
        )
