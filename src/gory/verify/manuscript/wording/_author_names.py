r"""Names as their author writes them: ``h_1`` for ``h1``, ``W^{(2)}_{kj}`` for ``W2_{kj}``.

Inside, a number or a word that belongs to a name is a part of it, and so is an accent. What is said
to the author is written in his letters, which are looked up in his text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from gory.notation._latex import latex_name
from gory.notation.latex import ACCENTS, FONT, GREEK

MOST_ATOMS = 8_000  # letters with their scripts that are looked at; an article has as many
_GROUP = r"(?:\{[^{}]{0,24}(?:\{[^{}]{0,16}\}[^{}]{0,8})?\}|\\?[A-Za-z]+(?![A-Za-z])|[A-Za-z\d])"
_ONE = r"(?:\{[^{}]{0,24}(?:\{[^{}]{0,16}\}[^{}]{0,8})?\}|\\[A-Za-z]+|[A-Za-z\d])"
_MEAN = r"(?:\\mathbb\s?\{?E\}?|\\operatorname\{E\}|\\mathrm\{E\}|E)\s?\[[^\]$]{1,16}\]"
_ATOM = re.compile(
    rf"(?P<base>\\langle\s?[^\\$]{{1,16}}\\rangle|{_MEAN}|(?:{FONT})\s?\*?\s?{_GROUP}|"
    rf"\\(?:{'|'.join(a[1:] for a in ACCENTS)})\s?{_GROUP}|\\[A-Za-z]+|[A-Za-z])"
    rf"(?P<first>\s?[_^]\s?{_ONE})?(?P<second>\s?[_^]\s?{_ONE})?"
)
_BELOW = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_UNICODE = re.compile("[₀-₉]+")
_SIGNS = re.compile(r"[^A-Za-z\d]")
_RESERVED = {"delta": "delt"}  # by what the reader calls a name that is a word of its own
_SLOPE = re.compile(r"d([A-Z]|ell|loss)d([A-Za-z]+?)(hat|bar|tilde)?")
_LABELS = re.compile(r"([A-Za-z]|[a-z]+)is")
_ARGUMENT = re.compile(  # of a function that is defined with it; a sum beside its terms
    r"([A-Za-z]|[a-z]+)(?:arg|whole)"
)
_NAMED = re.compile(r"\\mathit\{(?P<name>\w+)\}(?:_(?P<below>\{[^{}]*\}|\w))?(?P<power>\^)?")


@dataclass(frozen=True)
class Written:
    """A name in LaTeX, with what stands above and below it as a part of it."""

    base: str
    above: str = ""
    below: str = ""

    def entry(self, indices: str, *, has_power: bool) -> str:
        """The entry of an array, with a place for a power behind it."""
        below = f"{self.below},{indices}" if self.below and indices else self.below or indices
        whole = self.base + (f"_{_group(below)}" if below else "")
        if not self.above:
            return whole
        whole = f"{self.base}^{_group(self.above)}" + (f"_{_group(below)}" if below else "")
        return rf"\left({whole}\right)" if has_power else whole


def author_names(text: str, names: Iterable[str]) -> Mapping[str, Written]:
    """How a text writes those of its names that are more than a letter."""
    return _written(text, frozenset(n for n in names if latex_name(n).startswith(r"\mathit")))


@lru_cache(maxsize=16)
def _written(text: str, names: frozenset[str]) -> Mapping[str, Written]:
    found: dict[str, Written] = {}
    if not names:
        return found
    text = _UNICODE.sub(lambda m: f"_{{{m[0].translate(_BELOW)}}}", text)
    for match in islice(_ATOM.finditer(text), MOST_ATOMS):
        for name, written in _meanings(match):
            if name in names:
                found.setdefault(name, written)
        if len(found) == len(names):
            break
    return found


def in_author_names(latex: str, known: Mapping[str, Written], text: str) -> str:
    """A formula in which names look as their author writes them."""

    def put(match: re.Match[str]) -> str:
        name, power = match["name"], match["power"] or ""
        indices = (match["below"] or "").strip("{}")
        if name in known:
            return known[name].entry(indices, has_power=bool(power)) + power
        if argument := _ARGUMENT.fullmatch(name):
            return match[0].replace(rf"\mathit{{{name}}}", latex_name(argument[1]))
        if slope := _SLOPE.fullmatch(name):
            whole = _fraction(slope[1], slope[2], slope[3] or "", indices)
            return rf"\left({whole}\right)^" if power else whole
        if (labels := _LABELS.fullmatch(name)) and len(indices) > 1 and "{" in text:
            whole = _indicator(latex_name(labels[1]), indices)
            return f"{{{whole}}}^" if power else whole
        if re.fullmatch(r"[a-z]p", name) and f"{name[0]}'" in text and not match["below"]:
            return f"{name[0]}'{power}"
        return match[0]

    return _NAMED.sub(put, latex)


def _fraction(loss: str, name: str, accent: str, indices: str) -> str:
    """The derivative of a loss that the text does not define."""
    of = rf"\{accent} {latex_name(name)}" if accent else latex_name(name)
    above = r"\ell" if loss == "ell" else loss
    return rf"\frac{{\partial {above}}}{{\partial {of}{indices and f'_{_group(indices)}'}}}"


def _indicator(label: str, indices: str) -> str:
    """``1\\{y^{(i)} = k\\}`` for an entry of the array that is one there."""
    *own, last = indices.split(",") if "," in indices else indices
    of = f"^{{({','.join(own)})}}" if own else ""
    return rf"1\{{{label}{of} = {last}\}}"


def _meanings(match: re.Match[str]) -> Iterator[tuple[str, Written]]:
    """What a name may be called inside, with those of its scripts that belong to it."""
    base = _bare(match["base"])
    shown = match["base"]
    if not base:
        return
    scripts = [s.strip() for s in (match["first"], match["second"]) if s]
    above = next((_inner(s) for s in scripts if s[0] == "^"), "")
    belows = [_inner(s) for s in scripts if s[0] == "_"]
    below = belows[0] if belows else ""
    yield base, Written(shown)
    for label in (below, below.split(",")[0]):
        if sign := _SIGNS.sub("", _plain(label)):
            yield base + sign, Written(shown, "", label)
    if sign := _SIGNS.sub("", _plain(above)):
        yield base + sign, Written(shown, above)
        if low := _SIGNS.sub("", _plain(below)):
            yield base + sign + low, Written(shown, above, below)
            yield base + low + sign, Written(shown, above, below)


def _bare(base: str) -> str:
    """The name of a base inside: without a font, with its accent."""
    if (mean := re.fullmatch(r"[^\[]*E\}?\s?\[(.*)\]", base)) is not None:
        return f"meanE{_SIGNS.sub('', _plain(mean[1]))}"
    if base.startswith(r"\langle"):
        return "mean" + _SIGNS.sub(
            "", _plain(base.removeprefix(r"\langle").removesuffix(r"\rangle"))
        )
    accent = next(
        (word for sign, word in ACCENTS.items() if re.match(rf"\{sign}(?![A-Za-z])", base)), ""
    )
    name = _SIGNS.sub("", _plain(base))
    return _RESERVED.get(name, name) + accent


def _plain(tex: str) -> str:
    """Without commands; Greek letters by their names."""

    def named(match: re.Match[str]) -> str:
        return GREEK.get(match[0], "")

    return re.sub(r"\\[A-Za-z]+", named, tex)


def _inner(script: str) -> str:
    inner = script[1:].strip()
    return inner[1:-1] if inner.startswith("{") else inner


def _group(script: str) -> str:
    return script if len(script) == 1 else f"{{{script}}}"
