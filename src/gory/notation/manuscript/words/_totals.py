r"""Sums that a text says are one, wherever and however it says so.

``\underbrace{\sum_k y_k}_{=1}``, ``\overset{\sum_k y_k = 1}{=}``, ``\cancelto{1}{\sum_k y_k}``, a
remark beside a row, a tag, a comment, "the sum $\sum_k y_k$ is one": all of these declare the same
fact. Where it stands in the layout does not matter, so it is sought in the source. Whether it can
be a fact (nothing may define its name) is decided where the statements are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from gory.notation.manuscript.words._cues import says_often

MOST_TOTALS = 60  # of one text

_SCRIPTS = r"(?:\s?[_^]\s?(?:\{[^{}\n]{1,40}\}|\\?\w|\(\w\)))"
_NAME = (
    r"(?:\\(?:hat|bar|tilde|mathbf|boldsymbol|bm|vec)\s?\{?\s?)?\\?[A-Za-z]{1,12}\}?'?"
    rf"{_SCRIPTS}{{1,3}}\}}?"
)
_SUM = rf"(?:\\?sum|Σ|∑)(?:\\nolimits|\\limits)?\s?{_SCRIPTS}{{1,2}}\s?\\?[,;!]?\s?{_NAME}"
_ENTRIES = (
    r"(?P<entry>[a-z])_\{?1\}?\s?\+\s?(?:[a-z]_\{?2\}?\s?\+\s?)?(?:\\[cl]?dots|\.\.\.|…)\s?\+\s?"
    r"[a-z]_\{?[A-Z]\}?"
)
_WHOLE = r"sum\((?P<whole>[a-z])\)|\\?\|\s?(?P<norm>[a-z])\s?\\?\|_\{?1\}?"
_BIAS = r"(?<![A-Za-z\\])[xah]_\{?0\}?(?:\^\{?\(\w\)\}?)?"
_CLOSED = r"(?:[\s$)\]}|&]|\\right\s?[)\].]|\\[,;!]|\\text(?:rm)?\s?\{){0,8}"
_IS = (
    r"(?:=|\\equiv|:=|\\overset\{!\}\{=\}|\bis\b|\bare\b|\bequals?\b|"
    r"\b(?:equal|sums? up|sums?|adds? up) to\b)"
)
_BRACE = r"(?:_|\^)\s?\{?\s?(?:\\text(?:rm)?\s?\{\s?)?(?:=|\\equiv|equals?|is)?"
_ONE = (
    r"[\s$~{]{0,3}(?:\\[,;!])?\s?(?:1(?![\d.]\d)|one\b|unity\b)"
    r"(?! ?(?:[\d^*/+\-\u2212]|\((?!\s?[A-Za-z]{3})|[A-Za-z](?![A-Za-z])|minus\b|plus\b|times\b|"
    r"\\(?:cdot|times|frac|left|sum|epsilon|varepsilon|alpha|lambda)\b))"
)
_SAID = re.compile(
    rf"(?P<sum>{_SUM}|{_ENTRIES}|{_WHOLE}|{_BIAS})"
    rf"(?:(?:\s?=\s?{_SUM})?{_CLOSED}{_IS}{_ONE}"
    rf"|(?:\\right\s?[)\]]|[)\]\s]){{0,3}}\}}\s?{_BRACE}{_ONE}"
    r"|\s?(?:-|\u2212)\s?1\s?=\s?0(?![.\d]))"
    rf"|(?:\\cancelto\s?\{{\s?1\s?\}}\s?\{{|\\underset\s?\{{\s?=?\s?1\s?\}}\s?\{{\s?\\underbrace\s?\{{"
    rf"|(?<![\w.+*/^-])(?<![+*/^-]\s)1\s?=\s?)\s?(?P<other>{_SUM})(?!\s?[\\\w(^_])"
)
_SECOND = re.compile(rf"=\s?(?P<sum>{_SUM}){_CLOSED}={_ONE}")
_NORMALISED = re.compile(  # words that say so of the targets, whatever their name is
    r"(?i)cross[- ]?entropy|(?<!not )(?<!no )one[- ]hot (?:targets?|labels?|vectors?|encod\w+|y\b)|"
    r"\b(?:targets?|labels?)\b[^.$]{0,40}(?<!not )(?:one[- ]hot|(?:sum|add up) to (?:one|1)\b)|"
    r"\bexactly one\b|\bgenau eine[rs]?\b|\$ is \$?1\$? if the class is\b"
)
_TARGETS = re.compile(rf"(?P<sum>{_SUM})\s?\\?(?:log|ln)\b")
_CONDITIONAL = re.compile(  # \sum_a q(a \mid x): a conditional distribution, by its notation
    r"\\sum\s?_\s?\{?\s?(?P<index>[a-z])\b[^$\n=]{0,60}?(?P<entry>(?<![A-Za-z])\\?[A-Za-z]{1,12}"
    r"(?:_\{?\\?[A-Za-z]{1,8}\}?)?\s?\(\s?(?P=index)\s?(?:\\mid|\\vert|\|)\s?[^()$\n=]{1,20}\))"
)
_DENIED = re.compile(
    r"(?i)\b(?:not|unless|without|never|instead of|no longer|only (?:if|when)|neither|were|would|"
    r"if and only if|iff)\b|n't\b"
)
_FACTOR = re.compile(
    r"(?:(?<!<)[-+*]|(?<!/)/(?!/)|\\cdot|[_^](?:\w|\{\w+\})|(?<![A-Za-z])[A-Za-z]) ?\Z"
)  # p_j sum_k y_k
_ARBITRARY = re.compile(r"(?i)\b(?:arbitrary|any|without|unnormali\w+|not normali\w+)\b")
_FREE_TARGETS = re.compile(
    r"(?i)unnormali|(?:not|n't|need not|without)\b[^.]{0,40}\b(?:normali|sum (?:up )?to|add up to)"
)
_COUNTS = re.compile(
    r"(?i)\bcounts?\b|\bmulti[- ]?(?:hot|label)|\b(?:un|not )normali|\b(?:scores|weights)\s+\$|"
    r"\barbitrary (?:weights|numbers|vector)|\b(?:frequencies|multiplicities)\b|"
    r"\b(?:sum|total|add up to) \$(?!\s?(?:1|\\sum[^$]*=\s?1)\s?\$)"
)
_LETTERS = r"\\?[A-Za-z]{1,12}"
_REACH = 100  # characters before a sum that may say that its entries are free
_SENTENCE = 80  # characters before a formula that may deny it
_FORM = re.compile(r"(?<!\\)\b(?=sum_)|[Σ∑]")


@dataclass(frozen=True)
class Total:
    """A sum, or a constant feature, that is said to be one."""

    at: int
    text: str  # as it is written

    @property
    def latex(self) -> str:
        """The same as LaTeX, also where its author left the backslash out."""
        return _FORM.sub(lambda m: "\\" if not m.group() else r"\sum", self.text)

    @property
    def plain(self) -> str:
        return self.text.replace("\\", "")


def totals_of(text: str) -> Iterator[Total]:
    """The sums that a text says are one.

    Whoever says cross-entropy, or that targets are one-hot, says so of what stands before a log;
    whoever writes q(a | x) says so of q.
    """
    for match in islice(_SAID.finditer(text), MOST_TOTALS):
        before = re.split(
            r"[.!?;](?=\s)|\n\s*\n", text[max(match.start() - _SENTENCE, 0) : match.start()]
        )
        name = "sum" if match["sum"] else "other"
        is_product = match.start(name) == match.start() and _FACTOR.search(before[-1])
        if _DENIED.search(before[-1]) or says_often(before[-1]) or is_product:
            continue
        own = match["entry"] or match["whole"] or match["norm"]
        said = f"sum_k {own}_k" if own else _balanced(match[name])
        yield Total(match.start(name), said)
        if second := _SECOND.search(match.group()):
            yield Total(match.start() + second.start("sum"), _balanced(second["sum"]))
    says_so = says_normalised(text)
    for match in islice(_TARGETS.finditer(text), MOST_TOTALS if says_so else 0):
        words = text[max(match.start() - _REACH, 0) : match.start()]
        if not (_ARBITRARY.search(words) or _is_counted(match["sum"], text)):
            yield Total(match.start(), _balanced(match["sum"]))
    for match in islice(_CONDITIONAL.finditer(text), MOST_TOTALS):
        yield Total(match.start("entry"), rf"\sum_{match['index']} {match['entry']}")


def says_normalised(text: str) -> bool:
    """Whether words say of the targets, whatever their name is, that they add up to one."""
    if _FREE_TARGETS.search(text):
        return False
    found = _NORMALISED.finditer(text)
    return any(not says_often(text[max(m.start() - _SENTENCE, 0) : m.end()]) for m in found)


def _is_counted(total: str, text: str) -> bool:
    """Whether a sentence says that what is summed are counts, weights, or several labels."""
    name = re.search(rf"({_LETTERS}){_SCRIPTS}{{1,3}}\}}?\Z", total.strip())
    return name is not None and may_be_counts(name[1], text)


def may_be_counts(name: str, text: str) -> bool:
    """The same of a name."""
    mark = re.compile(rf"\$\s?\\?{re.escape(name.lstrip(chr(92)))}(?![A-Za-z])")
    sentences = re.split(r"[.!?;](?=\s)|\n\s*\n", text)
    return any(mark.search(one) and _COUNTS.search(one) for one in sentences)


def _balanced(text: str) -> str:
    """Without the brace that closes what stands around it."""
    return text[:-1] if text.count("}") > text.count("{") else text
