r"""Functions of the text's own at another argument: ``f(u_k)``, where ``f(t)`` is known.

The body of the function is written out with the new argument in the place of its own; its
derivative is taken by that argument, which is a variable of its own then.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gory.notation._errors import NotationError
from gory.notation._through import THROUGH
from gory.notation.latex._arrays import Array, applied, called
from gory.notation.latex._bodies import Body, Parameter
from gory.notation.latex._scripts import GREEK, Written, base, part_reader, scripts
from gory.notation.latex._tokens import CLOSING, OPENING, Tex, closing

if TYPE_CHECKING:
    from gory.notation.latex._reader import LatexReader
    from gory.notation.latex._wholes import Value

_ENTRY = re.compile(r"[A-Za-z]\w*(?:\[[\w,]+\])?")
_NAMED = re.compile(r"(?<![\w\[,])([A-Za-z]\w*(?:\[[\w,]+\])?)(?![\w(\[])")
MOST_SPARE = 14
PARALLEL = frozenset({r"\|", r"\Vert", r"\parallel"})  # before the second distribution
DIVIDERS = PARALLEL | frozenset({",", ";", "|", r"\mid", r"\vert", ":"})
FUNCTIONS = {
    r"\exp": "exp", r"\log": "log", r"\ln": "log", r"\tanh": "tanh", r"\sin": "sin", r"\cos": "cos",
    "softplus": "softplus", "relu": "relu", "ReLU": "relu", "sigmoid": "sigmoid", "log": "log",
    "ln": "log", "exp": "exp", "tanh": "tanh", "sqrt": "sqrt", "logistic": "sigmoid", "abs": "abs",
    "sign": "sign", "sgn": "sign", r"\lg": "log10",
} | {f"{mark}{word}": word for word in THROUGH for mark in ("\\", "")}  # fmt: skip
_SLOPES: dict[str, tuple[str, ...]] = {  # the derivatives of a function at u, by order
    "sigmoid": (
        "(sigmoid({u}) (1 - sigmoid({u})))",
        "(sigmoid({u}) (1 - sigmoid({u})) (1 - 2 sigmoid({u})))",
    ),
    "tanh": ("(1 - (tanh({u}))^2)", "(-2 tanh({u}) (1 - (tanh({u}))^2))"),
    "exp": ("exp({u})", "exp({u})"),
    "log": ("(1 / ({u}))", "(-1 / ({u})^2)"),
    "sqrt": ("(1 / (2 sqrt({u})))",),
    "sin": ("cos({u})", "(-sin({u}))"),
    "cos": ("(-sin({u}))", "(-cos({u}))"),
    "softplus": ("sigmoid({u})", "(sigmoid({u}) (1 - sigmoid({u})))"),
    "relu": ("[{u} > 0]",),
    "abs": ("sign({u})",),
}


def arguments_of(inner: list[Tex]) -> list[list[Tex]]:
    r"""``x \mid \mu, \sigma`` in pieces."""
    pieces: list[list[Tex]] = [[]]
    depth = 0
    for token in inner:
        depth += (token.text in OPENING) - (token.text in CLOSING)
        if depth == 0 and token.text in DIVIDERS:
            pieces.append([])
        else:
            pieces[-1].append(token)
    return [piece for piece in pieces if piece]


def at_argument(r: LatexReader, written: Written) -> Value | None:
    """The function at the arguments in the bracket that follows; None if they are its own."""
    if (found := _entry_at(r, written)) is not None:
        return found
    known = r.names.bodies.get(written.name)
    if known is None or r.peek() != "(" or written.subscripts or written.instance:
        return None
    end = closing(r.tokens, r.place)
    pieces = arguments_of(r.tokens[r.place + 1 : end]) if end > 0 else []
    shown = ["".join(token.text for token in piece) for piece in pieces]
    is_own = shown == [p.shown for p in known.parameters]
    is_product = r.manner == "apart" and not all(_is_name(r, piece) for piece in pieces)
    if len(pieces) != len(known.parameters) or is_own or is_product:
        return None
    if not written.primes and any(_stands_bare(written.name, piece) for piece in pieces):
        return None  # s (1 - s)
    given = zip(known.parameters, pieces, strict=True)
    found = [_argument(r, p, piece, by_entries=known.is_of_number) for p, piece in given]
    values = [value for value in found if value]
    if len(values) < len(found):
        return None
    if written.name in r.names.ambiguous:
        r.doubts.add(f"the text says more than once what {written.name} of its argument is")
    if written.primes and (len(values) > 1 or isinstance(values[0], Array)):
        raise r.error(f"{written.name}' is read of a number only", written.token)
    r.place = end + 1
    if len(values) == 1 and isinstance(values[0], Array) and not known.parameters[0].is_array:
        return applied(values[0], lambda entry: f"({known.at_values([entry], [])})")
    if not written.primes:
        return f"({known.at_values(values, r.names.spare_letters(MOST_SPARE))})"
    return _slope_at(r, known, str(values[0]), written)


def _entry_at(r: LatexReader, written: Written) -> Value | None:
    """``S_t(g(W))``, where the text says what ``S_t(a)`` is."""
    known = r.names.entries.get(written.name)
    is_entry = len(written.subscripts) == 1 and not (written.primes or written.instance)
    end = closing(r.tokens, r.place) if known and is_entry and r.peek() == "(" else -1
    pieces = arguments_of(r.tokens[r.place + 1 : end]) if end > 0 else []
    if known is None or len(pieces) != 1:
        return None
    parameter = known.body.parameters[0]
    if "".join(token.text for token in pieces[0]) == parameter.shown:
        return None
    value = _argument(r, parameter, pieces[0])
    if not isinstance(value, Array):
        return None
    r.place = end + 1
    index = written.subscripts[0]
    found = f"({known.at(index, value, r.names.spare_letters(MOST_SPARE))})"
    if index.isalpha():
        r.names.composed[written.name] = (written.token.at, f"{written.name}[{index}]", found)
    return found


def _argument(
    r: LatexReader, parameter: Parameter, piece: list[Tex], *, by_entries: bool = False
) -> Value | None:
    """What stands in the place of a parameter, if it is of the same kind, or its entries are."""
    if parameter.is_square and [t.text for t in piece[-2:]] == ["^", "2"]:
        piece = piece[:-2]
    elif parameter.is_square:
        return f"sqrt({r.number(piece)})"
    value = r.inside(piece)
    if isinstance(value, Array):
        return value if by_entries or (parameter.is_array and value.axes == 1) else None
    return None if parameter.is_array else value


def _slope_at(r: LatexReader, known: Body, value: str, written: Written) -> str:
    """``f'(x)`` by the argument: at a name, at an expression by the chain rule, at a number."""
    number = re.fullmatch(r"\(*(-?)\(*([\d ./()]+)", value)
    if number is not None:
        point = f"{known.parameters[0].name}at{number[1].replace('-', 'minus')}"
        point += "over".join(re.findall(r"\d+", number[2]))
        r.facts.add(f"{point} = {value}")
        value = point
    text = known.at_values([value], [])
    if _ENTRY.fullmatch(value):
        return f"d({text}{f', {value}' * written.primes})"
    entry = None if "sum_" in value else _NAMED.search(value)
    if entry is None:
        raise NotationError(f"{written.name}' is read at a name only", r.text, written.token.at)
    for _ in range(written.primes):
        text = f"(d({text}, {entry[1]}) / d({value}, {entry[1]}))"
    return text


