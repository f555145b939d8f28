"""What is shown while a model trains."""

from __future__ import annotations

import io

import pytest

from gory import SoftmaxRegression
from gory.learn import Progress
from gory.learn._progress import ProgressBar, listener_of

from ._data import real


def entry(gap):
    return Progress(iteration=1, passes=2.5, loss=0.5, rel_gap=gap)


def test_the_bar_is_the_way_of_the_gap_to_the_tolerance():
    stream = io.StringIO()
    bar = ProgressBar(1e-6, stream)
    shares = []
    for gap in (1e9, 1.0, 1e-3, 1e-2, 1e-6):
        bar(entry(gap))
        shares.append(bar.share)
    assert shares == pytest.approx([0.0, 0.0, 0.5, 0.5, 1.0])
    lines = stream.getvalue().split("\r")[1:]
    assert lines[0].startswith("[........................]   0%")
    assert lines[2].startswith("[############............]  50%")
    assert lines[0].endswith("gap above 1")
    assert lines[-1].endswith("gap 1.0e-06")
    assert len({len(line) for line in lines}) == 1  # nothing of a longer line stays behind
    bar.close()
    bar.close()
    assert stream.getvalue().endswith("gap 1.0e-06\n")


def test_where_there_is_no_terminal_every_step_is_a_line(capsys):
    model = SoftmaxRegression(verbose=True).fit(*real("iris"))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == len(model.history_)
    assert all("gap" in line and "\r" not in line for line in lines)


@pytest.mark.parametrize("verbose", [False, 0])
def test_nothing_is_shown_unless_it_is_asked_for(verbose, capsys):
    assert listener_of(verbose, 1e-6) is None
    SoftmaxRegression(verbose=verbose).fit(*real("iris"))
    assert not capsys.readouterr().err
