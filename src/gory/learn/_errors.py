"""What can be wrong with data and models, one exception class per kind.

All are `ValueError`, so that code written against scikit-learn catches them, and each message is
one paragraph: what was given, why it cannot be used, what to do.
"""

from __future__ import annotations


class LearnError(ValueError):
    """Base of the errors raised by `gory.learn`."""


class DataError(LearnError):
    """A table cannot be learned from, or does not fit the model it is given to."""


class ModelFileError(LearnError):
    """A model file is missing, damaged, or not a model file."""
