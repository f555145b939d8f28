"""Facts that words declare: "one-hot", "the rows sum to one", "symmetric".

Nobody can list how people say that targets add up to one. What is listed here is taken as said if
it stands in one sentence with the name; words that negate it ("not symmetric") take it back, and
words that limit it ("only if") leave it open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from gory.notation.latex import GREEK, LABELS
from gory.notation.manuscript.words._attributed import has_other_noun, is_said_of
from gory.notation.manuscript.words._cues import says_often

_OF_ITSELF = re.compile(r"[A-Z]([a-z])\1")  # R_{xx}, of x and x
_SYMMETRIC = re.compile(r"\] = .*\]$")
_SAID = (  # words, and the facts that they may declare
    (
        re.compile(
            r"(?i)one[- ]hot|probabilit\w+|distributions?\b|(?<!un)(?<!un-)normali[sz]ed|"
            r"simplex|\\Delta\b|"
            r"(?:add|adds|adding|sum|sums|summing) (?:up )?to \$?(?:one|1|unity)\b|unity|"
            r"stochastic|(?:one|1)[- ]of[- ](?:\$?[A-Za-z]\$?|many)\b|label(?:s|led)?\b|"
            r"ground[- ]truth|(?:soft|hard) targets?|true class|convex (?:combination|weights)|"
            r"(?:chose|chosen|chooses?|picked|selected|belongs?\s+to|"
            r"(?:is|was|comes?|falls?)\s+(?:in(?:to)?|of|from)\s+"
            r"(?:class|category|component|cluster))\b"
            r"[^.;]{0,80}\b(?:otherwise|else|sonst|if not)\b|"
            r"indicator vector|(?-i:\bKL\b)|Kullback|divergence|relative entropy|polic(?:y|ies)\b"
        ),
        re.compile(r"^holds if sum_.* = 1"),
    ),
    (
        re.compile(r"(?i)(?<!a)symmetric|covariance|Hessian|Gram|kernel matrix|self-adjoint"),
        _SYMMETRIC,
    ),
    (
        re.compile(r"(?i)bias|constant (?:input|feature)|dummy|intercept"),
        re.compile(r"\[(?:\w+,)?0\] = 1"),
    ),
)
_SURE = re.compile(r"^holds if (?:sum_.* = 1|.*\] = .*\])$")  # words say these without a doubt
_NEGATED = re.compile(  # right before a word that would declare a fact
    r"(?i)(?:\b(?:not|never|no|without)|n't)\s+(?:(?!forget|only)\S+\s+){0,5}$"
)
_SEVERAL = re.compile(  # of what these are said, more than one entry may be one
    r"(?i)\bmulti[- ]?(?:hot|label)|\bunnormali|\bcounts? (?:how|the number)|\bmultiplicit|"
    r"\b(?:label|tag|attribute)\b[^.;]{0,20}\b(?:is|are) (?:present|active|on|assigned|attached)\b"
)
_SHARES = re.compile(r"(?i)probab|distrib|normali|simplex|stochastic|convex")
_NAMES_THE_WHOLE = re.compile(r"(?i)covariance|Hessian|Gram|kernel")  # and not what it is made of
_RIGHT = re.compile(  # of a formula: what its left side is made of
    r"(?<![<>!:])=[^$]*?(?=\$|\\end\{|\\\]|$)"
)
_LIMITED = re.compile(
    r"(?i)\b(?:only (?:if|when)|unless|except (?:if|when))\b|^\W*(?:if|when)\b[^,]*\bsymmetric\b"
)
_ACCENTS = re.compile(r"(?:hat|bar|tilde|check|dot|star)$")


def mark_of(name: str) -> re.Pattern[str]:
    """A name as it may be written, with or without accents."""
    bare = _ACCENTS.sub("", name) or name
    marks = [rf"(?:(?<![A-Za-z\\])|(?<=_[A-Za-z])){re.escape(bare)}(?![A-Za-z])"]
    marks += [re.escape(mark) + r"(?![A-Za-z])" for mark, word in GREEK.items() if word == bare]
    for label in (one for one in LABELS if bare.endswith(one) and bare != one):  # \pi_{old}
        base = bare.removesuffix(label)
        signs = [base, *(mark for mark, word in GREEK.items() if word == base)]
        marks += [rf"{re.escape(one)}_\{{?(?:\\\w+\{{)?{label}\b" for one in signs]
    return re.compile("|".join(marks))


def sentences_about(name: str, words: str) -> Iterator[str]:
    """The sentences of a text in which a name stands."""
    about = mark_of(name)
    for sentence in re.split(r"[.!?;](?=\s)|\n\s*\n", words):
        if about.search(sentence):
            yield sentence


def said(fact: str, words: str) -> Iterator[tuple[str, bool]]:
    """Words of a text that may declare a fact, and whether it is open that they do: they limit it
    to a case, or may be said of something else.
    """
    name = re.search(r"([A-Za-z]+)\[", fact)
    if name is None or "the text says" in fact:
        return
    if _OF_ITSELF.fullmatch(name[1]) and _SYMMETRIC.search(fact):
        yield f"{name[1][0]}_{{{name[1][1:]}}}", False
    about = mark_of(name[1])
    sentences = [one.replace("*", "") for one in sentences_about(name[1], words)]
    is_other = any(has_other_noun(about, one) for one in sentences)
    for sentence, (declaring, form) in product(sentences, _SAID):
        if _SEVERAL.search(sentence):
            continue
        is_part = about.search(_RIGHT.sub("=", sentence)) is None
        for word in declaring.finditer(sentence) if form.search(fact) else ():
            if is_part and _NAMES_THE_WHOLE.match(word.group()):
                continue
            if _NEGATED.search(re.sub(r"[*$]", "", sentence[: word.start()])):
                continue
            is_own = is_said_of(about, sentence, *word.span()) and not (is_other and _is_noun(word))
            is_made = form is _SYMMETRIC or _SHARES.match(word.group())
            is_own = is_own and not (is_part and is_made)
            is_limited = _LIMITED.search(sentence) is not None or says_often(sentence)
            yield word.group(), is_limited or not is_own


def _is_noun(word: re.Match[str]) -> bool:
    """Not "sums to one", which says so of whatever it is said of."""
    return " to " not in word.group()


def is_declared(fact: str, words: str) -> bool:
    """Whether words declare a fact so that it can be used like one that is written out."""
    return _SURE.search(fact) is not None and any(not limited for _, limited in said(fact, words))
