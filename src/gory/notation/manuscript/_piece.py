"""A statement on its way from a document to its meaning: cut out, and perhaps not read yet."""

from __future__ import annotations

from dataclasses import dataclass

from gory.notation.latex import LatexStatement
from gory.notation.manuscript._stated import Statement
from gory.notation.manuscript.typed._statements import PlainStatement


@dataclass
class Piece:
    """A statement of LaTeX that has not been read, or one of the paper language that has."""

    section: int
    latex: LatexStatement | None = None
    ready: Statement | None = None
    follows_if: bool = False
    at: int = -1  # its place in the flow of words
    said: PlainStatement | None = None  # of which it is the LaTeX
    only_declares: bool = False
