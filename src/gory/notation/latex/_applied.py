r"""What stands in brackets behind a name: the argument of a function, or a factor.

``h(x^{(i)})`` is an entry of h, ``y(x)`` of a ``y = \sigma(w x)`` is y, ``S_i (1 - S_i)`` is a
product, and ``f(x)`` of an f that nothing defines cannot be read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gory.notation._errors import NotationError
from gory.notation.latex._functions import DIVIDERS, PARALLEL, arguments_of
from gory.notation.latex._scripts import (
    ACCENTS,
    FONTS,
    GREEK,
    LAYER,
    Written,
    base,
    part_reader,
    scripts,
    single_name,
)
from gory.notation.latex._tokens import Tex, closing

if TYPE_CHECKING:
    from gory.notation.latex._reader import LatexReader


def arguments(r: LatexReader, written: Written) -> None:
    """Read ``(x^{(i)}; \\theta)`` behind a function of the text; a product is left alone."""
    start = r.place
    while r.peek() in ("(", "[") and (
        r.names.is_function(written.name) or is_divided(r) or is_at_a_name(r, written)
    ):
        end = closing(r.tokens, r.place)
        if end < 0:
            raise r.error("this bracket is never closed")
        inner = r.tokens[r.place + 1 : end]
        if not _is_argument(r, written.name, inner):
            if r.place == start:  # behind its argument, a bracket is a factor
                refuse_other_argument(r, written, inner)
            return
        if written.primes:
            written.by = own_parameter(r, written, inner)
        r.place = end + 1
        tell_apart(r, written, inner)
        pieces = "".join(token.text for token in inner)
        instance = re.search(r"\^\{?\(([A-Za-z])\)\}?", pieces)
        if instance:
            written.instance = written.instance or instance[1]
            r.names.of(written.name).instance = r.names.instance(written.name) or instance[1]
        if r.peek() in ("_", "^"):
            more = scripts(r, written.name, written.token)
            written.subscripts += more.subscripts
            written.power = written.power or more.power


def is_at_a_name(r: LatexReader, written: Written) -> bool:
    r"""``y(x)`` of a ``y = \sigma(w x)``: the value, where y is what x makes of it."""
    end = closing(r.tokens, r.place)
    name = single_name(r.tokens[r.place + 1 : end]) if end > 0 else ""
    if not name or name == written.name or written.name not in r.names.defined:
        return False
    body = " ".join(text for _, text in r.names.texts.get(written.name, ()))
    behind = r.tokens[end + 1].text if end + 1 < len(r.tokens) else ""
    if LAYER in written.name and behind == "^":  # delta^l (a^{l-1})^T
        return False
    is_plain = not written.subscripts
    if is_plain and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", body) is None:
        r.doubts.add(f"{written.name}({name}) is read as {written.name}, and not as a product")
    return True


def is_divided(r: LatexReader) -> bool:
    r"""Whether the bracket at the cursor holds ``p \\| q`` or ``x \\mid y``, as no factor does."""
    end = closing(r.tokens, r.place)
    inside = [token.text for token in r.tokens[r.place + 1 : max(end, 0)]]
    if PARALLEL & {*inside} and len(arguments_of(r.tokens[r.place + 1 : end])) == 2:
        return True
    return r"\mid" in inside


def tell_apart(r: LatexReader, written: Written, inner: list[Tex]) -> None:
    """``f(x)`` and ``f(y)`` are two numbers, ``f(x_n)`` one for every n, unless f is known."""
    signs = [t.text for t in (Tex(",", -1), *inner, Tex(",", -1))]
    alone = zip(signs, signs[1:], signs[2:], strict=False)
    if any(a in ",;|" and one in r.bound and b in ",;|" for a, one, b in alone):
        if written.name in r.names.defined:  # a name would be the same for all of them
            raise r.error(f"a sum runs over the argument of {written.name}", written.token)
        r.doubts.add(f"{written.name} has an argument over which a sum runs")
    key, indices = called_with(r, inner)
    refuse_entry(r, written, key, indices)
    own = r.names.calls.setdefault(written.name, key)
    is_given = r.names.of(written.name).applied
    if key != own and len(key) == len(own):
        is_computed = written.name in r.names.defined
        written.name = f"{written.name}at{''.join(key)}"
        if is_computed or {*key} & ({*own} | r.names.defined):  # what it depends on may vary
            r.names.of(written.name).applied = True
    if not is_given:
        own_letters = (*written.subscripts, *indices)
        written.subscripts = tuple(dict.fromkeys(own_letters))


def refuse_entry(
    r: LatexReader, written: Written, key: tuple[str, ...], indices: tuple[str, ...]
) -> None:
    """``f(x_i)`` of a number ``f(x) = sum_j x_j^2``: it is one of all entries together."""
    body = r.names.bodies.get(written.name)
    if body is None or written.subscripts or r.names.axes(written.name) or len(key) != 1:
        return
    wholes = [one.name for one in body.parameters if one.is_array]
    if wholes == [*key] and len(body.parameters) == 1 and len(indices) == r.names.axes(key[0]) == 1:
        whole = f"{written.name} is a function of all entries of {key[0]}"
        raise r.error(f"{whole}, and not of one of them", written.token)


def called_with(r: LatexReader, inner: list[Tex]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names in a bracket, and the indices on them."""
    names: list[str] = []
    indices: list[str] = []
    for piece in arguments_of(inner):
        part = part_reader(r, piece)
        try:
            written = scripts(part, base(part), piece[0])
        except NotationError:
            names.append("".join(t.text for t in piece if t.text.isalnum()))
            continue
        names.append(written.name)
        indices += [i for i in written.subscripts if i in r.names.letters or i.isdigit()]
    return tuple(names), tuple(indices)


