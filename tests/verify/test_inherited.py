r"""Parts of a derivation that say an entry in other words go on with the other entries."""

from __future__ import annotations

import pytest

from gory import proofread

PARTS = r"""
\begin{align}
h_1 &= \frac{e^{a_1}}{e^{a_1} + e^{a_2}}, \\
h_2 &= \frac{e^{a_2}}{e^{a_1} + e^{a_2}}.
\end{align}
The cost is \[ J = -y_1 \log h_1 - y_2 \log h_2, \] where $y_1 + y_2 = 1$.
\paragraph{Part I.} Write $h_1 = \frac{u}{v}$ with $u = e^{a_1}$ and $v = e^{a_1} + e^{a_2}$. Then
\[ \frac{\partial h_1}{\partial a_1} = \frac{u v - u^2}{v^2} \]
\paragraph{Part II.} Adding both,
\[ \frac{\partial J}{\partial a_1} = LINE \]
"""


@pytest.mark.parametrize(
    ("line", "verdict"),
    [("-y_1 (1 - h_1) + y_2 h_1", "proved"), ("-y_1 (1 - h_1) + y_2 h_2", "refuted")],
)
def test_a_part_that_says_an_entry_anew_keeps_the_others(line: str, verdict: str) -> None:
    found = proofread(PARTS.replace("LINE", line)).lines
    assert [one.verdict for one in found] == ["proved", verdict]
