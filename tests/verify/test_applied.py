r"""A bracket with one name behind a name holds an argument, and no factor."""

from __future__ import annotations

import pytest

from gory import proofread

SAME = (  # a value, with and without what it is a function of
    (r"$z = w x$, $p = \sigma(z)$, $L = -\log p$", "L(z)", "w", "(p - 1) x"),
    (r"$z = w x$, $p = \sigma(z)$, $L = -\log p$", "L(w)", "w", "(p - 1) x"),
    (r"$y = \sigma(w x)$", "y(x)", "w", "y(x) (1 - y(x)) x"),
    (r"$q = \sigma(w x)$", "q(w)", "w", "q(w) (1 - q(w)) x"),
    (
        r"$z_k = \sum_d W_{kd} x_d$ and $q_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$",
        "q_k(z)",
        "z_j",
        r"q_k(z) (\delta_{jk} - q_j(z))",
    ),
)
UNKNOWN = ("f", r"\phi", r"\tau", r"\lambda")


@pytest.mark.parametrize(("given", "value", "variable", "slope"), SAME)
def test_a_value_at_its_argument_is_the_value(
    given: str, value: str, variable: str, slope: str
) -> None:
    asked = rf"\frac{{\partial {value}}}{{\partial {variable}}}"
    lines = [
        proofread(rf"Let {given}. Then ${asked} = {sign}{slope}$.").lines for sign in ("", "2")
    ]
    assert lines[0][-1].verdict == "proved"
    assert lines[1][-1].verdict == "refuted"


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_value_of_an_unknown_function_is_no_product(name: str) -> None:
    text = rf"Let $C = {name}(z)^2$ and $z = w x$. "
    text += rf"$\frac{{\partial C}}{{\partial w}} = 2 {name}(z) \frac{{\partial z}}{{\partial w}}$"
    assert {line.verdict for line in proofread(text).lines if not line.defines} <= {
        "unread",
        "given",
    }


def test_a_factor_in_brackets_is_a_factor() -> None:
    text = r"Let $C = \alpha(1 - z)$ and $z = w x$. $\frac{\partial C}{\partial w} = -\alpha x$"
    assert proofread(text).lines[-1].verdict == "proved"
