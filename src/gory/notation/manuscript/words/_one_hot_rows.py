r"""Matrices that words call one-hot: "where $Y$ is the one-hot matrix of the labels $y_n$".

Where the text has labels that stand as indices, ``P_{n, y_n}`` or ``1[y_n = k]``, such words are
the definition ``Y_{nk} = 1\{y_n = k\}``. So is "``$Y_{nk} = 1$ if $y_n = k$ and $0$ otherwise``".
A text that defines the matrix by an equation, or speaks of no labels, is left alone.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_FONT = r"\\(?:mathbf|boldsymbol|bm|mathrm|bf)\s*"
_MATRIX = rf"(?P<name>(?:{_FONT})?\{{?(?P<letter>[A-Z])\}}?)"
_IN = r"(?:\s*\\in[^$]{1,40})?"
_CALLED = re.compile(  # "$Y$ is the one-hot matrix", "$Y \in \{0,1\}^{N \times K}$ (one-hot)"
    rf"\${_MATRIX}{_IN}\$(?!\$)(?P<words>[^.$]{{0,50}})\bone[- ]hot\b"
)
_CALLING = re.compile(  # "the one-hot label matrix $Y$"
    rf"(?P<words>)\bone[- ]hot\b[^.$]{{0,40}}\${_MATRIX}{_IN}\$(?!\$)"
)
_LABEL = r"(?P<of>[a-z])(?:_\{?(?P<low>[a-z])\}?|\^\{?\((?P<high>[a-z])\)\}?)"
_COMPARED = re.compile(rf"{_LABEL}\s*=\s*(?P<index>[a-z])\b")
_BELOW = re.compile(rf"_\{{[^{{}}=]{{0,12}}?(?<![A-Za-z\\]){_LABEL}\s*\}}")
_BY_CASES = re.compile(  # "$Y_{nk} = 1$ if $y_n = k$ and $0$ otherwise"
    rf"\${_MATRIX.replace('[A-Z]', '[A-Za-z]')}_\{{\s*(?P<row>[a-z])\s*,?\s*(?P<column>[a-z])\s*\}}"
    rf"\s*=\s*1\$,? (?:if|when|where|iff) \${_LABEL}\s*=\s*(?P<index>[a-z])\$"
    r",?(?: and| or|;)? (?:\$?0\$?|zero|is 0|is zero)(?: otherwise| else| if not)"
)
_NOT = re.compile(r"(?i)\bnot\b|n't\b|\bneed\b|\bsoft\b|\bunless\b")


class Said(NamedTuple):
    """An equation that words give at a place of the text, in the paper language.

    Formulas from there to ``end`` say nothing else.
    """

    at: int
    sides: tuple[str, str]
    end: int = 0


def one_hot_rows(text: str) -> list[Said]:
    """The definitions that words of a text give.

    Examples
    --------
    >>> one_hot_rows(r"$L = -\\sum_n \\log P_{n, y_n}$, where $Y$ is the one-hot matrix")
    [Said(at=37, sides=('Y[n,k]', 'delta[k,y[n]]'), end=0)]
    """
    found: dict[str, Said] = {}
    for match in _BY_CASES.finditer(text):
        if match["row"] == (match["low"] or match["high"]) and match["index"] == match["column"]:
            found[match["letter"]] = _said(match, match)._replace(end=match.end())
    label = _BELOW.search(text) or _COMPARED.search(text)
    if label is None:
        return sorted(found.values())
    for pattern in (_CALLED, _CALLING):
        for match in pattern.finditer(text):
            name = match["letter"]
            if name in found or _NOT.search(match["words"]) or _is_defined(match["name"], text):
                continue
            found[name] = _said(match, label)
    return sorted(found.values())


def _said(matrix: re.Match[str], label: re.Match[str]) -> Said:
    row = label["low"] or label["high"]
    column = label.groupdict().get("index") or _class_letter(matrix.string, row)
    sides = f"{matrix['letter']}[{row},{column}]", f"delta[{column},{label['of']}[{row}]]"
    return Said(matrix.start(), sides)


def _is_defined(name: str, text: str) -> bool:
    """Whether an equation says what the matrix is, or it has other indices than two below."""
    here = re.escape(name)
    return bool(
        re.search(rf"{here}\s*(?:_(?:\{{[^{{}}]*\}}|\w))?\s*(?::=|=|&=)", text)
        or re.search(rf"{here}\s*(?:_\w\b|_\{{\w\}}|_(?:\w|\{{\w\}})\s*)?\^", text)
    )


def _class_letter(text: str, row: str) -> str:
    """An index of classes, as the text writes it if it does."""
    beside = re.search(rf"_\{{\s*{row}\s*,?\s*([a-z])\s*\}}", text)
    return beside[1] if beside and beside[1] != row else "k" if row != "k" else "c"
