"""Errors of the paper language: the line, a caret under the place, and what to do."""

from __future__ import annotations


class GoryError(Exception):
    """Base of every error that gory raises on purpose."""


class NotationError(GoryError, ValueError):
    """Text that cannot be read, shown with its line and a caret.

    Attributes
    ----------
    reason : str
        What was found, why it cannot be, and what to do.
    row, column : int
        Place in the text, both counted from 1.
    line : str
        The line that holds the place.
    """

    def __init__(self, reason: str, text: str = "", at: int = 0) -> None:
        self.reason = reason
        before = text[:at]
        self.row = before.count("\n") + 1
        self.column = at - (before.rfind("\n") + 1) + 1
        lines = text.split("\n")
        self.line = lines[self.row - 1] if self.row <= len(lines) else ""
        self._alone = len(lines) == 1
        super().__init__(self._render())

    def _render(self) -> str:
        if not self.line.strip():
            return self.reason
        # a very long line is shown as a window around the caret
        start = max(0, self.column - 61)
        shown = self.line[start : start + 120]
        caret = " " * (self.column - 1 - start) + "^"
        line = "" if self._alone else f"line {self.row}, "
        return f"{line}column {self.column}: {self.reason}\n    {shown}\n    {caret}"


class ShapeError(NotationError):
    """Vectors and matrices that are combined as only other shapes can be.

    ``fault`` says it as something that is wrong, and not as something that is not read.
    """

    def __init__(self, reason: str, fault: str = "") -> None:
        super().__init__(reason)
        self.fault = fault or reason


class DerivationError(GoryError, ValueError):
    """A derivative that the engine refuses: the reason, and what would be needed."""
