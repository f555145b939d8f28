"""Rows with a colon for all of their entries."""

from __future__ import annotations

import pytest

from gory import proofread

TEXT = r"""$Z = X W + b$ with one sample in each row, $P_{nk} = e^{Z_{nk}} / \sum_j e^{Z_{nj}}$ and
$L = -\sum_n \sum_k Y_{nk} \log P_{nk}$ with $\sum_k Y_{nk} = 1$. With $G = P - Y$,
$$\frac{\partial L}{\partial b} = @$$
"""


@pytest.mark.parametrize("all_entries", ["n,:", r"n,\cdot", "n, :", "n:"])
def test_a_row_is_what_stands_before_the_sign(all_entries: str) -> None:
    row = rf"\sum_n G_{{{all_entries}}}"
    assert proofread(TEXT.replace("@", row)).lines[-1].verdict == "proved"
    assert proofread(TEXT.replace("@", f"-{row}")).lines[-1].verdict == "refuted"


def test_a_column_is_not_read() -> None:
    assert proofread(TEXT.replace("@", r"\sum_n G_{:,n}")).lines[-1].verdict == "unread"
