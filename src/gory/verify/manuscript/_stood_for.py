r"""What is said of lines whose names the reader had to change: open functions, layers.

A function that the text leaves open is judged by another one that stands for it; in what is shown
it has its own name, and a line that is wrong says by which function that was found out. An array of
the layer l + 1 has one name inside, and is shown as the text writes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gory.notation.manuscript._stated import Manuscript
from gory.verify.manuscript._proofreading import CheckedDerivation, CheckedLine

_SLOPES = {"sin": "cos", "softplus": "sigmoid"}
_LATEX = {"softplus": r"\operatorname{softplus}", "sigmoid": r"\sigma"}
_SECOND = re.compile(r"''|\\prime\s*\\prime")


_LAYER = re.compile(
    r"(\\mathit\{)?(?<![A-Za-z])([A-Za-z]{1,7})layer(prev|next|)(?![A-Za-z])(?(1)\})"
)
_BARE = re.compile(r"(\\mathit\{)?(?<![A-Za-z])([A-Za-z])bare(?![A-Za-z\[])(?(1)\})")
_STEPS = {"": "l", "prev": "l-1", "next": "l+1"}


def with_own_names(
    found: Sequence[CheckedDerivation], manuscript: Manuscript
) -> list[CheckedDerivation]:
    """Lines with the functions and the layers of the text, as it writes them."""
    lines = [line for one in found for line in one.lines]
    if any(own.search(line.repair + line.why) for line in lines for own in (_LAYER, _BARE)):
        found = [replace(one, lines=tuple(map(_with_layers, one.lines))) for one in found]
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


def _with_layers(line: CheckedLine) -> CheckedLine:
    """A line with ``W^{l+1}`` for the name of that array."""

    def plain(match: re.Match[str]) -> str:
        name = "delta" if match[2] == "delt" else match[2]
        step = _STEPS[match[3]]
        return f"{name}^{step}" if not match[3] else f"{name}^({step})"

    def latex(match: re.Match[str]) -> str:
        name = "delta" if match[2] == "delt" else match[2]
        mark = "" if len(name) == 1 else "\\"
        return f"{mark}{name}^{{{_STEPS[match[3]]}}}"

    return replace(
        line,
        why=_BARE.sub(r"\2", _LAYER.sub(plain, line.why)),
        repair=_BARE.sub(r"\2", _LAYER.sub(plain, line.repair)),
        why_latex=_BARE.sub(r"\2", _LAYER.sub(latex, line.why_latex)),
        repair_latex=_BARE.sub(r"\2", _LAYER.sub(latex, line.repair_latex)),
    )


def _plain(name: str) -> str:
    return name.lstrip("\\")


def _named(text: str, stands: Mapping[str, str]) -> str:
    for name, own in stands.items():
        slope = _SLOPES[name]
        entry = r"[A-Za-z]\w*(?:\[[\w,]*\])?"
        text = re.sub(rf"(?<!\w)d\({name} ({entry}), \1\)", rf"{slope}(\1)", text)
        for word in (name, slope):
            text = re.sub(rf"(?<![\\\w]){word} ({entry})", rf"{word}(\1)", text)
        for word, said in ((slope, f"{own}'"), (name, own)):
            latex = re.escape(_LATEX.get(word, f"\\{word}"))
            text = re.sub(rf"{latex}(?![a-z])", lambda _, f=said: f, text)
        text = re.sub(rf"(?<![\\\w]){slope}(?=\()", f"{_plain(own)}'", text)
        text = re.sub(rf"(?<![\\\w]){name}(?=\()", _plain(own), text)
    return text
