r"""Of which name a word is said: "one-hot $y$ with class weights $c_k$" says nothing of c.

A sentence is cut into words and formulas. A word belongs to the name that stands next to it, with
no other name, no conjunction and no rival noun between them; formulas in a list share what is said
of one of them. This decides how sure a reader may be, and never that somebody is wrong.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(
    r"\$\$.*?\$\$|\$[^$]*\$|\\\[.*?\\\]|\\\(.*?\\\)|\\begin\{(\w+\*?)\}.*?\\end\{\1\}"
    r"|(?<![A-Za-z\\'])(?!(?:a|I)\b)[A-Za-z](?:_\w+|\[[^\]]*\]|\([^)]*\))*(?![A-Za-z'])",
    re.DOTALL,
)
_INDEX = re.compile(r"\W*[i-nCDKMN](?:\s?=\s?1\b[^=]*)?\W*")  # also a size
_OWN, _OTHER = "◆", "◇"
_LIST = re.compile(
    rf"[{_OWN}{_OTHER}](?:(?:\s*,\s*(?:and|or)?\s*|\s+(?:and|or)\s+)[{_OWN}{_OTHER}])+"
)
_JOINT = re.compile(
    r"(?i)\b(?:and|while|whereas|but|though|although|then|so|hence|thus|of|with|for|from|over|per)\b"
)
_CLAUSE = re.compile(r"(?i)\b(?:and|while|whereas|but|though|although|then|so|hence|thus)\b")
_RIVAL = re.compile(
    r"(?i)\b(?:(?<!normali[sz]ed )(?<!convex )(?:weights?)|counts?|logits?|scores?|costs?|rewards?|"
    r"energies|energy|utilities|utility|activations?|parameters?|coefficients?|bias(?:es)?|inputs?|"
    r"features?|numbers?|temperatures?|rates?|loss(?:es)?|gradients?|penalt(?:y|ies)|frequenc\w+|"
    r"returns?|advantages?|lengths?|positions?|margins?)\b"
)
_HEAD = re.compile(
    rf"(\w+)\s*(?:\b(?:is|are)\s+)?{_OWN}(?!=)"
)  # "the loss $L = ...$" names what stands on its left

_PREDICATE = re.compile(  # "let $p$ be the predicted distribution, $c$ a cost" says it of p
    rf"{_OTHER}=?\s+(?:is|are|be|denotes?|as)(?:\s+\w+){{0,5}}\s*$"
)
_CALLED = re.compile(rf"{_OWN}\s+(?:is|are|be|denotes?)\s+((?:[\w-]+\s*){{1,4}})")


def is_said_of(name: re.Pattern[str], sentence: str, start: int, end: int) -> bool:
    """Whether the words from ``start`` to ``end`` speak of a name."""
    before, after = (_marked(name, part) for part in (sentence[:start], sentence[end:]))
    behind = after.split(_OWN)[0] if _OWN in after else None
    ahead = before.rsplit(_OWN, 1)[1] if _OWN in before else None
    if behind is not None and _leads_to(behind) and not _PREDICATE.search(before):
        return True
    return ahead is not None and _belongs(ahead)


def has_other_noun(name: re.Pattern[str], sentence: str) -> bool:
    """Whether a noun beside a name says that it is something else: "counts $m_k$", "let $w_k$ be
    weights".
    """
    marked = _marked(name, sentence)
    is_called = any(_RIVAL.search(words) for words in _CALLED.findall(marked))
    return is_called or any(_RIVAL.fullmatch(head) for head in _HEAD.findall(marked))


def _marked(name: re.Pattern[str], words: str) -> str:
    """Words with a sign for every formula; indices and sizes are none."""

    def sign(match: re.Match[str]) -> str:
        if name.search(match[0]):
            return f" {_OWN}= " if "=" in match[0] else f" {_OWN} "
        return " " if _INDEX.fullmatch(match[0]) else f" {_OTHER} "

    marked = " ".join(_FORMULA.sub(sign, words).split())
    return _LIST.sub(lambda m: _OWN if _OWN in m[0] else _OTHER, marked)


def _leads_to(between: str) -> bool:
    """ "one-hot vector $y$", "the true probabilities are denoted by $p$"."""
    return not (_OTHER in between or _JOINT.search(between) or _RIVAL.search(between))


def _belongs(between: str) -> bool:
    """ "$y$ is the class in one-hot encoding"."""
    return not (_OTHER in between or _CLAUSE.search(between) or _RIVAL.search(between))
