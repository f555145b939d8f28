r"""Letters below a name that are a part of it: ``\beta_z`` beside ``z_{nj}``, ``n_x``, ``E_n``.

A letter that stands below one name only, alone, and that nothing binds is no index of it if it is
the name of an array or a Greek letter that is a name, or if the definition of the name does not
have it: one number is meant. A matrix with one letter twice below it, ``R_{xx}``, is that of x and
x.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gory.notation.latex._scripts import FONTS, GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._survey import binders
from gory.notation.latex._tokens import Tex, closing

_BOLD = frozenset((r"\mathbf", r"\boldsymbol", r"\bm", r"\vec"))
_WHOLE = frozenset((r"\top", r"\odot"))
_PLAIN = frozenset(("{", "}", ","))
_SLOPES = (r"\partial", r"\nabla", "d")
_INDICES = frozenset("ijkmn")  # letters that hardly tell who is meant
_KEPT = ("e", "delta")  # unit vectors, Kronecker's sign


@dataclass
class _Uses:
    """What stands below names, and which letters are names."""

    below: dict[str, list[list[str]]] = field(default_factory=dict)  # by name
    arrays: set[str] = field(default_factory=set)
    bare: set[str] = field(default_factory=set)  # names, of whatever kind
    alone: set[str] = field(default_factory=set)  # names with nothing below them somewhere
    named: set[str] = field(default_factory=set)  # letters that stand alone on a left side


def tags(statements: Sequence[LatexStatement]) -> set[tuple[str, str]]:
    """Names with the letter that is a part of them."""
    uses = _Uses()
    bound: set[str] = set()
    for side in (side for one in statements for side in one.sides):
        bound |= {*binders(side)}
        _see(side, uses)
    uses.named = {name for one in statements if (name := _defined(one)) and name not in uses.below}
    if doubled := _doubled(statements, uses, bound):
        return doubled
    alone = {(n, own[0]) for n, all_ in uses.below.items() for own in all_ if len(own) == 1}
    holders: dict[str, set[str]] = {}
    for name, letters in ((n, own) for n, all_ in uses.below.items() for own in all_):
        for letter in letters if "_" not in letters else ():
            holders.setdefault(letter, set()).add(name)
    found = {
        (name, letter)
        for name, letter in alone
        if letter.isalpha() and letter not in bound and holders[letter] == {name}
        and all(len(own) == 1 for own in uses.below[name])
    }  # fmt: skip
    if gates := _gates(uses, bound):
        return gates
    found -= (apart := _labelled(statements, uses, bound) | _each_defined(statements, uses, bound))
    named = {(name, letter) for name, letter in found if letter in uses.arrays}
    named = {(n, x) for n, x in named if all((n, own[0]) in named for own in uses.below[n])}
    greek = {(n, GREEK[x]) for n, x in alone if x in GREEK and holders[x] == {n}}  # L_lambda
    greek = {(n, x) for n, x in greek if x in uses.bare - bound and n in uses.alone}
    idle = {p for p in found - named if _is_idle(p, statements, uses)}
    return apart | named | greek | idle | {p for p in found if _is_open_loss(p, statements, uses)}


def _defined(statement: LatexStatement) -> str:
    """The letter that an equation says something of other than a number or another letter."""
    left, right = statement.sides[0], [*statement.sides[1:2], []][0]
    is_letter = len(left) == 1 and left[0].is_letter and statement.relations[1:2] == ["="]
    return left[0].text if is_letter and len(right) > 2 else ""


def _doubled(
    statements: Sequence[LatexStatement], uses: _Uses, bound: set[str]
) -> set[tuple[str, str]]:
    """``R_{xx}`` and ``r_{xd}``, of letters that are never below a name alone and run over nothing:
    of which vectors an array is. A diagonal entry ``H_{kk}`` stands beside some ``z_k``.
    """
    below = {name: {"".join(own) for own in all_} for name, all_ in uses.below.items()}
    twofold = {n: all_ for n, all_ in below.items() if all(len(x) == 2 for x in all_)}
    others = bound.union(*(x for name, all_ in below.items() if name not in twofold for x in all_))
    factors = {n for one in statements for side in one.sides for n in _behind_transposes(side)}
    letters = {
        label[0] for name, all_ in twofold.items() if name.isupper()
        for label in all_ if label[0] == label[1] and (name in factors or label[0] in uses.bare)
    }  # fmt: skip
    if not letters or letters & others:
        return set()
    named = {n: all_ for n, all_ in twofold.items() if not others & set("".join(all_))}
    return {(name, label) for name, all_ in named.items() for label in all_ if label.isalpha()}


def _behind_transposes(side: list[Tex]) -> Iterator[str]:
    """The R of ``w^T R w``."""
    for place, name, _ in _names(side):
        before = "".join(t.text for t in side[max(place - 4, 0) : place]).rstrip("}")
        if before.endswith(("^T", "^{T", r"^\top", r"^{\top")):
            yield name


def _gates(uses: _Uses, bound: set[str]) -> set[tuple[str, str]]:
    """``W_f``, ``b_f``, ``W_{xi}`` in a text that has ``f_t``, ``i_t``, ``x_t``, or defines f: the
    letters below are what the array is for, if a text has several such arrays.
    """
    steps = {own[0] for all_ in uses.below.values() for own in all_ if _is_step(own)}
    scripted = {
        name for name, all_ in uses.below.items()
        if name in uses.arrays and all(own[0] in steps for own in all_)
    }  # fmt: skip
    letters = {name.lower() for name in scripted - steps if name.isalpha()} | uses.named
    letters -= bound
    found: set[tuple[str, str]] = set()
    for name, all_ in uses.below.items() if letters else ():
        is_free = not any({*own} & (bound | steps) or not "".join(own).isalpha() for own in all_)
        if name not in scripted and is_free and any({*own} <= letters for own in all_):
            found |= {(name, "".join(own)) for own in all_}
    return found if len({label for _, label in found}) > 1 else set()


def _labelled(
    statements: Sequence[LatexStatement], uses: _Uses, bound: set[str]
) -> set[tuple[str, str]]:
    r"""``\pi_w``, ``\pi_l`` and ``v_c``, where a definition has such letters on its right only and
    nothing runs over them: they say which is meant.
    """
    lefts, rights = set[str](), set[str]()
    for one in statements:
        if one.relations[1:2] != ["="] or any(t.text in _SLOPES for t in one.sides[0]):
            continue
        own = [(name, script) for _, name, script in _names(one.sides[0])]
        if len(own) != 1:
            continue
        lefts |= {*own[0][1]}
        rights |= {x for _, _, script in _names(one.sides[1]) for x in script if len(script) == 1}
    beside = {x for all_ in uses.below.values() for own in all_ if len(own) > 1 for x in own}
    others = lefts | bound | beside | _INDICES
    letters = {x for x in rights - others if x.isalpha() and x.islower()}
    return {
        (name, own[0])
        for name, all_ in uses.below.items()
        if name not in _KEPT
        and name not in uses.alone
        and all(len(own) == 1 and own[0] in letters for own in all_)
        for own in all_
    }


def _each_defined(
    statements: Sequence[LatexStatement], uses: _Uses, bound: set[str]
) -> set[tuple[str, str]]:
    """``L_r`` and ``L_f``: each has a definition of its own, without its letter in it."""
    said: dict[tuple[str, str], list[str]] = {}
    for one in statements:
        own = [(name, script) for _, name, script in _names(one.sides[0])]
        left = [t.text for t in one.sides[0] if t.text not in _PLAIN]
        is_one = len(own) == 1 and len(own[0][1]) == 1 and len(left) == len("L_r")
        if is_one and one.relations[1:2] == ["="]:
            said.setdefault((own[0][0], own[0][1][0]), [t.text for t in one.sides[1]])
    fitting = {
        (name, x) for (name, x), right in said.items()
        if x.isalpha() and x not in bound and x not in right and len(right) > 1
        and any(piece in uses.bare or piece in GREEK for piece in right)
    }  # fmt: skip
    found = set[tuple[str, str]]()
    for name, all_ in uses.below.items():
        own = {pair for pair in fitting if pair[0] == name}
        rights = {"".join(said[pair]) for pair in own}
        if len(own) > 1 and len(rights) == len(own) and {(name, "".join(x)) for x in all_} == own:
            found |= own
    return found


def _is_step(script: list[str]) -> bool:
    """``t - 1``"""
    return len(script) == 3 and script[1] in ("+", "-") and script[2].isdigit()


def _is_idle(pair: tuple[str, str], statements: Sequence[LatexStatement], uses: _Uses) -> bool:
    """Whether the definition of a name lacks the letter that always stands below the name."""
    name, letter = pair
    if letter in uses.bare or any(own != [letter] for own in uses.below[name]):
        return False
    for one in statements:
        left = [t.text for t in one.sides[0] if t.text not in _PLAIN]
        is_own = [GREEK.get(piece, piece) for piece in left] == [name, "_", letter]
        if is_own and one.relations[1:2] == ["="] and len(one.sides[1]) > 1:
            return all(token.text != letter for token in one.sides[1])
    return False


def _is_open_loss(pair: tuple[str, str], statements: Sequence[LatexStatement], uses: _Uses) -> bool:
    r"""Whether a name is only ever differentiated, and its letter stands nowhere else: ``E_n``."""
    name, letter = pair
    sides = [side for one in statements if len(one.sides) > 1 for side in one.sides]
    found = [
        [t.text for t in side[max(place - 3, 0) : place]] == [r"\frac", "{", r"\partial"]
        for side in sides
        for place, own, _ in _names(side)
        if own == name
    ]
    return letter not in uses.bare and bool(found) and all(found)


def _see(side: list[Tex], uses: _Uses) -> None:
    for place, name, script in _names(side):
        uses.bare.add(name)
        before = [t.text for t in side[max(place - 2, 0) : place]]
        after = [t.text for t in side[place + 1 : place + 4]]
        is_whole = bool({*before} & _BOLD) or (after[:1] == ["^"] and bool({*after} & _WHOLE))
        if script or is_whole or "diag" in "".join(t.text for t in side[max(place - 8, 0) : place]):
            uses.arrays.add(name)
        if script:
            uses.below.setdefault(name, []).append(script)
        else:
            uses.alone.add(name)


def _names(side: list[Tex]) -> Iterator[tuple[int, str, list[str]]]:
    """Names that stand in no script, with what stands below them."""
    past = -1
    for place, token in enumerate(side):
        if place <= past:
            continue
        if token.text == "_" and place + 1 < len(side):
            past = _end(side, place + 1)
        elif token.is_name or token.text in GREEK:
            follows = side[place + 1 : place + 3]
            end = _end(side, place + 2) if len(follows) > 1 and follows[0].text == "_" else place
            script = [t.text for t in side[place + 2 : end + 1] if t.text not in _PLAIN]
            yield place, GREEK.get(token.text, token.text), script


def _end(side: list[Tex], place: int) -> int:
    """Where a script ends."""
    if side[place].text in FONTS and place + 1 < len(side):
        place += 1
    end = closing(side, place) if side[place].text == "{" else place
    return max(end, place)
