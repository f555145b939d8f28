r"""What stands beside a formula and is none: ``i = 1, \dots, N``, the number of an equation."""

from __future__ import annotations

from collections.abc import Iterator

from gory.notation.latex._names import Names
from gory.notation.latex._scripts import GREEK
from gory.notation.latex._tokens import Tex

DOTS = frozenset((r"\dots", r"\ldots", r"\cdots", r"\dotsc", r"\dotsb"))
LONGEST_NAME = 9  # tokens, up to its index
_COUNTING = frozenset("ijklmnrstc")  # letters of which a list of numbers is a range
_BEFORE = frozenset((",", r"\quad", r"\qquad", r"\forall", ";"))


def without_numbers(tokens: list[Tex]) -> list[Tex]:
    r"""Tokens without ``\quad (2)``, the number of a row, at the end of rows."""
    out: list[Tex] = []
    place = 0
    while place < len(tokens):
        pieces = [token.text for token in tokens[place : place + 5]]
        is_number = pieces[1:2] == ["("] and pieces[3:4] == [")"] and pieces[2].isdigit()
        if is_number and pieces[0] in (r"\quad", r"\qquad") and pieces[4:] in ([], ["\\\\"]):
            place += 4
            continue
        out.append(tokens[place])
        place += 1
    return out


def without_ranges(tokens: list[Tex], names: Names) -> list[Tex]:
    """Tokens without the ranges of indices among them, which are kept in ``names``."""
    if not any(token.text in DOTS or token.text == "," for token in tokens):
        return tokens
    names.list_ends |= {*_last_letters(tokens)}
    out: list[Tex] = []
    place = 0
    while place < len(tokens):
        end = _range(tokens, place, names) if not out or _can_follow(out[-1]) else 0
        if not end:
            out.append(tokens[place])
            place += 1
            continue
        if [t.text for t in tokens[place + 1 : place + 3]] == ["=", "2"] and _may_restrict(out):
            out += [Tex(text, tokens[place].at) for text in (tokens[place].text, r"\neq", "1")]
            place = end  # k = 2, ..., K: for all but the first
            continue
        while out and out[-1].text in _BEFORE:
            out.pop()
        if out and out[-1].text == "(" and end < len(tokens) and tokens[end].text == ")":
            out.pop()
            end += 1
        place = end
    return out


def _may_restrict(before: list[Tex]) -> bool:
    """Whether a range stands alone, or beside a derivative: a claim, and no definition."""
    texts = [token.text for token in before]
    row = texts[len(texts) - texts[::-1].index("\\\\") :] if "\\\\" in texts else texts
    return not row or r"\partial" in row or r"\nabla" in row


def _last_letters(tokens: list[Tex]) -> Iterator[str]:
    r"""The n of ``x_1, \dots, x_n`` and ``x_1 + \dots + x_n``."""
    for place, token in enumerate(tokens):
        between = [t.text for t in (*tokens[place - 1 : place], *tokens[place + 1 : place + 2])]
        if token.text not in DOTS or between not in ([",", ","], ["+", "+"]):
            continue
        behind = tokens[place + 2 : place + 2 + LONGEST_NAME]
        marks = [n for n, t in enumerate(behind) if t.text == "_"]
        stop = next((n for n, t in enumerate(behind) if t.text in (*_BEFORE, "+")), len(behind))
        if marks and marks[0] < stop:
            script = [t for t in behind[marks[0] + 1 : marks[0] + 3] if t.text != "{"]
            if script and script[0].is_letter:
                yield script[0].text


def _can_follow(token: Tex) -> bool:
    return token.text in _BEFORE or token.text in ("(", "}", "&", "\\\\")


def _counts_on(numbers: list[str]) -> bool:
    """``1, 2, 3``"""
    if len(numbers) < 2 or not all(number.isdigit() for number in numbers):
        return False
    first = int(numbers[0])
    if numbers == ["0", "1"]:  # the values of a label
        return False
    return [int(number) for number in numbers] == list(range(first, first + len(numbers)))


def _range(tokens: list[Tex], place: int, names: Names) -> int:
    """Where the range that begins here ends; 0 if none does."""
    pieces = [token.text for token in tokens[place : place + 40]]
    letters: list[str] = []
    at = 0
    while at < len(pieces) and (tokens[place + at].is_letter or pieces[at] in GREEK):
        letters.append(GREEK.get(pieces[at], pieces[at]))
        at += 1
        if pieces[at : at + 1] != [","]:
            break
        at += 1
    in_set = pieces[at : at + 2] in ([r"\in", r"\{"], [r"\in", r"\lbrace"])
    if not letters or not (in_set or pieces[at : at + 1] == ["="]):
        return 0
    at += 2 if in_set else 1
    numbers: list[str] = []
    while pieces[at : at + 1] and pieces[at].isdigit() and pieces[at + 1 : at + 2] == [","]:
        numbers.append(pieces[at])
        at += 2
    if numbers and not (pieces[at : at + 1] and (pieces[at].isdigit() or pieces[at] in DOTS)):
        numbers, at = numbers[:-1], at - 2  # the comma behind the last belongs to the sentence
    is_list = _counts_on([*numbers, *pieces[at : at + 1]]) and numbers != ["0"]  # t in {0, 1}
    if is_list and {*letters} <= _COUNTING & names.below:
        high, at = pieces[at], at + 1  # k = 1, 2, 3
    elif not numbers or not _has_dots(pieces, at):
        return 0
    else:
        high, at = pieces[at + 2], at + 3
    if not (high.isdigit() or (len(high) == 1 and high.isalpha())):
        return 0
    if pieces[at : at + 1] in (["+"], ["-"]) and pieces[at + 1 : at + 2]:
        high, at = "", at + 2
    if in_set:
        if pieces[at : at + 1] not in ([r"\}"], [r"\rbrace"]):
            return 0
        at += 1
    names.letters.update(letters)
    for letter in letters if high else ():
        names.count(letter, numbers[0], high)
    return place + at


def _has_dots(pieces: list[str], at: int) -> bool:
    """Whether dots stand at a place, with a comma and more behind them."""
    return at + 2 < len(pieces) and pieces[at] in DOTS and pieces[at + 1] == ","
