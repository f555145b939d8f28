"""A corpus with a manifest: what it says of every text, and each slip as a changed text.

The independent corpus lies here; later ones, in the same form, in folders of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.corpus._cases import Case
from tests.corpus._verdicts import verdicts

HERE = Path(__file__).parent
LATER = HERE.parent / "later"


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


def entries(folder: Path = HERE) -> Iterator[Entry]:
    """Every derivation as it is right."""
    for one in _manifest(folder):
        unread = frozenset(map(int, one.get("unread", {})))
        yield Entry(
            name=one["name"],
            text=_text(one["name"], folder),
            claims=frozenset(one["claims"]),
            unread=unread,
            style=tuple(one["style"]),
        )


def unread(entry: Entry) -> frozenset[int]:
    """Rows that claim something and of which not every line is judged, listed or not."""
    found: dict[int, set[str]] = {}
    for row, verdict in verdicts(entry.text):
        found.setdefault(row, set()).add(verdict)
    return frozenset(row for row in entry.claims if "unread" in found.get(row, {"unread"}))


def slips(folder: Path = HERE) -> Iterator[Case]:
    """Every derivation with one slip; its rows that carry the slip on are changed with it."""
    for one in _manifest(folder):
        for slip in one["slips"]:
            rows = _text(one["name"], folder).split("\n")
            for row, old, new in slip["changes"]:
                if old not in rows[row - 1]:
                    raise ValueError(f"{one['name']}:{row} does not hold {old!r}")
                rows[row - 1] = rows[row - 1].replace(old, new, 1)
            yield Case(one["name"], "\n".join(rows), slip["row"], slip["kind"])


def known_misses(folder: Path = HERE) -> dict[str, str]:
    """Slips that are not found today, with the reason; the names are those of ``slips``."""
    return {
        str(Case(one["name"], "", slip["row"], slip["kind"])): slip["missed"]
        for one in _manifest(folder)
        for slip in one["slips"]
        if "missed" in slip
    }


def false_alarms(folder: Path = HERE) -> dict[str, str]:
    """Texts and slips of which a right row is refuted today, with the reason."""
    found = {one["name"]: one["false_alarm"] for one in _manifest(folder) if "false_alarm" in one}
    for one in _manifest(folder):
        for slip in one["slips"]:
            reason = slip.get("false_alarm", one.get("false_alarm"))
            if reason:
                found[str(Case(one["name"], "", slip["row"], slip["kind"]))] = reason
    return found


def _manifest(folder: Path) -> list[dict[str, Any]]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def _text(name: str, folder: Path) -> str:
    return (folder / name).read_text(encoding="utf-8")
