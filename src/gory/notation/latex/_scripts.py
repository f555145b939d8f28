r"""A name in LaTeX and the scripts on it: accents, subscripts, superscripts, primes.

``\hat y_k^{(i)}`` is the name ``yhat`` with the instance i and the subscript k. What a script means
depends on the name and on the rest of the text, which `Names` knows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from gory.notation._fonts import FONTS
from gory.notation.latex._names import LABELS, Names, Step, is_label
from gory.notation.latex._tokens import Tex, closing

if TYPE_CHECKING:
    from gory.notation.latex._reader import LatexReader

_SPELLING: dict[str, str] = {
    "varepsilon": "epsilon",
    "varphi": "phi",
    "vartheta": "theta",
    "varsigma": "sigma",
    "varrho": "rho",
}
_LETTERS = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon
phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega varepsilon varphi
vartheta varsigma varrho ell
"""
GREEK: dict[str, str] = {f"\\{word}": _SPELLING.get(word, word) for word in _LETTERS.split()}
ACCENTS = {rf"\{name}": name for name in ("hat", "bar", "tilde", "check", "dot")} | {
    r"\widehat": "hat", r"\widetilde": "tilde", r"\overline": "bar", r"\vec": "", r"\underline": "",
}  # fmt: skip
TRANSPOSED = ("T", r"\top", r"\intercal", r"\mathsfT", r"\mathrmT", r"\transpose")
LAYER = "layer"  # in the name of an array of a layer, before its step
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
    is_split: bool = False  # its subscript is digits that may be one index or several
    is_entrywise: bool = False  # its power has the sign of an entrywise product
    by: str = ""  # what a prime differentiates by, where the text says it


def base(r: LatexReader) -> str:
    """The bare name at the cursor."""
    token = r.take()
    if token.is_letter:
        for word in SPELLED_NAMES:
            if r.text.startswith(word, token.at) and r.peek(len(word) - 2) == word[-1]:
                r.place += len(word) - 1
                return word
        return token.text
    if token.is_word:
        return token.text
    if token.text in GREEK:
        return _RESERVED.get(GREEK[token.text], GREEK[token.text])
    if token.text in FONTS or token.text in ACCENTS:
        inner = r.argument()
        name = single_name(inner)
        if token.text == r"\mathbb":
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
        elif token.is_name or (token.is_number and parts):
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
    written.name = r.names.designs.get(written.name, written.name)
    step = r.names.at_steps.get(written.name, "")
    if step and step not in written.subscripts:
        written.subscripts = (step, *written.subscripts)
    if written.name in r.names.rows and len(written.subscripts) == 1:
        written.name = r.names.rows[written.name]
    if is_count(r.names, written):
        written.name += "of"
    if written.primes == 1 and written.name in r.names.own_primes:
        written.name, written.primes = f"{written.name}prime", 0
    if written.primes:
        r.names.primed.add(written.name)
    return written


def is_count(names: Names, written: Written) -> bool:
    """The ``N_k`` beside a sum up to N: a number of each class, and N the number of all."""
    is_one = len(written.subscripts) == 1 and names.of(written.name).most < 2
    return is_one and not written.instance and written.name in names.ends


def without_words(written: Written, script: list[Tex]) -> list[Tex]:
    r"""The k of ``\pi_{\text{old}, k}``; the word becomes a part of the name."""
    parts = arguments(script)
    labels = ["".join(t.text for t in p if t.text not in (*FONTS, "{", "}")) for p in parts]
    words = [p[0].text in FONTS or is_label(label) for p, label in zip(parts, labels, strict=True)]
    if len(parts) < 2 or not any(words) or all(words):
        return script
    written.name += "".join(label for label, is_word in zip(labels, words, strict=True) if is_word)
    rest = [part for part, is_word in zip(parts, words, strict=True) if not is_word]
    return [*rest[0], *(t for part in rest[1:] for t in (Tex(",", part[0].at), *part))]


def arguments(script: list[Tex]) -> list[list[Tex]]:
    """What stands between the commas of a script."""
    parts: list[list[Tex]] = [[]]
    for token in script:
        if token.text == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def below(r: LatexReader, written: Written, script: list[Tex]) -> None:
    script = without_words(written, script)
    label = "".join(t.text for t in script if t.text not in ("{", "}") and t.text not in FONTS)
    is_upright = bool(script) and (script[0].text in FONTS or script[0].is_word)
    is_word = is_upright and len(label) > 1 and label.isalnum()
    label = GREEK[label] if (written.name, GREEK.get(label, "")) in r.names.tags else label
    is_part = (written.name, label) in r.names.tags
    running = {*r.bound, *r.names.limits, *(r.names.ends if len(label) > 1 else ())}
    is_word = is_word or label in LABELS or (is_label(label) and running.isdisjoint(label))
    if is_part or is_word or is_number_of(r.names, written.name, label):
        written.name += label
        return
    parameter = single_name(script)
    is_parameter = parameter in _PARAMETERS and parameter not in r.names.letters
    if is_parameter and r.names.is_function(written.name):
        return  # h_\theta(x): the parameters of a function are no index
    if label in r.names.ends and label.isupper() and not r.names.reads_ends:
        if r.names.of(written.name).written - {label}:
            raise r.error(f"{label} is the end of a range; only fixed sizes have a last entry")
        written.name += label
        return
    if re.fullmatch(r"[A-Z]{1,4}", label) and running.isdisjoint(label) and not r.names.reads_ends:
        written.name += label  # k_B, W_Q, L_{FL}
        return
    script = shifted(r, written, script)
    written.is_split = len(script) == 1 and script[0].is_number and len(script[0].text) > 1
    written.subscripts += tuple(index_list(r, script, written.name))
    r.names.of(written.name).written.update(written.subscripts)


