"""Why a line is wrong, by how much, and what would make it right.

Bottom up: one change on a line as a value (`_edit`), and what separates the sides (`_gap`); the
changes that people would make (`_changes`), without what nobody writes (`_tidy`,
`_common_number`), tried at a few points (`_probe`) and searched for the smallest (`_edits`); the
size of the disagreement (`_disagreement`); facts and right sides (`_remedies`); what is said of
one line (`_explained`), and the same in the signs of its author (`_as_written`).

These modules ask questions about claims and judge no chain: they import `_claim` and what is below
it, and are imported by `_chain` and what is above it.
"""
