r"""Names in LaTeX as text of the paper language: entries, functions with arguments, inner products.

``\hat y_k^{(i)}`` is the entry ``yhat[i,k]``, ``h_k(x^{(i)})`` is ``h[i,k]``, ``\theta_k^T x`` an
inner product over an index that its author left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gory.notation._latex_scripts import (
    ACCENTS,
    FONTS,
    GREEK,
    Written,
    base,
    entry,
    index_list,
    part_reader,
    scripts,
    single_name,
)
from gory.notation._latex_tokens import Tex, closing

if TYPE_CHECKING:
    from gory.notation._latex_reader import LatexReader


def symbol(r: LatexReader) -> str:
    """A name with its scripts and arguments, as text of the paper language."""
    token = r.tokens[r.place]
    if token.text in ("e", r"\mathrm") and is_base_of_exp(r):
        return exponential(r)
    if token.text == "D" and is_operator(r):
        return operator(r)
    word = r.word_ahead()
    if word.lower() in ("softmax", "lse", "logsumexp"):
        return whole_vector_function(r, word.lower())
    written = scripts(r, base(r), token)
    is_identity = written.name == "I" and "I" not in r.names.defined
    is_delta = written.name == "delt" or is_identity
    if is_delta and len(written.subscripts) == 2 and not written.instance:
        found = f"delta[{','.join(written.subscripts)}]"
        return f"{found}^({written.power})" if written.power else found
    arguments(r, written)
    if written.is_transposed:
        return inner_product(r, written)
    found = entry(r, written)
    if written.primes:
        found = slope(r, written, found)
    return f"({found})^({written.power})" if written.power else found


def is_operator(r: LatexReader) -> bool:
    """``D_j S_i``: the partial derivative by the j-th variable, where the text defines no D."""
    if "D" in r.names.defined or r.peek(1) != "_" or not r.prime:
        return False
    behind = r.place + (closing(r.tokens, r.place + 2) + 1 - r.place if r.peek(2) == "{" else 3)
    follows = r.tokens[behind] if behind < len(r.tokens) else None
    return follows is not None and (
        follows.is_letter or follows.text in GREEK or follows.text == "("
    )


def operator(r: LatexReader) -> str:
    r.take()
    r.take()
    indices = index_list(r, r.argument())
    variable = r.prime.split("[")[0]
    body = f"({r.inside(r.group())})" if r.peek() == "(" else symbol(r)
    return f"d({body}, {', '.join(f'{variable}[{index}]' for index in indices)})"


def is_base_of_exp(r: LatexReader) -> bool:
    """``e^{...}`` with an upright or italic e that is no array of the text."""
    if r.peek() == r"\mathrm":
        return r.word_ahead() == "e" and r.peek(4) == "^"
    return not r.names.axes("e") and r.peek(1) in ("^", "") and "e" not in r.names.defined


def exponential(r: LatexReader) -> str:
    if r.take().text == r"\mathrm":
        r.group()
    if r.peek() != "^":
        return "exp(1)"
    r.take()
    return f"exp({r.inside(r.argument())})"


def arguments(r: LatexReader, written: Written) -> None:
    """Read ``(x^{(i)}; \\theta)`` behind a function of the text; a product is left alone."""
    while r.peek() in ("(", "[") and r.names.is_function(written.name):
        end = closing(r.tokens, r.place)
        if end < 0:
            raise r.error("this bracket is never closed")
        inner = r.tokens[r.place + 1 : end]
        if not _is_argument(r, written.name, inner):
            refuse_other_argument(r, written, inner)
            return
        if written.primes:
            written.by = own_parameter(r, written, inner)
        r.place = end + 1
        pieces = "".join(token.text for token in inner)
        instance = re.search(r"\^\{?\(([A-Za-z])\)\}?", pieces)
        if instance:
            written.instance = written.instance or instance[1]
            r.names.of(written.name).instance = r.names.instance(written.name) or instance[1]
        if r.peek() in ("_", "^"):
            more = scripts(r, written.name, written.token)
            written.subscripts += more.subscripts
            written.power = written.power or more.power


def own_parameter(r: LatexReader, written: Written, inner: list[Tex]) -> str:
    """The z of ``g'(z)``, where the text defines ``g(z)``."""
    parameters = r.names.of(written.name).parameters
    name = single_name(inner)
    if {name} != parameters or r.names.axes(name):
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


