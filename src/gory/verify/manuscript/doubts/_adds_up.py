"""Arrays of which a text says somewhere that they add up to one, whatever it says they are."""

from __future__ import annotations

import re
from dataclasses import replace

from gory.notation import ONE, Fact, Paper, Sum, to_plain
from gory.notation.latex import GREEK
from gory.notation.manuscript._script import Script
from gory.verify.manuscript._chain import Refutation
from gory.verify.manuscript._claim import generic, reached_names
from gory.verify.manuscript._granted import said
from gory.verify.manuscript._proofreading import PASSED
from gory.verify.manuscript.doubts._numbered import numbered_totals
from gory.verify.manuscript.doubts._reach import found_in

MOST_TOTALS = 3  # arrays of which a formula says that they add up to one
_TOTAL = re.compile(
    r"(?:\\sum|\bsum)[^=$&]{0,40}?(\\?[A-Za-z]+)\}?\s*(?:_|\[)[^=$&]{0,40}?=\s*1(?![\d.])"
)


def adds_up(refutation: Refutation, script: Script) -> str:
    """Whether a line holds if an array adds up to one, as a formula or words of the text say."""
    paper = script.paper
    sides = (refutation.before.exprs[0], refutation.line.exprs[0])
    used = frozenset().union(*(reached_names(paper, side) for side in sides))
    names = [GREEK.get(m[1], m[1].lstrip("\\")) for m in _TOTAL.finditer(script.words)]
    names = [n for n in dict.fromkeys(names) if paper.axes.get(n)]
    for name in sorted(used & paper.definitions.keys()):
        if paper.axes.get(name) and _is_said(_total(paper, name), refutation, script):
            names.append(name)
    for name in list(dict.fromkeys(names))[:MOST_TOTALS]:
        fact = _total(paper, name)
        kept = {n: d for n, d in paper.definitions.items() if n != name}
        if fact.text in {one.text for one in paper.facts}:
            continue
        for definitions in (paper.definitions, kept):
            own = replace(paper, definitions=definitions, facts=(*paper.facts, fact))
            if found_in(refutation, own):
                return f"it holds if {fact.text}, which the text says somewhere"
    for fact in numbered_totals(script.words, paper, used):
        if found_in(refutation, replace(paper, facts=(*paper.facts, fact))):
            return f"it holds if {fact.text}, which words may say"
    return ""


def _is_said(fact: Fact, refutation: Refutation, script: Script) -> bool:
    """Whether words say "sums to one" of an array, where that does not follow from what it is."""
    if not any(" to " in word for word, _ in said(f"holds if {fact.text}", script.words)):
        return False
    return refutation.ground.compare(fact.left, fact.right).verdict not in PASSED


def _total(paper: Paper, name: str) -> Fact:
    """That the entries of an array add up to one."""
    entry = generic(paper, name)
    index = entry.indices[-1]
    return Fact(Sum((index,), entry), "=", ONE, f"sum_{index.name} {to_plain(entry)} = 1")
