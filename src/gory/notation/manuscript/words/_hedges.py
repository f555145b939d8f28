"""Words that may restrict what a formula claims, and words that may say what a name is.

Nobody can list what prose can say; what is listed here is what makes a reader pause. None of it
changes a meaning. It only keeps a line from being called wrong on account of the formula alone.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field

from gory.notation.latex import GREEK

FORMULA = "§"
REACH = 12  # stretches of text that a sentence can have before or behind a formula
_END = "\f"  # of a display, behind which a new sentence begins with a capital
_STOP = re.compile(
    rf"[.!?;](?=\s|$|{_END})|:(?=\s+[a-z])|\\item|"
    rf"\n\s*(?:[-*+]|\d+[.)])\s|\n\s*\n|{_END}\s*(?=[A-Z])"
)
_TEXT = re.compile(r"\\(?:text|mbox|textrm|textit|intertext)\s*\{([^{}]*)\}")
_CASES = re.compile(r"\\begin\{cases\}.*?\\end\{cases\}", re.DOTALL)

OTHERWISE = frozenset(("otherwise", "sonst", "andernfalls"))
ONE_HOT = re.compile(r"(?i)one[- ]hot|(?:one|1)[- ]of[- ]\$?[A-Z]\b|indicator vector")
CHOSEN = re.compile(  # "$y_{ni} = 1$ if person $n$ chose $i$ and zero otherwise"
    r"(?i)\$?\s*(?:if|when|iff)\b[^.;]{0,80}\b(?:chose|chosen|chooses?|pick(?:s|ed)|select(?:s|ed)|"
    r"belongs?\s+to|(?:is|was|comes?|falls?)\s+(?:in(?:to)?|of|from)\s+(?:class|category|component|cluster))\b"
    r"[^.;]{0,80}\b(?:otherwise|else|sonst|if not)\b"
)
_CONDITION = re.compile(
    rf"(?i)\b(?:if|when|for|where|whenever|with|at|since|because|as|given|assum\w+|suppose|let|case)"
    rf"(?:\s+that)?\s+{FORMULA}(?:[,\s]*(?:and|or)?\s*{FORMULA})*"
)
_IDLE = re.compile(  # conditions that restrict no formula
    r"""(?ix)\bequality\s(?:holds\s)?(?:if\sand\sonly\sif|iff|if|only\sif|when)\b|
    \bif\s(?:(?:we|you|one)\s(?:differentiate|differentiates|expand|expands|want|wants|need|needs|wish|wishes|like|likes|prefer|prefers)\b|
    (?:needed|desired|required|necessary|wanted)\b|
    (?:[a-z]+\s){1,4}(?:is|are)\s(?:needed|desired|required|wanted|of\sinterest)\b)"""
)
_IN_CASES = re.compile(
    r"""(?ix)\b(?:
    unless|provided|except|only\s(?:if|when|for|at|holds?)|(?:in\sthe\s)?limit(?:ing)?|
    initiali[sz]ation|initially|evaluat\w+|(?<!training\s)(?<!single\s)(?<!each\s)(?<!every\s)(?<!one\s)example|e\.g|
    (?<!single\s)(?<!each\s)(?<!every\s)(?<!one\s)instance|special|
    otherwise|sonst|andernfalls|ansonsten|diagonal|
    where\s(?:[\w§]+\s){0,6}\w+(?=\s\(\s?§\s?\))|
    if|when|whenever|in\s(?:this|that|which|the)\scase|
    in\sthe\s(?:in)?(?:active|violated|saturated|positive|negative|extreme|balanced|degenerate|linear)
        \s(?:case|regime|region|state)|suppos\w*|assum(?:e|es|ed|ing)|pretend\w*|imagine|
    on\saverage|expected|expectation|typically|numerically|converge\w*|stationar\w*|equilibrium|
    optimum|optimal\w*|minimi[sz]er|solv\w*|iterat\w*|
    (?:matching|same|identical|equal)\s(?:index|indices|indexes|letters?)|nur\sfür|
    for\s(?:one|two|some|large|small|equal|different|distinct|uniform|constant|random|
        a\ssingle(?!\s(?:[a-z]+\s)?(?:examples?|samples?|instances?|observations?|data|datum|
        points?|rows?|components?|pairs?|inputs?|tokens?|images?|patterns?|neurons?|units?|
        steps?|layers?|heads?|quer(?:y|ies)|vectors?|words?|weights?|entr(?:y|ies)|terms?)\b)|a\sfixed|
        the\s(?:true|correct|right|wrong|other|first|second|third|next|new|last|target)\s
        (?!row|column|entry|component|coordinate|parameter|weight|layer|gate|term|factor|part|
            question|equation|identity)\w+)|
    at\s(?:the(?!\s(?:very\s)?(?:end|top|bottom|outputs?|inputs?|scores?|logits?|softmax|beginning|start|outset|heart|core|cost|
        expense|moment|same|price|risk|level|other)\b)|an?|this|that|zero|§)
    )\b"""
)
_BEHIND = re.compile(  # what may restrict a formula after it has been said
    r"""(?ix)\b(?:
    unless|provided|except|only\s(?:if|when|for|at|holds?)|(?:in\sthe\s)?limit(?:ing)?|
    if|when|whenever|in\s(?:this|that|which|the)\scase|on\saverage|in\sexpectation|diagonal|
    for\s(?:one|two|some|large|small|equal|different|distinct|uniform|constant|random|
        a\ssingle(?!\s(?:[a-z]+\s)?(?:examples?|samples?|instances?|observations?|data|datum|
        points?|rows?|components?|pairs?|inputs?|tokens?|images?|patterns?|neurons?|units?|
        steps?|layers?|heads?|quer(?:y|ies)|vectors?|words?|weights?|entr(?:y|ies)|terms?)\b)|a\sfixed|
        the\s(?:true|correct|right|wrong|other|first|second|third|next|new|last|target)\s
        (?!row|column|entry|component|coordinate|parameter|weight|layer|gate|term|factor|part|
            question|equation|identity)\w+)|
    at\s(?:the\s(?:optimum|solution|minimum|maximum)|zero|§)
    )\b"""
)
_NOT_MEANT = re.compile(
    r"""(?ix)\b(?:
    approx\w*|roughly|nearly|almost|neglect\w*|ignor\w*|discard\w*|omit\w*|forget\w*|forgot\w*|
    drop\w*\s(?:the\s|all\s|a\s)?(?:const\w*|term\w*|higher\w*|factor\w*|sign)|
    (?<!add\s)(?<!adds\s)(?<!sum\s)(?<!sums\s)up\sto(?!\s(?:one|1|unity))|proportional|wrong\w*|incorrect\w*|mistak\w*|false|fails?|failed|
    (?:many|some|most|often|people|authors|textbooks)\s(?:people\s|authors\s|texts\s)?(?:write|wrote|written|claim|state)|
    (?:student|someone|somebody|colleague|classmate|friend|they|he|she)s?\s(?:\w+\s){0,3}
        (?:wrote|writes?|says?|insists?|claim(?:ed|s)?|thought|thinks?|believed?|suggest(?:ed|s)|propos(?:ed|es))|
    (?:is|are|holds)\sonly\s(?:true|valid|correct|right)|(?:true|valid|correct|right)\sonly|pretend\w*|
    near\s(?:zero|the|0|§)|close\sto|floating[- ]point|in\sfloats?|
    (?:single|double|half|machine|finite)[- ]precision|
    round(?:s|ed|ing)\b|underflow\w*|overflow\w*|typo\w*|misprint\w*|errat\w*|
    (?:was|were|is|are)\sprinted|(?:first|earlier|old|previous)\s(?:edition|version|printing)|
    (?:first|second|my|our|his|her)\s(?:attempt|try|guess|idea|thought)|attempt\w*|nonsense|
    before\sthe\s(?:fix|change|correction|bug)|bug(?:gy|s)?|which\sone|tick|true\sor\sfalse|
    (?:student|given|submitted)(?:'s)?\s(?:answer|solution)|n(?:o|')t\s*$|✗|✘|❌|
    is\s(?:it|this|that)\s(?:true|correct|right)|(?:does|do|why\sis)\s§|absorbed|
    (?:do|does|did)(?:\snot|n't)\s(?:write|use|confuse|have|get|mean|say|believe|converge)|
    never\s(?:write|use|believe)|confus(?:e|es|ed|ing)|beware|erroneous\w*|unlike|
    (?:first|previous|old)\simplementation|with\sthe\s(?:correct|right)\s(?:one|formula|version|answer)|
    falsch\w*|irrtümlich\w*|fälschlich\w*|liest\sman|nur\sfür|stimmt\snicht|
    na[ïi]ve\w*|tempt\w*|would|might|could|cannot|conjectur\w*|
    (?:is|does|are|do)\s?n(?:o|')t\s(?:equal|hold|true|correct|valid|right|the\ssame)|not\sequal|
    (?:to|in|up\sto|at)\s(?:the\s)?(?:leading|first|second|lowest)[-\s]order|(?:leading|lowest)[-\s]order|lineari[sz]\w*|taylor
    )\b"""
)
_OTHER_SUBJECT = re.compile(  # what is wrong is something else than a formula
    r"""(?ix)\b(?:neurons?|networks?|nets?|models?|classifiers?|units?|machines?|learners?|policy|agents?)
    \s(?:[^\s.;§]+\s){0,10}?(?:wrong|incorrect|mistaken|confused|fooled)\b|
    \b(?:wrong|incorrect|false|mistaken)(?:ly)?\s(?:class(?:es|ified)?|labels?|labelled|ends?|sides?|
        categor\w+|tokens?|words?|predict\w+|guess\w*|directions?|positives?|negatives?|alarms?|
        half|region|decisions?|answers?\sof)\b|
    \b(?:confidently|badly|very|completely)\swrong\b"""
)
_CONSEQUENCE = re.compile(  # what follows from a formula may hold in some cases only
    r"(?i)^\W*(?:and\s)?(?:so|hence|thus|therefore|which\smeans)(?:\sthat)?\s(?:the|a|an|our)\s"
    r"(?!formula|claim|equation|line|result|identity|answer|statement|deriv|expression|sign|gradient|"
    r"solution|student|author|book|article|above|slope|rule|step)"
    r"\w[^.;]*"
)
_SAYS_MORE = re.compile(  # "which vanishes when ..." says something of what a formula gives
    r"(?i)^\W*which\s(?:vanish\w*|tends?|goes|grows?|shrinks?|saturat\w*|explodes?|becomes?|"
    r"is\s(?:zero|positive|negative|small\w*|large\w*|maximal|minimal|close|never|always))\b[^.;]*"
)
_DENIED = re.compile(r"(?i)\bnot\s*$")  # "it is not x", where x is the formula
_ASKED = re.compile(r"^\W*(?:Is|Are|Was|Does|Do|Should|Why)(?:\s\w+)?\s*$")  # "Is x = y?"
_NAMED = re.compile(
    r"\$\s*(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{?\s*)?(\\?[A-Za-z]+)\}?"
    r"(?:_\{?[\w,]+\}?)?(?:\^\{?\(\w\)\}?)?\s*\$"
    r"\s+(?:is|are|be|denotes?|means?|represents?|stands?\sfor)\s+([^.$;:]{3,90})"
)
_SCALAR = re.compile(
    r"(?i)\b(?:parameter|scale|slope|width|steepness|gain|bandwidth|(?:standard )?deviation)s?\s+"
    r"\$(\\[A-Za-z]+)\s*(?:\$|[<>]|\\in\b)"
)
_IS_SCALAR = re.compile(
    r"(?i)\$(\\[A-Za-z]+)\$\s+(?:is|denotes|being)\s+(?:\w+\s){0,3}?"
    r"(?:number|scalar|constant|scale|slope|steepness)\b"
)
_STEEP = re.compile(  # 1 / (1 + e^{-\sigma (s_i - s_j)})
    r"1\s*\+\s*(?:e\s*\^|\\exp)[\s{(\[-]{0,8}(?:\\(?:left|big|Big)\s*)?[\s{(\[-]{0,8}"
    r"(\\[A-Za-z]+)\s*(?:\\(?:left|big|Big)\s*)?\("
)
_CLAUSE = re.compile(r"(?i),|\b(?:we|you|one|i|so|then|hence|thus|because|while|but)\b")
_DEPENDENT = re.compile(
    r"(?i)\b(?:softmax|sigmoid|logistic|average|mean|variance|deviation|norm|sum|product|inverse|"
    r"derivative|gradient|maximum|minimum|outputs?|predict\w+|activations?|entropy|"
    r"square|root|exponential|ratio|difference|residual|solution|estimate|minimi\w+|optim\w+)\b"
)
_FREE = re.compile(
    r"(?i)\b(?:targets?|labels?|given|true|one-hot|fixed|constants?|number|index|weights?|bias|"
    r"inputs?|parameters?|data|features?|arbitrary|independent)\b"
)


@dataclass(frozen=True)
class Hedge:
    """Words that make a claim weaker than its formula.

    ``in_cases`` if they may only restrict it to a case; otherwise it may not be meant at all.
    """

    words: str
    in_cases: bool

    def __str__(self) -> str:
        meaning = "in some cases only" if self.in_cases else "not as it stands"
        return f"the words around it ({self.words!r}) may say that it holds {meaning}"


def hedges(before: str, after: str) -> tuple[Hedge, ...]:
    """What the words of its sentence may take away from a formula."""
    found = [Hedge("not", in_cases=False)] if _DENIED.search(before) else []
    if _ASKED.search(before):
        found.append(Hedge(before.strip(), in_cases=False))
    if after.endswith("?"):
        found.append(Hedge("?", in_cases=False))
    after = _SAYS_MORE.sub("", _CONSEQUENCE.sub("", after))
    for words, patterns in ((before, (_NOT_MEANT, _IN_CASES)), (after, (_NOT_MEANT, _BEHIND))):
        for pattern in patterns:
            in_cases = pattern is not _NOT_MEANT
            own = words if in_cases else _OTHER_SUBJECT.sub("", words)
            match = pattern.search(_CONDITION.sub(FORMULA, _IDLE.sub("", own)))
            if match is not None:
                said = " ".join(match.group().split()).replace(FORMULA, "...")
                found.append(Hedge(said, in_cases))
    return tuple(found)


@dataclass
class Flow:
    """A text as a row of words and formulas; a formula is a sign with the words inside it."""

    parts: list[str] = field(default_factory=list)

    def see(self, kind: str, words: str) -> None:
        """The next stretch of a document."""
        if kind in ("prose", "heading"):
            self.parts.append(words if kind == "prose" else "\n\n\n")
            return
        inner = " ".join(f"{m[1]} {FORMULA}" for m in _TEXT.finditer(_CASES.sub("", words)))
        stop = "." if words.rstrip(" \n}").endswith(".") else ""
        is_display = kind == "display"
        self.parts.append(f"{FORMULA}{inner and f' {inner}'}{stop}{_END if is_display else ''}")

    def goes_on(self, at: int) -> bool:
        """Whether nothing but a little space stands between a formula and a display before it."""
        before = [*self.parts[max(at - 2, 0) : at]]
        if before and not before[-1].strip() and not before[-1].count("\n\n\n"):
            before.pop()
        return bool(before) and before[-1].endswith(_END)

    def around(self, at: int) -> tuple[str, str]:
        """The sentence of a formula, up to it and behind it."""
        if at < 0:
            return "", ""
        own = self.parts[at]
        first = at
        while own.endswith(_END) and self.goes_on(first):  # a display behind a display
            first -= 2 if not self.parts[first - 1].strip() else 1
        before = "".join(self.parts[max(first - REACH, 0) : first])
        ends = ".!?" if own.endswith(_END) else ".!?" + FORMULA
        if before.rstrip() and before.rstrip()[-1] not in ends + _END:
            before = before.rstrip() + " "  # an empty line before a display ends no sentence
        after = "".join(self.parts[at + 1 : at + 1 + REACH])
        goes_on = not own.endswith(_END) or re.match(r"\s*[a-z,(]", after)
        inner = own.removeprefix(FORMULA).strip("." + _END)
        asked = before.rstrip().endswith("?")  # "True or false?"
        said = _STOP.split(before.rstrip()[:-1] if asked else before)[-1].replace(_END, "")
        last = (
            _STOP.split(after.lstrip())[0].replace(_END, "") if goes_on and "." not in own else ""
        )
        last = "?" if re.match(r"\s*\?", after) else last  # "Where is x = 0?"
        return said, f"{inner} {last}".strip()


def sentence(words: str) -> str:
    """The last sentence of what stands before a formula."""
    return _STOP.split(words)[-1]


def named_scalars(text: str) -> frozenset[str]:
    """Greek names that words call a number, such as "the parameter $\\sigma$", or that are the
    steepness of a logistic function, unless they are defined as functions.
    """
    steep = {
        mark
        for mark in _STEEP.findall(text)
        if not re.search(rf"{re.escape(mark)}\s*\([^()$]{{1,30}}\)\s*(?::?=|\\equiv)", text)
    }
    marks = {*_SCALAR.findall(text), *_IS_SCALAR.findall(text), *steep}
    return frozenset(GREEK.get(mark, "") for mark in marks)


def named_in_words(text: str, defined: Container[str]) -> dict[str, str]:
    """Names that no equation defines, and of which words say that they depend on others."""
    found = {}
    for match in _NAMED.finditer(text):
        name = GREEK.get(match[1], match[1].lstrip("\\"))
        words = _CLAUSE.split(match[2])[0]
        if name not in defined and _DEPENDENT.search(words) and not _FREE.search(words):
            shown = " ".join(words.split()[:6])
            row = text.count("\n", 0, match.start()) + 1
            found[name] = f"words say what {name} is (row {row}: {shown!r}), and no equation does"
    return found
