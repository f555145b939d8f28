"""What equations say about the names on their left: defined, a function, one for every instance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import takewhile

from gory.notation._errors import NotationError
from gory.notation.latex._applied import called_with
from gory.notation.latex._arrays import Array
from gory.notation.latex._bodies import Body, Entries, Parameter, through_others, word_of
from gory.notation.latex._functions import PARALLEL, arguments_of
from gory.notation.latex._names import Names
from gory.notation.latex._reader import LatexReader
from gory.notation.latex._scripts import GREEK, Written, base, scripts, single_name
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing
from gory.notation.latex._wholes import Bare, Value

LONGEST_BODY = 2000  # characters of a function that is written out


def survey_instance(source: str, names: Names, left: list[Tex], text: str) -> None:
    """A name that is defined for one instance has that instance, though nobody writes it."""
    letters = {use.instance for use in names.usage.values() if use.instance}
    r = LatexReader(source, left, names)
    try:
        written = scripts(r, base(r), left[0])
    except (NotationError, IndexError):
        return
    name = written.name
    for letter in letters - set(written.subscripts):
        own = "|".join(n for n, use in names.usage.items() if use.instance == letter)
        is_used = re.search(rf"\b(?:{own})\[{letter}[,\]]", text)
        if is_used and not _is_bound(letter, text) and name in names.defined:
            names.of(name).instance = names.instance(name) or letter
    _survey_instance_below(names, written, text)


def _survey_instance_below(names: Names, written: Written, text: str) -> None:
    """``s_j = w_j^T x_i``: the vectors x_i are data, and the scores of one of them are meant."""
    usage = names.of(written.name)
    if written.name not in names.defined or usage.instance:
        return
    varied = {variable.split("[")[0] for _, variable in names.variables}
    found = re.findall(r"(?<!\w)(\w+)\[([a-z]),\w+\]", text)
    for data, letter in found:
        own = names.of(data)
        is_vector = own.most == 1 and letter in own.written
        is_data = data not in names.defined | varied
        is_data = is_data and {x for name, x in found if name == data} == {letter}
        if is_vector and is_data and letter not in usage.written and not _is_bound(letter, text):
            usage.instance = letter
            return


def _is_bound(letter: str, text: str) -> bool:
    return re.search(rf"sum_\{{(?:\w+,)*{letter}(?:,\w+)*\}}", text) is not None


def binders(side: list[Tex]) -> Iterator[str]:
    r"""Letters below the sums and products of a side; those behind ``\neq`` are not bound."""
    for place, token in enumerate(side):
        behind = [t.text for t in side[place + 1 : place + 3]]
        if token.text in (r"\sum", r"\prod") and behind[:1] == ["_"] and len(behind) > 1:
            end = closing(side, place + 2) if side[place + 2].text == "{" else place + 2
            under = (GREEK.get(t.text, t.text) for t in side[place + 2 : end + 1])
            yield from takewhile(lambda piece: piece not in (r"\neq", r"\ne"), under)


def capitals(side: list[Tex]) -> Iterator[str]:
    """Capital letters that do not stand above another name."""
    past = -1
    for place, token in enumerate(side):
        if token.text == "^" and place + 1 < len(side) and place > past:
            past = closing(side, place + 1) if side[place + 1].text == "{" else place + 1
        elif place > past and token.is_letter and token.text.isupper():
            yield token.text


def survey_true_class(names: Names, left: Value, right: str) -> None:
    """``t_k = (1 - a) delta_{ky} + a / K``: the class y, which nothing runs over, belongs to t.

    So does that of a one-hot vector to a loss, if words name it.
    """
    if not isinstance(left, Bare) or left.written.instance:
        return
    if not left.written.subscripts and not names.classes_in_words:
        return
    own = {*left.written.subscripts}
    deltas = {x for pair in re.findall(r"delta\[(\w+),(\w+)\]", right) for x in pair}
    others = {x for ref in re.findall(r"(?<!delta)\[([\w,]+)\]", right) for x in ref.split(",")}
    elsewhere = names.summed - {*names.true_classes.values()}
    free = {x for x in deltas - own - elsewhere - others if x.isalpha()}
    if len(free) == 1 and not names.instance(left.written.name) and not names.axes(*free):
        names.of(left.written.name).instance = free.pop()


def survey_labels(names: Names, values: Sequence[Value], right: str) -> None:
    """``h_2 = f(h_1)``, where only numbers stand below h, speaks of several names; so do
    ``h_2 = f(a_2)`` and ``a_2 = g(h_1)``.
    """
    left = values[0]
    if not isinstance(left, Bare) or not left.written.subscripts:
        return
    name = left.written.name
    if names.of(name).is_labelled:
        names.rests.setdefault(name, set()).update(re.findall(r"([A-Za-z]\w*)\[", right))
        names.labels |= _circle(names.rests, name)


def _circle(rests: Mapping[str, Set[str]], name: str) -> set[str]:
    """Names on a way from a name to itself."""
    found = {name} if name in rests[name] else set[str]()
    for one in rests[name] if not found else ():
        if one in rests and name in rests[one]:
            found |= {name, one}
    return found


_ONE_HOT = re.compile(
    r"(?i)one[- ]hot|(?:one|1)[- ]of[- ]\$?[A-Z]\b|indicator vector|"
    r"\b(?:true|correct|target|right) (?:class|label)\b"
)
_DENIED = re.compile(r"(?i)\b(?:not|no longer|instead of|without)\b|n't\b")


def names_true_class(statement: LatexStatement, source: str) -> tuple[str, str] | None:
    """The name and the class of "y is one-hot with $y_c = 1$"."""
    if statement.relations != ["", "="] or [t.text for t in statement.sides[1]] != ["1"]:
        return None
    said = _ONE_HOT.search(statement.cue)
    if said is None or statement.is_display or _DENIED.search(statement.cue):
        return None
    r = LatexReader(source, statement.sides[0], Names())
    try:
        written = scripts(r, base(r), statement.sides[0][0])
    except NotationError:
        return None
    is_entry = r.place == len(r.tokens) and len(written.subscripts) == 1
    if not is_entry or written.power or written.instance or not written.subscripts[0].isalpha():
        return None
    return written.name, written.subscripts[0]


def survey_left(source: str, names: Names, tokens: list[Tex]) -> None:
    """Learn from a left side whether it is a name, or a name with arguments, or its logarithm."""
    tokens = without_logarithm(tokens)
    if not tokens:
        return
    r = LatexReader(source, tokens, names)
    try:
        written = scripts(r, base(r), tokens[0])
    except NotationError:
        return
    if r.place == len(tokens) and not written.primes and written.power in ("", "2"):
        names.defined.add(written.name)
    elif r.peek() == "(" and closing(tokens, r.place) == len(tokens) - 1:
        usage = names.of(written.name)
        inner = tokens[r.place + 1 : -1]
        letters = {GREEK.get(t.text, t.text) for t in inner if t.is_name or t.text in GREEK}
        is_list = all(t.is_name or t.text in GREEK or t.text.strip("+-=\\") for t in inner)
        if written.name not in letters and is_list:
            if not usage.applied:
                names.calls[written.name] = called_with(r, inner)[0]
            usage.applied = True
            usage.parameters |= letters
            if written.name != "sigma" or written.subscripts:
                names.defined.add(written.name)


def without_logarithm(tokens: list[Tex]) -> list[Tex]:
    r"""The ``L(\theta)`` of ``\log L(\theta)``."""
    is_log = [t.text for t in tokens[:1]] in ([r"\log"], [r"\ln"])
    if is_log and [t.text for t in tokens[1:2]] == ["("] and closing(tokens, 1) == len(tokens) - 1:
        return tokens[2:-1]
    return tokens[1:] if is_log else tokens


def survey_second_names(source: str, names: Names, sides: Sequence[list[Tex]]) -> None:
    r"""``p(C_k \mid x) = y_k(x) = ...``: what stands between is a function as well."""
    if len(sides) < 3 or not sides[0] or sides[0][-1].text != ")":
        return
    for side in sides[1:-1]:
        opens = next((n for n, token in enumerate(side) if token.text == "("), 0)
        is_whole = bool(opens) and closing(side, opens) == len(side) - 1
        if is_whole and single_name(side[opens + 1 : -1]):
            survey_left(source, names, side)


def learn_text(names: Names, left: list[Tex], values: Sequence[Value]) -> None:
    """``u = x^2``: keep what a number is, and where the text says so."""
    if len(values) != 2 or not isinstance(values[0], Bare) or isinstance(values[1], Array):
        return
    written, at = values[0].written, left[0].at
    is_plain = not (written.subscripts or written.instance or written.power or written.primes)
    own = names.texts.setdefault(written.name, []) if is_plain else []
    if is_plain and len(values[1]) < LONGEST_BODY and all(place != at for place, _ in own):
        own.append((at, str(values[1])))
        own.sort()


def learn_body(names: Names, source: str, left: list[Tex], right: Value) -> None:
    """``f(t) = t \\sigma(t)``: keep the body and what it is a function of."""
    opens = next((n for n, token in enumerate(left) if token.text == "("), 0)
    if not opens or closing(left, opens) != len(left) - 1 or isinstance(right, Array):
        return
    name, index = _plain_name(names, source, left[:opens])
    parameters = tuple(_parameter(names, piece) for piece in arguments_of(left[opens + 1 : -1]))
    if not name or len(right) > LONGEST_BODY or not all(p.name for p in parameters):
        return
    first = names.bodies[name].at if name in names.bodies else left[0].at
    if left[0].at > first and {t.text for t in left} & PARALLEL:
        return  # of a divergence: a claim about it at other arguments
    right = through_others(names.bodies, name, parameters, str(right))
    if left[0].at > first:
        names.ambiguous.add(name)
    elif not all(p.occurs_in(right) for p in parameters) or re.search(word_of(name), right):
        names.bodies.pop(name, None)  # what an earlier round took for one
    elif len(right) <= LONGEST_BODY:
        body = Body(parameters, right, left[0].at)
        if not index:
            names.bodies[name] = body
        elif len(parameters) == 1 and parameters[0].is_array:
            names.entries.setdefault(name, Entries(body, index))


def _plain_name(names: Names, source: str, tokens: list[Tex]) -> tuple[str, str]:
    """``f`` and ``D_{KL}``, and the index of ``S_t``."""
    r = LatexReader(source, tokens, names)
    try:
        written = scripts(r, base(r), tokens[0])
    except NotationError:
        return "", ""
    is_plain = r.place == len(tokens) and not (written.power or written.primes or written.instance)
    indices = written.subscripts
    if not is_plain or len(indices) > 1 or not all(x.isalpha() for x in indices):
        return "", ""
    return written.name, "".join(indices)


def _parameter(names: Names, piece: list[Tex]) -> Parameter:
    """A name, or its square: ``\\sigma^2``."""
    text = "".join(token.text for token in piece)
    is_square = [t.text for t in piece[-2:]] == ["^", "2"]
    name = single_name(piece[:-2] if is_square else piece)
    axes = names.axes(name) if name else 0
    return Parameter(name if axes < 2 else "", text, axes > 0, is_square)


def survey_contracted(names: Names, left: Value, side: list[Tex], shown: object) -> None:
    r"""``r = \|x\|`` and ``c = x^\top w / r``: sums that nobody writes make r and c numbers."""
    is_sum = isinstance(shown, str) and "sum_" in shown
    if not is_sum or any(t.text in (r"\sum", r"\odot") for t in side):
        return
    if isinstance(left, Bare) and not (left.written.subscripts or names.axes(left.written.name)):
        names.of(left.written.name).is_number = True
