"""The one interface through which solvers see data: a source of rows.

A solver asks a source for the `Point` at some weights. A point knows its loss and can give the
gradient, products with the Hessian, and the `Ray` that leaves it in a direction. Along a ray the
loss and its slope cost no product with the data where logits are kept, so a line search is free.
Memory, sparse, streamed and distributed rows implement these three classes and nothing else;
solvers do not know which one they have.

Weights are arrays of shape (K, p): one row per class, p = d features plus one last column for the
intercept where there is one. All values are those of the weighted mean cross-entropy in nats; the
penalty is added by the solver (`gory.learn._problem`), because it needs no data.

Work is counted in passes: one product X W^T and one product R^T X make one pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

from numpy.random import Generator
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ._intercepts import InterceptSystem

Array = NDArray[Any]


class Ray(Protocol):
    """The loss along ``theta + t * direction``."""

    def slope(self, t: float, /) -> tuple[float, float, float]:
        """Loss, first and second derivative by ``t``."""
        ...

    def point(self, t: float, /) -> Point:
        """The point at ``t``; after that the ray is of no use."""
        ...


class Point(Protocol):
    """The loss at one setting of the weights."""

    theta: Array
    loss: float

    def gradient(self) -> Array:
        """Derivative of the loss by the weights, shape (K, p)."""
        ...

    def curvature(self, direction: Array, /) -> Array:
        """Product of the Hessian of the loss with ``direction``, shape (K, p)."""
        ...

    def hessian(self, basis: Array, /) -> Array:
        """The Hessian in the given class basis (K, K - 1), as a ((K - 1) p)^2 matrix."""
        ...

    def ray(self, direction: Array, /) -> Ray:
        """The ray that leaves this point in ``direction``."""
        ...

    def intercept_system(self, shift: Array, /) -> InterceptSystem:
        """Loss, gradient and products with the Hessian by the intercepts, after a shift of them."""
        ...

    def shifted(self, shift: Array, /) -> Point:
        """The point with ``shift`` (K,) added to the intercepts; costs no product."""
        ...

    def hessian_diagonal(self) -> Array:
        """Diagonal of the Hessian, shape (K, p)."""
        ...

    def class_variances(self) -> Array:
        """Diagonal of `class_covariance`."""
        ...

    def class_covariance(self) -> Array:
        """``sum_i s_i (diag p_i - p_i p_i^T)``, shape (K, K)."""
        ...

    def shrunk_entropy(self, share: float, /) -> float:
        """Weighted mean of ``sum_k v log v`` with v = (1 - share) y + share p."""
        ...

    def log_probabilities(self) -> Array:
        """Logarithms of the probabilities in float32, shape (n, K)."""
        ...

    def constant_probabilities(self) -> Array | None:
        """The probabilities of every row where they are known to be the same."""
        ...

    def class_moments(
        self, norms: Array, size: int, rng: Generator, /
    ) -> Iterator[tuple[Array, int]]:
        """``sum_i s_i p_ik (1 - p_ik) x_i x_i^T`` per class from samples, and their sizes."""
        ...

    def doubtful_moments(self) -> Array:
        """Second moments of the rows weighted by their uncertainty (mean 1), shape (p, p)."""
        ...


class Source(Protocol):
    """Rows of features with their targets and weights."""

    n_rows: int
    n_features: int
    n_classes: int
    fit_intercept: bool
    weight_sum: float
    passes: float
    keeps_logits: bool
    """Whether a trial step on a ray costs no product."""
    slope_share: float
    """How far the slope of a ray is to fall in a line search, as a share of its start."""

    def refine(self) -> bool:
        """Go over to more precise products, if there are any; whether points change by it."""
        ...

    def at(self, theta: Array, /, *, is_last: bool = False) -> Point:
        """The point at weights ``theta``; of the last one the gradient will hardly be asked for."""
        ...

    def charge(self, passes: float, /) -> None:
        """Count work that is not a product with class arrays, in passes."""
        ...

    def class_shares(self) -> Array:
        """Weighted mean of the targets, shape (K,)."""
        ...

    def second_moments(self) -> Array:
        """``sum_i s_i x_i x_i^T / S`` with the intercept's column of ones, shape (p, p)."""
        ...

    def leverages(self, ridge: Array, /) -> Array:
        """How alone every row is in the metric of `second_moments` plus a ridge, shape (n,)."""
        ...

    def balanced_norms(self) -> Array:
        """Squared norm of every row in columns of equal size, shape (n,)."""
        ...

    def sampled_moments(self, norms: Array, size: int, rng: Generator, /) -> tuple[Array, int]:
        """`second_moments` from rows drawn in proportion to ``norms``, and their number."""
        ...

    def sample(self, rates: Array, rng: Generator, /) -> Source:
        """Rows drawn with the given probabilities and weighted by their inverse."""
        ...
