"""Wide formulas in rows: the reader of LaTeX takes the rows for what the formula was."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.notation._katex import needs_node, refused_by_katex
from tests.show._derivations import QUESTIONS, derived

import gory
from gory.calculus import DETAILS
from gory.notation import ZERO, Index, Ref, read_expression, to_latex
from gory.notation._wording import Relation, joined, relation, wording
from gory.show import derivation_to_latex
from gory.show._latex_rows import STEP, latex_rows
from gory.show._latex_width import width
from gory.show._latex_words import latex_words

WIDE = (
    "a b (c + d) - f g h p + q r s + sum_k x[k] y[k] z[k]",
    "(a + b + c + d + f + g) (h + p + q + r + s + t) / (u + v + w + o + m + n + l)",
    "(a + b + c + d + f + g + h + p + q) / (u v)",
    "-(a + b + c + d + f - g + h + p + q)",
    "a - (b - (c - d) (f + g + h + p + q + r + s + t))",
    "(a + b + c + d) (sum_k x[k]) (p + q + r + s + t) sum_k y[k]",
    "sum_i ((a[i] + b[i] + c[i] + d[i] + f[i]) log(q[i] + r[i] + t[i] + u[i] + v[i]))",
    "sum_k [k != y] (a[k] + b[k] + c[k] + d[k] + f[k] + g[k])",
    "exp(a + b + c + d + f + g + h + p + q + r + s)^(p + 1)",
    "abs(a + b + c + d + f + g + h + p + q + r)",
    "sqrt(a + b + c + d + f + g + h + p + q + r)",
)
ROOM = 12.0
THREE = """
h[i,1] = exp(a + b x[i]) / (exp(a + b x[i]) + exp(c + d x[i]) + exp(f + g x[i]))
h[i,2] = exp(c + d x[i]) / (exp(a + b x[i]) + exp(c + d x[i]) + exp(f + g x[i]))
h[i,3] = exp(f + g x[i]) / (exp(a + b x[i]) + exp(c + d x[i]) + exp(f + g x[i]))
J = - sum_i (y[i,1] log h[i,1] + y[i,2] log h[i,2] + y[i,3] log h[i,3])
given y[i,1] + y[i,2] + y[i,3] = 1
"""


@pytest.mark.parametrize("text", WIDE)
def test_rows_say_what_the_formula_says(text: str) -> None:
    expr = read_expression(text)
    rows = latex_rows(expr, ROOM)
    assert len(rows) > 1
    (line,) = gory.proofread(f"$${to_latex(expr)} = {' '.join(rows)}$$").lines
    assert line.verdict == "proved"


@pytest.mark.parametrize("text", WIDE)
def test_rows_are_about_as_narrow_as_they_should_be(text: str) -> None:
    widest = max(map(width, latex_rows(read_expression(text), ROOM)))
    assert widest <= ROOM + 1.5 * STEP


@pytest.mark.parametrize("text", ["a + b - c", "x / y", "sum_k x[k]"])
def test_what_fits_stays_as_it_is(text: str) -> None:
    expr = read_expression(text)
    assert latex_rows(expr, ROOM) == [to_latex(expr)]


@needs_node
def test_katex_sets_every_row() -> None:
    formulas = [row for text in WIDE for row in latex_rows(read_expression(text), ROOM)]
    assert refused_by_katex([*formulas, *(to_latex(read_expression(t)) for t in WIDE)]) == []


def test_words_keep_their_formulas() -> None:
    x = Ref("x", (Index("i", "N"),))
    text = wording("chain rule where ", relation(x, "!=", ZERO), "; 5 % of $")
    assert text == "chain rule where x[i] != 0; 5 % of $"
    assert latex_words(text, 40) == [r"chain rule where $x_i \ne 0$; 5 \% of \$"]
    chain = Relation((Index("i", "N"), Index("j", "N"), Index("k", "N")), ("=", "!="))
    assert latex_words(wording("Case ", chain), 40) == [r"Case $i = j \ne k$"]


def test_long_words_are_broken_between_words_and_formulas() -> None:
    formulas = [relation(read_expression(f"a + b + c + x[{n}]"), ">", ZERO) for n in range(6)]
    rows = latex_words(joined(", ", map(wording, formulas)), 20)
    assert len(rows) > 2
    assert all(row.count("$") % 2 == 0 for row in rows)
    assert "".join(rows).replace(" ", "").count(">0") == 6


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_no_line_of_a_derivation_is_wider_than_a_page(tmp_path: Path) -> None:
    unrolled = gory.read(THREE).derive("J", "a")
    displays = [
        derivation_to_latex(d, detail=detail, environment="align*")
        for d in (*map(derived, QUESTIONS), unrolled)
        for detail in DETAILS
    ]
    page = r"\usepackage{amsmath}\usepackage[textwidth=442pt]{geometry}\allowdisplaybreaks"
    body = "\n\n".join(displays)
    source = rf"\documentclass{{article}}{page}\begin{{document}}{body}\end{{document}}"
    (tmp_path / "page.tex").write_text(source)
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-1000:]
    assert re.findall(r"Overfull \\hbox.*", done.stdout) == []
