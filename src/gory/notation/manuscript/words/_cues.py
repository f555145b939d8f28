"""What the words around a formula make of it: a definition, a new one, a case, a thing to solve.

Each question is asked of the last sentence before a formula. Words decide only between meanings
that the formula leaves open.
"""

from __future__ import annotations

import re

from gory.notation.manuscript.words._hedges import FORMULA

_LET = re.compile(
    r"(?i)\b(?:let|put|set|with|where|define|denote|write|take|choose|and|here|now|introduce|call|for)[^\w.]*$"
)
_ANEW = re.compile(
    r"(?i)\b(?:let|put|set|now|consider|define|instead|suppose|another|"
    r"(?:first|second|third)(?!\s+(?:partial\s)?(?:derivative|order|moment|term|factor|part|sum|"
    r"row|line|step|layer|identity|equality|equation))|next|take|denote|problem|exercise)\b"
    r"|\b(?!it\b|this\b|that\b|which\b|there\b|what\b)[a-z]+ is\b"
)
_SET = re.compile(r"(?i)\b(?:setting|set|equat\w+|solv\w+|we require|root of|must)\b")
_TO_SOLVE = re.compile(
    r"(?i)\b(?:solv\w+|(?:set|setting|equat\w+|put)\b.*\bto zero|if and only if|iff|unless|"
    r"exactly when|only when|with equality|must (?:satisfy|hold|be|vanish)|stationar\w+|"
    r"fixed point|null\s?(?:zu\s?)?setz\w*|gleich (?:null|0)|annul\w+|r[ée]sol\w+|l[öo]sung|"
    r"(?:estimat(?:or|e)|solution|(?:mini|maxi)mi[sz]er) (?:is|reads)|"
    r"(?:at|in) (?:the|a|an) (?:\w+ ){0,2}(?:minim\w+|maxim\w+|optim\w+|solution|estimate)|"
    r"first[- ]order condition|normal equations?|optimality|vanish\w*|we require|is satisfied|"
    r"(?:optim|minim|maxim|extrem)\w*\b[^.;,]*\b(?:where|when|if)(?=\W*$)|"
    r"holds at|setting\b.*\b(?:find|get|obtain|gives?|yields?|leads))\b",
    re.DOTALL,
)
_CASE = re.compile(
    r"(?i)(?:^|\b)(?:for|if|when|whenever|at|in (?:the|this) case(?: of| that)?)(?:\W|\band\b)*$"
)
_EXAMPLE = re.compile(
    r"(?i)(?:\b(?:say|e\.\s?g\.|for (?:example|instance)|such as|beispielsweise|etwa|"
    r"par exemple|por ejemplo)|z\.\s?B\.)\W*$"
)
_WHEN = re.compile(r"(?i)\b(?:if|when|for|whenever|case(?: that| of)?|provided(?: that)?)\W*$")
_WITHIN = re.compile(  # "For $m$ instances" counts, and is no case
    r"(?i)^\W*(?:for|when|at)\s{2,}(?!(?:training\s|data\s|independent\s|i\.i\.d\.\s)?(?:instances|"
    r"examples|samples|rows|points|observations|patterns|inputs|outputs|classes|categories|units|"
    r"neurons|layers|features|tokens|words|items|pairs|trials|steps|targets|labels)\b)\w"
)
_OFTEN = re.compile(
    r"(?i)\b(?:often|usually|typically|commonly|sometimes|mostly|frequently|normally|"
    r"in (?:practice|many cases|most cases))\b"
)
_BEHIND_CASE = re.compile(r"(?i)^\W*(?:for|when|whenever|at|if|suppose)\s{2,}")
_WHERE = re.compile(r"\b(?:where|with|here|and|in which)\W*$")
_EXPLAINS = re.compile(r"(?i)\b(?:with|where|writing|let)\W*$")  # what follows says what is meant
_MEANING = re.compile(r"(?i)\b(?:with|where|writing|denoting|mit|wobei|avec|où)\s?$")
_AND_ZERO = re.compile(
    r"(?i)[\s,]*(?:(?:and|or|but)\s+)?(?:(?:it\s+)?(?:is|equals?)\s+)?"
    rf"(?:zero|0|null|{FORMULA})\s*,?\s*(?:otherwise|else|sonst|if not)\b"
)
_BACK = re.compile(
    r"(?i)\b(?:where|here|with|since|because|throughout|everywhere|always|recall\w*|"
    r"we (?:use|take|put|set|write|assume))\b[^.]{0,20}$|\band\W*$"
)
_GENERAL = re.compile(
    r"(?i)\b(?:general|both cases|combin\w+|together|all cases|any case|at once)\b"
)
_ALL_CASES = re.compile(
    r"(?i)\b(?:both|all|the\s+two|two)\s+(?:of\s+the\s+|these\s+)?(?:cases|results|formulas|expressions)\b|"
    r"\bcombin\w+\s+(?:the|these|both|them|our|two)\b|\bin\s+any\s+case\b|"
    r"\b(?:in|as|into|by)\s+(?:one|a\s+single)\s+(?:line|formula|expression|equation)\b|"
    r"\b(?:taken|put(?:ting)?|written|writing)\b[^.;:]{0,20}\btogether\b|\bbeide\s+Fälle\b"
)
_OTHERWISE = re.compile(
    r"(?i)\b(?:otherwise|else|in (?:all )?other cases|in the other case|sonst|andernfalls)\b"
    r"[^.;]{0,25}$"
)
_TAKEN_BACK = re.compile(
    r"(?i)\b(?:not|without|unless|except\w*|only|never|no longer|wrong\w*|false\w*|incorrect\w*|"
    r"mistak\w*)\b|n't\b"
)
_DENIED = re.compile(
    r"(?i)(?:\b(?:not|never|without|no need to)|n't)(?:\s+\w+){0,2}\s+"
    r"(?:assum\w+|requir\w+|suppos\w+|impos\w+)\b[^.;]{0,40}$"
)
_UNDER = re.compile(  # a condition in the words that lead up to a formula
    rf"(?i)\b(?:if|for|when|where|whenever|with|case|at|since|as|let|assum\w+|suppos\w*|take|"
    rf"consider\w*)\b[^.§]{{0,40}}{FORMULA}"
)
_LISTED = re.compile(
    rf"(?i)\b(?:let|put|set|define|denote|write|consider|take|with|where|given)\b[^.;]{{0,60}}"
    rf"{FORMULA}(?:[\s,]*(?:and|with|where)?[\s,]*{FORMULA})*[\s,]*(?:and|with|where)?[\s,]*$"
)
_RESTATES = re.compile(
    r"(?i)\b(?:(?:can|may|could) (?:also )?be (?:\w+ )?(?:split|written|rewritten|expressed|"
    r"decomposed|expanded|simplified|reduced|put|stated)|rewrit\w+|expands?|simplifies|splits?|"
    r"decomposes|reduces to|becomes|equals|is the same as|that is|in other words|equivalently)\b"
    r"[^.;]{0,60}$"
)
_CONCLUDES = re.compile(
    r"(?i)\b(?:gives?|yields?|gets?|obtains?|finds?|then|hence|so|thus|therefore|becomes?|equals?|"
    r"have|has|follows|that)\W*$"
)
_LAST = re.compile(r"(.*)\+ \(?([A-Za-z]+)(?:\[[\w,]+\])?\)?\s*$", re.DOTALL)
_NOISE = frozenset(("epsilon", "eps", "xi", "noise", "varepsilon"))


