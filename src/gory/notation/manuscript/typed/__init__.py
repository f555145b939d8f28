"""Formulas as people type them in plain text, and the lines of such a text."""
