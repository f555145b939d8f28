"""A builder of papers that can try a line and take it back.

What somebody wrote may not fit what he wrote before. The builder of a paper stops there with an
error; this one is put back to where it was, and the line is reported alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from gory.notation._errors import NotationError
from gory.notation._nodes import Expr, Ref, Sum, walk
from gory.notation._paper import Definition
from gory.notation._statements import _Builder, _split
from gory.notation._tokens import tokenize


@dataclass(frozen=True)
class Mark:
    """What reading one line may change."""

    parent: dict[str, str]
    declared: dict[str, str]
    letter: dict[str, str]
    axes: dict[str, int]
    literals: int
    count: int


class ScriptBuilder(_Builder):
    """Definitions, facts and ranges of one section."""

    def declare(self) -> None:
        """Read ``index`` lines and fixed sizes."""
        statements = _split(tokenize(self.text))
        for statement in statements:
            if statement[0].text == "index":
                self.index_line(statement)
        for statement in statements:
            if statement[0].text != "index":
                self.fixed_size(statement)

    def mark(self) -> Mark:
        ranges = self.ranges
        return Mark(
            dict(ranges.parent), dict(ranges.declared), dict(ranges.letter), dict(self.axes),
            len(ranges.literals), ranges.count,
        )  # fmt: skip

    def back_to(self, mark: Mark) -> None:
        ranges = self.ranges
        ranges.parent, ranges.declared = dict(mark.parent), dict(mark.declared)
        ranges.letter, ranges.count = dict(mark.letter), mark.count
        del ranges.literals[mark.literals :]
        self.axes.clear()
        self.axes.update(mark.axes)

    def join_lonely(self) -> None:
        """Let an index that stands on no array run over what its letter runs over elsewhere.

        In ``sum_k a / K`` nothing else says over what k runs.
        """
        ranges = self.ranges
        known = {
            ranges.find(f"{name}[{n}]") for name, count in self.axes.items() for n in range(count)
        }
        known |= set(map(ranges.find, ranges.declared))
        homes: dict[str, set[str]] = {}
        for key, letter in ranges.letter.items():
            if ranges.find(key) in known and not letter.isdigit():
                homes.setdefault(letter, set()).add(ranges.find(key))
        for key, letter in ranges.letter.items():
            if ranges.find(key) not in known and len(homes.get(letter, ())) == 1:
                ranges.merge(key, next(iter(homes[letter])), 0, f"index {letter!r}")

    def fix_written_out(self) -> None:
        """Fix the sizes of axes of which the definitions write every entry out, one by one.

        After ``h = exp(w_0 + w_1 x_1)`` there is no ``w_j`` but these two.
        """
        names = self.names()
        bodies = [one.body for name, one in self.defined.items() if name not in self.entries]
        bodies += [body for own in self.entries.values() for _, body in own]
        lefts = [one.ref for one in self.defined.values()]
        nodes = [node for body in [*bodies, *lefts] for node in walk(body)]
        used = [i for node in nodes if isinstance(node, Ref | Sum) for i in node.indices]
        running = {names.get(i.range, i.range) for i in used if not i.is_literal}
        written: dict[str, set[int]] = {}
        for index in used:
            if index.is_literal:
                written.setdefault(names.get(index.range, index.range), set()).add(int(index.name))
        for index, _ in self.ranges.literals:
            name = names.get(index.range, index.range)
            if name in written:
                written[name].add(int(index.name))
        for name, values in written.items():
            low, high = min(values), max(values)
            is_whole = 0 < high - low == len(values) - 1 and low in (0, 1)
            if is_whole and name not in running and name not in self.sizes:
                self.sizes[name] = (low, high)

    def users(self, name: str) -> list[str]:
        """Defined names that a name stands behind."""
        return [other for other, one in self.defined.items() if self.reaches(one.body, name)]

    def reaches(self, body: Expr, name: str) -> bool:
        """Whether an expression holds a name, also through definitions."""
        todo, seen = [body], set[str]()
        while todo:
            for node in walk(todo.pop()):
                if not isinstance(node, Ref) or node.name in seen:
                    continue
                if node.name == name:
                    return True
                seen.add(node.name)
                if node.name in self.defined:
                    todo.append(self.defined[node.name].body)
                todo += [right for _, right in self.entries.get(node.name, ())]
        return False

    def enter(self, name: str, left: Ref, body: Expr) -> None:
        """One of several entries that define a name together."""
        place = tuple(i.name if i.is_literal else "" for i in left.indices)
        own = self.entries.setdefault(name, [])
        for other, _ in own:
            before = tuple(i.name if i.is_literal else "" for i in other.indices)
            if before == place or [bool(x) for x in before] != [bool(x) for x in place]:
                raise NotationError(f"this entry of {name!r} is defined twice")
        own.append((left, body))
        self.defined[name] = Definition(name, left.indices, body)

    def drop_incomplete(self) -> dict[str, str]:
        """Take out names of which some entries are missing; the reasons, by name."""
        found = {}
        names = self.names()
        for name in list(self.entries):
            fixed = dict(self.sizes)
            try:
                self.entrywise(name, names)
                self.ranges.check_literals(names, self.sizes)
            except NotationError as error:
                found[name] = error.reason
                del self.entries[name], self.defined[name]
                self.sizes.clear()
                self.sizes.update(fixed)
        return found