def own_parameter(r: LatexReader, written: Written, inner: list[Tex]) -> str:
    """The z of ``g'(z)``, where the text defines ``g(z)``."""
    parameters = r.names.of(written.name).parameters
    name = single_name(inner)
    if r.names.of(name).is_labelled:  # a number, so that theta_1 is the next theta
        r.names.labels.add(name)
    elif r.names.axes(name):
        parameters = set()
    if {name} != parameters:
        raise r.error("the derivative of a function by its argument is not read", written.token)
    return name


def refuse_other_argument(r: LatexReader, written: Written, inner: list[Tex]) -> None:
    """``f(-z)`` where the text defines ``f(z)`` is not a product."""
    usage = r.names.of(written.name)
    names = {GREEK.get(token.text, token.text) for token in inner}
    scalars = {name for name in usage.parameters if not r.names.axes(name)}
    if (names & usage.parameters and written.name not in names) or (
        scalars and written.name not in names
    ):
        raise r.error(
            f"{written.name} is applied to an expression; only names are read there", written.token
        )


_ARGUMENT_SIGNS = (
    frozenset(
        {
            ",",
            ";",
            "|",
            r"\mid",
            "_",
            "^",
            "{",
            "}",
            "(",
            ")",
            r"\vert",
            ":",
            "*",
            r"\star",
            r"\ast",
            "'",
        }
    )
    | DIVIDERS
)


def _is_argument(r: LatexReader, name: str, inner: list[Tex]) -> bool:
    """Whether a bracket holds names only, and such as a function is applied to."""
    bases: list[tuple[str, bool]] = []
    depth = 0
    if not inner:
        return False
    for place, token in enumerate(inner):
        piece = token.text
        is_script = place > 0 and inner[place - 1].text in ("_", "^")
        known = token.is_name or piece in GREEK or piece in FONTS or piece in ACCENTS
        if not (known or piece in _ARGUMENT_SIGNS or (token.is_number and (depth or is_script))):
            return False
        depth += (piece in ("{", "(")) - (piece in ("}", ")"))
        after_mark = place > 0 and inner[place - 1].text in ("_", "^")
        if (token.is_name or piece in GREEK) and depth == 0 and not after_mark:
            following = inner[place + 1].text if place + 1 < len(inner) else ""
            bases.append((GREEK.get(piece, piece), following == "_"))
    if any(base == name for base, _ in bases):  # S_i (S_j) is a product
        return False
    if r.names.of(name).applied or (name in r.names.defined and single_name(inner)):
        return True
    return all(
        base not in r.names.defined or (r.names.axes(base) > 0 and not has_index)
        for base, has_index in bases
    )


def refuse_unknown_values(r: LatexReader, written: Written) -> None:
    """``f(z)`` of an f that nothing defines is no product f z, whatever is known of z."""
    name = written.name
    is_plain = not (written.subscripts or written.power or written.primes or written.instance)
    if not is_plain or r.peek() != "(" or name in r.names.defined or r.names.of(name).applied:
        return
    end = closing(r.tokens, r.place)
    if end > 0 and single_name(r.tokens[r.place + 1 : end]):
        raise r.error(f"the text does not say what the function {name} is", written.token)
