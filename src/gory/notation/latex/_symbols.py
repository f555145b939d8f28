r"""Names in LaTeX as text of the paper language: entries, functions with arguments, inner products.

``\hat y_k^{(i)}`` is the entry ``yhat[i,k]``, ``h_k(x^{(i)})`` is ``h[i,k]``, ``\theta_k^T x`` an
inner product over an index that its author left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gory.notation.latex._applied import arguments, is_divided, refuse_unknown_values
from gory.notation.latex._arrays import Array, applied
from gory.notation.latex._functions import at_argument
from gory.notation.latex._primes import latest_variable, own_variable
from gory.notation.latex._scripts import (
    ACCENTS,
    FONTS,
    GREEK,
    LAYER,
    TRANSPOSED,
    Written,
    base,
    index_list,
    scripts,
)
from gory.notation.latex._tokens import Tex, closing
from gory.notation.latex._wholes import (
    Bare,
    Value,
    entry_text,
    is_whole_function,
    lifted,
    powered,
    turned,
    whole_function,
)

if TYPE_CHECKING:
    from gory.notation.latex._reader import LatexReader


def symbol(r: LatexReader) -> Value:
    """A name with its scripts and arguments, as text of the paper language or as an array."""
    token = r.tokens[r.place]
    if token.text in ("e", r"\mathrm") and is_base_of_exp(r):
        return exponential(r)
    if token.text == "D" and is_operator(r):
        return operator(r)
    if is_upright_differential(r) or (token.text == "d" and is_differential(r)):
        raise r.error("differentials are not read; write derivatives as fractions", token)
    word = r.word_ahead()
    if is_whole_function(word):
        return r.powered(whole_function(r, word.lower() if word[0] not in "TD" else word))
    written = scripts(r, base(r), token)
    refuse_unknown_function(r, written)
    is_identity = written.name == "I" and "I" not in r.names.defined
    is_delta = written.name == "delt" or is_identity
    if is_delta and len(written.subscripts) == 2 and not written.instance:
        found = f"delta[{','.join(written.subscripts)}]"
        return f"{found}^({written.power})" if written.power else found
    if written.power == "-1" and r.peek() == "(" and r.names.is_function(written.name):
        raise r.error(f"{written.name}^-1 may be an inverse function or a reciprocal", token)
    notice_bracket(r, written)
    if (found := at_argument(r, written)) is not None:
        return powered(r.names, found, written.power) if written.power else r.powered(found)
    arguments(r, written)
    refuse_unknown_values(r, written)
    return with_marks(r, written, entry_text(r, in_bold(r, written, token)))


_ROMAN = (r"\operatorname", r"\mathrm", r"\text", r"\textrm")


def refuse_unknown_function(r: LatexReader, written: Written) -> None:
    r"""``\mathrm{Var}(x)`` is no product, and what it is the text has to say."""
    token, name = written.token, written.name
    is_upright = (token.is_word and LAYER not in name) or (token.text in _ROMAN and len(name) > 1)
    if not is_upright or r.peek() not in ("(", "[", r"\{"):
        return
    is_value = name in r.names.defined and _is_accented(name)  # yhat (1 - yhat)
    if not (r.names.of(name).applied or r.names.of(name).is_number or is_value or is_divided(r)):
        raise r.error(f"{name} is not among the functions that are read", token)


def _is_accented(name: str) -> bool:
    """Whether a word is a letter with an accent, as every reading spells it."""
    return name[1:] in ACCENTS.values()


def notice_bracket(r: LatexReader, written: Written) -> None:
    """A name that always has a bracket behind it may be a function and not a factor."""
    name = written.name
    if r.peek() != "(":
        if not (r.names.is_mention and _is_called_a_function(r)):
            r.names.bare.add(name)
        if name == "sigma" and r.names.is_logistic and not written.subscripts:
            r.doubts.add("sigma, which is a function here, stands without its argument")
    elif name in r.names.defined or r.names.is_function(name) or is_divided(r):
        return
    elif name not in r.names.bare or name in r.names.primed:
        r.doubts.add(f"{name}(...) may be a function of which the text does not say what it is")


_FUNCTION = re.compile(
    r"\}?\s*(?:\$|\\\))[^.$]{0,60}\b(?:functions?|cdf|pdf|c\.d\.f|p\.d\.f|density|distribution|"
    r"activation|nonlinearity|non-linearity|map|operator)\b"
)


def _is_called_a_function(r: LatexReader) -> bool:
    r"""Whether words call what is mentioned a function: "$\Phi$ is the standard normal cdf"."""
    last = r.tokens[r.place - 1] if r.place else r.tokens[0]
    return _FUNCTION.match(r.text, last.at + len(last.text)) is not None


_BOLD = (r"\mathbf", r"\boldsymbol", r"\bm", r"\pmb", r"\vec")


def in_bold(r: LatexReader, written: Written, token: Tex) -> Written:
    """A bold name without an index is a vector, a bold capital a matrix, where nothing else is
    known of it.
    """
    usage = r.names.of(written.name)
    is_known = r.names.axes(written.name) or written.instance or written.subscripts
    if token.text in _BOLD and not (is_known or usage.is_number):
        usage.learn(2 if written.name[0].isupper() else 1)
    return written


def with_marks(r: LatexReader, written: Written, found: Value) -> Value:
    """Primes, the sign of transposition and the power of a name."""
    if written.primes:
        if isinstance(found, Array):
            raise r.error("the derivative of a whole vector by a prime is not read", written.token)
        found = slope(r, written, found)
    if written.is_transposed:
        if isinstance(found, Bare):
            found = lifted(r.names, found.written)
        found = turned(r.names, found)
    if not written.power:
        return found
    if written.is_entrywise and isinstance(found, Array):
        return applied(found, lambda entry: f"({entry})^({written.power})")
    return powered(r.names, found, written.power)


def is_upright_differential(r: LatexReader) -> bool:
    r"""``\mathrm{d} x`` or ``\mathrm dx``."""
    if r.peek() != r"\mathrm" or r.names.axes("d") or "d" in r.names.defined:
        return False
    behind = 4 if r.peek(1) == "{" else 2
    following = r.tokens[r.place + behind] if r.place + behind < len(r.tokens) else None
    is_d = [r.peek(1), r.peek(2)][behind == 4] == "d" and (behind == 2 or r.peek(3) == "}")
    return is_d and following is not None and (following.is_letter or following.text in GREEK)


def is_differential(r: LatexReader) -> bool:
    """``dx`` where the text has no d of its own."""
    if r.names.axes("d") or "d" in r.names.defined or r.place + 1 >= len(r.tokens):
        return False
    following = r.tokens[r.place + 1]
    is_name = following.is_name or following.text in GREEK
    return is_name and following.at == r.tokens[r.place].at + 1


def is_operator(r: LatexReader) -> bool:
    """``D_j S_i``: the partial derivative by the j-th variable, where the text defines no D."""
    is_known = "D" in r.names.defined or r.names.has_plain_d
    if is_known or r.peek(1) != "_" or not r.prime:
        return False
    behind = r.place + (closing(r.tokens, r.place + 2) + 1 - r.place if r.peek(2) == "{" else 3)
    if any(
        t.is_word or t.text in FONTS or t.text.isupper() for t in r.tokens[r.place + 2 : behind]
    ):
        return False  # D_{KL}
    follows = r.tokens[behind] if behind < len(r.tokens) else None
    return follows is not None and (
        follows.is_letter or follows.text in GREEK or follows.text == "("
    )


def operator(r: LatexReader) -> str:
    start = r.take()
    r.take()
    indices = index_list(r, r.argument())
    variable = r.prime.split("[")[0]
    body = f"({r.number(r.group())})" if r.peek() == "(" else symbol(r)
    if isinstance(body, Array):
        raise r.error("say which entry is differentiated", start)
    return f"d({body}, {', '.join(f'{variable}[{index}]' for index in indices)})"


def is_base_of_exp(r: LatexReader) -> bool:
    """``e^{...}`` with an upright or italic e that is no array of the text."""
    if r.peek() == r"\mathrm":
        return r.word_ahead() == "e" and r.peek(4) == "^"
    if "e" in r.names.defined:
        return is_raised_e(r)
    if r.peek(1) not in ("^", ""):
        is_number = all(t.text == "e" or not t.is_letter for t in r.tokens)  # e / (e + 1)
        return is_number and r.peek(1) not in ("_", "(") and not r.names.axes("e")
    # beside unit vectors e_k, e^{...} is still the exponential, and e^T is not
    exponent = [token.text for token in r.tokens[r.place + 2 : r.place + 4]]
    is_vector = bool({"T", r"\top", r"\intercal"} & {*exponent}) or r.peek(1) != "^"
    return not (r.names.axes("e") and is_vector)


def is_raised_e(r: LatexReader) -> bool:
    """``e^{z_k}`` in a text that also has a name e: a name is squared, transposed, or has an
    instance in brackets, and nothing else is written above it.
    """
    if r.peek(1) != "^":
        return False
    start = r.place
    r.place += 2
    exponent = [token.text for token in r.argument()]
    r.place = start
    is_plain = all(piece[0].isdigit() for piece in exponent) or exponent[:1] == ["("]
    if is_plain or {*TRANSPOSED} & {*exponent}:
        return False
    if "_" not in exponent:  # an entry is no step, layer or instance of a name
        r.doubts.add("e is a name here, and is taken for the base of exponentials")
    return True


def exponential(r: LatexReader) -> Value:
    if r.take().text == r"\mathrm":
        r.group()
    if r.peek() != "^":
        return "exp(1)"
    r.take()
    exponent = r.inside(r.argument())
    if isinstance(exponent, Array):
        return applied(exponent, lambda entry: f"exp({entry})")
    return f"exp({exponent})"


MOST_PRIMES = 3
_PARTS = ("u", "v")  # of a quotient or product, whose primes nobody explains


def slope(r: LatexReader, written: Written, found: str) -> str:
    """A name with primes: its derivative by the variable that is being varied."""
    if written.primes > MOST_PRIMES:
        raise r.error(f"more than {MOST_PRIMES} primes are not read", written.token)
    own = written.by or own_variable(r.names, written.name, written.token.at)
    variable = own or latest_variable(r.names, written.name, written.token.at, r.prime)
    if not own and written.name not in _PARTS:
        r.doubts.add(f"the text does not say by what {written.name}' is differentiated")
    if not variable:
        raise r.error(
            f"the text does not say by what {written.name}' is differentiated", written.token
        )
    return f"d({found}{f', {variable}' * written.primes})"
