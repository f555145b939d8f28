"""Gaps: LostSum, ByNumber, OnlyFor, LostFactor, SpareFactor, LostTerm, Changed, LooseIndex.

What separates a wrong line from a right one is a value: a reader gets it in words, an author as the
line that it makes, and whoever asks whether a line was misread gets its kind. The set is closed, so
that a new kind has to say all three.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from gory.notation import Add, Expr, Index, Mul, Num, Sum, free_indices
from gory.notation._build import plus, times
from gory.verify.manuscript.explanations._edit import Edit
from gory.verify.manuscript.explanations._factor_changes import with_factor
from gory.verify.manuscript.explanations._tidy import divided
from gory.verify.manuscript.wording._wording import Style, Wording, worded

SLIGHT = (Fraction(-1), Fraction(2), Fraction(1, 2))  # factors that people lose


@dataclass(frozen=True)
class LostSum:
    """The right side is one term of a sum."""

    index: Index


@dataclass(frozen=True)
class ByNumber:
    """The right side is so many times the left one."""

    ratio: Fraction


@dataclass(frozen=True)
class OnlyFor:
    """The line holds where two indices are equal, or where they are not."""

    one: Index
    other: Index
    are_equal: bool


@dataclass(frozen=True)
class LostFactor:
    """The right side, times this, is the left one."""

    factor: Expr


@dataclass(frozen=True)
class SpareFactor:
    """The left side, times this, is the right one."""

    factor: Expr


@dataclass(frozen=True)
class LostTerm:
    """What has to be added to the right side."""

    term: Expr


@dataclass(frozen=True)
class Changed:
    """One token stands in the place of another."""

    edit: Edit


@dataclass(frozen=True)
class LooseIndex:
    """An index that nothing binds, and that the left side does not have."""

    index: Index


Gap = LostSum | ByNumber | OnlyFor | LostFactor | SpareFactor | LostTerm | Changed | LooseIndex


def in_words(gap: Gap, style: Style) -> Wording:
    """What is wrong, as a clause."""
    match gap:
        case LostSum(index):
            return worded(style, "the sum over ", index, " is missing")
        case ByNumber(ratio):
            by = "differs by the factor "
            typeset = worded(style, by, Num(ratio)).latex.replace("(-1)", "-1")
            return Wording(f"{by}{ratio}", typeset)
        case OnlyFor(one, other, are_equal):
            plain, typeset = ("=", "=") if are_equal else ("!=", r"\ne")
            return Wording(
                f"holds only for {one.name} {plain} {other.name}",
                f"holds only for ${one.name} {typeset} {other.name}$",
            )
        case LostFactor(factor):
            return worded(style, "misses the factor ", factor)
        case SpareFactor(factor):
            return worded(style, "has the factor ", factor, " too much")
        case LostTerm(term):
            words = "misses " if isinstance(term, Add) else "misses the term "
            return worded(style, words, term)
        case Changed(edit):
            return edit.fault(style)
        case LooseIndex(index):
            return worded(style, "index ", index, " is free on the right only")


def exprs_of(gap: Gap) -> tuple[Expr, ...]:
    """The formulas that are said of it."""
    match gap:
        case LostFactor(one) | SpareFactor(one) | LostTerm(one):
            return (one,)
        case Changed(edit):
            return (edit.old, edit.new, *(one for one in edit.of if not isinstance(one, Index)))
        case LostSum() | ByNumber() | OnlyFor() | LooseIndex():
            return ()


def with_exprs(gap: Gap, exprs: Sequence[Expr]) -> Gap:
    """The same with other formulas in it, as many as `exprs_of` gives."""
    match gap:
        case LostFactor() | SpareFactor() | LostTerm():
            return type(gap)(*exprs)
        case Changed(edit):
            others = iter(exprs[2:])
            of = tuple(one if isinstance(one, Index) else next(others) for one in edit.of)
            return Changed(replace(edit, old=exprs[0], new=exprs[1], of=of))
        case LostSum() | ByNumber() | OnlyFor() | LooseIndex():
            return gap


def mended(gap: Gap, right: Expr) -> Expr | None:
    """The right side that holds, as far as the gap tells it."""
    match gap:
        case LostSum(index):
            return _summed(index, right)
        case ByNumber(ratio):
            return times(Num(1 / ratio), right)
        case LostFactor(factor):
            return with_factor(factor, right)
        case SpareFactor(factor):
            return _without(factor, right)
        case LostTerm(term):
            return plus(right, term)
        case Changed() | OnlyFor() | LooseIndex():
            return None


def _summed(index: Index, expr: Expr) -> Expr:
    """A sum, behind the factors that do not depend on its index."""
    if isinstance(expr, Mul):
        parts = list(expr.factors)
        place = next((n for n, one in enumerate(parts) if index in free_indices(one)), 0)
        return times(*parts[:place], Sum((index,), times(*parts[place:])))
    return Sum((index,), expr)


def _without(factor: Expr, expr: Expr) -> Expr:
    """A quotient, or the product without a factor that stands in it."""
    left: list[Expr] = list(expr.factors) if isinstance(expr, Mul) else [expr]
    for part in factor.factors if isinstance(factor, Mul) else (factor,):
        if part not in left:
            return divided(expr, factor)
        left.remove(part)
    return times(*left)


def is_slip(gap: Gap | None) -> bool:
    """Whether a gap is of a kind that people lose in one stroke, so that a right line is near."""
    match gap:
        case ByNumber(ratio):
            return ratio in SLIGHT
        case LostSum() | OnlyFor() | LostFactor() | SpareFactor():
            return True
        case _:
            return False
