"""The terminal writer: the paper language with the signs of mathematics.

Greek letters, a sum sign, the round d of partial derivatives and raised exponents take the
place of words. The text is the plain one, spelled differently, so that both always have the
same brackets.
"""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import lookup

from gory.notation._latex import GREEK
from gory.notation._nodes import Expr
from gory.notation._plain import to_plain
from gory.notation._tokens import Token, tokenize

_SPECIAL = {"sum": "Σ", "lam": "λ", "lambda": "λ", "Lambda": "Λ", "eps": "ε"}
_SIGNS = {">=": "≥", "<=": "≤", "!=": "≠"}
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def to_terminal(expr: Expr) -> str:
    """Write an expression with the signs of mathematics, in one line of Unicode text.

    Examples
    --------
    >>> from gory.notation import read_expression
    >>> to_terminal(read_expression("d(J, theta[m,n]) - 2 sum_i delta[i,m] x[i]^2"))
    '∂J/∂θ[m,n] - 2 Σ_i δ[i,m] x[i]²'
    """
    tokens = tokenize(to_plain(expr))[:-1]
    return _spell(tokens).strip()


def terminal_name(name: str) -> str:
    """A name with a Greek letter in the place of its word."""
    if name in _SPECIAL:
        return _SPECIAL[name]
    if name in GREEK:
        case = "CAPITAL" if name[0].isupper() else "SMALL"
        return lookup(f"GREEK {case} LETTER {name.upper()}")
    return name


def _spell(tokens: list[Token]) -> str:
    written: list[str] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        space = " " if token.spaced and written else ""
        if token.text == "d" and place + 1 < len(tokens) and tokens[place + 1].text == "(":
            end = _closing(tokens, place + 1)
            derivative = _derivative(tokens[place + 2 : end])
            if derivative:
                below = bool(written) and written[-1].strip() == "/"
                written.append(space + (f"({derivative})" if below else derivative))
                place = end + 1
                continue
        raised = _raised(tokens[place : place + 6])
        if raised:
            text, length = raised
            written.append(text)
            place += length
            continue
        written.append(space + _SIGNS.get(token.text, terminal_name(token.text)))
        place += 1
    return "".join(written)


def _raised(tokens: list[Token]) -> tuple[str, int] | None:
    """``^2``, ``^-1`` raised and ``^(1 / 2)`` without blanks; the number of tokens they take."""
    if tokens[0].text != "^":
        return None
    if [token.text for token in tokens[1:6:2]] == ["(", "/", ")"]:
        return "".join(token.text for token in tokens[:6]), 6
    if len(tokens) > 1 and tokens[1].text.isdigit():
        return tokens[1].text.translate(_RAISED), 2
    if len(tokens) > 2 and tokens[1].text == "-" and tokens[2].text.isdigit():
        return f"-{tokens[2].text}".translate(_RAISED), 3
    return None


def _derivative(tokens: list[Token]) -> str:
    """``d(J, x)`` as a quotient of differentials; "" if the bracket holds no variable."""
    body, *variables = _split(tokens)
    if not variables:
        return ""
    order = str(len(variables)).translate(_RAISED) if len(variables) > 1 else ""
    below = "".join("∂" + _spell(variable).strip() for variable in variables)
    text = _spell(body).strip()
    if len(body) == 1 or (body[1].text == "[" and _closing(body, 1) == len(body) - 1):
        return f"∂{order}{text}/{below}"
    return f"∂{order}/{below} ({text})"


def _split(tokens: list[Token]) -> Iterable[list[Token]]:
    """Parts between commas that stand in no bracket."""
    part: list[Token] = []
    depth = 0
    for token in tokens:
        depth += token.text in ("(", "[", "{")
        depth -= token.text in (")", "]", "}")
        if token.text == "," and depth == 0:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _closing(tokens: list[Token], opening: int) -> int:
    """The place of the bracket that closes the one at ``opening``."""
    depth = 0
    for place in range(opening, len(tokens)):
        depth += tokens[place].text in ("(", "[", "{")
        depth -= tokens[place].text in (")", "]", "}")
        if depth == 0:
            return place
    return len(tokens) - 1
