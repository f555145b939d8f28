"""The limit on work: what is remembered is paid for as if it were done again."""

from __future__ import annotations

import pytest

from gory.algebra import Setting, TooLargeError, limited_work
from gory.notation import read_expression, read_paper

PAPER = read_paper("index k:K\nindex c:K\nindex m:K")
PRODUCT = "(sum_k a[k] exp(z[k])) (sum_c b[c] exp(z[c])) (delta[1,1] + a[m]) exp(z[m])"


def work_of(text: str, *, most: int) -> bool:
    """Whether the normal form of an expression is found within so much work."""
    try:
        with limited_work(most):
            Setting(PAPER).normal(read_expression(text, PAPER))
    except TooLargeError:
        return False
    return True


def least_work(text: str) -> int:
    return next(most for most in range(2000) if work_of(text, most=most))


def test_asking_again_needs_as_much_work() -> None:
    least = least_work(PRODUCT)
    assert least > 10
    assert not work_of(PRODUCT, most=least - 1)
    assert work_of(PRODUCT, most=least)
    assert least_work(PRODUCT) == least


@pytest.mark.parametrize("most", [0, 1, 5])
def test_too_little_work_is_refused(most: int) -> None:
    with limited_work(most), pytest.raises(TooLargeError, match="more work"):
        Setting(PAPER).normal(read_expression("(x + y) (x - y) x y", PAPER))
