"""The independent corpus: what its manifest says of a text, and each slip as a changed text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.corpus._cases import Case

from gory import proofread

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Entry:
    """A right derivation: its text, the rows that claim something, and how it is written.

    ``unread`` holds those of its claims that are not judged today, each with the reason.
    """

    name: str
    text: str
    claims: frozenset[int]
    unread: frozenset[int]
    style: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


def entries() -> Iterator[Entry]:
    """Every derivation as it is right."""
    for one in _manifest():
        unread = frozenset(map(int, one.get("unread", {})))
        yield Entry(
            name=one["name"],
            text=_text(one["name"]),
            claims=frozenset(one["claims"]),
            unread=unread,
            style=tuple(one["style"]),
        )


def unread(entry: Entry) -> frozenset[int]:
    """Rows that claim something and of which not every line is judged, listed or not."""
    verdicts: dict[int, set[str]] = {}
    for line in proofread(entry.text).lines:
        verdicts.setdefault(line.row, set()).add(line.verdict)
    return frozenset(row for row in entry.claims if "unread" in verdicts.get(row, {"unread"}))


def slips() -> Iterator[Case]:
    """Every derivation with one slip; its rows that carry the slip on are changed with it."""
    for one in _manifest():
        for slip in one["slips"]:
            rows = _text(one["name"]).split("\n")
            for row, old, new in slip["changes"]:
                if old not in rows[row - 1]:
                    raise ValueError(f"{one['name']}:{row} does not hold {old!r}")
                rows[row - 1] = rows[row - 1].replace(old, new, 1)
            yield Case(one["name"], "\n".join(rows), slip["row"], slip["kind"])


def known_misses() -> dict[str, str]:
    """Slips that are not found today, with the reason; the names are those of ``slips``."""
    return {
        str(Case(one["name"], "", slip["row"], slip["kind"])): slip["missed"]
        for one in _manifest()
        for slip in one["slips"]
        if "missed" in slip
    }


def false_alarms() -> dict[str, str]:
    """Texts and slips of which a right row is refuted today, with the reason."""
    found = {one["name"]: one["false_alarm"] for one in _manifest() if "false_alarm" in one}
    for one in _manifest():
        for slip in one["slips"]:
            reason = slip.get("false_alarm", one.get("false_alarm"))
            if reason:
                found[str(Case(one["name"], "", slip["row"], slip["kind"]))] = reason
    return found


def _manifest() -> list[dict[str, Any]]:
    return json.loads((HERE / "manifest.json").read_text(encoding="utf-8"))


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
