r"""Equations in boxes, colours, braces and brackets, taken out of what is put around them.

``\boxed{a = b}``, ``\textcolor{red}{a = b}``, ``{\displaystyle a = b}``,
``\underbrace{a = b}_{...}``, ``\left( a = b \right)`` around a whole display,
``\text{$a = b$}`` with nothing beside it, and a brace before several equations. Where there is
no relation inside, what is around stays: it is a group then like any other.
"""

from __future__ import annotations

from gory.notation.latex._tokens import RELATIONS, Tex, closing, pairs

_BOXES = (r"\boxed", r"\fbox", r"\framebox", r"\Aboxed", r"\mathbox", r"\bbox", r"\ensuremath")
_BRACES = (r"\underbrace", r"\overbrace", r"\underline", r"\overline")
_COLOURS = (r"\textcolor", r"\mathcolor", r"\colorbox", r"\fcolorbox")
_APART = ("", "\\\\", "&", ",", ";", r"\quad", r"\qquad", r"\implies", r"\Rightarrow", r"\iff")
_STOPS = (",", ".", ";")
_SYSTEMS = (r"\begin{cases}", r"\begin{array}", r"\begin{aligned}", r"\begin{dcases}")
_EQUALS = (*RELATIONS, r"\approx", r"\propto", ":=", r"\coloneqq", r"\triangleq")


MOST_WRAPPINGS = 60  # of one display


def unwrapped(tokens: list[Tex], *, is_display: bool) -> list[Tex]:
    """Tokens in which no equation stands in a wrapping."""
    for _ in range(MOST_WRAPPINGS):
        found = _out_of_brackets(tokens) if is_display else tokens
        found = _without_one(found)
        if found is tokens:
            break
        tokens = found
    return tokens


def _out_of_brackets(tokens: list[Tex]) -> list[Tex]:
    """A display without the bracket around all of it, or the brace before its rows."""
    if not tokens or tokens[0].text not in ("(", "[", r"\{"):
        return tokens
    ends = pairs(tokens)
    if 0 not in ends:
        return tokens[1:] if _is_system(tokens, 1) else tokens
    is_whole = all(t.text in _STOPS for t in tokens[ends[0] + 1 :])
    inner = _equation(tokens, ends, 0) if is_whole else None
    return inner if inner is not None and len(inner) > 5 else tokens


def _without_one(tokens: list[Tex]) -> list[Tex]:
    """The same without the first wrapping, or the very same."""
    ends = pairs(tokens)
    for place, token in enumerate(tokens):
        piece = token.text
        before = tokens[place - 1].text if place else ""
        if piece in (*_BOXES, *_BRACES, *_COLOURS):
            start = place + 1 + (1 + ends.get(place + 1, -2) - place - 1) * (piece in _COLOURS)
            if (inner := _equation(tokens, ends, start)) is not None:
                behind = _behind(tokens, ends, ends[start] + 1, piece)
                return [*tokens[:place], *inner, *tokens[behind:]]
        elif piece == "{" and before in _APART:
            if (inner := _equation(tokens, ends, place)) is not None:
                return [*tokens[:place], *inner, *tokens[ends[place] + 1 :]]
        elif piece == r"\begin{cases}" and before in _APART and _is_system(tokens, place):
            end = closing(tokens, place)
            return [*tokens[:place], *tokens[place + 1 : end], Tex("\\\\", tokens[end].at),
                    *tokens[end + 1 :]]  # fmt: skip
        elif piece == r"\text" and not place and 1 in ends:
            inner = tokens[2 : ends[1]]
            is_all = all(t.text in _STOPS for t in tokens[ends[1] + 1 :])
            if is_all and len(inner) > 7 and inner[0].text == inner[-1].text == "$":
                return inner[1:-1]
    return tokens


def _behind(tokens: list[Tex], ends: dict[int, int], place: int, command: str) -> int:
    """Where what belongs to a wrapping ends: the words below a brace are not mathematics."""
    is_brace = command in _BRACES and tokens[place : place + 1]
    if is_brace and tokens[place].text in ("_", "^"):
        return ends.get(place + 1, place + 1) + 1
    return place


def _equation(tokens: list[Tex], ends: dict[int, int], start: int) -> list[Tex] | None:
    """What stands in a group, if it is an equation."""
    end = ends.get(start, -1)
    if end < 0 or tokens[start].text not in ("{", "(", "[", r"\{"):
        return None
    inner = [t for t in tokens[start + 1 : end] if t.text != "$"]
    depth = 0
    for number, token in enumerate(inner):
        if token.text == "{" or token.text.startswith(r"\begin{"):
            depth += 1
        elif token.text == "}" or token.text.startswith(r"\end{"):
            depth -= 1
        elif not depth and number and token.text in _EQUALS:
            return inner
    return None


def _is_system(tokens: list[Tex], place: int) -> bool:
    """Whether every row of an environment is an equation."""
    if place >= len(tokens) or tokens[place].text not in _SYSTEMS:
        return False
    end = closing(tokens, place)
    rows: list[list[str]] = [[]]
    depth = 0
    for token in tokens[place + 1 : max(end, 0)]:
        depth += (token.text == "{") - (token.text == "}")
        if token.text == "\\\\" and not depth:
            rows.append([])
        elif not depth and token.text in (*_EQUALS, "&"):
            rows[-1].append(token.text)
    rows = [row for row in rows if row]
    return len(rows) > 1 and all(row[:1] in (["="], ["&"]) and "=" in row[:2] for row in rows)
