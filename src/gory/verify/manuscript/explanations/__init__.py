"""Why a line is wrong, by how much, and what would make it right.

Bottom up: one change on a line as a value (`_edit`), and what separates the sides (`_gap`); the
changes that people would make (`_changes`) at every place of a line (`_scope`), without what nobody
writes (`_tidy`, `_common_number`), tried at a few points (`_probe`) and searched for the smallest
(`_edits`); the size of the disagreement (`_disagreement`); facts and right sides (`_remedies`); and
what is said of one line (`_explained`).

The same in the signs of its author: a line taken apart as it is typed (`_source`), the change made
there (`_typed_terms`, `_typed_names`), which changes are offered (`_respelt`), and of those the one
that holds shown (`_as_written`).

These modules ask questions about claims and judge no chain: they import `_claim` and what is below
it, and are imported by `_chain` and what is above it.
"""
