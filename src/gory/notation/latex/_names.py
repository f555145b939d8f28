r"""What the names of a LaTeX text stand for, gathered from all of it before a line is read.

One line alone does not say whether ``\theta_{10}`` is entry (1, 0) or entry 10, or whether
``h_k`` has an instance that its author stopped writing. The whole text does: a survey counts how
every name is used, and the reader asks here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from gory.notation._errors import NotationError
from gory.notation.latex._bodies import Body, Entries

_LABELS = """
max min new old out ref reg tot total train test mse nll loss data all soft hard pos neg avg mean
init obs hid est opt err sum src tgt
CE LN BN KL MSE NLL BCE LSE
"""
LABELS = frozenset(re.findall(r"\w+", _LABELS))
_WORD = re.compile(r"[A-Z]?[a-z]{3,}")
_FUNCTION_NAMES = "h J L ell f g S E C P p F l sigma yhat loss cost s a"
_FUNCTION_LETTERS = frozenset(re.findall(r"\w+", _FUNCTION_NAMES))


def is_label(script: str) -> bool:
    """Whether letters below a name are a word, ``y_{true}``, and no indices: ``T_{ijkl}``.

    A vowel other than i tells them apart, but for letters in the order of the alphabet.
    """
    is_word = _WORD.fullmatch(script) is not None and not {*"aeou"}.isdisjoint(script)
    return script in LABELS or (is_word and sorted(script) != [*script])


@dataclass
class Usage:
    """How one name is written across a text."""

    subscripts: Counter[int] = field(default_factory=Counter)  # number of subscripts -> times
    instance: str = ""  # the letter of a superscript in brackets
    numbered: bool = False  # a superscript in brackets is a number
    applied: bool = False  # an argument in brackets follows on some left side
    written: set[str] = field(default_factory=set)  # its subscripts
    parameters: set[str] = field(default_factory=set)  # what it is a function of, there
    declared: int = 0  # axes that it has by "W in R^(K x D)"
    is_number: bool = False  # by "b in R"

    learned: int = 0  # axes, subscripts included, though nobody wrote them all

    def learn(self, axes: int) -> None:
        self.learned = max(self.learned, axes)

    @property
    def most(self) -> int:
        """The number of subscripts where there are most."""
        return max((n for n, times in self.subscripts.items() if times), default=0)

    @property
    def is_labelled(self) -> bool:
        """Only numbers stand below it, so that each of them may belong to a name of its own."""
        return bool(self.written) and all(index.isdigit() for index in self.written)


class Step(NamedTuple):
    """An array at another step: ``h_{t-1}`` is h at t, by -1. There is no letter under a sum."""

    array: str
    letter: str
    by: int


@dataclass
class Names:
    """Usage of all names of a text."""

    usage: dict[str, Usage] = field(default_factory=dict)
    defined: set[str] = field(default_factory=set)  # names that some line defines
    letters: set[str] = field(default_factory=set)  # letters that are indices somewhere
    below: frozenset[str] = frozenset()  # letters that stand below others in the source
    limits: dict[str, set[tuple[str, str]]] = field(default_factory=dict)  # of sums, by letter
    reads_ends: bool = False  # inside a_1 + ... + a_K, where K is an index
    variables: list[tuple[int, str]] = field(default_factory=list)  # of derivatives, by place
    labels: set[str] = field(default_factory=set)  # names whose numbers below are no indices
    matrices: bool = False  # the text has signs that only whole arrays have
    hopeful: bool = False  # the other side is an array, so a capital in a product is a matrix
    apart: bool = False  # names with other numbers of indices are other names
    sizes: dict[tuple[str, int], str] = field(default_factory=dict)  # of axes, as declared
    layered: set[str] = field(default_factory=set)  # names written as W^1
    layers: set[str] = field(default_factory=set)  # letters above names that number layers
    primed: set[str] = field(default_factory=set)  # names with primes somewhere
    bare: set[str] = field(default_factory=set)  # names without a bracket behind them, somewhere
    valued: set[str] = field(default_factory=set)  # names that get the values of a tuple
    domains: dict[str, str] = field(default_factory=dict)  # finite sets of values, as written
    scalars: frozenset[str] = frozenset()  # names that words call a number
    doubts: set[str] = field(default_factory=set)  # of the side that is being read
    has_plain_d: bool = False  # D is a matrix or a number, and no operator
    is_logistic: bool = False  # sigma stands before brackets: it is the logistic function
    spans: dict[str, set[str]] = field(default_factory=dict)  # limits of sums, as written
    from_zero: set[tuple[str, int]] = field(default_factory=set)  # axes over which sums run from 0
    from_one: set[tuple[str, int]] = field(default_factory=set)  # and from 1
    spans_of_sums: set[tuple[str, str]] = field(default_factory=set)  # from 1 to K, from 2 to K
    zeros: set[tuple[str, int]] = field(default_factory=set)  # axes where the entry 0 is named
    apart_from_one: set[tuple[str, int]] = field(default_factory=set)  # no sum from 1 has it
    stand_ins: dict[str, str] = field(default_factory=dict)  # functions, and what they stand for
    has_rows: bool = False  # a vector is declared as 1 x n, so that all are rows
    columns: set[str] = field(default_factory=set)  # but for these, which are n x 1
    has_units: bool = True  # e with one index is a unit vector
    rests: dict[str, set[str]] = field(default_factory=dict)  # numbered names, and what they use
    list_ends: set[str] = field(default_factory=set)  # the n of x_1, ..., x_n
    counted: set[tuple[str, str]] = field(default_factory=set)  # "j = 1, ..., n": letter, first
    bodies: dict[str, Body] = field(default_factory=dict)  # functions that the text defines
    entries: dict[str, Entries] = field(default_factory=dict)  # of arrays, by entry
    composed: dict[str, tuple[int, str, str]] = field(default_factory=dict)  # S of S_t(g(W)): where
    true_classes: dict[str, str] = field(default_factory=dict)  # of one-hot names, by letter
    classes_in_words: bool = False  # words name these letters
    calls: dict[str, tuple[str, ...]] = field(default_factory=dict)  # first arguments of a name
    at_steps: dict[str, str] = field(default_factory=dict)  # names without the step of others
    designs: dict[str, str] = field(default_factory=dict)  # matrices, and names of their rows
    rows: dict[str, str] = field(default_factory=dict)  # names of rows, and their matrices
    label_names: set[str] = field(default_factory=set)  # arrays whose entries are indices
    is_mention: bool = False  # what is read stands alone, and claims nothing
    steps: dict[str, set[int]] = field(default_factory=dict)  # of shifted indices, by array
    shifted: dict[str, Step] = field(default_factory=dict)  # arrays at other steps
    texts: dict[str, list[tuple[int, str]]] = field(default_factory=dict)  # of numbers, by place
    summed: set[str] = field(default_factory=set)  # letters that a sum or product binds somewhere
    tags: set[tuple[str, str]] = field(default_factory=set)  # a name, and a letter that is part
    capitals: set[str] = field(default_factory=set)  # that do not only stand above others
    left_out: set[str] = field(default_factory=set)  # letters of pairs that nothing binds
    fixed: frozenset[str] = frozenset()  # of these, those that are read as one index
    one_layout: bool = False  # gradients by matrices have the shape of these, not the transposed
    own_primes: set[str] = field(default_factory=set)  # names never without their one prime
    ambiguous: set[str] = field(default_factory=set)  # functions with more than one body
    overloaded: dict[str, str] = field(default_factory=dict)  # names without argument, and why

    @property
    def has_logistic(self) -> bool:
        """Whether sigma in front of brackets is the logistic function."""
        return "sigma" not in self.defined | self.scalars

    @property
    def uncertain_steps(self) -> set[str]:
        """Arrays at other steps whose relation to each other may be used."""
        is_simple = len(self.steps.get("", ())) < 2
        fixed = {n for n in self.steps if any(i.isdigit() for i in self.of(n).written)}
        starts = tuple(fixed) if is_simple else tuple(self.steps)
        return {n for n in self.shifted if n.startswith(starts)} if starts else set()

    def is_at_step(self, subscripts: Sequence[str]) -> bool:
        """Whether all that stands below a name is the step of a recursion, as in ``h_t``."""
        letters = {step.letter for step in self.shifted.values()} - {""}
        return bool(subscripts) and letters.issuperset(subscripts)

    def stand_apart(self, axes: Set[tuple[str, int]]) -> Set[tuple[str, int]]:
        """Of the axes under one sum from 1, those whose entry 0 is an own thing: theta_0.

        Where all of several factors have one, as theta_0 x_0, it may be a part of the sum.
        """
        found = axes & self.zeros - self.from_zero
        return found if len(axes) == 1 or found != axes else set()

    def count(self, letter: str, low: str, high: str) -> None:
        """Keep that an index runs from one number to another, as the text says."""
        self.limits.setdefault(letter, set()).add((low, high))
        self.counted.add((letter, low))

    def of(self, name: str) -> Usage:
        return self.usage.setdefault(name, Usage())

    def learn_vectors(self, text: str, numbers: Container[str]) -> None:
        """``(w - v)^T``: a sum of names that is transposed is one of vectors.

        Raises `NotationError` where that is news, so that nothing is learnt from this reading.
        """
        if re.fullmatch(r"\([A-Za-z]\w*(?: [+-] [A-Za-z]\w*)+\)", text) is None:
            return
        found = [n for n in re.findall(r"[A-Za-z]\w*", text) if n[0].islower()]
        found = [n for n in found if not (n in numbers or self.of(n).is_number or self.axes(n))]
        for name in found:
            self.of(name).learn(1)
        if found:
            raise NotationError(f"{', '.join(found)} turns out to be a vector")

    def axes(self, name: str) -> int:
        """The number of subscripts that a name has where it has most."""
        usage = self.of(name)
        return usage.most if self.tells_apart(name) else max(usage.most, usage.learned)

    def axes_of_siblings(self, name: str) -> int:
        """``W_1`` is a matrix where ``W_2`` is one."""
        base = name.rstrip("0123456789")
        if base == name or base not in self.labels or not base[0].isupper():
            return 0
        siblings = (f"{base}{number}" for number in range(10))
        return max((self.axes(one) for one in siblings if one in self.usage), default=0)

    def tells_apart(self, name: str) -> bool:
        """Whether a name with fewer indices than elsewhere is read as another name."""
        usage = self.of(name)
        return self.apart and not usage.declared

    def splits_digits(self, name: str) -> bool:
        """Whether ``10`` below a name is the two indices 1 and 0."""
        found = self.of(name).subscripts
        return self.axes(name) > 1 or found[1] == 0

    def is_function(self, name: str) -> bool:
        """Whether a bracket behind a name can be its argument."""
        return self.of(name).applied or name.removesuffix("cal") in _FUNCTION_LETTERS

    def instance(self, name: str) -> str:
        """The letter of the instance that belongs to a name, "" where it has none."""
        return self.of(name).instance

    @property
    def has_arrays(self) -> bool:
        """Whether anything in the text is a whole vector or matrix."""
        return any(usage.learned or usage.declared for usage in self.usage.values())

    def knowledge(self) -> tuple[tuple[str, int], ...]:
        """How many axes each name has, to see whether a reading taught anything."""
        return tuple(sorted((name, self.axes(name)) for name in self.usage if self.axes(name)))

    @property
    def ends(self) -> set[str]:
        """Upper ends of sums, such as K."""
        return {high for limits in self.limits.values() for _, high in limits}

    def spare_letter(self) -> str:
        """A letter for an index that the author did not write."""
        return self.spare_letters(1)[0]

    def spare_letters(self, count: int) -> list[str]:
        """Letters for several of them; those that are names in the text come last."""
        free = [letter for letter in "qrtuvwdabfgops" if letter not in self.letters]
        return sorted(free, key=lambda letter: letter in self.usage)[:count]
