"""A derivation as data: sections of steps, each step one rewriting of a whole line.

A section starts from a left side (a derivative, or the expression itself) and rewrites it line by
line; lemmas come before the section that uses them. Writers read these values; nothing here
knows how a line looks.
"""

from __future__ import annotations

from dataclasses import dataclass

from gory.notation import D, Expr, Fact, Ref, free_in_order
from gory.notation._build import sum_of, times

DETAILS = ("brief", "steps", "gory")
VERDICTS = ("refuted", "tested", "proved")  # from weak to strong


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a derivation.

    Attributes
    ----------
    rule : str
        The name a lecturer would give the step.
    before, after : Expression
        The whole line before and after it.
    uses : tuple of str
        Lemmas, declared facts and side conditions that the step rests on.
    verdict : str
        "proved" or "tested"; "refuted" never leaves the house.
    note : str
        A remark to print under the line, such as the names given to inner functions.
    detail : str
        The coarsest detail at which the line is shown; below it the step is merged into the next
        line.
    how : str
        How the verdict was reached.
    value : str
        The value of the line, where numbers were given.
    """

    rule: str
    before: Expr
    after: Expr
    uses: tuple[str, ...] = ()
    verdict: str = "tested"
    note: str = ""
    detail: str = "steps"
    how: str = ""
    value: str = ""

    @property
    def besides(self) -> tuple[str, ...]:
        """What the step rests on besides that which its rule names."""
        return tuple(use for use in self.uses if use not in self.rule)


@dataclass(frozen=True, slots=True)
class Section:
    """A chain of steps under a title ("Lemma 1", "Part II", "Derivation").

    ``left`` is what the chain starts from; with no step it is its own result. ``detail`` is the
    coarsest detail at which the section is shown at all. The lines of a case hold ``under`` a
    condition, written as a factor that is 1 where the case applies and 0 elsewhere.
    """

    title: str
    left: Expr
    steps: tuple[Step, ...]
    detail: str = "brief"
    under: Expr | None = None
    value: str = ""

    @property
    def result(self) -> Expr:
        return self.steps[-1].after if self.steps else self.left


@dataclass(frozen=True, slots=True)
class Premise:
    """A line of the paper that a derivation starts from: ``left = right``, as it was defined."""

    left: Expr
    right: Expr
    value: str = ""


@dataclass(frozen=True)
class Derivation:
    """What follows from a paper for one expression and one or more variables.

    Attributes
    ----------
    of : Expression
        What is differentiated (or only simplified).
    wrt : tuple of Ref
        One variable for every order.
    sections : tuple of Section
        Lemmas first, then the derivation itself, then cases if they were asked for.
    result : Expression
        The closed form.
    matrix_form, matrix_latex : str
        The same in matrix notation, as text and as LaTeX, or "" where none is known.
    matrix_layout : str
        What are rows and columns of it, and what is held fixed, where that is not as `shape` says.
    along : Ref or None
        The direction that the last derivative is multiplied with.
    freed : tuple of str
        Defined names among the variables: they are varied on their own, their definitions set
        aside.
    premises : tuple of Premise
        The definitions that the question rests on, in the order of the paper.
    facts : tuple of Fact
        What the paper declares of the names in them.
    """

    of: Expr
    wrt: tuple[Ref, ...]
    sections: tuple[Section, ...]
    result: Expr
    matrix_form: str = ""
    matrix_latex: str = ""
    matrix_layout: str = ""
    along: Ref | None = None
    freed: tuple[str, ...] = ()
    premises: tuple[Premise, ...] = ()
    facts: tuple[Fact, ...] = ()

    @property
    def asked(self) -> Expr:
        """The question as an expression; the result equals it."""
        asked: Expr = self.of
        for variable in self.wrt:
            asked = D(asked, variable)
        if self.along is not None:
            asked = sum_of(self.wrt[-1].indices, times(asked, self.along))
        return asked

    @property
    def shape(self) -> str:
        """What kind of object the entries make up, and its shape; "" for a single number.

        Outputs are rows and variables columns; a variable with several indices is laid out with
        its last index running fastest.
        """
        variables = self.wrt[:-1] if self.along is not None else self.wrt
        outputs = free_in_order(self.of)
        groups = [g for g in (outputs, *map(free_in_order, variables)) if g]
        letters = [index.name for group in groups for index in group]
        if not letters or len(set(letters)) < len(letters):
            return ""
        kind = "array"
        if len(groups) == 1:  # a gradient has the shape of its variable
            is_gradient = not outputs and len(variables) == 1 and self.along is None
            kind = "gradient" if is_gradient else "array"
            groups = [(index,) for index in groups[0]]
        elif len(groups) == 2 and (outputs or variables[0].name == variables[-1].name):
            kind = "Jacobian" if outputs else "Hessian"
        sides = " x ".join(" ".join(index.range for index in group) for group in groups)
        names = [",".join(index.name for index in group) for group in groups]
        if len(groups) != 2:
            return f"{kind} {sides}: entry {', '.join(names)}"
        row, column = (f"({name})" if "," in name else name for name in names)
        return f"{kind} {sides}: row {row}, column {column}"

    @property
    def matrix_remark(self) -> str:
        """How the matrix form is laid out, to be read behind it; "" where `shape` says it."""
        return f", {self.matrix_layout}" if self.matrix_layout else ""

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for section in self.sections for step in section.steps)

    @property
    def main(self) -> Section:
        """The section that ends in the result; lemmas stand before it, cases behind."""
        return next(s for s in reversed(self.sections) if s.under is None)

    @property
    def verdict(self) -> str:
        """The weakest verdict of all steps."""
        found = {step.verdict for step in self.steps} or {"proved"}
        return min(found, key=VERDICTS.index)
