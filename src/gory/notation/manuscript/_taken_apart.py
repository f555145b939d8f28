"""Equations that say several things, as several statements.

A name that a chain gives on its way, and the number at its end, are statements of their own. What
chains know of the places of statements are places in a manuscript that is taken apart.
"""

from __future__ import annotations

from gory.notation.manuscript._inner_names import with_inner_names
from gory.notation.manuscript._named_slopes import with_names_first
from gory.notation.manuscript._points import with_tails_apart
from gory.notation.manuscript._stated import Manuscript
from gory.notation.manuscript._told_by_slopes import with_losses_told


def taken_apart(manuscript: Manuscript) -> Manuscript:
    """A manuscript with such statements; to take it apart again changes nothing."""
    return with_tails_apart(with_inner_names(with_names_first(with_losses_told(manuscript))))
