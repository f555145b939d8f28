"""Checkpoints survive a killed process and are taken only for the same problem."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

import gory
from gory import SoftmaxRegression
from gory.learn import ModelFileError, _checkpoint

from ._data import real


@pytest.fixture(autouse=True)
def at_every_step(monkeypatch):
    monkeypatch.setattr(_checkpoint.Checkpoint.__init__, "__kwdefaults__", {"interval": 0.0})


def interrupted_at(step):
    def listen(entry):
        if entry.iteration == step:
            raise KeyboardInterrupt

    return listen


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_fit_goes_on_from_the_checkpoint_and_removes_it(tmp_path):
    X, y = real("digits")
    path = tmp_path / "check"
    options = {"solver": "newton", "checkpoint": path}
    SoftmaxRegression(verbose=interrupted_at(5), **options).fit(X, y)
    assert path.exists()
    resumed = SoftmaxRegression(**options).fit(X, y)
    plain = SoftmaxRegression(solver="newton").fit(X, y)
    assert resumed.n_iter_[0] == plain.n_iter_[0] - 5
    np.testing.assert_allclose(resumed.coef_, plain.coef_, atol=1e-12)
    assert not path.exists()


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("change", ["C", "labels", "rows"])
def test_a_checkpoint_of_another_problem_is_not_used(change, tmp_path):
    X, y = real("wine")
    path = tmp_path / "check"
    SoftmaxRegression(checkpoint=path, verbose=interrupted_at(4)).fit(X, y)
    C = 2.0 if change == "C" else 1.0
    y = np.roll(y, 1) if change == "labels" else y
    X = X + 1.0 if change == "rows" else X
    fresh = SoftmaxRegression(C).fit(X, y)
    other = SoftmaxRegression(C, checkpoint=path).fit(X, y)
    assert other.n_iter_[0] == fresh.n_iter_[0]


def test_a_damaged_checkpoint_is_refused(tmp_path):
    X, y = real("iris")
    (tmp_path / "check").write_bytes(b"not a checkpoint")
    with pytest.raises(ModelFileError, match="damaged or cut short"):
        SoftmaxRegression(checkpoint=tmp_path / "check").fit(X, y)


@pytest.mark.parametrize(
    ("place", "words"),
    [("missing/check", "does not exist"), (".", "is a folder"), ("model", "file of its own")],
)
def test_a_place_where_nothing_can_be_kept_is_refused_before_training(place, words, tmp_path):
    X, y = real("iris")
    SoftmaxRegression().fit(X, y).save(tmp_path / "model")
    before, steps = (tmp_path / "model").read_bytes(), []
    with pytest.raises(ModelFileError, match=words):
        SoftmaxRegression(checkpoint=tmp_path / place, verbose=steps.append).fit(X, y)
    assert not steps
    assert (tmp_path / "model").read_bytes() == before


def test_a_killed_process_leaves_a_checkpoint_that_is_whole(tmp_path):
    path = tmp_path / "check"
    program = f"""
        import os, signal
        from sklearn.datasets import load_digits
        from gory import SoftmaxRegression
        from gory.learn import _checkpoint
        _checkpoint.Checkpoint.__init__.__kwdefaults__["interval"] = 0.0
        def die(entry):
            if entry.iteration == 4:
                os.kill(os.getpid(), signal.SIGKILL)
        model = SoftmaxRegression(solver="newton", verbose=die, checkpoint={str(path)!r})
        model.fit(*load_digits(return_X_y=True))
    """
    source = str(Path(gory.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env={**os.environ, "PYTHONPATH": source},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    resumed = SoftmaxRegression(solver="newton", checkpoint=path).fit(*real("digits"))
    plain = SoftmaxRegression(solver="newton").fit(*real("digits"))
    assert resumed.n_iter_[0] == plain.n_iter_[0] - 4
