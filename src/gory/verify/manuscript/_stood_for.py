r"""What is said of lines whose names the reader had to change: open functions, layers.

A function that the text leaves open is judged by another one that stands for it; in what is shown
it has its own name, and a line that is wrong says by which function that was found out. An array of
the layer l + 1 has one name inside, and is shown as the text writes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gory.notation._latex import latex_name
from gory.notation.manuscript._stated import Manuscript
from gory.verify.manuscript._proofreading import CheckedDerivation, CheckedLine

_SLOPES = {"sin": "cos", "softplus": "sigmoid"}
_LATEX = {"softplus": r"\operatorname{softplus}", "sigmoid": r"\sigma"}
_SECOND = re.compile(r"''|\\prime\s*\\prime")


_LAYER = re.compile(
    r"(\\mathit\{)?(?<![A-Za-z])([A-Za-z]{1,7})layer(prev|next|byprev|bynext|)(?![A-Za-z])(?(1)\})"
)
_OF_LAYER = " of the layer {}"
_BARE = re.compile(
    r"(\\mathit\{)?(?<![A-Za-z])([A-Za-z])(?:bare|whole|recalled)(?![A-Za-z\[])(?(1)\})"
)
_LIKELIHOOD = re.compile(r"(\\mathit\{)?(?<![A-Za-z])([PpqQ])([A-Za-z])given(?![A-Za-z\[])(?(1)\})")
_STEPS = {"": "l", "prev": "l-1", "next": "l+1", "byprev": "", "bynext": ""}
_DRAWN = re.compile(r"(?<![A-Za-z])([A-Za-z]{1,7})drawn([a-z])\[(\w)\]")  # v[c[i]]
_DRAWN_LATEX = re.compile(r"\\mathit\{([A-Za-z]{1,7})drawn([a-z])\}_(?:(\w)|\{(\w)\})")
# With two indices it is Kronecker's sign.
_ERRORS = re.compile(r"(?<![A-Za-z])delt(?=\[\w\]| is\b)")


def with_own_names(
    found: Sequence[CheckedDerivation], manuscript: Manuscript
) -> list[CheckedDerivation]:
    """Lines with the functions and the layers of the text, as it writes them."""
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
        return f"{name}^({step})" if len(step) > 1 else f"{name}^{step}" if step else name

    def latex(match: re.Match[str]) -> str:
        name = "delta" if match[2] == "delt" else match[2]
        whole = name if len(name) == 1 else latex_name(name)
        return f"{whole}^{{{_STEPS[match[3]]}}}" if _STEPS[match[3]] else whole

    def in_plain(said: str) -> str:
        said = _ERRORS.sub("delta", _DRAWN.sub(r"\1[\2[\3]]", said))
        return _own_names(_LAYER.sub(plain, said))

    def in_latex(said: str) -> str:
        return _DRAWN_LATEX.sub(r"\1_{\2_\3\4}", _own_names(_LAYER.sub(latex, said)))

    return replace(
        line,
        why=in_plain(line.why),
        repair=in_plain(line.repair),
        read_as=in_plain(line.read_as),
        defines=_called(line.defines, ""),
        counterexample=_with_names(line.counterexample),
        why_latex=in_latex(line.why_latex),
        repair_latex=in_latex(line.repair_latex),
    )


def _own_names(said: str) -> str:
    """What is said with the letters of totals and of likelihoods as the text has them."""
    return _LIKELIHOOD.sub(r"\2(\3)", _BARE.sub(r"\2", said))


def _with_names(point: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """A point whose values are told apart by words where letters do so in the text."""
    if not point or "values" not in point:
        return point
    return {**point, "values": {_called(n, _OF_LAYER): x for n, x in point["values"].items()}}


def _called(name: str, of_layer: str) -> str:
    """A name of the reader as the text has it."""
    if match := _LAYER.fullmatch(name):
        own = "delta" if match[2] == "delt" else match[2]
        step = _STEPS[match[3]]
        words = {"byprev": "before", "bynext": "behind"}.get(match[3], "")
        return f"{own}^({step})" if step else own + (of_layer.format(words) if words else "")
    if match := re.fullmatch(r"([A-Za-z]{1,7})drawn([a-z])", name):
        return f"{match[1]}[{match[2]}]"
    return "delta" if name == "delt" else _own_names(name)


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