def _is_name(r: LatexReader, piece: list[Tex]) -> bool:
    """Whether a bracket holds a name with its scripts and nothing else."""
    part = part_reader(r, piece)
    try:
        scripts(part, base(part), piece[0])
    except NotationError:
        return False
    return part.place == len(piece)


def _stands_bare(name: str, tokens: list[Tex]) -> bool:
    """Whether a name stands without an argument somewhere."""
    behind = [token.text for token in (*tokens[1:], Tex("", -1))]
    return any(
        GREEK.get(token.text, token.text) == name and after not in ("(", "'", "^")
        for token, after in zip(tokens, behind, strict=True)
    )


def primes(r: LatexReader) -> int:
    r"""How many primes stand at the cursor, ``'`` or ``^{\prime\prime}``; it moves behind them."""
    count = 0
    while r.peek() in ("'", r"\prime"):
        r.take()
        count += 1
    if r.peek() == "^":
        place, tokens = r.place, r.tokens
        r.take()
        signs = [t.text for t in r.argument() if t.text not in ("{", "}")]
        if signs and set(signs) <= {"'", r"\prime"}:
            return count + len(signs)
        r.place, r.tokens = place, tokens
    return count


def sloped(r: LatexReader, name: str, order: int, value: Value) -> Value:
    """A function of the reader's own, or its derivative: of a name as such, else written out."""
    if not order:
        return called(name, value)
    if isinstance(value, str) and _ENTRY.fullmatch(value):
        return f"d({name}({value}){f', {value}' * order})"
    known = _SLOPES.get(name, ())
    if order > len(known):
        raise r.error(f"the derivative of {name} is read at a name only")
    form = known[order - 1]
    if isinstance(value, Array):
        return applied(value, lambda entry: form.format(u=entry))
    return form.format(u=value)


def slopes_written_out(text: str, name: str) -> str:
    """``d(sigmoid(z), z)`` of a side as the formula for it, for a name that will be replaced."""

    def known(match: re.Match[str]) -> str:
        forms, order = _SLOPES.get(match[1], ()), match[2].count(name)
        return forms[order - 1].format(u=name) if order <= len(forms) else match[0]

    return re.sub(rf"\bd\((\w+)\({name}\)((?:, {name})+)\)", known, text)
