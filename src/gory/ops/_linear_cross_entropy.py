"""Cross-entropy of a linear layer, fused: X, W and b go in, derivatives come out.

The logits Z = X Wᵀ + b are made, used and forgotten in chunks of rows. With R = the
gradient in Z, the gradients are dX = R W, dW = Rᵀ X, db = Σ rows of R: three matrix
products for all of them, two if only X or only W is asked for.

Second order, along (Ẋ, Ẇ, ḃ): Ż = Ẋ Wᵀ + X Ẇᵀ + ḃ, Ṙ = H Ż with H the Hessian in the
logits, and the product is (Ṙ W + R Ẇ, Ṙᵀ X + Rᵀ Ẋ, Σ Ṙ). The terms with R are the
curvature of the layer itself and are left out in the Gauss-Newton product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._errors import RangeError
from gory.ops._linear_call import open_linear
from gory.ops._linear_layer import DEFAULT_WORKSPACE
from gory.ops._linear_products import (
    Direction,
    GradientSums,
    LinearGradients,
    RowReport,
    Variable,
    checked_gradients,
    row_report,
)
from gory.ops._linear_ways import linear_gradients, linear_slopes, linear_values, second_order
from gory.ops._loss_options import RowOptions, reduced
from gory.ops._loss_rows import scaled_rows
from gory.ops._sparse_residual import THINNED_HELD, filter_of


@dataclass(frozen=True, slots=True)
class LinearCrossEntropy:
    """Cross-entropy of softmax(X Wᵀ + b) with a target, `gory.ops.linear_cross_entropy`.

    Parameters of every verb
    ------------------------
    X : array_like, shape (N, D)
        Inputs, one row each.
    W : array_like, shape (K, D)
        Weights, one row per class, of the dtype of X.
    target : array_like, shape (N,) or (N, K)
        Class indices or probabilities, as in `cross_entropy`.
    bias : array_like, shape (K,), optional
        Added to the logits.
    max_workspace : float, default 64 MiB
        Bytes of temporary memory beyond inputs and outputs. Chunks of rows shrink to fit.
    **options
        Those of `cross_entropy` without ``axis``.

    Raises
    ------
    DTypeError, ShapeError, RangeError
        As in `cross_entropy`, and if shapes or dtypes of X, W and bias do not fit.

    Notes
    -----
    Matrix products are those of the installed BLAS, in the dtype of X (float16 in
    float32); losses are added up in float64.

    Source: E. Bendersky, *The Softmax function and its derivative*.

    Examples
    --------
    >>> import numpy as np
    >>> from gory.ops import linear_cross_entropy
    >>> X = np.array([[1.0, -1.0], [1.0, 0.0], [1.0, 0.5], [1.0, 2.0]])
    >>> W = np.array([[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]])
    >>> print(linear_cross_entropy(X, W, [0, 1, 2, 1], reduction="sum").round(6))
    3.563781
    """

    def __call__(
        self,
        X: ArrayLike,
        W: ArrayLike,
        target: ArrayLike,
        /,
        *,
        bias: ArrayLike | None = None,
        max_workspace: float = DEFAULT_WORKSPACE,
        **options: Unpack[RowOptions],
    ) -> NDArray[Any]:
        """The loss: one number, or one per row with ``reduction="none"``. One product."""
        call = open_linear(X, W, target, bias, max_workspace, options)
        values = linear_values(call)
        return call.returned(reduced(call.settings.reduction, values, call.factors))

    def value_and_grad(
        self,
        X: ArrayLike,
        W: ArrayLike,
        target: ArrayLike,
        /,
        *,
        bias: ArrayLike | None = None,
        wrt: tuple[Variable, ...] = ("X", "W", "bias"),
        upstream: ArrayLike | None = None,
        grad_tol: float | None = None,
        unbiased: bool = False,
        seed: int | None = None,
        out: LinearGradients | None = None,
        max_workspace: float = DEFAULT_WORKSPACE,
        **options: Unpack[RowOptions],
    ) -> tuple[NDArray[Any], LinearGradients]:
        """The loss and the gradients asked for, in one pass over the rows.

        Parameters
        ----------
        wrt : tuple of "X", "W", "bias"
            Which gradients to compute; "bias" counts only if a bias is given.
        upstream : array_like, optional
            What the gradients are multiplied with: one number, or one per row with
            ``reduction="none"``.
        grad_tol : float, optional
            Leave out probabilities of total mass at most this per row, which changes row i
            of dX by at most grad_tol max_k |W[k]| times its factor; ``gradients.bound``
            holds the bounds of this call. The loss is exact.
        unbiased : bool
            Keep a probability below grad_tol with chance p / grad_tol, at the value
            grad_tol: exact in expectation. Needs a ``seed``, an integer.
        out : LinearGradients, optional
            Arrays that receive the gradients; None for those to be allocated.

        Examples
        --------
        >>> import numpy as np
        >>> from gory.ops import linear_cross_entropy
        >>> value, gradients = linear_cross_entropy.value_and_grad(
        ...     np.ones((1, 2)), np.zeros((2, 2)), [0], wrt=("W",)
        ... )
        >>> gradients.W
        array([[-0.5, -0.5],
               [ 0.5,  0.5]])
        """
        chosen = filter_of(grad_tol, unbiased, seed)
        call = open_linear(
            X, W, target, bias, max_workspace, options, 1 if chosen is None else THINNED_HELD
        )
        given = {"X": X, "W": W, "bias": bias, "target": target}
        sums = GradientSums(call, wrt, chosen, checked_gradients(call, out, given))
        values = linear_gradients(call, sums, call.upstream_factors(upstream), chosen)
        value = call.returned(reduced(call.settings.reduction, values, call.factors))
        return value, sums.result()

    def jvp(
        self,
        X: ArrayLike,
        W: ArrayLike,
        target: ArrayLike,
        /,
        *,
        bias: ArrayLike | None = None,
        dX: ArrayLike | None = None,
        dW: ArrayLike | None = None,
        dbias: ArrayLike | None = None,
        max_workspace: float = DEFAULT_WORKSPACE,
        **options: Unpack[RowOptions],
    ) -> NDArray[Any]:
        """How the loss moves along dX, dW, dbias (those left out stay put): Σ R ⊙ Ż.

        Examples
        --------
        >>> import numpy as np
        >>> from gory.ops import linear_cross_entropy
        >>> X, W = np.ones((1, 2)), np.zeros((2, 2))
        >>> print(linear_cross_entropy.jvp(X, W, [0], dW=[[1.0, 0.0], [0.0, 0.0]]))
        -0.5
        """
        call = open_linear(X, W, target, bias, max_workspace, options, held=2)
        move = Direction.of(call, dX, dW, dbias)
        slopes = linear_slopes(call, move)
        return call.returned(reduced(call.settings.reduction, slopes, call.factors))

    def vjp(
        self,
        X: ArrayLike,
        W: ArrayLike,
        target: ArrayLike,
        g: ArrayLike,
        /,
        *,
        bias: ArrayLike | None = None,
        wrt: tuple[Variable, ...] = ("X", "W", "bias"),
        out: LinearGradients | None = None,
        max_workspace: float = DEFAULT_WORKSPACE,
        **options: Unpack[RowOptions],
    ) -> LinearGradients:
        """The gradients of g times the loss; one g per row with ``reduction="none"``.

        Examples
        --------
        >>> import numpy as np
        >>> from gory.ops import linear_cross_entropy
        >>> X, W = np.ones((1, 1)), np.zeros((2, 1))
        >>> linear_cross_entropy.vjp(X, W, [0], 2.0, wrt=("W",)).W
        array([[-1.],
               [ 1.]])
        """
        memory = max_workspace
        return self.value_and_grad(
            X, W, target, bias=bias, wrt=wrt, upstream=g, out=out, max_workspace=memory, **options
        )[1]

    def jacobian(
        self,
        X: ArrayLike,
        W: ArrayLike,
        target: ArrayLike,
        /,
        *,
        bias: ArrayLike | None = None,
        max_workspace: float = DEFAULT_WORKSPACE,
        **options: Unpack[RowOptions],
    ) -> LinearGradients:
        """All partial derivatives of the loss, written out.

        With ``reduction="none"`` the parts for W and bias have a leading axis of N: row i
        holds the derivative of loss i. The part for X holds each loss's derivative in its
        own row.

        Examples
        --------
        >>> import numpy as np
        >>> from gory.ops import linear_cross_entropy
        >>> X, W = np.ones((3, 2)), np.zeros((4, 2))
        >>> linear_cross_entropy.jacobian(X, W, [0, 1, 2], reduction="none").W.shape
        (3, 4, 2)
        """
        call = open_linear(X, W, target, bias, max_workspace, options)
        if call.settings.reduction != "none":
            return self.value_and_grad(
                X, W, target, bias=bias, max_workspace=max_workspace, **options
            )[1]
        residual = np.empty((call.layer.n, call.layer.k), call.layer.x.dtype)
        for rows, buffer in call.chunks():
            _, residual[rows] = call.chunk(rows, buffer).value_and_residual(call.factors[rows])
        by_row = residual[:, :, None] * call.layer.x[:, None, :]
        return call.as_given(
            LinearGradients(residual @ call.layer.w, by_row, None if bias is None else residual)
        )

    def hvp(
        self,
        X: ArrayLike,
        W: ArrayLike,
        target: ArrayLike,
        /,
        *,
        bias: ArrayLike | None = None,
        dX: ArrayLike | None = None,
        dW: ArrayLike | None = None,
        dbias: ArrayLike | None = None,
        wrt: tuple[Variable, ...] = ("X", "W", "bias"),
        out: LinearGradients | None = None,
        max_workspace: float = DEFAULT_WORKSPACE,
        **options: Unpack[RowOptions],
    ) -> LinearGradients:
        """The Hessian in (X, W, bias) times the direction (dX, dW, dbias).

        Examples
        --------
        >>> import numpy as np
        >>> from gory.ops import linear_cross_entropy
        >>> X, W = np.ones((1, 1)), np.zeros((2, 1))
        >>> linear_cross_entropy.hvp(X, W, [0], dW=[[1.0], [0.0]], wrt=("W",)).W
        array([[ 0.25],
               [-0.25]])
        """
        call = open_linear(X, W, target, bias, max_workspace, options, held=2)
        given = {"X": X, "W": W, "bias": bias, "target": target}
        return second_order(call, given, (dX, dW, dbias), wrt, out, full=True)

    def gauss_newton(
        self,
        X: ArrayLike,
        W: ArrayLike,
        target: ArrayLike,
        /,
        *,
        bias: ArrayLike | None = None,
        dX: ArrayLike | None = None,
        dW: ArrayLike | None = None,
        dbias: ArrayLike | None = None,
        wrt: tuple[Variable, ...] = ("X", "W", "bias"),
        out: LinearGradients | None = None,
        max_workspace: float = DEFAULT_WORKSPACE,
        **options: Unpack[RowOptions],
    ) -> LinearGradients:
        """The Gauss-Newton matrix times a direction: positive semidefinite if z_loss is 0.

        In W and bias alone, without ``softcap``, it is the Hessian.

        Examples
        --------
        >>> import numpy as np
        >>> from gory.ops import linear_cross_entropy
        >>> X, W = np.ones((1, 1)), np.zeros((2, 1))
        >>> linear_cross_entropy.gauss_newton(X, W, [0], dW=[[1.0], [0.0]], wrt=("W",)).W
        array([[ 0.25],
               [-0.25]])
        """
        call = open_linear(X, W, target, bias, max_workspace, options, held=2)
        given = {"X": X, "W": W, "bias": bias, "target": target}
        return second_order(call, given, (dX, dW, dbias), wrt, out, full=False)

    def hessian(
        self,
        X: ArrayLike,
        W: ArrayLike,
        target: ArrayLike,
        /,
        *,
        bias: ArrayLike | None = None,
        max_workspace: float = DEFAULT_WORKSPACE,
        **options: Unpack[RowOptions],
    ) -> NDArray[Any]:
        """The Hessian in W, row-major: entry [k D + j, l D + q]; for small layers.

        With a bias every class has D + 1 parameters, its bias after its weights.

        Examples
        --------
        >>> import numpy as np
        >>> from gory.ops import linear_cross_entropy
        >>> linear_cross_entropy.hessian(np.ones((1, 1)), np.zeros((2, 1)), [0])
        array([[ 0.25, -0.25],
               [-0.25,  0.25]])
        """
        call = open_linear(X, W, target, bias, max_workspace, options, held=2)
        if call.settings.reduction == "none":
            raise RangeError(
                "reduction is 'none', but a Hessian belongs to one number; use 'sum' or 'mean'."
            )
        x = call.layer.x.astype(np.float64)
        if bias is not None:
            x = np.column_stack([x, np.ones(len(x))])
        k, d = call.layer.k, x.shape[1]
        matrix = np.zeros((k, d, k, d))
        for rows, buffer in call.chunks():
            for part, loss in call.chunk(rows, buffer).blocks():
                factors, inputs = call.factors[rows][part], x[rows][part]
                for column in range(k):
                    unit = np.zeros_like(loss.p)
                    unit[:, column] = 1.0
                    block = scaled_rows(loss.hessian_products(unit), factors)
                    matrix[:, :, column] += np.einsum("ik,id,ij->kdj", block, inputs, inputs)
        return matrix.reshape(k * d, k * d).astype(call.dtype)

    def report(
        self,
        X: ArrayLike,
        W: ArrayLike,
        target: ArrayLike | None = None,
        /,
        *,
        bias: ArrayLike | None = None,
        max_workspace: float = DEFAULT_WORKSPACE,
        temperature: float = 1.0,
        softcap: float | None = None,
    ) -> RowReport:
        """Log-probability of the target, entropy, argmax and log-sum-exp of every row.

        Examples
        --------
        >>> import numpy as np
        >>> from gory.ops import linear_cross_entropy
        >>> report = linear_cross_entropy.report(np.ones((1, 1)), np.zeros((2, 1)), [1])
        >>> print(report.entropy.round(4), report.log_probability.round(4))
        [0.6931] [-0.6931]
        """
        labels = np.zeros(len(np.asarray(X)), np.intp) if target is None else target
        call = open_linear(
            X,
            W,
            labels,
            bias,
            max_workspace,
            {"temperature": temperature, "softcap": softcap, "reduction": "none"},
        )
        found = row_report(call)
        return found if target is not None else found._replace(log_probability=None)


linear_cross_entropy = LinearCrossEntropy()