def is_number_of(names: Names, name: str, label: str) -> bool:
    """Whether a number below a name is a part of it: of ``v_1``, unless a sum runs over ``v_j``."""
    is_label = name in names.labels and label.isdigit()
    return is_label and not any(x.isalpha() for x in names.summed & names.of(name).written)


def shifted(r: LatexReader, written: Written, script: list[Tex]) -> list[Tex]:
    """``h_{t-1}`` is the entry t of an array of its own, that of the steps before."""
    kept: list[Tex] = []
    place = 0
    while place < len(script):
        pieces = [t.text for t in script[place : place + 3]]
        is_shift = len(pieces) == 3 and pieces[1] in ("+", "-") and pieces[2].isdigit()
        kept.append(script[place])
        place += 1
        if not (is_shift and script[place - 1].is_letter and pieces[0].islower()):
            continue
        place += 2
        step = int(pieces[2]) if pieces[1] == "+" else -int(pieces[2])
        for name in () if r.names.is_mention else (written.name, ""):
            r.names.steps.setdefault(name, set()).add(step)
        if pieces[0] in r.bound:
            r.doubts.add(f"a sum over {pieces[0]} of {written.name}_{''.join(pieces)} is shifted")
        number = pieces[2] if pieces[2] != "1" else ""
        more = str(len(kept)) if len(script) > 3 else ""
        base_name = written.name
        written.name += f"{'next' if step > 0 else 'prev'}{number}{more}"
        letter = pieces[0] if pieces[0] not in r.bound else ""
        r.names.shifted[written.name] = Step(base_name, letter, step)
    return kept


def above(r: LatexReader, written: Written, script: list[Tex]) -> None:
    if rest := behind_label(script):
        above(r, written, rest)
        script = script[:3]
    pieces = [token.text for token in script]
    label = "".join(p for p in pieces if p not in (*FONTS, "{", "}", "(", ")"))
    if "".join(pieces).replace("{", "").replace("}", "") in TRANSPOSED:
        written.is_transposed = True
        if pieces == ["T"] and "T" in r.names.bare:
            r.doubts.add("T is a name of the text, so ^T may be a power or a transpose")
    elif pieces and set(pieces) <= {"'", r"\prime"}:
        written.primes += len(pieces)
    elif is_label(label) or is_layer(r, written, pieces) or is_abbreviation(r.names, script):
        written.name += label
    elif pieces in (["*"], [r"\star"], [r"\ast"]):
        written.name += "star"
    elif len(pieces) == 3 and pieces[0] in ("(", "[") and script[1].is_number:
        usage = r.names.of(written.name)
        usage.numbered = True
        if usage.instance and pieces[0] == "(":
            written.instance = pieces[1]
        else:
            written.name += pieces[1]
    elif letter := instance_letter(script):
        written.instance = letter
        r.names.letters.add(letter)
        r.names.of(written.name).instance = r.names.instance(written.name) or letter
    elif pieces and pieces[0] in ("(", "[") and pieces[-1] in (")", "]") and len(pieces) > 3:
        joined = "".join(pieces)
        if re.fullmatch(r"[(\[][A-Za-z][+-]\d+[)\]]", joined):
            raise r.error(f"the superscript {joined} of a recursion is not read; name the layers")
        written.power = r.number(script)
    elif len(script) > 1 and pieces[0] in (r"\odot", r"\circ"):
        written.power, written.is_entrywise = r.number(script[1:]), True
    elif len(pieces) == 1 and pieces[0].isdigit() and is_numbered(r, written.name, pieces[0]):
        written.name += pieces[0]
    else:
        if len(script) == 1 and script[0].is_letter and pieces[0] in r.names.letters:
            r.doubts.add(f"{written.name}^{pieces[0]} may be a power or an entry")
        written.power = r.number(script)


def behind_label(script: list[Tex]) -> list[Tex]:
    """The rest behind a first bracket: ``T`` of ``W^{[2]T}``, ``(i)`` of ``a^{[1](i)}``."""
    pieces = [token.text for token in script]
    if len(pieces) < 4 or [pieces[0], pieces[2]] not in (["(", ")"], ["[", "]"]):
        return []
    is_sign = pieces[3] in ("(", "[", "'", r"\prime") or "".join(pieces[3:]) in TRANSPOSED
    return script[3:] if is_sign else []


