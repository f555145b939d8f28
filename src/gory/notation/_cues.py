"""What the words around a formula make of it: a definition, a new one, a case, a thing to solve.

Each question is asked of the last sentence before a formula. Words decide only between meanings
that the formula leaves open.
"""

from __future__ import annotations

import re

_LET = re.compile(
    r"(?i)\b(?:let|put|set|with|where|define|denote|write|take|choose|and|here|now|introduce|call|for)[^\w.]*$"
)
_ANEW = re.compile(
    r"(?i)\b(?:let|put|set|now|consider|define|instead|suppose|another|second|next|take|denote|problem|exercise)\b"
    r"|\b(?!it\b|this\b|that\b|which\b|there\b|what\b)[a-z]+ is\b"
)
_CLAIMED = re.compile(
    r"(?i)\b(?:find|get|obtain|gives?|yields?|becomes?|therefore|hence|thus|so|then|which|equals?|"
    r"it|this|that is|equivalently|alternatively|rewrit\w*|expand\w*|simplif\w*|follows)\b"
)
_TO_SOLVE = re.compile(
    r"(?i)\b(?:solv\w+|setting|to zero|must (?:satisfy|hold|be|vanish)|stationar\w+|optimum|"
    r"optimality|at (?:the|a) (?:minimum|minimi\w+|maximum|solution)|first[- ]order condition|"
    r"vanish\w*|we require|root of)\b"
)
_CASE = re.compile(r"(?i)^\W*(?:for|if|when|whenever|at|in (?:the|this) case)\b")
_GENERAL = re.compile(
    r"(?i)\b(?:general|both cases|combin\w+|together|all cases|any case|at once)\b"
)
_NOISE = re.compile(r"\+ (?:epsilon|eps|xi|noise|varepsilon)(?:\[[\w,]+\])?\s*$")


def last_sentence(cue: str) -> str:
    """The words since the last full stop, colon or semicolon that ends something."""
    pieces = re.split(r"(?<=[.;:!?])[\s*}]+(?=\S)|\n\s*\n|\\item", cue)
    return next((piece for piece in reversed(pieces) if piece.strip()), "")


def says_let(cue: str) -> bool:
    return _LET.search(cue) is not None


def says_anew(cue: str) -> bool:
    """Whether a name that has a meaning may be given another one."""
    return _ANEW.search(last_sentence(cue)) is not None


def claims(cue: str) -> bool:
    """Whether an equation is said to follow, so that it is no new definition."""
    words = last_sentence(cue)
    return not says_anew(cue) and (not words.strip() or _CLAIMED.search(words) is not None)


def is_to_solve(cue: str) -> bool:
    """Whether an equation is set up, rather than claimed: "setting the gradient to zero"."""
    return _TO_SOLVE.search(last_sentence(cue)) is not None


def is_case(cue: str) -> bool:
    """Whether "For x = 0" says that something holds there only."""
    return _CASE.search(last_sentence(cue)) is not None


def is_general(cue: str) -> bool:
    """Whether what follows is meant in all cases, also behind a case."""
    return _GENERAL.search(last_sentence(cue)) is not None


def is_model(text: str) -> bool:
    """Whether a right side ends in a noise that nobody knows: it describes data."""
    return _NOISE.search(text) is not None
