"""What equations say about the names on their left: defined, a function, one for every instance."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gory.notation._errors import NotationError
from gory.notation.latex._names import Names
from gory.notation.latex._reader import LatexReader
from gory.notation.latex._scripts import GREEK, base, scripts
from gory.notation.latex._tokens import Tex, closing
from gory.notation.latex._wholes import Bare, Value


def survey_instance(source: str, names: Names, left: list[Tex], text: str) -> None:
    """A name that is defined for one instance has that instance, though nobody writes it."""
    letters = {use.instance for use in names.usage.values() if use.instance}
    r = LatexReader(source, left, names)
    try:
        written = scripts(r, base(r), left[0])
    except (NotationError, IndexError):
        return
    name = written.name
    for letter in letters - set(written.subscripts):
        own = "|".join(n for n, use in names.usage.items() if use.instance == letter)
        is_used = re.search(rf"\b(?:{own})\[{letter}[,\]]", text)
        is_bound = re.search(rf"sum_\{{(?:\w+,)*{letter}(?:,\w+)*\}}", text)
        if is_used and not is_bound and name in names.defined:
            names.of(name).instance = names.instance(name) or letter


def survey_labels(names: Names, values: Sequence[Value], right: str) -> None:
    """``h_2 = f(h_1)``, where only numbers stand below h, speaks of several names."""
    left = values[0]
    if not isinstance(left, Bare) or not left.written.subscripts:
        return
    name = left.written.name
    if names.of(name).is_labelled and re.search(rf"\b{re.escape(name)}\[", right):
        names.labels.add(name)


def survey_left(source: str, names: Names, tokens: list[Tex]) -> None:
    """Learn from a left side whether it is a name, or a name with arguments."""
    if not tokens:
        return
    r = LatexReader(source, tokens, names)
    try:
        written = scripts(r, base(r), tokens[0])
    except NotationError:
        return
    if r.place == len(tokens) and not written.primes and written.power in ("", "2"):
        names.defined.add(written.name)
    elif r.peek() == "(" and closing(tokens, r.place) == len(tokens) - 1:
        usage = names.of(written.name)
        inner = tokens[r.place + 1 : -1]
        letters = {GREEK.get(t.text, t.text) for t in inner if t.is_letter or t.text in GREEK}
        is_list = all(t.is_letter or t.text in GREEK or t.text.strip("+-=\\") for t in inner)
        if written.name not in letters and is_list:
            usage.applied = True
            usage.parameters |= letters
            if written.name != "sigma" or written.subscripts:
                names.defined.add(written.name)
