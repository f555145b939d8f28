"""A section once all of it is read: provisional ranges get their names, in papers and in lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gory.notation._errors import NotationError
from gory.notation._paper import Definition, Fact, Paper
from gory.notation._ranges import settle, settle_ref
from gory.notation.latex import SPANS
from gory.notation.manuscript._declared import NUMERAL
from gory.notation.manuscript._script import Chain, Meaning, Script
from gory.notation.manuscript._script_builder import ScriptBuilder
from gory.notation.manuscript._stated import Statement
from gory.notation.manuscript.words._cues import explains, introduces, says_let

GUESSED = "had to be guessed"


def settled_script(
    builder: ScriptBuilder,
    chains: Sequence[Chain],
    unknown: frozenset[str],
    meanings: Mapping[str, Sequence[Meaning]],
) -> Script:
    """The paper of a section and its chains; without a paper, every line has the reason."""
    builder.join_lonely()
    incomplete = builder.drop_incomplete()
    builder.fix_written_out()
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
        replace(line, exprs=(), conditions=(), fits=(), problem=line.problem or reason)
        for line in chain.lines
    )
    return replace(chain, lines=lines, settings=((),), case=())


def _settled(chain: Chain, names: Mapping[str, str]) -> Chain:
    lines = tuple(
        replace(
            line,
            exprs=tuple(settle(e, names) for e in line.exprs),
            conditions=tuple(settle(e, names) for e in line.conditions),
            fits=tuple((settle(e, names), source) for e, source in line.fits),
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


def guessed(definer: Mapping[str, Statement]) -> dict[str, str]:
    """Names in whose definition something had to be guessed."""
    found = {}
    for name, said in definer.items():
        if reasons := [doubt for side in said.sides[:2] for doubt in side.doubts]:
            limits = [one for one in reasons if SPANS in one]
            told = next((one for one in reasons if one not in limits), "; ".join(limits))
            found[name] = f"row {said.sides[0].row} {GUESSED}: {told}"
    return found


def with_cues(script: Script, definer: Mapping[str, Statement]) -> Script:
    """What the words before a definition say of it: that it is one, and of which lines."""
    introduced = frozenset(
        name
        for name, said in definer.items()
        if said.is_plain or said.is_definition or says_let(said.cue) or introduces(said.before)
    )
    formal = frozenset(
        name
        for name, said in definer.items()
        if said.is_plain and not (said.before.strip() or said.after)
    )
    rows = {
        name: said.sides[0].row
        for name, said in definer.items()
        if not (explains(said.cue) or _is_value(said))
    }
    return replace(script, introduced=introduced, formal=formal, said_below=rows)


def _is_value(statement: Statement) -> bool:
    """``w = 0``: a value that a name takes for once."""
    last = statement.sides[-1].readings[:1]
    return bool(last) and NUMERAL.fullmatch(last[0]) is not None
