"""What a fitted model says about rows: logits, labels and probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted, validate_data

from ._objective import row_softmax
from ._products import forward, is_sparse

Array = NDArray[Any]

# Logits that are there at the same time where only labels are asked for (32 MB).
_SCORED_ENTRIES = 1 << 22


class SoftmaxDecisions:
    """The methods of a softmax model that need nothing but its coefficients."""

    classes_: Array
    coef_: Array
    intercept_: Array

    def _rows(self) -> Array:
        """Weights and intercepts with one row per class, also for two classes."""
        rows = np.column_stack([self.coef_, self.intercept_])
        return np.vstack([-rows / 2, rows / 2]) if len(self.classes_) == 2 else rows

    def decision_function(self, X: Any) -> Array:
        """Logits of shape (n, K), or (n,) for two classes, where a positive one means the second.

        Parameters
        ----------
        X : array, sparse matrix or data frame of shape (n, d)
        """
        return self._class_scores(self._checked(X))

    def predict(self, X: Any) -> Array:
        """The most probable label of every row, shape (n,)."""
        X = self._checked(X)
        size = max(1, _SCORED_ENTRIES // len(self.classes_))
        if X.shape[0] <= size:
            return self.classes_[self._best(X)]
        X = X.tocsr() if is_sparse(X) else X
        blocks = range(0, X.shape[0], size)
        return self.classes_[np.concatenate([self._best(X[i : i + size]) for i in blocks])]

    def _checked(self, X: Any) -> Any:
        check_is_fitted(self)
        return validate_data(
            self, X, reset=False, accept_sparse=("csr", "csc"), dtype=[np.float64, np.float32]
        )

    def _class_scores(self, X: Any) -> Array:
        logits = forward(X, np.column_stack([self.coef_, self.intercept_]))
        return logits[:, 0] if len(self.classes_) == 2 else logits

    def _best(self, X: Any) -> Array:
        """Places of the most probable classes."""
        scores = self._class_scores(X)
        return (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)

    def predict_proba(self, X: Any) -> Array:
        """Probabilities of shape (n, K); every row sums to one."""
        return row_softmax(self._logits(X))[0]

    def predict_log_proba(self, X: Any) -> Array:
        """Logarithms of `predict_proba` in nats, finite also where a probability underflows."""
        logits = self._logits(X)
        return logits - row_softmax(logits)[1][:, None]

    def _logits(self, X: Any) -> Array:
        scores = self.decision_function(X)
        return np.column_stack([-scores / 2, scores / 2]) if scores.ndim == 1 else scores


def coefficients(theta: Array, n_features: int, /) -> tuple[Array, Array]:
    """``coef_`` and ``intercept_`` for weights (..., K, p): one row for two classes."""
    coef, intercept = theta[..., :n_features], np.zeros(theta.shape[:-1])
    if theta.shape[-1] > n_features:
        intercept = theta[..., n_features]
    if theta.shape[-2] == 2:
        coef = coef[..., 1:, :] - coef[..., :1, :]
        intercept = intercept[..., 1:] - intercept[..., :1]
    return np.ascontiguousarray(coef), np.ascontiguousarray(intercept)