_SUPPOSED = re.compile(
    r"(?i)\b(?:assum\w*|suppos\w*|observ\w*|generat\w*|nois\w*|example|e\.g|instance|imagine)\b"
)


def is_supposed(cue: str) -> bool:
    """Whether an equation describes data, or an example, rather than say what a name is."""
    return _SUPPOSED.search(last_sentence(cue)) is not None


def last_sentence(cue: str) -> str:
    """The words since the last full stop, and of these the last paragraph."""
    sentence = re.split(r"[.!?][*_]{0,3}(?=\s|$)|\\item", cue)[-1]
    return next((part for part in reversed(re.split(r"\n\s*\n", sentence)) if part.strip()), "")


def says_let(cue: str) -> bool:
    return _LET.search(cue) is not None


def says_anew(cue: str) -> bool:
    """Whether a name that has a meaning may be given another one."""
    return _ANEW.search(last_sentence(cue)) is not None


def restates(cue: str) -> bool:
    """Whether what follows claims to be the same in other words: "can be split into"."""
    return _RESTATES.search(last_sentence(cue)) is not None


def concludes(cue: str) -> bool:
    """Whether the words right before a formula say that it follows."""
    return _CONCLUDES.search(last_sentence(cue)) is not None


def is_set(cue: str) -> bool:
    """Whether a number is put on the right rather than found there: "setting ... = 0"."""
    return _SET.search(last_sentence(cue)) is not None


