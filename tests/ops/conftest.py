"""The cross product the operators are tested on, declared once.

Fixtures `dtype`, `layout`, `logit_options`, `loss_options` run over everything listed
here; a test that asks for several of them is run on their product.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@dataclass(frozen=True)
class Layout:
    """A way an array of logits can come: shape, axis of the classes, memory order."""

    shape: tuple[int, ...]
    axis: int = -1
    order: str = "C"

    def array(self, rng: np.random.Generator, dtype: Any, scale: float = 3.0) -> np.ndarray:
        """Random numbers in this layout."""
        values = rng.normal(scale=scale, size=self.shape).astype(dtype)
        if self.order == "strided":
            wide = np.zeros(tuple(2 * n for n in self.shape), dtype)
            view = wide[tuple(slice(None, None, 2) for _ in self.shape)]
            view[...] = values
            return view
        if self.order == "reversed":
            return np.ascontiguousarray(values[..., ::-1])[..., ::-1]
        if self.order == "Fortran":
            return np.asfortranarray(values)
        if self.order == "read-only":
            values.flags.writeable = False
        return values

    @property
    def classes(self) -> int:
        return self.shape[self.axis]

    @property
    def outer(self) -> tuple[int, ...]:
        axis = self.axis % len(self.shape)
        return self.shape[:axis] + self.shape[axis + 1 :]


LAYOUTS = {
    "matrix": Layout((5, 4)),
    "vector": Layout((6,)),
    "first-axis": Layout((4, 5), axis=0),
    "middle-axis": Layout((2, 3, 4), axis=1),
    "no-rows": Layout((0, 3)),
    "one-row": Layout((1, 3)),
    "one-class": Layout((3, 1)),
    "two-classes": Layout((4, 2)),
    "many-classes": Layout((2, 300)),
    "strided": Layout((4, 3), order="strided"),
    "reversed": Layout((4, 3), order="reversed"),
    "Fortran": Layout((4, 3), order="Fortran"),
    "read-only": Layout((4, 3), order="read-only"),
}
DTYPES = {"float16": np.float16, "float32": np.float32, "float64": np.float64}
# Twice what rounding the result, and for float16 the arguments of float32, may cost.
TOLERANCES = {np.float16: 2e-3, np.float32: 2e-6, np.float64: 2e-13}

LOGIT_OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "temperature": {"temperature": 1.7},
    "softcap": {"softcap": 2.5},
    "both": {"temperature": 0.6, "softcap": 4.0},
}
LOSS_OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "sum": {"reduction": "sum"},
    "none": {"reduction": "none"},
    "weight": {"weight": "random"},
    "weight-rows": {"weight": "random", "reduction": "mean_rows"},
    "smoothing": {"label_smoothing": 0.2},
    "smoothing-weight": {"label_smoothing": 0.3, "weight": "random", "reduction": "sum"},
    "z-loss": {"z_loss": 0.05, "reduction": "none"},
    "temperature": {"temperature": 0.8, "z_loss": 0.02},
    "softcap": {"softcap": 3.0},
    "samples": {"sample_weight": "random"},
    "ignored": {"ignore_index": 0},
    "all-of-them": {
        "temperature": 1.3,
        "softcap": 5.0,
        "weight": "random",
        "label_smoothing": 0.1,
        "z_loss": 0.03,
        "sample_weight": "random",
        "ignore_index": 0,
        "reduction": "none",
    },
}


@pytest.fixture(params=LAYOUTS.values(), ids=LAYOUTS)
def layout(request: pytest.FixtureRequest) -> Layout:
    return request.param


@pytest.fixture(params=DTYPES.values(), ids=DTYPES)
def dtype(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def tolerance(dtype: Any) -> float:
    return TOLERANCES[dtype]


@pytest.fixture(params=LOGIT_OPTIONS.values(), ids=LOGIT_OPTIONS)
def logit_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param


@pytest.fixture(params=LOSS_OPTIONS.values(), ids=LOSS_OPTIONS)
def loss_options(
    request: pytest.FixtureRequest, layout: Layout, rng: np.random.Generator
) -> dict[str, Any]:
    """Options with their random weights drawn for the layout."""
    options = dict(request.param)
    if "weight" in options:
        options["weight"] = rng.uniform(0.2, 2.0, layout.classes)
    if "sample_weight" in options:
        options["sample_weight"] = rng.uniform(0.2, 2.0, layout.outer)
    return options


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20240229)


@pytest.fixture(scope="session")
def worked() -> dict[str, Any]:
    """Instances with inputs and expected values, computed with 60 digits."""
    return json.loads(Path(__file__).with_name("worked_numbers.json").read_text())
