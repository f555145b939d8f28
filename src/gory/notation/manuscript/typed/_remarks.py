"""What stands around a formula in a line of plain text: bullets, labels, conditions, remarks.

``Loss of a pair (i wins): l = ...``, ``i != j:  dp = ...``, ``dp = ...   (i != j)``,
``p = ...        gate of an expert``. A remark in brackets may be a condition or an equation;
whatever else it is, its words are kept, since they may take something away from the formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

Condition = tuple[str, str, str]

_TIME = r"[\[(]?\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]m)?[\])]?\s+"
_SPEAKER = r"<[^\W\d][\w.-]{0,20}>\s+|@[^\W\d][\w.-]{0,20}:?\s+"
_POINTS = r"[(\[]\s?\d{1,3}(?:[.,]\d)?\s?(?:P|Pts?|pts?|points?|marks?|Punkte?|Pkt)\.?\s?[)\]]:?\s+"
_PART = (
    r"(?i:part|step|question|problem|exercise|task|claim|teil|schritt|aufgabe|frage)\s+"
    r"(?:[ivxIVX]{1,4}|\d{1,2}(?:\.\d{1,2})?|[A-Za-z])\s?[.:)]\s+"
)
_ROMAN = r"\((?:i{1,3}|iv|vi{0,3}|ix)\)\s+"
_LEAD = re.compile(
    rf"\s*(?:(?:{_TIME}|{_SPEAKER}|{_POINTS}|{_PART}|{_ROMAN})(?=\S)|"
    r"(?:=>|⇒|->|→|∴|>(?=[\s>])|(?:e\.g\.|i\.e\.|eg\.|ie\.),?)\s*)*"
    r"(?:[*•]\s+(?=[^\s=+*-][^=\n]{0,40}:?=)"
    # a dash is a minus, unless what follows is called by a name: - sum_k y[k] log p[k] = ...
    r"|-\s+(?=(?:[^=:\n]{1,40}:\s+)?(?:[^\s=+*-][^\s=]{0,40}"
    r"|[d∂][^\s=]*\s*/\s*\(?[d∂][^=\n]{1,30}|\([d∂][^()\n]{1,30}\)[^=\n]{1,40})\s*:?=))?"
)
_CONDITION = r"(?:case|if|for|when|where)?\s*([a-z])\s*(==|=|!=|<>|≠)\s*([a-z]|\d+)"
_AHEAD = re.compile(rf"\s*{_CONDITION}\s*:\s+(?=\S)")
_ALONE = re.compile(rf"\s*{_CONDITION}\s*")
_LABEL = re.compile(r"[^=:]*:\s+(?=[^\s:])")
_CALLED = re.compile(  # "softmax s_i = exp(z_i) / ...": a word of what the name is
    r"\s*(?:softmax|sigmoid|softplus|relu|tanh|logsumexp)\s+([A-Za-z]\d?)(?:_\w+|\[[\w,]+\])?\s*:?=(?!=)"
)
_BRACKET = re.compile(r"\s[(\[{]([^()\[\]{}]{1,200})[)\]}]\s*$")
_COLUMN = re.compile(
    r"(?<=\S)(?:\s{3,}|\s*(?://|<-+|←)\s*|,\s+(?=[A-Za-z][A-Za-z' -]*[!.]?\s*$)"
    r"|,\s+(?=[A-Za-z]\w?\s+(?:is\s+)?(?:a\s+)?one[- ]hot\b))(?=[A-Za-z])([^=]{2,})$"
)
_SET = re.compile(  # of the values that a name has
    r"(?:,\s+|\s+)(?:(?:with|for|and|where)\s+)?([A-Za-z](?:_\w|\[\w\])?\s*(?:\bin\b|∈)\s*\{[-+−\d,\s]{1,30}\})[.;]?\s*$"
)
_TAIL = re.compile(  # what stands behind a line of a chain
    r"\s*(?://|<-+|←|;|\(\*+\))\s*(.*)$|"
    r"[,;]?\s+((?:because|since|as|if|using|by|when|where|with|for|given|due to|thanks to)\b"
    r"(?!\s*[=_\[(^*/+-]).*)$"
)
_ARITHMETICAL = re.compile(r"\w\s*[-+*/^]\s*\w")
_OPERATION = re.compile(r"\w\s*[-+*/^]\s*\w|\w_\w|\w\[")
_JOINED_WORDS = re.compile(r"\b[A-Za-z]{2,}-[A-Za-z]{2,}\b|\bw/o?(?=\s)")  # one-hot, w/ tanh
_RESTRICTS = re.compile(r"\b(?:if|for|when|where|unless|only|except|assuming|provided)\b")
_WORD = re.compile(r"[A-Za-z]{2,}")
_ARITHMETIC = frozenset("+-−*/·")
_RELATION = re.compile(r"(?<![<>=!:])=(?!=)")


@dataclass(frozen=True)
class Remark:
    """What stands behind a formula: where, its words, the equation or the condition it is."""

    at: int
    words: str = ""
    equation: str = ""
    condition: tuple[Condition, ...] = ()


def lead(line: str) -> int:
    """How long the bullets and arrows before a formula are."""
    match = _LEAD.match(line)
    return match.end() if match and match.end() < len(line) else 0


def condition_ahead(line: str) -> tuple[tuple[Condition, ...], int]:
    """The condition before a colon, and where its formula begins."""
    match = _AHEAD.match(line)
    return ((_condition(match),), match.end()) if match else ((), 0)


def label(line: str, is_name: Callable[[str], bool]) -> int:
    """How long the words are that a colon sets off from their formula."""
    if (called := _CALLED.match(line)) and not re.search(
        rf"(?<![^\W\d_]){called[1]}(?![^\W\d_])", line[called.end() :]
    ):
        return called.start(1)
    match = _LABEL.match(line)
    if match is None or _is_formula(match.group()):
        return 0
    words = _WORD.findall(match.group())
    return match.end() if not all(map(is_name, words)) else 0


def remark_behind(line: str, is_name: Callable[[str], bool]) -> Remark | None:
    """The remark at the end of a line."""
    match = _SET.search(line[-240:]) or _BRACKET.search(line[-240:]) or _COLUMN.search(line[-240:])
    if match is None:
        return None
    at, inner = max(len(line) - 240, 0) + match.start(), match[1]
    if match.re is _SET and "=" in line[:at]:
        return Remark(at, words=inner)
    if match.re is _BRACKET and _is_factor(line, at):
        return None
    if "=" not in line[:at].replace("==", ""):
        return None
    if alone := _ALONE.fullmatch(inner):
        return Remark(at, condition=(_condition(alone),))
    if _RESTRICTS.search(inner):
        return Remark(at, words=inner)
    if _RELATION.search(inner):
        return Remark(at, equation=inner)
    words = [word for word in _WORD.findall(inner) if not is_name(word)]
    if not words or (_is_formula(inner) and (len(words) < 2 or _is_arithmetic(inner))):
        return None
    before = remark_behind(line[:at], is_name) if line[at : at + 1] == "," else None
    if before is not None and before.words:  # e = y - f (residual), one sample
        return Remark(before.at, words=f"{before.words}, {inner}")
    return Remark(at, words=inner)


def _is_factor(line: str, at: int) -> bool:
    """``- p_k p_l + p_k [k=l]``: close behind the last term of a sum stands a factor of it, and
    behind a sign of arithmetic a term: ``p_k - (k == y)``.
    """
    if line[:at].rstrip()[-1:] in _ARITHMETIC:
        return True
    is_square = line[at : at + 2] == " [" and _ALONE.fullmatch(line[at + 2 :].rstrip()[:-1])
    right = re.sub(r"\([^()]{0,80}\)", "()", line[:at].rpartition("=")[2])
    return bool(is_square) and re.search(r"[\w)\]]\s*[-+−]\s*[\w(]", right) is not None


def _is_formula(words: str) -> bool:
    """Whether signs of arithmetic stand between words."""
    return _OPERATION.search(_JOINED_WORDS.sub(" ", words)) is not None


def _is_arithmetic(words: str) -> bool:
    """Whether more than an index joins them: ``e_y the one-hot vector of y`` has words."""
    return _ARITHMETICAL.search(_JOINED_WORDS.sub(" ", words)) is not None


def tail_behind(line: str) -> Remark | None:
    """What stands behind a line of a chain: ``= p_j - y_j   because sum_k y_k = 1``."""
    match = _TAIL.search(line[-240:])
    if match is None or "=" not in line[: (at := max(len(line) - 240, 0) + match.start())]:
        return None
    return Remark(at, words=match[1] or match[2] or "")


def _condition(match: re.Match[str]) -> Condition:
    return match[1], "=" if match[2] in ("=", "==") else r"\neq", match[3]
