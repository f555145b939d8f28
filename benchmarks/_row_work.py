"""The operators on given logits, beside SciPy, PyTorch and a copy of the memory."""

from __future__ import annotations

import numpy as np
from benchmarks._turns import Tasks, Work

from gory.ops import cross_entropy, log_softmax, logsumexp, softmax

SHAPES = [
    (100_000, 3),
    (100_000, 10),
    (10_000, 100),
    (1_000, 1_000),
    (64, 32_768),
    (256, 131_072),
]


def row_tasks(only: str) -> Tasks:
    """What is to be done, for every shape."""
    rng = np.random.default_rng(0)
    for shape in SHAPES:
        z = (4 * rng.standard_normal(shape)).astype(np.float32)
        labels = rng.integers(0, shape[1], shape[0])
        work = matrices(z) | sums(z) | losses(z, labels)
        for name, competitors in work.items():
            if only in name:
                yield name, shape, competitors


def matrices(z: np.ndarray) -> dict[str, dict[str, Work]]:
    """Functions with a result for every entry."""
    import scipy.special
    import torch

    out, tz = np.empty_like(z), torch.from_numpy(z)
    tout = torch.empty_like(tz)
    return {
        "softmax": {
            "gory": lambda: softmax(z),
            "gory out=": lambda: softmax(z, out=out),
            "torch": lambda: torch.softmax(tz, 1),
            "torch out=": lambda: torch.softmax(tz, 1, out=tout),
            "scipy": lambda: scipy.special.softmax(z, 1),
            "copy": lambda: np.copyto(out, z),
        },
        "log_softmax": {
            "gory": lambda: log_softmax(z),
            "gory out=": lambda: log_softmax(z, out=out),
            "torch": lambda: torch.log_softmax(tz, 1),
            "torch out=": lambda: torch.log_softmax(tz, 1, out=tout),
            "scipy": lambda: scipy.special.log_softmax(z, 1),
            "copy": lambda: np.copyto(out, z),
        },
    }


def sums(z: np.ndarray) -> dict[str, dict[str, Work]]:
    """A number per row."""
    import scipy.special
    import torch

    tz = torch.from_numpy(z)
    return {
        "logsumexp": {
            "gory": lambda: logsumexp(z),
            "torch": lambda: torch.logsumexp(tz, 1),
            "scipy": lambda: scipy.special.logsumexp(z, 1),
        }
    }


def losses(z: np.ndarray, labels: np.ndarray) -> dict[str, dict[str, Work]]:
    """Loss and gradient."""
    import torch

    out, tz, tl = np.empty_like(z), torch.from_numpy(z), torch.from_numpy(labels)

    def eager(**options) -> object:
        leaf = tz.detach().requires_grad_()
        torch.nn.functional.cross_entropy(leaf, tl, **options).backward()
        return leaf.grad

    smooth = {"label_smoothing": 0.1}
    return {
        "cross_entropy value+grad": {
            "gory": lambda: cross_entropy.value_and_grad(z, labels, out=out),
            "torch": eager,
            "copy": lambda: np.copyto(out, z),
        },
        "cross_entropy smoothing": {
            "gory": lambda: cross_entropy.value_and_grad(z, labels, out=out, **smooth),
            "torch": lambda: eager(**smooth),
        },
    }
