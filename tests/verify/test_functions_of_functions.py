"""A function that is defined by another one is known at every argument, in either order."""

from __future__ import annotations

from itertools import permutations

import pytest

from gory import proofread

BOTH = (r"$G(u) = \frac{e^u}{1 + e^u}$", r"$g(u) = G(u)(1 - G(u))$")


@pytest.mark.parametrize("order", [*permutations(BOTH)], ids=["outer last", "outer first"])
@pytest.mark.parametrize("name", ["g", r"\lambda"])
def test_the_order_of_definitions_does_not_matter(order: tuple[str, str], name: str) -> None:
    text = " and ".join(order) + r". Then $\frac{\partial}{\partial z} G(c - z) = @g(c - z)$."
    text = text.replace("g(", f"{name}(")
    verdicts = [proofread(text.replace("@", sign)).lines[-1].verdict for sign in ("-", "")]
    assert verdicts == ["proved", "refuted"]
