"""Scales put values where they belong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gory.show._axes import linear, logarithmic

values = st.floats(-1e12, 1e12).filter(lambda v: v == 0 or abs(v) > 1e-12)


@given(a=values, b=values)
def test_round_ticks_enclose_the_values(a: float, b: float) -> None:
    low, high = min(a, b), max(a, b)
    scale = linear(low, high, 0, 100)
    slack = 1e-6 * (scale.ticks[-1] - scale.ticks[0])
    assert scale.ticks[0] <= low + slack
    assert scale.ticks[-1] >= high - slack
    assert 2 <= len(scale.ticks) <= 8


@given(a=values, b=values, share=st.floats(0, 1))
def test_a_linear_scale_is_straight(a: float, b: float, share: float) -> None:
    first, last = (scale := linear(min(a, b), max(a, b), 10, 90)).ticks[0], scale.ticks[-1]
    value = first + share * (last - first)
    assert scale.place(value) == pytest.approx(10 + 80 * share, abs=1e-3)


@given(st.lists(st.floats(1e-300, 1e300), min_size=1))
def test_a_logarithmic_scale_keeps_order_and_stays_inside(gaps: list[float]) -> None:
    scale = logarithmic(gaps, 200, 0)
    placed = [scale.place(gap) for gap in sorted(gaps)]
    assert placed == sorted(placed, reverse=True)
    assert all(-1e-9 <= place <= 200 + 1e-9 for place in placed)
    assert len(scale.ticks) <= 6


def test_a_gap_of_zero_stands_at_the_bottom() -> None:
    scale = logarithmic([1.0, 1e-6, 0.0], 200, 0)
    assert scale.place(0.0) == 200
    assert scale.place(1.0) == 0


def test_equal_values_make_a_scale_too() -> None:
    assert len(linear(3, 3, 0, 1).ticks) >= 2
    assert len(linear(0, 0, 0, 1).ticks) >= 2
    assert logarithmic([0.0], 1, 0).place(0.0) == 1


def test_ticks_are_labelled_as_people_write_them() -> None:
    assert linear(-1, 1, 0, 1).label(-0.5) == "\N{MINUS SIGN}0.5"
    assert logarithmic([1e-12, 1], 1, 0).label(1e-12) == "10⁻¹²"
