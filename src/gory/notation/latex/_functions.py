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
from gory.notation.latex._names import Names
from gory.notation.latex._scripts import GREEK, Written, single_name
from gory.notation.latex._tokens import Tex, closing

if TYPE_CHECKING:
    from gory.notation.latex._reader import LatexReader
    from gory.notation.latex._wholes import Value

LONGEST_BODY = 2000  # characters of a function that is written out
_ENTRY = re.compile(r"[A-Za-z]\w*(?:\[[\w,]+\])?")
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


def learn_body(names: Names, left: list[Tex], right: Value) -> None:
    """``f(t) = t \\sigma(t)``: keep the body, if t is a number."""
    opens = next((n for n, token in enumerate(left) if token.text == "("), 0)
    if not opens or closing(left, opens) != len(left) - 1 or isinstance(right, Array):
        return
    name, parameter = single_name(left[:opens]), single_name(left[opens + 1 : -1])
    if not name or not parameter or names.axes(parameter) or len(right) > LONGEST_BODY:
        return
    first = names.bodies.get(name, ("", "", left[0].at))[2]
    if left[0].at > first:
        names.ambiguous.add(name)
    elif re.search(_word(parameter), right) and not re.search(_word(name), right):
        names.bodies[name] = (parameter, str(right), left[0].at)


def at_argument(r: LatexReader, written: Written) -> Value | None:
    """The function at the argument in the bracket that follows; None if it is its own."""
    known = r.names.bodies.get(written.name)
    if known is None or r.peek() != "(" or written.subscripts or written.instance:
        return None
    end = closing(r.tokens, r.place)
    inner = r.tokens[r.place + 1 : end]
    if end < 0 or single_name(inner) == known[0] or r.manner == "apart":
        return None
    if not written.primes and _stands_bare(written.name, inner):
        return None  # s (1 - s)
    value = r.inside(inner)
    if isinstance(value, Array) or not known[1]:
        return None
    if written.name in r.names.ambiguous:
        r.doubts.add(f"the text says more than once what {written.name} of its argument is")
    if written.primes and not _ENTRY.fullmatch(value):
        raise NotationError(f"{written.name}' is read at a name only", r.text, inner[0].at)
    r.place = end + 1
    text = re.sub(_word(known[0]), lambda _: f"({value})", known[1])
    return f"d({text}{f', {value}' * written.primes})" if written.primes else f"({text})"


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


def _word(name: str) -> str:
    return rf"(?<![\w\[,]){re.escape(name)}(?![\w\[])"
