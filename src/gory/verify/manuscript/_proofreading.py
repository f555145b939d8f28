"""What a proofreading says: derivations with their lines, and on every line a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gory.verify.manuscript.explanations._explained import Explanation

PASSED = ("proved", "tested")  # verdicts on lines that hold


@dataclass(frozen=True)
class CheckedLine:
    """A line of the author with its verdict.

    Attributes
    ----------
    row : int
        Line of the file, from 1.
    text : str
        What the author wrote.
    verdict : str
        "proved", "tested", "refuted" or "unread"; "given" for what is not claimed but started from.
    why : str
        The reason: the proof or the tests, the size of the disagreement, or why it is unread.
    counterexample : mapping or None
        Sizes, indices and values of a point at which the sides differ, with both sides' values.
    repair : str
        What would make a refuted line true, or "".
    whole : str
        The verdict on the line as an answer to the first one; "" where it is the first.
    read_as : str
        The line in the paper language.
    why_latex, repair_latex : str
        The reason and the repair of a refuted line with their formulas in LaTeX, between dollars.
    defines : str
        The name that is taken to be defined by a line that is given, or "".
    relation : str
        The sign before the line, as it is typed: "=" or, unread, an inequality.
    found : Explanation or None
        What was found out about a refuted line, of which the words above are made.
    """

    row: int
    text: str
    verdict: str
    why: str = ""
    counterexample: Mapping[str, Any] | None = None
    repair: str = ""
    whole: str = ""
    read_as: str = ""
    why_latex: str = ""
    repair_latex: str = ""
    defines: str = ""
    relation: str = "="
    found: Explanation | None = field(default=None, repr=False, compare=False)

    def undecided(self, why: str) -> CheckedLine:
        """The same as unread: what was said of it as a wrong line is taken back."""
        return replace(
            self, verdict="unread", why=why, why_latex="", repair="", repair_latex="", whole="",
            found=None,
        )  # fmt: skip

    def passed(self, verdict: str, why: str) -> CheckedLine:
        """The same as a line that holds."""
        return CheckedLine(self.row, self.text, verdict, why, whole=verdict, read_as=self.read_as)


@dataclass(frozen=True)
class CheckedDerivation:
    """A chain of lines; the first is what the others are claimed to be equal to."""

    lines: tuple[CheckedLine, ...]


@dataclass(frozen=True)
class Proofreading:
    """Every derivation of a text with its verdicts."""

    text: str
    derivations: tuple[CheckedDerivation, ...]

    @property
    def lines(self) -> tuple[CheckedLine, ...]:
        """All lines that claim something, in the order of the text."""
        return tuple(
            line for one in self.derivations for line in one.lines if line.verdict != "given"
        )

    @property
    def definitions(self) -> tuple[CheckedLine, ...]:
        """Lines that are taken as definitions; they are not judged, and the others rest on them."""
        return tuple(line for one in self.derivations for line in one.lines if line.defines)

    @property
    def verdict(self) -> str:
        """The weakest verdict; "unread" also where nothing was found to check."""
        found = {line.verdict for line in self.lines}
        for verdict in ("refuted", "unread", "tested"):
            if verdict in found:
                return verdict
        return "proved" if found else "unread"
