"""The derivations of the corpus: right ones as they stand, and each slip as a change of one row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """A derivation, and the row of its slip; ``row`` is None if every line is right."""

    name: str
    text: str
    row: int | None = None
    kind: str = ""

    def __str__(self) -> str:
        return self.name if self.row is None else f"{self.name}:{self.row} {self.kind}"


def right_cases() -> Iterator[Case]:
    """Every derivation as it is right."""
    for path in sorted((HERE / "texts").iterdir()):
        yield Case(path.name, path.read_text(encoding="utf-8"))


def slip_cases() -> Iterator[Case]:
    """Every derivation with one slip."""
    for slip in json.loads((HERE / "slips.json").read_text(encoding="utf-8")):
        rows = (HERE / "texts" / slip["of"]).read_text(encoding="utf-8").split("\n")
        row = rows[slip["row"] - 1]
        for old, new in slip["changes"]:
            if row.count(old) == 0:
                raise ValueError(f"{slip['of']}:{slip['row']} does not hold {old!r}")
            row = row.replace(old, new, 1)
        rows[slip["row"] - 1] = row
        yield Case(slip["of"], "\n".join(rows), slip["row"], slip["kind"])


def misprints() -> list[dict[str, str]]:
    """Lines of the literature as printed and as they should be, each with its setting."""
    return json.loads((HERE / "misprints.json").read_text(encoding="utf-8"))
