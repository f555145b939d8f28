"""Several derivations in one file: each part has its own names, and those above that it needs."""

from __future__ import annotations

from itertools import permutations

import pytest

from gory import proofread
from gory.notation.manuscript._parts import groups_of, parts_of

PARTS = {
    "vectors": r"""
Let $x \in \mathbb{R}^D$, $y = W x$ and $L = \frac12 \|y\|^2$.
$$\frac{\partial L}{\partial W} = y x^\top$$
""",
    "numbers": r"""
Let $y = w x + b$ and $L = (y - t)^2$.
$$\frac{\partial L}{\partial w} = 2 (y - t) x$$
""",
    "entries": r"""
Let $p_k = \frac{e^{z_k}}{\sum_l e^{z_l}}$ and $L = -\sum_k t_k \log p_k$ where $\sum_k t_k = 1$.
$$\frac{\partial L}{\partial z_k} = p_k - t_k$$
""",
    "functions": r"""
Let $y(x) = \tanh x$.
$$y'(x) = 1 - y(x)^2$$
""",
}
SLIPS = {
    "vectors": (r"y x^\top", r"2 y x^\top"),
    "numbers": ("2 (y - t) x", "(y - t) x"),
    "entries": ("p_k - t_k", "p_k + t_k"),
    "functions": ("1 - y", "1 + y"),
}
HEADINGS = (r"\section{%s}", "## %s")


def joined(names: tuple[str, ...], heading: str, slip: str = "") -> str:
    parts = {
        name: PARTS[name].replace(*SLIPS[name]) if name == slip else PARTS[name] for name in names
    }
    return "\n".join(f"{heading % name}\n{parts[name]}" for name in names)


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize("names", list(permutations(PARTS, 3)))
def test_what_holds_alone_holds_beside_others(names: tuple[str, ...], heading: str) -> None:
    lines = proofread(joined(names, heading)).lines
    assert [line.verdict for line in lines] == ["proved"] * len(names)


@pytest.mark.parametrize("slip", PARTS)
def test_a_slip_is_found_in_its_part_alone(slip: str) -> None:
    names = (slip, *(name for name in PARTS if name != slip))
    lines = proofread(joined(names, HEADINGS[0], slip)).lines
    assert [line.verdict for line in lines] == ["refuted", "proved", "proved", "proved"]


def test_a_part_takes_from_above_what_it_does_not_say() -> None:
    text = r"""
# The model
$p_k = \frac{e^{z_k}}{\sum_l e^{z_l}}$
# Its logarithm
$$\frac{\partial \log p_k}{\partial z_m} = \delta_{km} - p_m$$
# A residual
Let $e = y - x$.
$$\frac{\partial e}{\partial x} = -1$$
# An exponential
$$\frac{d}{dx} e^{2 x} = 2 e^{2 x}$$
"""
    assert [line.verdict for line in proofread(text).lines] == ["proved"] * 3


def test_parts_with_words_only_belong_to_all() -> None:
    text = "# A\n$a = b$\n# Words\nTargets are one-hot.\n# B\n$c = d$\n# C\n$f = a + 1$\n"
    parts = parts_of(text)
    assert groups_of(parts) == [[0, 1, 3], [1, 2]]
    assert [part.has_formulas for part in parts] == [True, False, True, True]


TITLED = r"""
**A product.** $f(x, y) = x y$ gives $\frac{\partial f}{\partial x} = y$.

**A chain.** With $f = q z$ and $q = x + y$ the chain rule gives
$$\frac{\partial f}{\partial x} = \frac{\partial f}{\partial q} \frac{\partial q}{\partial x} = z$$

**Matrices.** For $D = W X$: $\frac{\partial L}{\partial W} = \frac{\partial L}{\partial D} X^T$ and
$\frac{\partial L}{\partial X} = W^T \frac{\partial L}{\partial D}$.

**A sigmoid.** For $\sigma(x) = \frac{1}{1 + e^{-x}}$ it is
$\frac{d\sigma(x)}{dx} = (1 - \sigma(x)) \sigma(x)$.
"""


def test_letters_have_another_meaning_in_each_passage_with_a_title():
    lines = proofread(TITLED).lines
    assert {line.verdict for line in lines} <= {"proved", "tested"}
    assert len(lines) == 7  # sigma is known, so that what it is can be checked, too


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (r"\frac{\partial q}{\partial x} = z", r"\frac{\partial q}{\partial x} = q"),
        (r"(1 - \sigma(x)) \sigma(x)", r"(1 + \sigma(x)) \sigma(x)"),
        (r"W^T \frac{\partial L}{\partial D}", r"\frac{\partial L}{\partial D} W^T"),
    ],
)
def test_slips_in_a_passage_are_found(right, wrong):
    text = TITLED.replace(right, wrong)
    found = [line.row for line in proofread(text).lines if line.verdict == "refuted"]
    assert found == [1 + text[: text.index(wrong)].count("\n")]


def test_a_passage_that_needs_what_another_says_is_not_called_wrong_alone():
    text = r"""
(i) A mean $m = \sum_i s_i c_i$ with $s_i = e^{a_i} / \sum_k e^{a_k}$ has
$$\frac{\partial m}{\partial a_j} = s_j (c_j - m) + s_j$$

(ii) Here $c_i = a_i$.
"""
    assert all(line.verdict != "refuted" for line in proofread(text).lines)


def test_derivatives_of_each_other_define_no_circle():
    text = r"$$\frac{\partial f}{\partial q} = z, \quad \frac{\partial f}{\partial z} = q$$"
    assert all(line.verdict == "unread" for line in proofread(text).lines)
