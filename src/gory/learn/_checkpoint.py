"""Checkpoints: training that was killed goes on from where it last wrote.

A checkpoint is a small safetensors file with the weights, the objective they reached and a
fingerprint of the problem. It is written whole or not at all, at most every few seconds, and taken
as the start of the next fit only when the fingerprint is the same: same rows, labels, weights and
options. A finished fit removes it.
"""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._errors import ModelFileError
from ._products import is_sparse
from ._store import read_whole, write_whole

Array = NDArray[Any]

# Seconds between two writes, at least.
INTERVAL = 5.0
# Rows that enter the fingerprint besides shapes and sums.
_PROBED_ROWS = 1000


class Checkpoint:
    """The file of one fit.

    Parameters
    ----------
    path : str or Path
    fingerprint : str
        From `fingerprint`.
    interval : float
        Seconds between two writes.
    """

    def __init__(
        self, path: str | Path, fingerprint: str, /, *, interval: float = INTERVAL
    ) -> None:
        self.path = Path(path)
        self.fingerprint = fingerprint
        self.interval = interval
        self.written = time.monotonic()

    def load(self) -> Array | None:
        """The weights of an earlier run of the same fit, or None.

        Raises
        ------
        ModelFileError
            No checkpoint could be written there, or what is there is none.
        """
        self._refuse_bad_place()
        if not self.path.exists():
            return None
        document, arrays = read_whole(self.path)
        if document.get("kind") != "checkpoint":
            raise ModelFileError(
                f"checkpoint = {str(self.path)!r} holds a {document.get('kind')}, which training "
                "would overwrite and remove; give a checkpoint a file of its own"
            )
        if document.get("fingerprint") != self.fingerprint:
            return None
        return arrays["theta"]

    def _refuse_bad_place(self) -> None:
        folder = self.path.parent
        if self.path.is_dir():
            raise ModelFileError(
                f"checkpoint = {str(self.path)!r} is a folder; add the name of a file in it"
            )
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            what = "cannot be written to" if folder.is_dir() else "does not exist"
            raise ModelFileError(
                f"checkpoint = {str(self.path)!r}, but the folder {str(folder)!r} {what}, so "
                "nothing would be kept; make it before training, or choose another one"
            )

    def offer(self, theta: Array, loss: float, /) -> None:
        """Write the weights if the last write is long enough ago."""
        if time.monotonic() - self.written >= self.interval:
            self.write(theta, loss)

    def write(self, theta: Array, loss: float, /) -> None:
        """Write the weights now."""
        document = {"schema": 1, "kind": "checkpoint", "fingerprint": self.fingerprint}
        arrays = {"theta": np.ascontiguousarray(theta)}
        write_whole(self.path, {**document, "loss": loss}, arrays)
        self.written = time.monotonic()

    def remove(self) -> None:
        """Delete the file; nothing happens where there is none."""
        self.path.unlink(missing_ok=True)


def fingerprint(source: Any, penalty: Array, /) -> str:
    """A digest of the problem: shapes, penalty, labels, weights, and a sample of the rows."""
    probe = np.linspace(0, source.n_rows - 1, min(source.n_rows, _PROBED_ROWS)).astype(np.intp)
    rows = source.X[probe]
    rows = rows.toarray() if is_sparse(source.X) else rows
    parts = [np.asarray(source.X.shape), penalty, rows, source.target, source.row_weights]
    if source.offset is not None:
        parts.append(source.offset)
    digest = hashlib.sha256()
    for part in parts:
        array = np.ascontiguousarray(part)
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
