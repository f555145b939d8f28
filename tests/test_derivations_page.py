"""The tables of docs/derivations.md are what is derived."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import gory

PAGE = Path(__file__).parent.parent / "docs" / "derivations.md"


@dataclass(frozen=True)
class Row:
    """A line of a table and the paper above it."""

    paper: str
    line: str

    @property
    def question(self) -> str:
        return self.line.split(" | ")[0].removeprefix("| ")


def rows(text: str) -> Iterator[Row]:
    paper = ""
    for part in re.split(r"^(```gory\n.*?^```$)", text, flags=re.M | re.S):
        if part.startswith("```gory"):
            paper = part.removeprefix("```gory\n").removesuffix("```")
            continue
        for line in part.splitlines():
            if line.startswith("| `"):
                yield Row(paper, line)


def written(row: Row) -> str:
    of, *others = re.findall(r"`([^`]*)`", row.question)
    along = others.pop() if " along `" in row.question else None
    found = gory.read(row.paper).derive(of, *others, along=along)
    result = f"`{found.result}`" + ("" if found.verdict == "proved" else f" *{found.verdict}*")
    matrix = found.matrix_form + found.matrix_remark
    cells = [row.question, result, matrix, found.shape.split(":")[0]]
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")


@pytest.mark.parametrize(
    "row", list(rows(PAGE.read_text(encoding="utf-8"))), ids=lambda r: r.question
)
def test_a_row_says_what_is_derived(row: Row) -> None:
    assert row.line == written(row)


def test_the_statements_about_a_softmax_are_proved() -> None:
    text = PAGE.read_text(encoding="utf-8")
    (statements,) = re.findall(r"^```text\n(.*?)^```$", text, flags=re.M | re.S)
    lines = gory.proofread(statements).lines
    assert len(lines) == statements.split("\n\n")[1].count(" = ")
    assert {line.verdict for line in lines} == {"proved"}
