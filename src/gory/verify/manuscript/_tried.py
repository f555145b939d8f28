"""Lines that were never written, tried in the place of those that are wrong.

A repair is shown as its author would type it, so it is read like what he typed, with all that his
text says of its names. The text is read once for all that is tried, and only the line itself is
judged: what stands around it is as true or as wrong as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from gory.notation.manuscript._instead import Spot, spot
from gory.notation.manuscript._manuscript import read_manuscript
from gory.notation.manuscript._parts import Part, groups_of, parts_of, rows_of_part
from gory.notation.manuscript._script import Chain, Line, Script
from gory.notation.manuscript._section import read_scripts
from gory.notation.manuscript._stated import Manuscript
from gory.verify.manuscript._chain import ChainChecker
from gory.verify.manuscript._claim import Ground
from gory.verify.manuscript._proofreading import PASSED
from gory.verify.manuscript._setting import setting_of
from gory.verify.manuscript._targets import with_targets


def holding(
    text: str, given: Sequence[str], instead: Mapping[Spot, Sequence[str]]
) -> dict[Spot, str]:
    """Of what is tried in the place of every line the first that holds there."""
    found: dict[Spot, str] = {}
    for parts in _groups(text):
        rows = {row for part in parts for row in rows_of_part(text, part)}
        own = {place: tried for place, tried in instead.items() if place[0] in rows}
        for manuscript in _readings(text, parts, own) if own else ():
            left = {place: tried for place, tried in own.items() if place not in found}
            for script in read_scripts(manuscript, given) if left else ():
                found = dict(_of_script(with_targets(script), left)) | found
    return found


def _groups(text: str) -> Iterator[list[Part]]:
    parts = parts_of(text)
    return ([parts[n] for n in group] for group in groups_of(parts))


def _readings(
    text: str, parts: Sequence[Part], instead: Mapping[Spot, Sequence[str]]
) -> Iterator[Manuscript]:
    """A group of parts with what is tried, in LaTeX and as it is typed."""
    manuscript = read_manuscript(text, within=parts, instead=instead)
    yield manuscript
    if any(one.is_plain for one in manuscript.statements):
        yield read_manuscript(text, as_typed=True, within=parts, instead=instead)


def _of_script(script: Script, instead: Mapping[Spot, Sequence[str]]) -> Iterator[tuple[Spot, str]]:
    """The places of a section, with what holds there."""
    ground: Ground | None = None
    for chain in script.chains:
        for line in chain.lines[1:]:
            place = spot(line.row, line.source)
            if place in instead and line.fits and chain.lines[0].exprs:
                ground = ground or setting_of(script)
                source = next(_holding(ground, chain, line, instead[place]), None)
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
