r"""Functions of the text's own at another argument: ``f(u_k)``, where ``f(t)`` is known.

The body of the function is written out with the new argument in the place of its own; its
derivative is taken by that argument, which is a variable of its own then.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gory.notation._errors import NotationError
from gory.notation.latex._arrays import Array, applied
from gory.notation.latex._names import Names
from gory.notation.latex._scripts import Written, single_name
from gory.notation.latex._tokens import Tex, closing

if TYPE_CHECKING:
    from gory.notation.latex._reader import LatexReader
    from gory.notation.latex._wholes import Value

LONGEST_BODY = 2000  # characters of a function that is written out
_ENTRY = re.compile(r"[A-Za-z]\w*(?:\[[\w,]+\])?")
_SLOPES = {  # of the logistic function, written with s for its value
    1: "(({s}) (1 - {s}))",
    2: "(({s}) (1 - {s}) (1 - 2 {s}))",
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
    is_logistic = written.name == "sigma" and "sigma" not in r.names.defined
    known = r.names.bodies.get(written.name)
    if is_logistic and written.primes:
        known = known or ("", "", 0)
    if known is None or r.peek() != "(" or written.subscripts or written.instance:
        return None
    end = closing(r.tokens, r.place)
    inner = r.tokens[r.place + 1 : end]
    if end < 0 or (single_name(inner) == known[0] and not is_logistic):
        return None
    value = r.inside(inner)
    if is_logistic and written.primes in _SLOPES:
        r.place = end + 1
        return _logistic(value, written.primes)
    if isinstance(value, Array) or not known[1]:
        return None
    if written.name in r.names.ambiguous:
        r.doubts.add(f"the text says more than once what {written.name} of its argument is")
    if written.primes and not _ENTRY.fullmatch(value):
        raise NotationError(f"{written.name}' is read at a name only", r.text, inner[0].at)
    r.place = end + 1
    text = re.sub(_word(known[0]), lambda _: f"({value})", known[1])
    return f"d({text}{f', {value}' * written.primes})" if written.primes else f"({text})"


def _logistic(value: Value, order: int) -> Value:
    """The derivative of the logistic function, by a name if it is one."""
    if isinstance(value, str) and _ENTRY.fullmatch(value):
        return f"d(sigmoid({value}){f', {value}' * order})"
    if isinstance(value, Array):
        return applied(value, lambda entry: _SLOPES[order].format(s=f"sigmoid({entry})"))
    return _SLOPES[order].format(s=f"sigmoid({value})")


def _word(name: str) -> str:
    return rf"(?<![\w\[,]){re.escape(name)}(?![\w\[])"
