"""The problems of `derivations.json` as papers and pairs of expressions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gory.notation import Expr, Paper, read_expressions, read_paper

DATA = json.loads((Path(__file__).parent / "derivations.json").read_text())


@dataclass(frozen=True)
class Problem:
    """One problem: what is asked, and the answer of the literature, in one setting."""

    id: str
    paper: Paper
    asked: Expr
    closed: Expr

    def __str__(self) -> str:
        return self.id


def problem(data: dict[str, Any]) -> Problem:
    lines = [f"index {data['indices']}"] if data["indices"] else []
    lines += data["defs"]
    lines += [f"given {fact}" for fact in data.get("assume", [])]
    lines += [f"given {name} > 0" for name in data.get("positive", [])]
    asked = f"d({', '.join([data['of'], *data['wrt']])})" if data["wrt"] else data["of"]
    (left, right), paper = read_expressions(read_paper("\n".join(lines)), [asked, data["closed"]])
    return Problem(data["id"], paper, left, right)


PROBLEMS = [problem(data) for data in DATA["problems"]]