def is_to_solve(cue: str) -> bool:
    """Whether an equation is set up, rather than claimed: "setting the gradient to zero"."""
    return _TO_SOLVE.search(last_sentence(cue)) is not None


def is_case(cue: str) -> bool:
    """Whether "For x = 0" says that something holds there only."""
    return _CASE.search(last_sentence(cue)) is not None


def says_meaning(cue: str) -> bool:
    """Whether the word right before a formula says that it explains a name: "with $N = ...$"."""
    return _MEANING.search(cue) is not None


def is_example(cue: str) -> bool:
    """Whether a formula is one of many that could stand there: "saturated, say $y = 0$"."""
    return _EXAMPLE.search(cue) is not None


def says_when(cue: str) -> bool:
    """Whether a condition is said by "if", and not by "here" or "where"."""
    return _WHEN.search(cue) is not None


def is_within_case(cue: str) -> bool:
    """Whether a sentence that begins with "For $x = 0$" goes on."""
    said = last_sentence(cue)
    return _WITHIN.search(said) is not None and not _EXPLAINS.search(said)


def is_behind_case(cue: str) -> bool:
    """Whether a sentence begins with a condition: "If $z = 0$, then"."""
    return _BEHIND_CASE.search(last_sentence(cue)) is not None


def says_often(cue: str) -> bool:
    """Whether something is said to hold as a rule, and so not in all that the text speaks of."""
    return _OFTEN.search(last_sentence(cue)) is not None


def explains(cue: str) -> bool:
    """Whether what follows explains the formula before, as in ``..., where $p = ...$``."""
    return _WHERE.search(last_sentence(cue)) is not None


def points_back(before: str) -> bool:
    """Whether words before a value say it of the formula ahead of them: "where $c = 1$"."""
    return _BACK.search(before) is not None


def is_general(cue: str) -> bool:
    """Whether what follows is meant in all cases, also behind a case."""
    return _GENERAL.search(last_sentence(cue)) is not None


def says_all_cases(words: str) -> bool:
    """Whether words behind a case say that what follows is meant for all of them."""
    return _ALL_CASES.search(words) is not None


def is_otherwise(cue: str) -> bool:
    """Whether what follows is what holds in the other case."""
    return _OTHERWISE.search(last_sentence(cue)) is not None


def grants(before: str, after: str = "") -> bool:
    """Whether the words around a condition say that it holds, rather than that it may not
    ("unless", "we do not assume that") or that it defines: "one if $j = k$ and zero otherwise".
    """
    return _TAKEN_BACK.search(before) is None and _AND_ZERO.match(after) is None


def is_denied(before: str) -> bool:
    """Whether words say that nobody takes an equation for granted: "we do not assume that"."""
    return _DENIED.search(before) is not None


def leads_with_condition(before: str) -> bool:
    """Whether the sentence of a formula begins with a condition, as in "For $i = j$ this is"."""
    return _UNDER.search(before) is not None


def introduces(before: str) -> bool:
    """Whether a sentence begins with "let", and goes on with formulas one after the other."""
    return _LISTED.search(before) is not None


def is_model(text: str, source: str = "") -> bool:
    r"""Whether a right side ends in a noise that nobody knows: it describes data.

    So it does if the source says how its last term is distributed: ``u \sim N(0, \sigma^2 I)``.
    """
    text = text.strip()
    is_wrapped = text[:1] == "(" and text[-1:] == ")" and _is_balanced(text[1:-1])
    last = _LAST.fullmatch(text[1:-1] if is_wrapped else text)
    if last is None or not _is_balanced(last[1]):  # log(p + epsilon)
        return False
    name = last[2]
    mark = rf"(?<![A-Za-z\\]){name}(?:_(?:\w|\{{\w+\}}))?\s*(?:(?:\\mid|\|)\s*\w+\s*)?\\sim\b"
    is_drawn = name in ("u", "v") and re.search(mark, source) is not None
    return name in _NOISE or is_drawn


def _is_balanced(text: str) -> bool:
    """Whether no bracket of a text is closed or opened outside it."""
    depth = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return False
    return not depth