def is_abbreviation(names: Names, script: list[Tex]) -> bool:
    """The ``LS`` of ``y_k^{LS}``: capitals side by side that the text has not all elsewhere."""
    letters = {token.text for token in script}
    is_run = all(b.at == a.at + 1 for a, b in pairwise(script))
    if len(script) < 2 or not is_run or not all(x.isalpha() and x.isupper() for x in letters):
        return False
    return bool(letters - names.defined - names.ends - names.capitals)


def instance_letter(script: list[Tex]) -> str:
    """The letter of ``x^{(i)}``, ``x^{[i]}`` and ``x^{(i')}``; "" where something else stands."""
    pieces = [token.text for token in script]
    if len(pieces) < 3 or [pieces[0], pieces[-1]] not in (["(", ")"], ["[", "]"]):
        return ""
    primes = len(pieces) - 3
    is_own = script[1].is_letter and (pieces[0] == "(" or pieces[1].islower())  # [L] is a layer
    is_letter = is_own and all(p in ("'", r"\prime") for p in pieces[2:-1])
    return f"{pieces[1]}{'p' * primes}" if is_letter and primes < 3 else ""


def is_layer(r: LatexReader, written: Written, pieces: list[str]) -> bool:
    """``a^L`` in a text that numbers its layers by L."""
    if not pieces or pieces[0] not in r.names.layers:
        return False
    if len(pieces) > 1:
        shown = "".join(pieces)
        raise r.error(f"the layer {shown} of a recursion is not read; name it", written.token)
    return True


def is_numbered(r: LatexReader, name: str, digit: str) -> bool:
    """``W^1`` and ``W^2``: nobody writes the first power, so these are numbers of layers."""
    if digit == "1":
        r.names.layered.add(name)
    elif r.names.layered and name not in r.names.layered:
        r.doubts.add(f"{name}^{digit} may be a power or the number of a layer")
    return name in r.names.layered


def index_list(r: LatexReader, script: list[Tex], name: str = "") -> list[str]:
    """Indices of a subscript: separated by commas, or juxtaposed letters and digits."""
    found: list[str] = []
    past = -1  # the end of what has been read as a label
    for place, token in enumerate(script):
        piece = token.text
        if place <= past or piece in (",", "{", "}", ";"):
            continue
        if (label := _label_index(r, script, place)) is not None:
            found.append(label[0])
            past = label[1]
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
    r.names.letters.update(letter for letter in found if letter.isalpha())
    return found


def _label_index(r: LatexReader, script: list[Tex], place: int) -> tuple[str, int] | None:
    """The ``y_i`` of ``w_{y_i}``, the class that a label says, and where it ends."""
    token = script[place]
    behind = [t.text for t in script[place + 1 : place + 3]]
    if len(behind) < 2 or behind[0] not in ("_", "^") or not (token.is_name or token.text in GREEK):
        return None
    end = closing(script, place + 2) if behind[1] == "{" else place + 2
    inner = [t for t in script[place + 2 : end + 1] if t.text not in ("{", "}")]
    if behind[0] == "^":
        is_instance = len(inner) == 3 and inner[0].text == "(" and inner[1].is_letter
        inner = inner[1:2] if is_instance else []
    if not inner or not all(t.is_letter or t.text in (",", *GREEK) or t.is_number for t in inner):
        return None
    name = GREEK.get(token.text, token.text)
    r.names.label_names.add(name)
    return f"{name}[{','.join(index_list(r, inner))}]", end


def _digits(r: LatexReader, piece: str, name: str, *, alone: bool) -> list[str]:
    if len(piece) == 1 or not name:
        return [piece]
    if alone and r.names.splits_digits(name):
        return list(piece)
    return [piece] if alone else list(piece)


def own_instance(names: Names, written: Written) -> str:
    """The instance of a name, also where it is not written; nothing is an instance of itself."""
    usual = names.instance(written.name)
    return written.instance or (usual if usual not in written.subscripts else "")


def entry(r: LatexReader, written: Written) -> str:
    """The entry of an array: the instance first, then the subscripts."""
    name = written.name
    if not written.is_split:
        r.names.of(name).subscripts[len(written.subscripts)] += 1
    instance = own_instance(r.names, written)
    indices = (*([instance] if instance else []), *written.subscripts)
    r.names.zeros |= {(name, axis) for axis, index in enumerate(indices) if index == "0"}
    if name in r.names.true_classes and len(indices) == 1:
        return one_hot_entry(r, name, indices[0])
    return f"{name}[{','.join(indices)}]" if indices else name


def one_hot_entry(r: LatexReader, name: str, index: str) -> str:
    """The entry of a one-hot name of which the text says which one is not zero."""
    letter = r.names.true_classes[name]
    if letter in r.bound:
        raise r.error(f"{letter} is the class of {name} and is summed over here")
    return f"delta[{index},{letter}]"


def part_reader(r: LatexReader, tokens: list[Tex]) -> LatexReader:
    """A reader of a part, which knows what the whole knows."""
    return type(r)(
        r.text, tokens, r.names, r.manner, r.prime, r.claims, r.facts, r.bound, r.doubts,
        depth=r.depth + 1,
    )  # fmt: skip
