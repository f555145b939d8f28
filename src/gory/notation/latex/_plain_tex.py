r"""Older and rarer spellings of LaTeX as the usual ones: ``{a \over b}``, ``\substack``.

``{a \over b}`` is ``\frac{a}{b}``; ``\sum_{\substack{k=1 \\ k \neq m}}`` has its conditions in one
line; ``\sum_{k : k \neq m}`` names its letter once.
"""

from __future__ import annotations

from gory.notation.latex._tokens import Tex, pairs

MOST_OVER = 200  # of one display
_NOT = (r"\ne", r"\neq")


def usual_tokens(tokens: list[Tex]) -> list[Tex]:
    """Tokens in the usual spelling."""
    if any(token.text == r"\substack" for token in tokens):
        tokens = _in_one_line(tokens)
    if any(token.text in (":", r"\colon") for token in tokens):
        tokens = _named_once(tokens)
    for _ in range(min(sum(token.text == r"\over" for token in tokens), MOST_OVER)):
        tokens = _without_over(tokens)
    return tokens


def _without_over(tokens: list[Tex]) -> list[Tex]:
    ends = pairs(tokens)
    place = next((n for n, token in enumerate(tokens) if token.text == r"\over"), -1)
    around = [n for n, end in ends.items() if n < place < end and tokens[n].text == "{"]
    if place < 0 or not around:
        return tokens
    start = max(around)
    end, at = ends[start], tokens[place].at
    above, below = tokens[start + 1 : place], tokens[place + 1 : end]
    made = [Tex(r"\frac", tokens[start].at), tokens[start], *above, Tex("}", at), Tex("{", at)]
    return [*tokens[:start], *made, *below, *tokens[end:]]


def _in_one_line(tokens: list[Tex]) -> list[Tex]:
    r"""``_{\substack{k=1 \\ k \neq m}}^{M}`` as ``_{k \neq m}``, other rows with commas."""
    ends = pairs(tokens)
    out: list[Tex] = []
    place = 0
    while place < len(tokens):
        end = ends.get(place + 1, -1) if tokens[place].text == r"\substack" else -1
        if end < 0:
            out.append(tokens[place])
            place += 1
            continue
        inner = tokens[place + 2 : end]
        cut = next((n for n, token in enumerate(inner) if token.text == "\\\\"), len(inner))
        first, second = inner[:cut], inner[cut + 1 :]
        place = end + 1
        if [t.text for t in first[1:2]] == ["="] and _excludes(first[0], second):
            out += second
            if [t.text for t in tokens[place : place + 2]] == ["}", "^"]:  # and no upper limit
                out.append(tokens[place])
                place = ends.get(place + 2, place + 2) + 1
        else:
            out += [Tex(",", t.at) if t.text == "\\\\" else t for t in inner]
    return out


def _excludes(letter: Tex, condition: list[Tex]) -> bool:
    pieces = [token.text for token in condition[:2]]
    return len(pieces) == 2 and pieces[0] == letter.text and pieces[1] in _NOT


def _named_once(tokens: list[Tex]) -> list[Tex]:
    r"""``_{k : k \neq m}`` as ``_{k \neq m}``."""
    dropped = set[int]()
    for place, token in enumerate(tokens):
        before = [t.text for t in tokens[max(place - 2, 0) : place]]
        behind = [t.text for t in tokens[place + 1 : place + 3]]
        is_same = before[:1] == ["{"] and before[1:] == behind[:1] and behind[1:2]
        if token.text in (":", r"\colon") and is_same and behind[1] in _NOT:
            dropped |= {place - 1, place}
    return [token for n, token in enumerate(tokens) if n not in dropped]
