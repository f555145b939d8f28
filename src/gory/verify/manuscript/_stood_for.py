r"""What is said of lines with a function of the text's own that is left open.

Such a function is judged by another one that stands for it; in what is shown it has its own name,
and a line that is wrong says by which function that was found out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gory.notation.manuscript._stated import Manuscript
from gory.verify.manuscript._proofreading import CheckedDerivation, CheckedLine

_SLOPES = {"sin": "cos"}
_SECOND = re.compile(r"''|\\prime\s*\\prime")


def with_own_functions(
    found: Sequence[CheckedDerivation], manuscript: Manuscript
) -> list[CheckedDerivation]:
    """Lines with the functions of the text in the place of those that stand for them."""
    stands = manuscript.stand_ins
    if not stands:
        return list(found)
    is_plain = _SECOND.search(manuscript.text) is None  # a second derivative would lose its name

    def told(line: CheckedLine) -> CheckedLine:
        said = {
            field: _named(getattr(line, field), stands)
            for field in ("why", "repair", "read_as", "why_latex", "repair_latex")
        }
        if line.verdict == "refuted" and any(own in line.text for own in stands.values()):
            by = ", ".join(f"{_plain(own)} = {name}" for name, own in stands.items())
            if not is_plain:
                said |= {"why": "the sides differ", "why_latex": "the sides differ"}
                said |= {"repair": "", "repair_latex": ""}
            for field in ("why", "why_latex"):
                said[field] += f" (found with {by})"
        return replace(line, **said)

    return [replace(one, lines=tuple(map(told, one.lines))) for one in found]


def _plain(name: str) -> str:
    return name.lstrip("\\")


def _named(text: str, stands: Mapping[str, str]) -> str:
    for name, own in stands.items():
        slope = _SLOPES[name]
        entry = r"[A-Za-z]\w*(?:\[[\w,]*\])?"
        text = re.sub(rf"(?<!\w)d\({name} ({entry}), \1\)", rf"{slope}(\1)", text)
        for word in (name, slope):
            text = re.sub(rf"(?<![\\\w]){word} ({entry})", rf"{word}(\1)", text)
        text = re.sub(rf"\\{slope}(?![a-z])", lambda _, f=own: f"{f}'", text)
        text = re.sub(rf"\\{name}(?![a-z])", lambda _, f=own: f, text)
        text = re.sub(rf"(?<![\\\w]){slope}(?=\()", f"{_plain(own)}'", text)
        text = re.sub(rf"(?<![\\\w]){name}(?=\()", _plain(own), text)
    return text
