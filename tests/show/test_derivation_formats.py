"""A derivation as LaTeX, Markdown, HTML and JSON."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.notation._katex import needs_node, refused_by_katex
from tests.show._derivations import QUESTIONS, by_hand, derived
from tests.show._reading import read

import gory
from gory.calculus import DETAILS
from gory.notation import read_expression, to_latex, to_plain
from gory.show._derivation_detail import at_detail
from gory.show._derivation_html import derivation_fragment, to_html
from gory.show._derivation_json import to_json
from gory.show._derivation_latex import to_latex as derivation_to_latex
from gory.show._derivation_markdown import to_markdown
from gory.show._latex_words import escaped


@needs_node
def test_katex_typesets_every_derivation() -> None:
    formulas = [derivation_to_latex(derived(n), detail=d) for n in QUESTIONS for d in DETAILS]
    for name in QUESTIONS:
        formulas += to_markdown(derived(name), detail="gory").split("$$")[1::2]
    assert refused_by_katex(formulas) == []


@needs_node
def test_katex_reads_every_sign_of_a_rule_as_text() -> None:
    texts = [chr(code) for code in range(32, 127)] + ["sum_{i,k} a^2 > 0 & b < c \\ % # ~ $"]
    assert refused_by_katex([rf"\text{{{escaped(text)}}}" for text in texts]) == []


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_pdflatex_typesets_every_derivation(tmp_path: Path) -> None:
    displays = [derivation_to_latex(derived(n), detail=d) for n in QUESTIONS for d in DETAILS]
    text = "".join(rf"\[{display}\]" for display in displays)
    signs = escaped("".join(chr(code) for code in range(32, 127)))
    source = rf"\documentclass{{article}}\usepackage{{amsmath}}\begin{{document}}{text}{signs}"
    (tmp_path / "page.tex").write_text(source + r"\end{document}")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-1000:]


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("name", QUESTIONS)
def test_latex_has_one_relation_for_every_line(name: str, detail: str) -> None:
    shown = at_detail(derived(name), detail)
    latex = derivation_to_latex(derived(name), detail=detail)
    assert latex.startswith("\\begin{aligned}\n")
    assert latex.endswith("\n\\end{aligned}")
    assert latex.count("&= ") == len(shown.premises) + len(shown.steps) + 1  # and the result
    assert to_latex(derived(name).result) in latex.split("&= ")[-1]
    for section in shown.sections:
        assert to_latex(section.left) in latex


def test_a_tested_line_says_so_in_latex() -> None:
    latex = derivation_to_latex(by_hand(("power rule", "2 w", {"verdict": "tested"})))
    assert r"\text{power rule [tested]}" in latex


@pytest.mark.parametrize("name", QUESTIONS)
def test_markdown_explains_every_numbered_line(name: str) -> None:
    shown = at_detail(derived(name), "steps")
    text = to_markdown(derived(name), detail="steps")
    numbers = re.findall(r"\\text\{\((\d+)\)\}", text)
    explained = re.findall(r"^(\d+)\. .+: (?:proved|tested)", text, re.M)
    assert numbers == explained
    assert len(numbers) == len(shown.steps)
    assert text.count("$$") % 2 == 0


def test_markdown_takes_no_sign_of_a_rule_for_its_own() -> None:
    text = to_markdown(by_hand(("cancel a_b * c_d", "2 w", {})))
    assert r"1. cancel a\_b \* c\_d: proved" in text or r"cancel a\_b \* c\_d: tested" in text


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_page_needs_no_network_and_shows_every_line(name: str) -> None:
    document = to_html(derived(name))
    found = read(document)
    assert found.is_balanced
    formulas = {e.text for e in found.elements if (e.attributes.get("class") or "") == "math"}
    for step in derived(name).steps:
        assert to_plain(step.after) in formulas
    assert not re.search(r"""(?:src|href)=["']https?:""", document)


def test_a_page_of_less_detail_has_fewer_lines() -> None:
    counts = [str(derivation_fragment(derived("layer"), detail=d)).count("<li") for d in DETAILS]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_html_escapes_what_a_derivation_says() -> None:
    hostile = by_hand(("<script>alert(1)</script>", "2 w", {"note": "a < b & c"}))
    assert "<script>alert" not in derivation_fragment(hostile)


KEYS = {"of", "wrt", "result", "verdict", "steps"}
STEP_KEYS = {"rule", "line", "latex", "uses", "verdict"}


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("name", QUESTIONS)
def test_json_keeps_its_contract(name: str, detail: str) -> None:
    found = json.loads(to_json(derived(name), detail=detail))
    assert found.keys() >= KEYS
    assert read_expression(found["result"], gory.read(QUESTIONS[name][0]))
    assert found["wrt"] == list(QUESTIONS[name][2])
    assert found["verdict"] == derived(name).verdict
    for step in found["steps"]:
        assert step.keys() >= STEP_KEYS
        assert isinstance(step["uses"], list)
        again = read_expression(step["line"], gory.read(QUESTIONS[name][0]))
        assert to_plain(again) == step["line"]


def test_lines_of_json_follow_each_other() -> None:
    found = json.loads(to_json(derived("layer")))
    for one, next_ in zip(found["steps"], found["steps"][1:], strict=False):
        if one["section"] == next_["section"]:
            assert next_["before"] == one["line"]
    assert found["steps"][-1]["line"] == found["result"]


@given(st.text())
def test_no_text_of_a_rule_can_end_its_bracket(text: str) -> None:
    depth = 0
    for sign in re.sub(r"\\[\\{}_#%&$]", "", escaped(text)):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0


def test_an_article_may_break_a_derivation_over_its_pages() -> None:
    rows = derivation_to_latex(derived("layer")).splitlines()[1:-1]
    broken = derivation_to_latex(derived("layer"), environment="align*").splitlines()
    assert broken == [r"\begin{align*}", *rows, r"\end{align*}"]
    with pytest.raises(ValueError, match="environment='gather' is unknown"):
        derivation_to_latex(derived("layer"), environment="gather")


def test_latex_ends_with_the_result_its_shape_and_its_matrix_form() -> None:
    *_, title, result, shape, matrix, _ = derivation_to_latex(derived("layer")).splitlines()
    assert "Result, proved, given" in title
    assert result.startswith(r"\frac{\partial J}")
    assert "gradient K x D" in shape
    assert r"\left(H - Y\right)^{\top}" in matrix
