r"""LaTeX as tokens with places: commands, letters, numbers, signs; spacing and comments are gone.

A macro is a name here and nothing more: no file is opened, nothing is defined, nothing expands.
Signs that only set type (``\left``, ``\big``, ``\displaystyle``, thin spaces) are dropped, since
they carry no meaning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gory.notation._errors import NotationError
from gory.notation._tokens import LONGEST

DEEPEST = 40  # nested groups; a page of mathematics has fewer than ten
# Functions whose names people type without a backslash, ``-log(p)``, behind one letter at most,
# and the commands of those that have one.
_PLAIN = "logsumexp|softmax|softplus|sigmoid|log|ln|exp|tanh|sin|cos|sqrt|relu|ReLU|max|min|diag"
_COMMANDS = {
    w: f"\\{w}" for w in ("log", "ln", "exp", "tanh", "sin", "cos", "max", "min", "sum", "prod")
}
_GREEK = "alpha|beta|gamma|delta|epsilon|theta|kappa|lambda|sigma|omega"
_UPRIGHT = "".join(rf"(?<!{font}\{{)" for font in ("text", "mathrm", "textrm", "mbox", "name"))
_OPENS = r"\s*(?:\\(?:left|[bB]igg?l?)\s*)?(?:[({\[]|\\\{)"

_TOKEN = re.compile(
    r"(?P<skip>\s+|(?<!\\)%[^\n]*\n?)"
    r"|(?P<side>\\(?:left|right)\s*\.)"
    r"|(?P<frame>\\(?:begin|end)\s*\{[A-Za-z]+\*?\})"
    r"|(?P<newline>\\\\\*?(?:\[[^\]\n]{0,12}\])?)"
    r"|(?P<ones>\\(?:vec|overrightarrow|underline)\s*(?:1(?!\d)|\{\s*1\s*\}))"
    r"|(?P<command>\\(?:operatorname\*|[A-Za-z]+))"
    r"|(?P<escape>\\.)"
    rf"|(?P<function>(?:(?<![A-Za-z\\])|(?<=_[A-Za-z])|(?<=[^A-Za-z\\{{][A-Za-z]))"
    rf"(?:(?:{_PLAIN})(?={_OPENS})|(?:log|ln|exp|tanh|sin|cos)(?=\s+[A-Za-z\\]|\\[a-z]|\^\d)"
    r"|(?:sum|prod|max)(?=_)))"
    rf"|(?P<greek>(?:(?<![A-Za-z\\])|(?<=/d)){_UPRIGHT}(?:{_GREEK})(?![A-Za-z]))"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<sign>:=|=:|.)",
    re.DOTALL,
)
_DROPPED = r"""
\left \right \middle \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl \biggr \Biggl \Biggr
\displaystyle \textstyle \scriptstyle \limits \nolimits \nonumber \notag \allowbreak
\mathstrut \strut \noindent \qedhere \qed \square \blacksquare \Box
\smallskip \medskip \bigskip \centering
"""
_WIDE = re.compile(  # at least as wide as a letter
    r"\s*\*?\s*\{\s*(?:0?\.[3-9]\d*|[1-9]\d*(?:\.\d*)?)\s*(?:in|cm|em|ex)\s*\}"
    r"|\s*\*?\s*\{\s*[1-9]\d+(?:\.\d*)?\s*(?:pt|mm|px)\s*\}"
)
_SPACES = ("\\,", "\\!", "\\:", "\\;", "\\ ", "\\>", "~", "\\@", "\\/", "\u00a0")
_TYPESETTING = frozenset(re.findall(r"\\\w+", _DROPPED)) | frozenset(_SPACES)
_WITH_ARGUMENT = frozenset(
    [r"\label", r"\tag", r"\hspace", r"\vspace", r"\phantom", r"\vphantom", r"\hphantom", r"\color"]
)
_SPELLED = {
    "−": "-", "–": "-", "·": r"\cdot", "×": r"\times", "⋅": r"\cdot", "∑": r"\sum", "Σ":
    r"\Sigma", "∂": r"\partial", "≠": r"\neq", "≥": r"\ge", "≤": r"\le", "∇": r"\nabla", "′": "'",
    "…": r"\ldots",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tex:
    """One token of LaTeX and its place in the whole text."""

    text: str
    at: int

    @property
    def is_command(self) -> bool:
        return len(self.text) > 1 and self.text[0] == "\\"

    @property
    def is_number(self) -> bool:
        return self.text[:1].isdigit()  # the end of a text is a token without any

    @property
    def is_letter(self) -> bool:
        return len(self.text) == 1 and self.text.isalpha() and self.text.isascii()

    @property
    def is_word(self) -> bool:
        """Letters that were found to be one name."""
        return len(self.text) > 1 and self.text.isalnum() and self.text[0].isalpha()

    @property
    def is_name(self) -> bool:
        return self.is_letter or self.is_word


@dataclass(frozen=True, slots=True)
class Word(Tex):
    """A name that was put in the place of several tokens, the last of which ends at ``until``."""

    until: int = 0


def tex_tokens(text: str, start: int = 0, end: int | None = None) -> list[Tex]:
    """The tokens of a stretch of a text.

    Raises
    ------
    NotationError
        If the text is too long or its groups are nested too deeply.
    """
    end = len(text) if end is None else end
    if end - start > LONGEST:
        raise NotationError(f"at most {LONGEST:,} characters are read at once; split the text")
    found: list[Tex] = []
    at, depth = start, 0
    while at < end:
        match = _TOKEN.match(text, at, end)
        if match is None:  # a lone backslash at the very end
            break
        kind, piece = match.lastgroup, match.group()
        at = match.end()
        if kind in ("skip", "side") or piece in _TYPESETTING:
            continue
        if piece in _WITH_ARGUMENT:
            behind = _after_argument(text, at, end)
            if piece == r"\tag" and "$" in text[at:behind]:  # a reason beside the row
                found.append(Tex(r"\text", match.start()))
            elif piece == r"\hspace" and _WIDE.fullmatch(text[at:behind]):
                found.append(Tex(r"\quad", match.start()))
                at = behind
            else:
                at = behind
            continue
        depth += (piece == "{") - (piece == "}")
        if depth > DEEPEST:
            raise NotationError(
                f"groups are nested deeper than {DEEPEST} levels", text, match.start()
            )
        found += _spelled(kind or "", piece, match.start())
    return found


def _spelled(kind: str, piece: str, at: int) -> list[Tex]:
    if kind == "newline":
        return [Tex("\\\\", at)]
    if kind == "command":
        return [Tex(r"\qquad" if piece == r"\hfill" else piece.rstrip("*"), at)]
    if kind == "greek":
        return [Tex(f"\\{piece}", at)]
    if kind == "ones":  # the vector of them
        last = at + len(piece) - 1
        return [Tex(r"\mathbf", at), Tex("{", at), Tex("1", last), Tex("}", last)]
    if kind == "function" and piece in _COMMANDS:
        return [Tex(_COMMANDS[piece], at)]
    if kind == "function":
        last = at + len(piece) - 1
        letters = [Tex(letter, at + n) for n, letter in enumerate(piece)]
        return [Tex(r"\operatorname", at), Tex("{", at), *letters, Tex("}", last)]
    if kind == "frame":
        return [Tex(re.sub(r"\s|\*", "", piece), at)]
    if kind == "sign" and not piece.isascii():
        from gory.notation._tokens import greek  # the one table of Greek letters

        word = greek(piece)
        return [Tex(_SPELLED.get(piece) or (f"\\{word}" if word else piece), at)]
    return [Tex(piece, at)]


def _after_argument(text: str, at: int, end: int) -> int:
    match = re.compile(r"\s*\*?\s*\{[^{}]*\}").match(text, at, end)
    return match.end() if match else at


OPENING = {"{": "}", "(": ")", "[": "]", r"\{": r"\}", r"\lbrace": r"\rbrace", r"\langle":
r"\rangle",
           r"\lvert": r"\rvert", r"\lVert": r"\rVert"}  # fmt: skip
RELATIONS = ("=", r"\neq", r"\ne", "<", ">", r"\le", r"\leq", r"\ge", r"\geq", r"\equiv")
CLOSING = frozenset(OPENING.values())


def pairs(tokens: list[Tex]) -> dict[int, int]:
    """Where every bracket, group and environment that is closed is closed."""
    found: dict[int, int] = {}
    open_places: list[int] = []
    for place, token in enumerate(tokens):
        if token.text in OPENING or token.text.startswith(r"\begin{"):
            open_places.append(place)
        elif open_places and (token.text in CLOSING or token.text.startswith(r"\end{")):
            if token.text == "}":  # a bracket that is open inside a group ends with it
                groups = [n for n, at in enumerate(open_places) if tokens[at].text == "{"]
                del open_places[groups[-1] + 1 if groups else len(open_places) :]
            elif token.text in CLOSING and tokens[open_places[-1]].text == "{":
                continue  # and none that opened outside ends in it
            found[open_places.pop()] = place
    return found


def closing(tokens: list[Tex], at: int) -> int:
    """Where the bracket, group or environment that opens at ``at`` is closed; -1 if nowhere."""
    depth = 0
    is_group = tokens[at].text == "{"
    for place in range(at, len(tokens)):
        piece = tokens[place].text
        if piece == "{" or (not is_group and (piece in OPENING or piece.startswith(r"\begin{"))):
            depth += 1
        elif piece == "}" or (not is_group and (piece in CLOSING or piece.startswith(r"\end{"))):
            depth -= 1
            if depth <= 0:
                return place
    return -1