_ARGUMENT_SIGNS = frozenset({",", ";", "|", r"\mid", "_", "^", "{", "}", "(", ")", r"\vert", ":"})


def _is_argument(r: LatexReader, name: str, inner: list[Tex]) -> bool:
    """Whether a bracket holds names only, and such as a function is applied to."""
    bases: list[tuple[str, bool]] = []
    depth = 0
    if not inner:
        return False
    for place, token in enumerate(inner):
        piece = token.text
        is_script = place > 0 and inner[place - 1].text in ("_", "^")
        known = token.is_letter or piece in GREEK or piece in FONTS or piece in ACCENTS
        if not (known or piece in _ARGUMENT_SIGNS or (token.is_number and (depth or is_script))):
            return False
        depth += (piece in ("{", "(")) - (piece in ("}", ")"))
        after_mark = place > 0 and inner[place - 1].text in ("_", "^")
        if (token.is_letter or piece in GREEK) and depth == 0 and not after_mark:
            following = inner[place + 1].text if place + 1 < len(inner) else ""
            bases.append((GREEK.get(piece, piece), following == "_"))
    if r.names.of(name).applied:
        return True
    return all(
        base not in r.names.defined or (r.names.axes(base) > 0 and not has_index)
        for base, has_index in bases
    )


def slope(r: LatexReader, written: Written, found: str) -> str:
    """A name with primes: its derivative by the variable that is being varied."""
    if written.primes > 2:
        raise r.error("more than two primes are not read", written.token)
    variable = written.by or r.prime
    if not variable:
        raise r.error(
            f"the text does not say by what {written.name}' is differentiated", written.token
        )
    return f"d({found}{f', {variable}' * written.primes})"


def inner_product(r: LatexReader, first: Written) -> str:
    r"""``\theta_k^T x^{(i)}`` as a sum over an index that is not written."""
    while r.peek() in (r"\cdot", "*"):
        r.take()
    token = r.tokens[r.place] if r.place < len(r.tokens) else None
    if token is None or not (
        token.is_letter or token.text in GREEK or token.text in FONTS + tuple(ACCENTS)
    ):
        raise r.error(
            "a transposed name is read in an inner product of two names only", first.token
        )
    second = scripts(r, base(r), token)
    if second.is_transposed or second.primes:
        raise r.error("a product of matrices is not read; write it with indices", token)
    letter = r.names.spare_letter()
    sides = []
    for side in (first, second):
        sides.append(
            entry(r, Written(side.name, side.token, (*side.subscripts, letter), side.instance))
        )
    power = f"^({second.power})" if second.power else ""
    return f"(sum_{letter} {sides[0]} {sides[1]}{power})"


def whole_vector_function(r: LatexReader, word: str) -> str:
    r"""``\operatorname{softmax}(z)_k``, ``\operatorname{LSE}(z)``: functions of a whole vector."""
    token = r.tokens[r.place]
    r.skip_word()
    written = scripts(r, word, token) if r.peek() == "_" else Written(word, token)
    if r.peek() not in ("(", "["):
        raise r.error(f"{word} is read with its argument in brackets", token)
    inner = r.group()
    sub = part_reader(r, inner)
    vector = scripts(sub, base(sub), inner[0]) if inner else None
    if vector is None or sub.place < len(inner) or vector.power or vector.primes:
        raise r.error(f"{word} is read with one name as its argument", token)
    if r.peek() == "_":
        written = scripts(r, word, token)
    bound = r.names.spare_letter()
    total = f"(sum_{bound} exp({entry(r, _at(vector, bound))}))"
    if word != "softmax":
        return f"log{total}"
    if len(written.subscripts) != 1:
        raise r.error("softmax is a vector; say which entry is meant, as in softmax(z)_k", token)
    return f"(exp({entry(r, _at(vector, written.subscripts[0]))}) / {total})"


def _at(vector: Written, letter: str) -> Written:
    return Written(vector.name, vector.token, (*vector.subscripts, letter), vector.instance)
