"""Lines that were never written, tried in the place of those that are wrong.

A repair is shown as its author would type it, so it is read like what he typed, with all that his
text says of its names. Only the line itself is judged: what stands around it is as true or as wrong
as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gory.notation.manuscript._offered import Offers, Spot, spot, with_offers
from gory.notation.manuscript._script import Chain, Line, Script
from gory.notation.manuscript._section import read_scripts
from gory.verify.manuscript._chain import ChainChecker
from gory.verify.manuscript._claim import Ground
from gory.verify.manuscript._proofreading import PASSED
from gory.verify.manuscript._readings import Readings
from gory.verify.manuscript._setting import setting_of
from gory.verify.manuscript._targets import with_targets


def holding(readings: Readings, given: Sequence[str], offers: Offers) -> dict[Spot, str]:
    """Of what is offered in the place of every line the first that holds there."""
    found: dict[Spot, str] = {}
    for manuscript in readings.made.values():
        left = {place: own for place, own in offers.items() if place not in found}
        places = {spot(side.row, side.source) for s in manuscript.statements for side in s.sides}
        if not places & left.keys():
            continue
        for script in read_scripts(with_offers(manuscript, left), given):
            found = dict(_of_script(with_targets(script), left)) | found
    return found


def _of_script(script: Script, offers: Offers) -> Iterator[tuple[Spot, str]]:
    """The places of a section, with what holds there."""
    ground: Ground | None = None
    for chain in script.chains:
        for line in chain.lines[1:]:
            place = spot(line.row, line.source)
            if place in offers and line.fits and chain.lines[0].exprs:
                ground = ground or setting_of(script)
                source = next(_holding(ground, chain, line, offers[place]), None)
                if source is not None:
                    yield place, source


def _holding(ground: Ground, chain: Chain, line: Line, tried: Iterable[str]) -> Iterator[str]:
    """What holds in the place of a line, as an answer to the first of its chain."""
    fits = {source: expr for expr, source in line.fits}
    for source in (one for one in tried if one in fits):
        other = replace(line, exprs=(fits[source],), remarks=(), fits=(), misfit="")
        alone = replace(chain, lines=(chain.lines[0], other), case_from=0)
        if any(_holds(setting, alone) for setting in (ground, ground.told())):
            yield source


def _holds(ground: Ground, chain: Chain) -> bool:
    return ChainChecker(ground, chain, explains=False).lines()[-1].verdict in PASSED
