"""The report of a run shows everything that was read, derived, trained and measured."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.show._reading import Page, read

from gory.cli import main

ROOT = Path(__file__).parents[2]
HOSTILE = "</script><script>alert('x')</script><img src=x onerror=\"alert(1)\">"


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> str:
    report = tmp_path_factory.mktemp("report") / "report.html"
    data = str(ROOT / "examples" / "penguins.csv")
    assert main(["fit", data, "--target", "species", "--report", str(report)]) == 0
    return report.read_text()


@pytest.fixture(scope="module")
def seen(document: str) -> Page:
    return read(document)


def test_every_part_has_its_chapter(seen: Page) -> None:
    assert seen.is_balanced
    assert [chapter.text for chapter in seen.named("h2")] == [
        "The table",
        "The layer",
        "The gradient, line by line",
        "Training",
        "Rows the model has not seen",
        "Coefficients",
    ]


def test_the_contents_lead_to_the_chapters(seen: Page) -> None:
    targets = [link.attributes["href"] for link in seen.named("a")]
    assert targets == [f"#{chapter.attributes['id']}" for chapter in seen.named("h2")]


def test_every_line_of_the_derivation_has_its_rule_and_its_verdict(seen: Page) -> None:
    lines = seen.of_class("derivation")
    assert lines
    rules, verdicts = seen.of_class("rule"), seen.of_class("proved")
    assert len(rules) >= 4
    assert all(rule.text for rule in rules)
    assert len(verdicts) == len(rules) + 2  # one more for each of the two results
    assert not seen.of_class("refuted")


def test_the_layer_and_its_gradient_are_there_in_the_paper_language(seen: Page) -> None:
    text = " ".join(place.text for place in seen.of_class("math"))
    assert "h[i,k] = exp(" in text
    assert "d(J, theta[m,n]) = " in text
    assert "sum_k y[i,k] = 1" in text
    assert "given sum_k y[i,k] = 1" in seen.of_class("paper")[0].text


def test_every_drawing_can_be_read_without_seeing_it(seen: Page) -> None:
    drawings = seen.named("svg")
    assert len(drawings) == 3
    assert all(drawing.attributes["aria-label"] for drawing in drawings)


def test_names_and_remarks_from_hostile_files_stay_text(tmp_path: Path) -> None:
    data, report = tmp_path / "data.csv", tmp_path / "report.html"
    with data.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([f"length {HOSTILE}", f"kind {HOSTILE}", f"species {HOSTILE}"])
        for row in range(40):
            writer.writerow([row % 7, f"{'ab'[row % 2]} {HOSTILE}", f"{'xyz'[row % 3]} {HOSTILE}"])
    layer = tmp_path / "layer.gory"
    layer.write_text(f"# {HOSTILE}\n" + (ROOT / "examples" / "softmax_layer.gory").read_text())
    target = f"species {HOSTILE}"
    arguments = ["fit", str(data), "--target", target, "--layer", str(layer)]
    assert main([*arguments, "--report", str(report)]) == 0
    page = read(report.read_text())
    assert page.is_balanced
    assert len(page.named("script")) == 2
    assert not page.named("img")
    assert not [e for e in page.elements if any(name.startswith("on") for name in e.attributes)]
    assert target in page.named("title")[0].text
    assert HOSTILE in page.of_class("paper")[0].text
    assert any(cell.text == f"kind {HOSTILE}=a {HOSTILE}" for cell in page.named("th"))


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js to run KaTeX")
def test_every_formula_can_be_typeset(seen: Page, tmp_path: Path) -> None:
    formulas = tmp_path / "formulas.txt"
    formulas.write_text("\n".join(p.attributes["data-tex"] or "" for p in seen.of_class("math")))
    program = tmp_path / "typeset.js"
    katex = ROOT / "src" / "gory" / "show" / "assets" / "katex.min.js"
    program.write_text(
        f"const katex = require({str(katex)!r});\n"
        "const lines = require('fs').readFileSync(process.argv[2], 'utf8').split('\\n');\n"
        "for (const line of lines) katex.renderToString(line, {throwOnError: true});\n"
        "console.log(lines.length);\n"
    )
    done = subprocess.run(
        ["node", str(program), str(formulas)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == len(seen.of_class("math"))


def test_the_page_names_no_address(document: str) -> None:
    outside = re.sub(r"<script>.*?</script>|<style>.*?</style>", "", document, flags=re.S)
    assert "http" not in re.sub(r"http-equiv", "", outside)
