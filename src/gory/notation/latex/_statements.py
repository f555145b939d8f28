r"""Displays and inline formulas as statements: sides joined by relations, row after row.

A row that starts with ``=`` goes on with the chain above it, one that starts with a sign goes on
with the side above it; commas, ``\text`` and spare columns end a statement. A remark beside a row
("since ...", "if i = j") does not interrupt the chain.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gory.notation._errors import NotationError
from gory.notation.latex._aligned import EQUALS, aligned
from gory.notation.latex._factorials import without_factorials
from gory.notation.latex._flows import with_steps
from gory.notation.latex._plain_tex import usual_tokens
from gory.notation.latex._tokens import OPENING, Tex, pairs
from gory.notation.latex._wrapped import unwrapped

MOST_SIDES = 1000  # of one chain

NAMING = ("=:", r"\eqqcolon")  # the name stands on the right
OTHERS = (
    "<", ">", r"\le", r"\ge", r"\leq", r"\geq", r"\ne", r"\neq", r"\approx", r"\simeq", r"\sim",
    r"\propto", r"\in", r"\to", r"\mapsto", r"\ll", r"\gg", r"\subset", r"\notin",
    r"\rightarrow", r"\longrightarrow",
    r"\cong", r"\leqslant", r"\geqslant", r"\perp", r"\gets", r"\leftarrow",
)  # fmt: skip
_THEREFORE = (
    r"\implies", r"\Rightarrow", r"\Longrightarrow", r"\iff", r"\Leftrightarrow", r"\therefore",
    r"\because", r"\rightsquigarrow",
)  # fmt: skip
_ARROWS = (r"\rightarrow", r"\longrightarrow", r"\to")
_OPERATORS = ("+", "-", r"\cdot", r"\times", "/", "*", r"\pm", r"\odot")
_WORDS = (
    r"\text",
    r"\mbox",
    r"\textrm",
    r"\textit",
    r"\textnormal",
)
_SPACES = (r"\quad", r"\qquad")
_INDICATORS = (r"\mathbb", r"\mathbf", r"\mathds", r"\mathbbm", r"\mathrm", r"\boldsymbol", r"\bm")


@dataclass
class LatexStatement:
    """Sides and the relations before them; the first has none."""

    cue: str = ""  # words that stand before it
    is_display: bool = True
    is_remark: bool = False  # beside a row of a chain
    is_definition: bool = False  # joined by :=
    doubt: str = ""  # why its first side may begin before it
    sides: list[list[Tex]] = field(default_factory=lambda: [[]])
    relations: list[str] = field(default_factory=lambda: [""])
    about: tuple[LatexStatement, int] | None = (
        None  # the chain and side that a remark stands beside
    )

    @property
    def is_empty(self) -> bool:
        return not any(self.sides)

    def relate(self, relation: str) -> None:
        self.is_definition = self.is_definition or relation in (":=", r"\triangleq", r"\coloneqq")
        is_plain = relation in EQUALS and relation not in NAMING
        self.relations.append("=" if is_plain else relation)
        self.sides.append([])


class _Splitter:
    """One display, token by token."""

    def __init__(self, tokens: list[Tex], cue: str, is_display: bool) -> None:
        self.tokens = tokens
        self.found: list[LatexStatement] = []
        self.is_display = is_display
        self.now = self.main = LatexStatement(cue, is_display)
        self.place = 0
        self.pairs = pairs(tokens)

    def new(self, *, cue: str = "", is_remark: bool = False) -> None:
        """End the statement at hand and begin another."""
        if not self.now.is_empty:
            self.found.append(self.now)
        elif not cue:
            cue = self.now.cue
        about = None
        if is_remark or self.now.is_remark:
            about = (self.main, len(self.main.sides) - 1)
        self.now = LatexStatement(
            cue, self.is_display, is_remark or self.now.is_remark, about=about
        )
        if not self.now.is_remark:
            self.main = self.now

    def peek(self, start: int) -> str:
        """The next token from a place on, alignment and spaces skipped."""
        while start < len(self.tokens) and self.tokens[start].text in ("&", *_SPACES):
            start += 1
        return self.tokens[start].text if start < len(self.tokens) else ""

    def run(self) -> list[LatexStatement]:
        while self.place < len(self.tokens):
            self.step(self.tokens[self.place])
        self.new()
        return self.found

    def step(self, token: Tex) -> None:
        piece = token.text
        if self.is_reason():
            self.place += 1
            self.words()
            self.place += 1
        elif piece in OPENING or piece.startswith(r"\begin{"):
            self.bracket()
        elif piece in _WORDS and self.peek_argument() and not self.names_a_function():
            self.words()
        elif piece in _ARROWS and self.now.is_empty:
            self.place += 1  # "so", where nothing stands before it
        elif piece in EQUALS or piece in OTHERS:
            self.place += 1
            if piece in EQUALS and self.now is not self.main and self.now.is_empty:
                self.back_to_main()  # \text{(chain rule)} and no new row behind it
            self.now.relate(piece)
        elif piece == r"\forall":
            self.place += 1
            self.new(cue="for", is_remark=True)
        elif piece in _THEREFORE:
            self.place += 1
            self.now.is_remark = False
            self.new()
        elif piece in (",", ";", ".", ":"):
            self.place += 1
            self.new(is_remark=self.now is self.main and len(self.now.sides) > 1)
            self.now.is_remark = self.now.is_remark and not self.starts_equation()
            if not self.now.is_remark:
                self.main = self.now
        elif piece in ("&", *_SPACES):
            self.column()
        elif piece == "\\\\":
            self.newline()
        else:
            self.place += 1
            self.now.sides[-1].append(token)

    def back_to_main(self) -> None:
        self.now = self.main
        if self.main in self.found:
            self.found.remove(self.main)

    def is_reason(self) -> bool:
        r"""Whether ``[\text{chain rule}]`` stands here, behind a space."""
        end = self.pairs.get(self.place, -1)
        before = self.tokens[self.place - 1].text if self.place else ""
        if end < 0 or before not in ("&", *_SPACES) or self.tokens[self.place].text == "{":
            return False
        inner = [t.text for t in self.tokens[self.place + 1 : self.place + 3]]
        is_text = inner[:1] and inner[0] in _WORDS and inner[1:] == ["{"]
        return bool(is_text) and self.pairs.get(self.place + 2, -1) == end - 1

    def starts_equation(self) -> bool:
        """Whether an equation of more than single letters follows in this row."""
        pieces = []
        for token in self.tokens[self.place :]:
            if token.text in ("\\\\", ",", ".", *_WORDS):
                break
            pieces.append(token.text)
        marks = [n for n, piece in enumerate(pieces) if piece in EQUALS]
        content = [p for p in pieces if p not in ("&", *_SPACES)]
        if [content[:1], content[-1:]] in ([["("], [")"]], [["["], ["]"]]):
            return False  # (i = j)
        if content[:1] == [r"\forall"]:
            return False
        return bool(marks) and (len(content) > 3) and content[0] not in EQUALS

    def bracket(self) -> None:
        """A bracket is taken whole, also over rows; an open one is left to the reader."""
        end = self.pairs.get(self.place, -1)
        if end < 0:
            self.now.sides[-1].append(self.tokens[self.place])
            self.place += 1
            return
        keeps = self.tokens[self.place].text.startswith(r"\begin{")
        dropped = () if keeps else ("\\\\", "&")
        inner = self.tokens[self.place : end + 1]
        has_frame = any(t.text.startswith(r"\begin{") for t in inner)
        self.now.sides[-1] += inner if has_frame else [t for t in inner if t.text not in dropped]
        self.place = end + 1

    def peek_argument(self) -> bool:
        return self.peek(self.place + 1) == "{"

    def names_a_function(self) -> bool:
        r"""``\text{softmax}(z)`` is mathematics; ``\text{if } i = j`` is not."""
        end = self.pairs.get(self.place + 1, -1)
        inner = "".join(t.text for t in self.tokens[self.place + 2 : end])
        follows = self.tokens[end + 1].text if end + 1 < len(self.tokens) else ""
        if follows == "&" and self.peek(end + 1) in EQUALS:  # \text{loss} &=
            follows = "="
        if follows in EQUALS and inner.isalnum() and not self.now.sides[-1]:
            return True
        return (
            inner.isalnum()
            and follows in ("(", "_", "^", r"\{", "'")
            and inner not in ("if", "for", "since")
        )

    def words(self) -> None:
        end = self.pairs.get(self.place + 1, -1)
        if end < 0:
            end = len(self.tokens) - 1
        inner = self.tokens[self.place + 2 : end]
        words = spaced(inner)
        self.place = end + 1
        if len(self.now.sides) > 1 and not self.now.sides[-1]:  # x = \text{input}
            self.now.sides.pop()
            self.now.relations.pop()
        is_remark = len(self.now.sides) > 1 or self.now.is_remark
        if is_remark and (formula := formula_among(inner)):
            self.new(cue=words[: words.find("$")] if "$" in words else "since", is_remark=True)
            depth = 0
            for token in formula:
                depth += (token.text == "{") - (token.text == "}")
                if not depth and (token.text in EQUALS or token.text in OTHERS):
                    self.now.relate(token.text)
                else:
                    self.now.sides[-1].append(token)
            self.new(is_remark=True)
            return
        self.new(cue=words, is_remark=is_remark)
        if words.strip().strip(".,").lower() in (
            "and",
            "so",
            "hence",
            "thus",
            "then",
            "therefore",
            "so that",
        ):
            self.now.is_remark, self.now.about = False, None
            self.main = self.now

    def column(self) -> None:
        """``&`` before a relation aligns; behind a whole equation it starts a remark."""
        following = self.peek(self.place)
        piece = self.tokens[self.place].text
        self.place += 1
        if following in (*EQUALS, *OTHERS, *_OPERATORS, "\\\\", "") or not self.now.sides[-1]:
            return
        if piece in _SPACES and not (following in _WORDS or self.starts_equation()):
            if len(self.now.sides) > 1 and self.has_relation_ahead():
                self.new(is_remark=True)
            return
        if len(self.now.sides) > 1:
            self.new(is_remark=not self.starts_equation())
            if self.starts_equation():
                self.now.is_remark, self.now.about = False, None
                self.main = self.now

    def has_relation_ahead(self) -> bool:
        for token in self.tokens[self.place :]:
            if token.text == "\\\\":
                return False
            if token.text in EQUALS or token.text in OTHERS:
                return True
        return False

    def has_own_left(self) -> bool:
        """Whether this row has a left side before ``&=``, though it begins with a sign."""
        row = []
        for token in self.tokens[self.place :]:
            if token.text == "\\\\":
                break
            row.append(token.text)
        marks = [n for n, piece in enumerate(row[:-1]) if piece == "&" and row[n + 1] in EQUALS]
        return bool(marks) and row[0] != "&"

    def newline(self) -> None:
        self.place += 1
        following = self.peek(self.place)
        if following in EQUALS or (following in _OPERATORS and not self.has_own_left()):
            if self.now is not self.main:
                if not self.now.is_empty:
                    self.found.append(self.now)
                self.back_to_main()
            return
        last = self.now.sides[-1]
        if (not last and len(self.now.sides) > 1) or (last and last[-1].text in _OPERATORS):
            return
        self.now.is_remark = False
        self.new()


def formula_among(tokens: list[Tex]) -> list[Tex]:
    """The formula inside words: ``(using $a = b$)``, ``(i \\neq j)``."""
    marks = [n for n, token in enumerate(tokens) if token.text == "$"]
    if len(marks) == 2:
        return tokens[marks[0] + 1 : marks[1]]
    while tokens and tokens[0].text in ("(", "[") and tokens[-1].text in (")", "]"):
        tokens = tokens[1:-1]
    signs = [token.text for token in tokens if token.text in ("=", r"\neq", r"\ne")]
    is_formula = len(tokens) == 3 or any(token.text == "_" for token in tokens)
    return tokens if len(signs) == 1 and is_formula else []


def spaced(tokens: list[Tex]) -> str:
    """Words as they were written; spaces are where places leave gaps."""
    text, end = "", None
    for token in tokens:
        if end is not None and token.at > end:
            text += " "
        text += token.text
        end = token.at + len(token.text)
    return text


def split_statements(tokens: list[Tex], cue: str, *, is_display: bool) -> list[LatexStatement]:
    """The statements of one display or inline formula, in the order in which they begin.

    Raises `NotationError` where one has more sides than anybody writes.
    """
    tokens = without_factorials(usual_tokens(tokens))
    tokens = aligned(unwrapped(tokens, is_display=is_display))
    found = _Splitter(tokens, cue, is_display).run()
    if any(len(one.sides) > MOST_SIDES for one in found):
        raise NotationError(f"a chain has more than {MOST_SIDES:,} sides; split it")
    found = [part for one in found for part in with_steps(one)]
    found = [part for one in found for part in _with_names(one)]
    found = [part for one in found for part in _with_conditions(one)]
    return sorted((s for s in found if not s.is_empty), key=lambda s: _first(s))


def _first(statement: LatexStatement) -> int:
    return min((side[0].at for side in statement.sides if side), default=0)


def _with_names(statement: LatexStatement) -> list[LatexStatement]:
    """``a = b =: c`` claims that a is b, and defines c as b."""
    if statement.relations[-1] not in NAMING:
        return [statement]
    *before, name = statement.sides
    made = LatexStatement(statement.cue, statement.is_display, is_definition=True)
    made.sides, made.relations = [name, before[-1]], ["", "="]
    if len(before) == 1:
        return [made]
    kept = replace(statement, sides=before, relations=statement.relations[:-1])
    return [kept, made]


def _with_conditions(statement: LatexStatement) -> list[LatexStatement]:
    """``a = b (i \\neq j)``: a bracket with a relation at the end of a side is a condition.

    A bracket that stands apart is a remark, whatever the equation in it is.
    """
    made = [statement]
    for number, side in enumerate(statement.sides):
        starts = [n for n, end in pairs(side).items() if end == len(side) - 1]
        opening = side[starts[0]].text if starts else ""
        is_apart = bool(starts) and not starts[0] and statement.is_remark
        if opening == "(" and starts and _is_indicator(side[: starts[0]]):
            continue
        inner = side[starts[0] + 1 : -1] if opening == "(" or (opening == "[" and is_apart) else []
        inner = inner[1:] if inner and inner[0].text == r"\because" else inner
        marks = [n for n, token in enumerate(inner) if token.text in ("=", r"\neq", r"\ne")]
        if len(marks) != 1 or not (len(inner) == 3 or is_apart):
            continue
        condition = LatexStatement("for" if len(inner) == 3 else "since", statement.is_display)
        condition.sides = [inner[: marks[0]], inner[marks[0] + 1 :]]
        condition.relations = ["", inner[marks[0]].text]
        condition.is_remark = True
        condition.about = (statement, number) if side[: starts[0]] else statement.about
        statement.sides[number] = side[: starts[0]]
        made.append(condition)
    return made


def _is_indicator(before: list[Tex]) -> bool:
    r"""Whether ``\mathbb{I}`` or ``\mathbf 1`` stands right before ``(k = l)``."""
    pieces = [token.text for token in before[-4:] if token.text not in ("{", "}")]
    is_delta = pieces[-1:] == [r"\delta"]
    return is_delta or (len(pieces) > 1 and pieces[-2] in _INDICATORS and pieces[-1] in ("1", "I"))
