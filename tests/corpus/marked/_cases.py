"""Marked texts: right throughout, and with one of their slips."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
MARK = re.compile(r"\[\[(.*?)\|\|(.*?)\]\]", re.DOTALL)
KINDS = (".md", ".tex", ".txt")


def groups() -> dict[str, list[Path]]:
    """The texts of each writer, by the name of the folder; the first lie here."""
    folders = {"first": HERE} | {one.name: one for one in sorted(HERE.iterdir()) if one.is_dir()}
    found = {name: _texts(folder) for name, folder in folders.items()}
    return {name: texts for name, texts in found.items() if texts}


def _texts(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix in KINDS and p.name != "README.md")


def right(text: str) -> str:
    """A text as its author means it."""
    return MARK.sub(lambda mark: mark[1], text)


def slips(text: str) -> Iterator[tuple[int, str]]:
    """Every text with one slip, of which a mark may have several, and the row that it is in."""
    for mark in MARK.finditer(text):
        row = right(text[: mark.start()]).count("\n") + 1
        for wrong in mark[2].split("||"):
            before, behind = text[: mark.start()], text[mark.end() :]
            yield row, f"{right(before)}{wrong}{right(behind)}"
