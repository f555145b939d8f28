"""A wide matrix form in LaTeX: every row fits, and together the rows are what was there."""

from __future__ import annotations

import gory
from gory.show._latex_width import width
from gory.show._matrix_rows import matrix_rows

FOCAL = """
index k,c,l,m,y:K
p[k] = exp(s[k]) / sum_c exp(s[c])
L[y] = -(1 - p[y])^2 log p[y]
"""
ROOM = 34.0  # em


def test_a_wide_matrix_form_is_broken_before_its_terms() -> None:
    tex = gory.read(FOCAL).derive("L[y]", "s[l]", "s[m]").matrix_latex
    rows = matrix_rows(tex, ROOM)
    assert len(rows) > 1
    assert all(width(row) <= ROOM for row in rows)
    assert " ".join(rows) == tex


def test_brackets_are_not_broken() -> None:
    tex = r"\left(A + B\right) \, C"
    assert matrix_rows(tex, 1.0) == [tex]
