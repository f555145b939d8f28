"""A list of losses has another loss in every row, under the same letter."""

from __future__ import annotations

import pytest

from gory import proofread

ROWS = (
    ("squared:", "(f - y)^2 / 2", "f - y", "y - f"),
    ("exp:", "exp(-y f)", "-y exp(-y f)", "-f exp(-y f)"),
    ("poisson:", "exp(f) - y f", "exp(f) - y", "exp(f) - f"),
    ("log-cosh:", "log(cosh(f - y))", "tanh(f - y)", "tanh(y - f)"),
)


@pytest.mark.parametrize("wrong", [-1, 0, 1, 2, 3])
@pytest.mark.parametrize("has_labels", [True, False])
def test_every_row_is_judged_by_its_own_loss(wrong: int, has_labels: bool) -> None:
    text = "\n".join(
        f"{name if has_labels else ''} L = {loss}      dL/df = {slip if n == wrong else slope}"
        for n, (name, loss, slope, slip) in enumerate(ROWS)
    )
    found = [line.verdict for line in proofread(text).lines if line.verdict != "definition"]
    assert found == ["refuted" if n == wrong else "proved" for n in range(len(ROWS))]
