"""Which equations of a text declare something: facts about names it does not define, definitions.

An equation between undefined names is true by declaration only where the words around it say so,
or where it has the form of a constraint, such as a sum of entries that is a number.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace

from gory.notation._nodes import FUNCTIONS, ONE, Add, D, Expr, Mul, Num, Pow, Ref, Sum, walk
from gory.notation._reader import WORDS
from gory.notation.latex import slopes_written_out
from gory.notation.manuscript._stated import Statement, variables
from gory.notation.manuscript.words._cues import (
    concludes,
    is_behind_case,
    is_case,
    is_example,
    is_set,
    is_to_solve,
    is_within_case,
    last_sentence,
    says_let,
    says_meaning,
)
from gory.notation.manuscript.words._hedges import FORMULA

NAME = re.compile(r"([A-Za-z][A-Za-z0-9]*)(?:\[([A-Za-z0-9,]+)\])?")
NUMERAL = re.compile(r"[-\d. ()/]+")
SAME = "\\1"  # of an abbreviation: the indices that it has where it stands
TEMPORARY = frozenset("uv")  # names of the parts of a quotient
_LOGARITHM = re.compile(
    r"\(?log(?:\s+([A-Za-z]\w*(?:\[[\w,]+\])?)|\s*\(([A-Za-z]\w*(?:\[[\w,]+\])?)\))\)?"
)
LONGEST_WRITTEN_OUT = 20_000  # characters of a side whose abbreviations are replaced

_BECAUSE = re.compile(
    r"(?i)\b(?:since|because|given|assum\w+|suppose|where|with|satisf\w+|such that|one-hot|"
    r"sums? to (?:one|1)|so that|recall|using|use|as|and|fact|have|means|that is|note|"
    r"constraint|bias|convention|let|if|for)\b[^.$]{0,60}$"
)
_GRANTED = re.compile(
    r"(?i)\b(?:since|because|given|assum\w+|suppose|satisf\w+|such that|with|where|constraint)"
    r"\b[^.$]{0,30}$"
)
_LAST_GRANTED = re.compile(
    r"(?is).*\b(?:since|because|given|assum\w+|suppose|satisf\w+|such that|with|where|constraint)\b"
    r"(.*)$"
)
_EVERY = re.compile(r"(?i)\b(?:all|every|each|any|always|entries|everywhere)\b")
_OF_SOME = re.compile(  # behind "y = 1": what has that value, or another one
    r"(?i)^\W*(?:if|when|whenever|otherwise|else|or|means?|indicates?|stands?|marks?|"
    r"in (?:the|case)\b[^.]{0,30}\b(?:class|case)|"
    r"for (?!simplicity|convenience|brevity|now|short|ease|clarity|definiteness|illustration|"
    r"(?:the )?(?:moment|rest|remainder|sake|time|following|example|purposes?)|all\b|every|this|"
    r"our|concreteness))\b"
)
_LABELS = re.compile(
    r"(?i)\b(?:labels?|class(?:es)?|targets?|pairs?|outcomes?|responses?|indicators?|positives?|"
    r"negatives?|otherwise|else)\b"
)
_USUAL = re.compile(  # a value that a name has as a rule, and not always
    r"(?i)\b(?:usual(?:ly)?|often|common(?:ly)?|typical(?:ly)?|normally|mostly|sometimes|default|"
    r"in practice|special case|popular|(?:at|during) (?:test|training|inference)|"
    r"initial(?:ly|ised|ized)?|recover(?:s|ed)?)\b[^.]*$"
)
_REDUCES = re.compile(
    r"(?i)^\W*(?:(?:this|it|one|we|which) )?(?:gives?|recovers?|yields?|reduces?|corresponds?|"
    r"(?:is|are|was) (?:used|common|usual|typical|the (?:usual|plain|ordinary|standard|default))|"
    r"leads|simplifies|becomes?|turns)\b"
)
_OR = re.compile(r"(?i)\b(?:or|either)\W*$")
_RELATIONS = {
    r"\geq": ">=", r"\ge": ">=", r"\leq": "<=", r"\le": "<=", r"\neq": "!=", r"\ne": "!=",
}  # fmt: skip


def plain_relation(relation: str) -> str:
    """A relation of LaTeX in the paper language."""
    return _RELATIONS.get(relation, relation)


def declares(
    statement: Statement, left: Expr, relation: str, right: Expr, defined: Container[str]
) -> bool:
    """Whether a statement says how undefined names are, rather than claim what follows."""
    nodes = [*walk(left), *walk(right)]
    if isinstance(left, Ref) and left in nodes[1:]:  # an assignment
        return False
    names = {node.name for node in walk(left) if isinstance(node, Ref)}
    is_open = not any(isinstance(n, D) or (isinstance(n, Ref) and n.name in defined) for n in nodes)
    if not (is_open and names and relation in ("=", ">", ">=", "<", "<=", "!=")):
        return False
    has_form = isinstance(right, Num) and (_is_total(left) or isinstance(left, Ref))
    if has_form:
        return relation != "=" or not is_one_entry(statement, left)
    if isinstance(left, Ref) and isinstance(right, Ref) and left.name == right.name:
        return relation == "="  # symmetric
    says_so = statement.is_fact or not statement.is_display or bool(_BECAUSE.search(statement.cue))
    return says_so and (relation != "=" or _says_fact(statement, left, right))


def is_one_entry(statement: Statement, left: Expr) -> bool:
    """``y_c = 1`` for the true class c: it says nothing about the other entries."""
    is_free = isinstance(left, Ref) and left.indices and not any(i.is_literal for i in left.indices)
    return bool(is_free) and not (says_every(statement) or statement.is_fact)


def says_every(statement: Statement) -> bool:
    """Whether words say that an equation holds for every index."""
    words = f"{last_sentence(statement.cue)} {statement.after}"
    return statement.is_plain or _EVERY.search(words) is not None


def _is_total(expr: Expr) -> bool:
    """A sum of entries: ``sum_k y[k]`` or ``y[1] + y[2]``."""
    match expr:
        case Sum(_, body):
            is_power = isinstance(body, Pow) and isinstance(body.base, Ref)
            return _is_total(body) or isinstance(body, Ref) or is_power
        case Mul(factors):
            others = [factor for factor in factors if factor != ONE]
            return len(others) == 1 and (_is_total(others[0]) or isinstance(others[0], Ref))
        case Add(terms):
            return all(isinstance(term, Ref) for term in terms)
    return False


def _says_fact(statement: Statement, left: Expr, right: Expr) -> bool:
    """Whether words say that an equation is to be taken for granted."""
    if (isinstance(left, Ref) or _is_total(left)) and isinstance(right, Ref):
        return True
    is_said = _GRANTED.search(statement.cue) is not None and not _is_behind_granted(statement)
    return statement.is_fact or is_said


def _is_behind_granted(statement: Statement) -> bool:
    """Whether the words grant another formula, behind which a display stands: "if $a = b$, ..."."""
    found = _LAST_GRANTED.match(statement.before)
    return statement.is_display and found is not None and FORMULA in found[1]


def left_name(statement: Statement) -> str:
    """The name on the left of an equation that may define it."""
    sides = statement.sides
    if len(sides) < 2 or sides[1].relation != "=" or not sides[0].readings:
        return ""
    if statement.cue == "under a brace":
        return ""
    match = NAME.fullmatch(rooted(statement).sides[0].readings[0])
    if match is None or match[1] in WORDS or match[1] in FUNCTIONS:
        return ""
    return match[1]


def rooted(statement: Statement) -> Statement:
    """``sigma^2 = ...`` defines sigma, as the positive root."""
    left = statement.sides[0].readings
    square = re.fullmatch(r"\(?([A-Za-z]\w*(?:\[[\w,]+\])?)\)?\^\(?2\)?", left[0]) if left else None
    return _solved(statement, square[1], "sqrt") if square else statement


def without_logarithm(statement: Statement, *, but: Container[str]) -> Statement:
    r"""``\ln L = ...`` defines L, unless it is one of some names."""
    left = statement.sides[0].readings
    found = _LOGARITHM.fullmatch(left[0]) if left else None
    solved = _solved(statement, found[1] or found[2], "exp") if found else statement
    return statement if left_name(solved) in but else solved


def names_with_equations(statements: Iterable[Statement]) -> frozenset[str]:
    r"""Names that an equation says; not that of ``\ln Q = ..., so Q = ...``, which concludes."""
    said: set[str] = set()
    solved: set[str] = set()
    for one in statements:
        name = left_name(one)
        if not name:
            solved.add(left_name(without_logarithm(one, but=())))
        elif name not in solved or not concludes(one.cue):
            said.add(name)
    return frozenset(said)


def _solved(statement: Statement, name: str, inverse: str) -> Statement:
    """An equation of a function of a name as one of the name."""
    right = [text for side in statement.sides[1:2] for text in side.readings[:1]]
    if any(map(NUMERAL.fullmatch, right)):
        return statement
    sides = [
        replace(side, readings=tuple(f"{inverse}({reading})" for reading in side.readings))
        for side in statement.sides[1:]
    ]
    first = replace(statement.sides[0], readings=(name,))
    return replace(statement, sides=(first, *sides))


def written_out(text: str, short: Mapping[str, Sequence[tuple[int, str]]], number: int) -> str:
    """Abbreviations replaced by what they stand for at this place of the text."""
    for _ in range(4):
        before = text
        for name, versions in short.items():
            if re.search(rf"\[[^\]]*\b{name}\b|sum_\{{?[^}} ]*\b{name}\b", text):
                continue
            earlier = [body for place, body in versions if place <= number] or [versions[0][1]]
            is_name = NAME.fullmatch(earlier[-1].replace(SAME, "")) is not None
            body = earlier[-1] if is_name else f"({earlier[-1]})"
            text = slopes_written_out(text, name)  # nothing is differentiated by an expression
            text = re.sub(rf"(?<![\w.]){name}(?![\w\[])", lambda m, b=body: m.expand(b), text)
        if text == before or len(text) > LONGEST_WRITTEN_OUT:
            break
    return text


def is_fault(
    statement: Statement, place: int, stray: tuple[str, ...], running: Container[str]
) -> bool:
    """Whether a stray index is also bound in the line, or one of the left side is lost.

    An index that stands twice in a product may be meant to be summed over, and one that stands
    once may be fixed; in both cases the others are as they have to be. Letters that run nowhere, as
    in ``x_{in}``, may be no indices at all.
    """
    left, right = statement.sides[0].readings[0], statement.sides[place].readings[0]
    bound = {
        letter for under in re.findall(r"sum_\{?([\w,]+)", right) for letter in under.split(",")
    }
    match = NAME.fullmatch(left)
    own = set((match[2] or "").split(",")) if match and match[2] else set()
    written = {i for indices in re.findall(r"\[([\w,]+)\]", right) for i in indices.split(",")}
    lost = {letter for letter in own - written if letter in running}
    return bool(bound & set(stray)) or (bool(lost) and all(letter in running for letter in stray))


def is_within(name: str, reading: str) -> bool:
    """Whether a name stands in what is to define it; the d of a derivative is no name."""
    reading = reading.replace("d(", "(") if name == "d" else reading
    return re.search(rf"(?<![\w\[,]){name}(?![\w,\]])", reading) is not None


def is_number_too(letter: str, reading: str) -> bool:
    """``k^2`` in the definition of ``x[k]``."""
    for _ in range(3):  # labels stand in brackets within brackets
        reading = re.sub(r"\[[^\[\]]*\]", " ", reading)
    bare = re.sub(r"(?:sum|prod|max|min)_(?:\{[^{}]*\}|\w+)", " ", reading)
    if letter == "d":  # that of a derivative is none
        bare = bare.replace("d(", " ")
    return letter.isalpha() and re.search(rf"(?<!\w){letter}(?!\w)", bare) is not None


def is_posed(statement: Statement) -> bool:
    """Whether words say that an equation is to be solved, or holds at one point only."""
    first = [side.readings[0] for side in statement.sides if side.readings]
    is_number = len(first) == 2 and NUMERAL.fullmatch(first[1]) is not None
    is_name = bool(first) and NAME.fullmatch(first[0]) is not None
    is_once = is_case(statement.cue) or is_example(statement.cue)
    if is_number and (is_once or (is_set(statement.cue) and not is_name)):
        return True
    if is_behind_case(statement.cue) and len(first) == 2 and _is_constant(first[1]):
        return True  # the value that a name has there
    if is_name and not is_number and says_meaning(statement.cue):
        return False
    says_so = is_to_solve(statement.cue) or is_within_case(statement.cue)
    return says_so and not any(re.search(r"(?<!\w)d\(", text) for text in first)


def _is_constant(reading: str) -> bool:
    return {*re.findall(r"[A-Za-z]\w*", reading)} <= {*FUNCTIONS}


def is_for_a_case(statement: Statement, statements: Sequence[Statement]) -> bool:
    """``For $y = 1$ the loss is $L = ...$``: what a name is that is used in one case only.

    It must say of what the name is made: of a value it does not, nor of what it is differentiated
    by, ``For $z = 0$ the loss is $L = \\log 2$``.
    """
    if not is_within_case(statement.cue) or is_to_solve(statement.cue):
        return False
    name = left_name(statement)
    equal = [one for one in statements if len(one.sides) > 1 and left_name(one) == name]
    body = next((side.readings[0] for side in statement.sides[1:] if side.readings), "")
    cases = {left_name(one) for one in statements if one.at < statement.at and is_case(one.cue)}
    names = {*re.findall(r"[A-Za-z]\w*", body)} - {*FUNCTIONS}
    return len(equal) == 1 and bool(names) and not cases & variables(statements)


def is_mere_fact(statement: Statement) -> bool:
    """A fact; but "given G[i] = d(L, z[i])" gives a derivative a name."""
    right = statement.sides[1].readings[:1]
    if right and (right[0].startswith("d(") or _explains_entry(statement, right[0])):
        return False
    return statement.is_fact


def _explains_entry(statement: Statement, right: str) -> bool:
    """``since z_k = sum_j W_kj x_j + b_k``: words that give a reason say what z is as well."""
    is_given = statement.cue.strip().lower().startswith("given")
    left = statement.sides[0].readings[0]
    is_computed = "sum_" in right or "exp" in right
    return not is_given and is_computed and "[" in left and not re.search(r"\[[^\]]*\d", left)


def is_one_value(statement: Statement) -> bool:
    """``y = 1`` of "the label is $y = 1$ for a similar pair": one of the values that a name has."""
    first = [side.readings[0] for side in statement.sides if side.readings]
    is_inline = not statement.is_display and len(first) == len(statement.sides) == 2
    if not (is_inline and NUMERAL.fullmatch(first[1]) and first[0].isalpha()):
        return False
    is_in_passing = _USUAL.search(statement.before) or _REDUCES.search(statement.after)
    return bool(_OF_SOME.search(statement.after) or _OR.search(statement.cue) or is_in_passing)


def is_label_value(statement: Statement) -> bool:
    """Whether that value is one of a label, which has others elsewhere."""
    is_label = statement.sides[1].readings[0] in ("0", "1", "-1")
    return is_label and _LABELS.search(f"{statement.before} {statement.after}") is not None


def is_new(statement: Statement) -> bool:
    """Whether a statement may say anew what its name is."""
    return statement.condition is None and not statement.is_fact


def is_said_anew(name: str, cue: str) -> bool:
    """Whether words give a known name another meaning, or it is one that has many."""
    is_new = says_let(cue) and not is_within_case(cue)
    return is_new or (name in TEMPORARY and not concludes(cue))
