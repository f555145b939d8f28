"""The problems of `derivations.json` as papers, questions and answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import gory
from gory.notation import Expr, Paper, read_expressions, read_paper

DATA = json.loads((Path(__file__).parent / "derivations.json").read_text())


@dataclass(frozen=True)
class Problem:
    """One problem: what is asked, and the answer of the literature, in one setting."""

    id: str
    text: str
    of: str
    wrt: tuple[str, ...]
    answer: str
    paper: Paper
    asked: Expr
    closed: Expr

    def __str__(self) -> str:
        return self.id

    @cached_property
    def derivation(self) -> gory.Derivation:
        """What the engine makes of it, derived once for all tests."""
        return gory.read(self.text).derive(self.of, *self.wrt)


def problem(data: dict[str, Any]) -> Problem:
    lines = [f"index {data['indices']}"] if data["indices"] else []
    lines += data["defs"]
    lines += [f"given {fact}" for fact in data.get("assume", [])]
    lines += [f"given {name} > 0" for name in data.get("positive", [])]
    text, wrt = "\n".join(lines), tuple(data["wrt"])
    asked = f"d({', '.join([data['of'], *wrt])})" if wrt else data["of"]
    (left, right), paper = read_expressions(read_paper(text), [asked, data["closed"]])
    return Problem(data["id"], text, data["of"], wrt, data["closed"], paper, left, right)


PROBLEMS = [problem(data) for data in DATA["problems"]]
BY_ID = {one.id: one for one in PROBLEMS}
