"""A section once all of it is read: provisional ranges get their names, in papers and in lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gory.notation._errors import NotationError
from gory.notation._paper import Definition, Fact, Paper
from gory.notation._ranges import settle, settle_ref
from gory.notation._script import Chain, Meaning, Script
from gory.notation._script_builder import ScriptBuilder


def settled_script(
    builder: ScriptBuilder,
    chains: Sequence[Chain],
    unknown: frozenset[str],
    meanings: Mapping[str, Sequence[Meaning]],
) -> Script:
    """The paper of a section and its chains; without a paper, every line has the reason."""
    builder.join_lonely()
    incomplete = builder.drop_incomplete()
    try:
        paper = builder.paper()
    except NotationError as error:
        chains = [_without_paper(chain, error.reason) for chain in chains]
        return Script(Paper(), tuple(chains), unknown | incomplete.keys())
    names = builder.names()
    return Script(
        paper,
        tuple(_settled(chain, names) for chain in chains),
        unknown | incomplete.keys(),
        {name: tuple(_meaning(one, names) for one in own) for name, own in meanings.items()},
    )


def _without_paper(chain: Chain, reason: str) -> Chain:
    lines = tuple(
        replace(line, exprs=(), conditions=(), problem=line.problem or reason)
        for line in chain.lines
    )
    return replace(chain, lines=lines, settings=((),), case=())


def _settled(chain: Chain, names: Mapping[str, str]) -> Chain:
    lines = tuple(
        replace(
            line,
            exprs=tuple(settle(e, names) for e in line.exprs),
            conditions=tuple(settle(e, names) for e in line.conditions),
        )
        for line in chain.lines
    )
    settings = tuple(tuple(settle(e, names) for e in one) for one in chain.settings)
    return replace(
        chain, lines=lines, settings=settings, case=tuple(_fact(f, names) for f in chain.case)
    )


def _fact(fact: Fact, names: Mapping[str, str]) -> Fact:
    return replace(fact, left=settle(fact.left, names), right=settle(fact.right, names))


def _meaning(meaning: Meaning, names: Mapping[str, str]) -> Meaning:
    one = meaning.definition
    if one is None:
        return meaning
    left = settle_ref(one.ref, names)
    return replace(meaning, definition=Definition(one.name, left.indices, settle(one.body, names)))
