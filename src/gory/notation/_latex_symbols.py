r"""Names in LaTeX with all that hangs on them: accents, subscripts, superscripts, arguments.

``\hat y_k^{(i)}`` is the entry ``yhat[i,k]``, ``h_k(x^{(i)})`` is ``h[i,k]``, ``\theta_k^T x`` an inner
product over an index that its author left out. What a script means depends on the name and on
the rest of the text, which `Names` knows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gory.notation._latex_names import LABELS
from gory.notation._latex_tokens import Tex, closing

if TYPE_CHECKING:
    from gory.notation._latex_reader import LatexReader

_SPELLING = {
    "varepsilon": "epsilon",
    "varphi": "phi",
    "vartheta": "theta",
    "varsigma": "sigma",
    "varrho": "rho",
}
GREEK = {
    f"\\{word}": _SPELLING.get(word, word)
    for word in [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
        "varepsilon",
        "varphi",
        "vartheta",
        "varsigma",
        "varrho",
        "ell",
    ]
}
ACCENTS = {rf"\{name}": name for name in ("hat", "bar", "tilde", "check", "dot")} | {
    r"\widehat": "hat", r"\widetilde": "tilde", r"\overline": "bar", r"\vec": "", r"\underline": "",
}  # fmt: skip
FONTS = (
    r"\mathbf", r"\boldsymbol", r"\bm", r"\mathrm", r"\mathit", r"\mathcal", r"\mathscr", r"\mathsf",
    r"\operatorname", r"\text", r"\textrm", r"\textbf", r"\mathfrak", r"\pmb", r"\textit", r"\mathbb",
)  # fmt: skip
_TRANSPOSED = ("T", r"\top", r"\intercal", r"\mathsfT", r"\mathrmT", r"\transpose")
_PARAMETERS = ("theta", "Theta", "w", "W", "beta", "phi")
SPELLED_NAMES = ("net", "loss", "cost", "err", "out")  # typed as letters, meant as one name
_RESERVED = {"delta": "delt", "sum": "sums", "index": "indexs", "given": "givens"}


@dataclass
class Written:
    """A name with the scripts that were found on it."""

    name: str
    token: Tex
    subscripts: tuple[str, ...] = ()
    instance: str = ""
    power: str = ""
    primes: int = 0
    is_transposed: bool = False
    by: str = ""  # what a prime differentiates by, where the text says it


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
    if written.name == "delt" and len(written.subscripts) == 2 and not written.instance:
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


def base(r: LatexReader) -> str:
    """The bare name at the cursor."""
    token = r.take()
    if token.is_letter:
        for word in SPELLED_NAMES:
            if r.text.startswith(word, token.at) and r.peek(len(word) - 2) == word[-1]:
                r.place += len(word) - 1
                return word
        return token.text
    if token.text in GREEK:
        return _RESERVED.get(GREEK[token.text], GREEK[token.text])
    if token.text in FONTS or token.text in ACCENTS:
        inner = r.argument()
        name = single_name(inner)
        if token.text == r"\mathbb" or (len(name) > 1 and r.peek() in ("(", "[", r"\{")
                                        and not r.names.of(name).applied and token.text in FONTS):
            raise r.error(f"{name} is not among the functions that are read", token)
        if not name:
            raise r.error(f"{token.text} is read around one name only", token)
        return _RESERVED.get(name + ACCENTS.get(token.text, ""), name + ACCENTS.get(token.text, ""))
    if token.is_command:
        raise r.error(f"{token.text} is not among the commands that are read", token)
    raise r.error(f"{token.text!r} is not understood here", token)


def single_name(tokens: list[Tex]) -> str:
    """The name that a few tokens spell: a letter, a Greek letter, a word, an accented letter."""
    parts = []
    for token in tokens:
        if token.text in GREEK:
            parts.append(GREEK[token.text])
        elif token.text in ACCENTS:
            parts.append("")
        elif token.is_letter or (token.is_number and parts):
            parts.append(token.text)
        elif token.text not in FONTS and token.text not in ("{", "}"):
            return ""
    suffix = "".join(ACCENTS[token.text] for token in tokens if token.text in ACCENTS)
    return "".join(parts) + suffix if any(parts) else ""


def scripts(r: LatexReader, name: str, token: Tex) -> Written:
    """Read subscripts, superscripts and primes behind a name."""
    written = Written(name, token)
    while r.peek() in ("_", "^", "'", r"\prime"):
        mark = r.take().text
        if mark in ("'", r"\prime"):
            written.primes += 1
        elif mark == "_":
            below(r, written, r.argument())
        elif written.power:
            raise r.error("two powers in a row")
        else:
            above(r, written, r.argument())
    return written


def below(r: LatexReader, written: Written, script: list[Tex]) -> None:
    label = "".join(t.text for t in script if t.text not in ("{", "}") and t.text not in FONTS)
    is_word = bool(script) and script[0].text in FONTS and len(label) > 1 and label.isalnum()
    if is_word or label in LABELS:
        written.name += label
        return
    if single_name(script) in _PARAMETERS and r.names.is_function(written.name):
        return  # h_\theta(x): the parameters of a function are no index
    if label in r.names.ends and label.isupper() and not r.names.reads_ends:
        if r.names.of(written.name).written - {label}:
            raise r.error(f"{label} is the end of a range; only fixed sizes have a last entry")
        written.name += label
        return
    written.subscripts += tuple(index_list(r, script, written.name))
    r.names.of(written.name).written.update(written.subscripts)


def above(r: LatexReader, written: Written, script: list[Tex]) -> None:
    if len(script) == 4 and script[0].text == "(" and script[3].text in _TRANSPOSED:
        written.is_transposed = True
        script = script[:3]
    pieces = [token.text for token in script]
    inner = script[1:-1]
    if "".join(pieces).replace("{", "").replace("}", "") in _TRANSPOSED:
        written.is_transposed = True
    elif pieces and set(pieces) <= {"'", r"\prime"}:
        written.primes += len(pieces)
    elif pieces in (["*"], [r"\star"], [r"\ast"]):
        written.name += "star"
    elif len(pieces) == 3 and pieces[0] in ("(", "[") and inner[0].is_number:
        usage = r.names.of(written.name)
        usage.numbered = True
        if usage.instance and pieces[0] == "(":
            written.instance = pieces[1]
        else:
            written.name += pieces[1]
    elif len(pieces) == 3 and pieces[0] == "(" and inner[0].is_letter:
        written.instance = pieces[1]
        r.names.letters.add(pieces[1])
        r.names.of(written.name).instance = r.names.instance(written.name) or pieces[1]
    elif pieces and pieces[0] in ("(", "[") and pieces[-1] in (")", "]") and len(pieces) > 3:
        joined = "".join(pieces)
        if re.fullmatch(r"[(\[][A-Za-z][+-]\d+[)\]]", joined):
            raise r.error(f"the superscript {joined} of a recursion is not read; name the layers")
        written.power = r.inside(script)
    else:
        written.power = r.inside(script)


def index_list(r: LatexReader, script: list[Tex], name: str = "") -> list[str]:
    """Indices of a subscript: separated by commas, or juxtaposed letters and digits."""
    found: list[str] = []
    for token in script:
        piece = token.text
        if piece in (",", "{", "}", ";"):
            continue
        if piece in ("'", r"\prime") and found:
            found[-1] += "p"
        elif token.is_letter or piece in GREEK:
            found.append(GREEK.get(piece, piece))
        elif token.is_number and piece.isdigit():
            found += _digits(r, piece, name, alone=len(script) == 1)
        else:
            raise r.error(f"an index is a letter or a number, and {piece!r} is neither", token)
    if not found:
        raise r.error("a subscript is empty", script[0] if script else None)
    r.names.letters.update(letter for letter in found if not letter.isdigit())
    return found


def _digits(r: LatexReader, piece: str, name: str, *, alone: bool) -> list[str]:
    if len(piece) == 1 or not name:
        return [piece]
    if alone and r.names.splits_digits(name):
        return list(piece)
    return [piece] if alone else list(piece)


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
    """``f(-z)`` where the text defines ``f(z)`` is not a product, and its value is not known here."""
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
        known = token.is_letter or piece in GREEK or piece in FONTS or piece in ACCENTS
        if not (known or piece in _ARGUMENT_SIGNS or (token.is_number and depth)):
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


def entry(r: LatexReader, written: Written) -> str:
    """The entry of an array: the instance first, then the subscripts."""
    name = written.name
    r.names.of(name).subscripts[len(written.subscripts)] += 1
    instance = written.instance or r.names.instance(name)
    indices = (*([instance] if instance else []), *written.subscripts)
    return f"{name}[{','.join(indices)}]" if indices else name


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
    vector = scripts(sub := _reader(r, inner), base(sub), inner[0]) if inner else written
    if not inner or sub.place < len(inner) or vector.power or vector.primes:
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


def _reader(r: LatexReader, tokens: list[Tex]) -> LatexReader:
    """A reader of a part, which knows what the whole knows."""
    return type(r)(
        r.text, tokens, r.names, r.wide, r.prime, r.claims, r.facts, r.bound, depth=r.depth + 1
    )
