"""What a text says of all layers, as pieces for each of those that it speaks of."""

from __future__ import annotations

from dataclasses import replace

from gory.notation.latex.conventions import letter_layers, number_layers, step_layers
from gory.notation.manuscript._piece import Piece


def write_layers(pieces: list[Piece]) -> None:
    """Write layers as parts of names, and put in what is said of them together, in place."""
    written = [piece for piece in pieces if piece.latex is not None]
    for place, copy, is_claim in number_layers([x.latex for x in written if x.latex])[::-1]:
        made = replace(written[place], latex=copy, only_declares=not is_claim)
        pieces.insert(pieces.index(written[place]) + 1, made)
    written = [piece for piece in pieces if piece.latex is not None]
    for steps in (step_layers, letter_layers):
        for place, copy in steps([x.latex for x in written if x.latex])[::-1]:
            made = replace(written[place], latex=copy, only_declares=True)
            pieces.insert(pieces.index(written[place]) + 1, made)
