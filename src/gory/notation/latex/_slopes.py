r"""Derivatives in LaTeX: fractions of ``\partial``, ``\nabla_z``, by entries and by whole arrays.

The derivative of a number by a vector or matrix has the shape of that; of a vector by a vector it
is the matrix with a row for every entry of what is differentiated. The other layout, its
transpose, is as usual in articles; `Array.slope` lets products and claims find out which is meant.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from gory.notation._errors import NotationError
from gory.notation.latex._arrays import Array, applied, as_column, transposed
from gory.notation.latex._scripts import (
    TRANSPOSED,
    Written,
    base,
    entry,
    part_reader,
    scripts,
    single_name,
)
from gory.notation.latex._tokens import OPENING, Tex, closing
from gory.notation.latex._wholes import (
    Bare,
    Slope,
    Value,
    added,
    apart,
    hidden_axes,
    in_brackets,
    lifted,
)

if TYPE_CHECKING:
    from gory.notation.latex._reader import LatexReader

_PARAMETERS = ("w", "W", "theta", "Theta", "beta", "B", "V", "U")
HIGHEST_ORDER = 4
LONGEST_ABOVE = 12  # tokens of what is differentiated before a slash
_UPRIGHT = (r"\mathrm", r"\text", r"\textrm", r"\operatorname", r"\rm")


def derivative(r: LatexReader, above: list[Tex], below: list[Tex], start: Tex) -> Value:
    r"""``\frac{\partial^2 L}{\partial z_k \partial z_m}`` and the operator without a body."""
    below, twice = _unbracketed(below)
    pieces = _variables(r, below)
    is_elasticity = len(pieces) == 1 and [t.text for t in pieces[0][:1]] in ([r"\ln"], [r"\log"])
    if is_elasticity:  # d f / d ln x = x df/dx
        pieces[0] = pieces[0][1:]
    variables = [one for piece in pieces for one in _variable(r, piece)]
    r.names.variables.append((start.at, entry(r, variables[0])))
    if not above or above[0].text not in (r"\partial", "d"):
        raise r.error("a derivative has \\partial above and below the line", start)
    body, order = above[1:], "1"
    if body and body[0].text == "^":
        above_line = part_reader(r, body[1:])
        order = "".join(t.text for t in above_line.argument() if t.text not in ("{", "}"))
        body = body[1 + above_line.place :]
    if body:
        inner = r.inside(body)
    elif r.peek() in OPENING and not r.wide:
        inner = r.powered(in_brackets(r.inside(r.group())))
    elif r.peek() == "-" and not r.wide:  # of minus what follows
        r.take()
        inner = added(r.names, [("-", r.rest_of_product())])
    elif r.ends_product():
        raise r.error("nothing follows to be differentiated", start)
    else:
        while r.peek() in (r"\cdot", "*"):
            r.take()
        inner = _up_to_sign(r) if r.manner == "under" else r.rest_of_product()
    if len(variables) != 1 and (squares := _squares(variables, order, twice)):
        return by_squares(r, inner, squares)
    if is_elasticity:
        return by_logarithm(r, inner, variables, start)
    return differentiated(r, inner, variables)


def by_logarithm(r: LatexReader, inner: Value, variables: list[Written], start: Tex) -> str:
    r"""``\frac{\partial \ln y}{\partial \ln x}``, an elasticity."""
    slope = differentiated(r, inner, variables)
    if isinstance(slope, Array) or len(variables) > 1:
        raise r.error("a derivative by a logarithm is read of numbers", start)
    return f"({entry(r, variables[0])} {slope})"


def _unbracketed(below: list[Tex]) -> tuple[list[Tex], bool]:
    r"""``\partial \sigma^2`` of ``\partial (\sigma^2)^2`` and ``(\partial \sigma^2)^2``."""
    pieces = [t.text for t in below]
    if pieces[-2:] != ["^", "2"]:
        return below, False
    opens = next((n for n, piece in enumerate(pieces[:2]) if piece == "("), -1)
    is_all = opens >= 0 and closing(below, opens) == len(below) - 3
    inner = below[:opens] + below[opens + 1 : -3] if is_all else []
    has_sign = len(inner) > 3 and inner[0].text in (r"\partial", "d")
    if not has_sign or [t.text for t in inner[-2:]] != ["^", "2"]:
        return below, False
    return inner, True


def _squares(variables: list[Written], order: str, twice: bool) -> list[tuple[Written, bool]]:
    r"""The variables of a derivative by squares, and whether each is one; none where the order says
    that the powers count derivatives.

    A derivative of order two by ``\mu`` and ``\sigma^2`` is one by the variance.
    """
    runs = [[*run] for _, run in groupby(variables, key=lambda one: (one.token.at, one.name))]
    found = [(run[0], len(run) > 1) for run in runs for _ in range(max(1, len(run) // 2))]
    found *= 1 + twice
    is_even = all(len(run) in (1, 2, 4) for run in runs)
    is_plain = not twice and order == str(len(variables))
    is_said = order == str(len(found)) and any(is_square for _, is_square in found)
    return found if is_even and is_said and not is_plain else []


def by_squares(r: LatexReader, inner: Value, variables: list[tuple[Written, bool]]) -> Value:
    r"""``\frac{\partial L}{\partial \sigma^2}``: the variance is the variable."""
    for variable, is_square in reversed(variables):
        if is_square and hidden_axes(r.names, variable):
            raise r.error("a derivative by a square is read of numbers", variable.token)
        inner = differentiated(r, inner, [variable])
        if is_square:
            twice = f"2 {entry(r, variable)}"
            if isinstance(inner, Array):
                inner = applied(inner, lambda one, by=twice: f"({one} / ({by}))")
            else:
                inner = f"({inner} / ({twice}))"
    return inner


def slashed(r: LatexReader) -> Value | None:
    r"""``\partial L / \partial z_k`` and ``dL/dz_k``; None where neither stands."""
    start = r.tokens[r.place]
    slash = _slash(r, start.text)
    if not slash:
        return None
    above = r.tokens[r.place : slash]
    place = slash + 1
    if r.tokens[place].text == "(":
        end = closing(r.tokens, place)
        below = r.tokens[place + 1 : end]
        r.place = end + 1
    else:
        r.place = place
        while r.peek() == start.text:
            r.take()
            scripts(r, base(r), r.tokens[r.place - 1])
        below = r.tokens[place : r.place]
    return derivative(r, above, below, start)


def _slash(r: LatexReader, sign: str) -> int:
    """Where the slash of a derivative stands, behind which the sign is repeated; 0 if nowhere."""
    depth = 0
    for place in range(r.place + 1, len(r.tokens) - 1):
        piece = r.tokens[place].text
        depth += (piece in OPENING) - (piece in OPENING.values())
        if depth < 0 or (depth == 0 and piece in ("+", "-")):
            return 0
        if depth == 0 and piece == "/":
            following = [t.text for t in r.tokens[place + 1 : place + 3]]
            repeats = following[:1] == [sign] or following == ["(", sign]
            return place if repeats and (sign != "d" or _is_letter_d(r, place)) else 0
    return 0


def _is_letter_d(r: LatexReader, slash: int) -> bool:
    """``dL/dz``: names follow both, and the text has no d of its own."""
    if r.names.axes("d") or "d" in r.names.defined or slash - r.place > LONGEST_ABOVE:
        return False
    following = r.tokens[slash + 2] if slash + 2 < len(r.tokens) else None
    return following is not None and (following.is_name or following.is_command)


def upright(tokens: list[Tex]) -> list[Tex]:
    r"""``\mathrm{d} x`` as ``d x``."""
    out: list[Tex] = []
    place = 0
    while place < len(tokens):
        pieces = [token.text for token in tokens[place : place + 4]]
        if pieces[:1] and pieces[0] in _UPRIGHT and pieces[1:] == ["{", "d", "}"]:
            out.append(Tex("d", tokens[place].at))
            place += 4
        elif pieces[:2] and pieces[0] in _UPRIGHT and pieces[1:2] == ["d"]:
            out.append(Tex("d", tokens[place].at))
            place += 2
        else:
            out.append(tokens[place])
            place += 1
    return out


def _variables(r: LatexReader, below: list[Tex]) -> list[list[Tex]]:
    sign = below[0].text
    found: list[list[Tex]] = []
    depth = 0
    for token in below:
        depth += (token.text in OPENING) - (token.text in OPENING.values())
        if token.text == sign and depth == 0:
            found.append([])
        else:
            found[-1].append(token)
    return found


def _variable(r: LatexReader, tokens: list[Tex]) -> list[Written]:
    """The variable below the line, as often as its order says."""
    if not tokens:
        raise r.error("a derivative does not say by what")
    if tokens[0].text in ("(", "{"):
        end = closing(tokens, 0)
        tokens = [*tokens[1:end], *tokens[end + 1 :]]
    if not tokens:
        raise r.error("a derivative does not say by what")
    sub = part_reader(r, tokens)
    written = scripts(sub, base(sub), tokens[0])
    if sub.place < len(tokens) or written.primes:
        raise r.error("a derivative is taken by one entry, as in \\partial z_k", tokens[0])
    order = int(written.power) if written.power.isdigit() else 1
    if order > HIGHEST_ORDER or (written.power and not written.power.isdigit()):
        raise r.error("the order of a derivative is a small number", tokens[0])
    if written.is_transposed and not hidden_axes(r.names, written):
        lifted(r.names, written)
    return [replace(written, power="")] * order


def differentiated(
    r: LatexReader, inner: Value, variables: list[Written], *, is_gradient: bool = False
) -> Value:
    """The derivative of a number or an array by entries or by whole arrays."""
    if r.names.apart:
        told = [r.names.tells_apart(v.name) and hidden_axes(r.names, v) for v in variables]
        variables = [apart(v) if t else v for v, t in zip(variables, told, strict=True)]
    hidden = [hidden_axes(r.names, one) for one in variables]
    if not any(hidden) and isinstance(inner, str):
        text = f"d({inner}, {', '.join(entry(r, one) for one in variables)})"
        return Slope(text, variables[0]) if len(variables) == 1 else text
    wholes = [lifted(r.names, one) if h else None for one, h in zip(variables, hidden, strict=True)]
    own = as_column(inner) if isinstance(inner, Array) else None
    axes = sum(hidden) + (own.axes if own else 0)
    if axes > 2:
        raise NotationError(
            f"this derivative has {axes} indices; write it with indices, as in "
            "\\partial z_k / \\partial W_{mj}"
        )
    is_column = axes == 1

    def write(row: str, column: str, free: tuple[str, ...]) -> str:
        letters = [letter for letter in (row, column) if letter]
        body = inner if isinstance(inner, str) else ""
        if own is not None:
            used, letters = letters[: own.axes], letters[own.axes :]
            body = own.entry((*used, *free))
        names = []
        for one, whole in zip(variables, wholes, strict=True):
            count = whole.axes if whole is not None else 0
            names.append(whole.entry((*letters[:count], *free)) if whole else entry(r, one))
            letters = letters[count:]
        return f"d({body}, {', '.join(names)})"

    name = inner.written.name if isinstance(inner, Bare) else ""
    slope = ("", "") if is_gradient else (name or _name_of(inner), variables[0].name)
    if is_column and r.names.has_rows:
        return Array(False, True, write, slope)
    return Array(True, not is_column, write, slope)


def _name_of(inner: Value) -> str:
    """The name of the array that is differentiated; a sign of its own for anything else."""
    if isinstance(inner, Array):
        text = inner.entry(tuple("qrtuvwabfgop"))
        return text.split("[")[0] if text.endswith("]") else "?"
    return "?"


def slope_operator(r: LatexReader) -> Value:
    r"""``\nabla_{z_k} L``, ``\nabla_W L``, ``\nabla_z^2 L`` and ``\partial_{z_k} L``."""
    start = r.take()
    order = 1
    if r.peek() == start.text == r"\nabla":  # \nabla \nabla E(w)
        order = 2
        r.take()
        if r.peek() == "^":
            r.take()
            r.argument()
    elif r.peek() == "^" and start.text == r"\nabla":
        order = _order(r, start)
    below: list[Tex] = []
    if r.peek() == "_":
        r.take()
        below = r.argument()
    is_row = bool(below) and _is_transposed(r)
    if below and r.peek() == "^" and start.text == r"\nabla":
        order = _order(r, start)
    variables = _below(r, below, order) if below else _own_variable(r, start)
    r.names.variables.append((start.at, entry(r, variables[0])))
    if r.peek() == "^":
        raise r.error("write a second derivative as a fraction of \\partial", start)
    if r.ends_product():
        raise r.error("nothing follows to be differentiated", start)
    is_group = r.peek() in OPENING
    body = (
        r.powered(in_brackets(r.inside(r.group()))) if is_group else _differentiated_body(r, order)
    )
    is_gradient = start.text == r"\nabla" and isinstance(body, str)
    if order == 2 and not hidden_axes(r.names, variables[0]):
        raise r.error("\\nabla^2 is read of a number by a vector", start)
    if len(variables) == 1:
        variables *= order
    found = differentiated(r, body, variables, is_gradient=is_gradient)
    turns = isinstance(found, Array) and (is_row or (isinstance(body, Array) and not body.rows))
    return transposed(found) if turns and isinstance(found, Array) else found


def _below(r: LatexReader, tokens: list[Tex], order: int) -> list[Written]:
    r"""The variable of ``\nabla_w``, or both of ``\nabla^2_{w_k w_m}``, with a comma or without."""
    if order == 1:
        return _variable(r, tokens)
    second = next((n for n, t in enumerate(tokens) if t.text == ","), 0)
    behind = second + 1
    if not second and len(tokens) > 3 and tokens[1].text == "_":
        end = closing(tokens, 2) if tokens[2].text == "{" else 2
        again = tokens[end + 1 :]
        is_pair = len(again) > 2 and again[0].text == tokens[0].text and again[1].text == "_"
        second = behind = end + 1 if is_pair else 0
    if not second or not tokens[behind:]:
        return _variable(r, tokens)
    return [*_variable(r, tokens[:second]), *_variable(r, tokens[behind:])]


def _is_transposed(r: LatexReader) -> bool:
    r"""Whether a gradient is written as a row, ``\nabla_w^\top``; the sign is taken."""
    place, tokens = r.place, r.tokens
    if r.peek() == "^":
        r.take()
        if "".join(t.text for t in r.argument() if t.text not in ("{", "}")) in TRANSPOSED:
            return True
    r.place, r.tokens = place, tokens
    return False


def _differentiated_body(r: LatexReader, order: int) -> Value:
    r"""The rest of the product, or the L of ``\nabla_w L \cdot v``, ``v^\top \nabla^2 L v``, whose
    derivative stands in it.
    """
    place, tokens = r.place, r.tokens
    first = r.factor()
    is_defined = isinstance(first, Bare) and first.written.name in r.names.defined
    if not isinstance(first, Array) and (r.peek() == r"\cdot" or (order == 2 and is_defined)):
        return first
    r.place, r.tokens = place, tokens
    return r.rest_of_product()


def _up_to_sign(r: LatexReader) -> Value:
    r"""The f of ``\frac{d}{dx} f \cdot g``, where the sign may stand behind the derivative."""
    place, tokens = r.place, r.tokens
    first = r.factor()
    if r.peek() in (r"\cdot", r"\times", "*"):
        return first
    r.place, r.tokens = place, tokens
    return r.rest_of_product()


def _own_variable(r: LatexReader, start: Tex) -> list[Written]:
    r"""The w of ``\nabla f(w)``."""
    place = next((n for n in range(r.place, len(r.tokens)) if r.tokens[n].text == "("), -1)
    end = closing(r.tokens, place) if place > r.place else -1
    known = single_name(r.tokens[r.place : place]) if end > 0 else ""
    if not known or not r.names.is_function(known):
        if parameter := _only_parameter(r):
            r.doubts.add("the text does not say by what this gradient is taken")
            return [Written(parameter, start)]
        raise r.error("say by what the gradient is taken, as in \\nabla_{z_k}", start)
    return _variable(r, r.tokens[place + 1 : end])


def _only_parameter(r: LatexReader) -> str:
    r"""The w of a text about ``w^\top x_n`` in which nothing else is a parameter; "" if unclear."""
    found = [n for n in _PARAMETERS if n in r.names.usage and n not in r.names.defined]
    found = [n for n in found if r.names.of(n).subscripts or r.names.axes(n)]
    return found[0] if len(found) == 1 and r.names.axes(found[0]) == 1 else ""


def _order(r: LatexReader, start: Tex) -> int:
    r.take()
    if "".join(t.text for t in r.argument()) != "2":
        raise r.error("of the powers of \\nabla only the second is read", start)
    return 2


def is_differential(tokens: list[Tex]) -> bool:
    """Whether a numerator or denominator starts with an upright or italic d."""
    return bool(tokens) and tokens[0].text == "d" and (len(tokens) == 1 or tokens[1].text != "_")
