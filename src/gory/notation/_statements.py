"""The reader of a whole paper: ``index`` lines, fixed sizes, definitions and ``given`` lines.

A statement is a line; it goes on while a bracket is open or after a sign that cannot end it. Ranges
are inferred over all statements at once, since an axis keeps its range from one to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gory.notation._ahead import sizes_without_index_line
from gory.notation._binders import RELATIONS
from gory.notation._errors import NotationError
from gory.notation._indices import fresh
from gory.notation._labels import label_of
from gory.notation._nodes import FUNCTIONS, ONE, Expr, Index, Ref, Sum, walk
from gory.notation._paper import Definition, Fact, Paper, from_entries
from gory.notation._ranges import Ranges, settle, settle_ref
from gory.notation._reader import WORDS, Reader
from gory.notation._tokens import Token, tokenize
from gory.notation._wording import relation, retold

_GOES_ON = ("+", "-", "*", "/", "^", "=", ",", "(", "[", "{")


def read_paper(text: str) -> Paper:
    """Read definitions, index ranges and declared facts.

    Parameters
    ----------
    text : str
        Lines of the paper language; ``#`` starts a comment.

    Returns
    -------
    Paper
        The values that were written; nothing is evaluated.

    Raises
    ------
    NotationError
        With the line and a caret under the place that cannot be read.

    Examples
    --------
    >>> paper = read_paper("s[k] = exp(z[k]) / sum_c exp(z[c])")
    >>> list(paper.definitions), paper.axes["z"]
    (['s'], ('K',))
    """
    builder = _Builder(text)
    builder.read()
    return builder.paper()


def read_expressions(paper: Paper, texts: Sequence[str]) -> tuple[tuple[Expr, ...], Paper]:
    """Read expressions in the setting of a paper, all with the same free indices.

    Returns
    -------
    expressions, paper
        The paper is the given one with the axes of arrays that the expressions bring along.
    """
    try:
        return _read_expressions(paper, texts)
    except NotationError as error:
        if error.row > len(texts) or error.line != texts[error.row - 1]:
            raise  # it is the paper that cannot be read
        raise NotationError(error.reason, error.line, error.column - 1) from None


def _read_expressions(paper: Paper, texts: Sequence[str]) -> tuple[tuple[Expr, ...], Paper]:
    text = "\n".join(texts)
    builder = _Builder(paper.text)
    if paper.text:
        builder.read()  # again, so that the question may settle ranges that the paper leaves open
    else:
        builder.adopt(paper)
    builder.turn_to(text, paper.ranges)
    found = []
    statements = _split(tokenize(text))
    if len(statements) != len(texts):
        raise NotationError(
            "an expression is expected; this one is empty or has several lines", text
        )
    scope: dict[str, Index] = {}
    for statement in statements:
        reader = builder.reader(statement, scope)
        found.append(reader.expression())
        _finish(reader)
    whole = builder.paper()
    names = builder.names()
    return tuple(settle(expr, names) for expr in found), replace(whole, text=paper.text)


def read_expression(text: str, paper: Paper | None = None) -> Expr:
    """Read one expression, on its own or in the setting of a paper.

    Examples
    --------
    >>> read_expression("a[i]")
    Ref(name='a', indices=(Index(name='i', range='N'),))
    """
    return read_expressions(paper or Paper(), [text])[0][0]


def _split(tokens: list[Token]) -> list[list[Token]]:
    statements: list[list[Token]] = []
    current: list[Token] = []
    depth = 0
    for token in tokens:
        if token.kind != "end":
            depth += token.text in ("(", "[", "{")
            depth -= token.text in (")", "]", "}")
            current.append(token)
        elif token.text and (depth > 0 or (current and current[-1].text in _GOES_ON)):
            continue
        elif current:
            statements.append([*current, token, token, token])  # room to look ahead
            current, depth = [], 0
    return statements


def _finish(reader: Reader) -> None:
    if reader.next.kind != "end":
        raise reader.error(
            f"expected an operator or the end of the line, found {reader.next.text!r}"
        )


class _Builder:
    """Statements read so far; `paper` turns them into values with settled ranges."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.ranges = Ranges(text)
        self.letters: dict[str, str] = {}
        self.sizes: dict[str, tuple[int, int]] = {}
        self.axes: dict[str, int] = {}
        self.defined: dict[str, Definition] = {}
        self.entries: dict[str, list[tuple[Ref, Expr]]] = {}
        self.facts: list[tuple[Expr, str, Expr, str]] = []
        self.rows: dict[str, Ref] = {}  # one-hot rows of labels that are indices
        self.range_names: frozenset[str] = frozenset()  # names that were found for ranges
        self.plain_sizes: frozenset[str] = frozenset()  # of ranges that no line declares

    def read(self) -> None:
        statements = _split(tokenize(self.text))
        for statement in statements:  # declarations hold for the whole text
            if statement[0].text == "index" and statement[1].kind == "name":
                self.index_line(statement)
        self.plain_sizes = sizes_without_index_line(statements)
        for statement in statements:
            self.statement(statement)

    def adopt(self, paper: Paper) -> None:
        """Start from a paper that was not read from text."""
        self.letters |= paper.letters
        self.sizes |= paper.sizes
        self.defined |= paper.definitions
        for name, axes in paper.axes.items():
            self.axes[name] = len(axes)
            for place, axis in enumerate(axes):
                self.ranges.declare(f"{name}[{place}]", axis)

    def turn_to(self, text: str, range_names: frozenset[str]) -> None:
        """Go on with another text, in which errors are to be shown."""
        self.text = self.ranges.text = text
        self.ranges.literals.clear()
        self.range_names = range_names

    def reader(self, statement: list[Token], scope: dict[str, Index]) -> Reader:
        sizes = set(self.letters.values()) | set(self.sizes) | self.range_names
        return Reader(
            self.text, statement, self.ranges, sizes, self.letters, self.axes, scopes=[scope],
            rows=self.rows,
        )  # fmt: skip

    def statement(self, statement: list[Token]) -> None:
        first, second = statement[0], statement[1]
        if first.text == "index" and second.kind == "name":
            return
        if first.text == "given":
            self.given(statement)
        elif second.text == "=" and first.text in {*self.letters.values(), *self.plain_sizes}:
            self.fixed_size(statement)
        else:
            self.definition(statement)

    def index_line(self, statement: list[Token]) -> None:
        """``index i:N j:D k,c:K``"""
        reader = self.reader(statement, {})
        reader.take()
        while reader.next.kind == "name":
            letters = [reader.take()]
            while reader.at_sign(","):
                reader.take()
                letters.append(reader.binder())
            reader.expect(":", "between the letters of an index and the name of their range")
            name = reader.take()
            if name.kind != "name" or name.text in WORDS:
                raise reader.error("a range is named by a word such as N", name)
            for letter in letters:
                if self.letters.get(letter.text, name.text) != name.text:
                    other = self.letters[letter.text]
                    raise reader.error(f"index {letter.text!r} already runs over {other}", letter)
                self.letters[letter.text] = name.text
            if reader.at_sign(","):
                reader.take()
        _finish(reader)

    def fixed_size(self, statement: list[Token]) -> None:
        """``K = 3`` (values 1 to 3) or ``D = 0..1``"""
        reader = self.reader(statement, {})
        name, _ = reader.take(), reader.take()
        low, high = "1", reader.take()
        if reader.at_sign(".."):
            reader.take()
            low, high = high.text, reader.take()
        if not (low.isdigit() and high.text.isdigit() and int(low) <= int(high.text)):
            raise reader.error(f"the size of {name.text} is a whole number, or a span such as 0..2")
        self.sizes[name.text] = (int(low), int(high.text))
        _finish(reader)

    def given(self, statement: list[Token]) -> None:
        scope: dict[str, Index] = {}
        reader = self.reader(statement, scope)
        start = reader.take()
        left = reader.expression()
        if not reader.at_sign(*RELATIONS):
            raise reader.error("a fact compares two sides, as in: given sum_k y[k] = 1")
        relation = reader.take().text
        right = reader.expression()
        _finish(reader)
        end = reader.next.at
        shown = " ".join(self.text[start.at + len("given") : end].split("#")[0].split())
        self.facts.append((left, relation, right, shown))

    def definition(self, statement: list[Token]) -> None:
        scope: dict[str, Index] = {}
        reader = self.reader(statement, scope)
        name = reader.next
        if name.kind != "name" or all(token.text != "=" for token in statement):
            raise reader.error(
                "expected a definition such as s[k] = ..., an index line or a given line"
            )
        self.check_name(reader, name)
        used_before = name.text in self.axes and name.text not in self.entries
        left = reader.reference()
        if not isinstance(left, Ref):
            raise reader.error(f"{name.text!r} names a range; choose another name", name)
        if used_before:
            raise reader.error(
                f"{name.text!r} is used above, before this definition; move the definition up", name
            )
        if len(set(left.indices)) != len(left.indices):
            raise reader.error("a definition lists different letters as its indices", name)
        reader.expect("=", "after the left side of a definition")
        known = set(scope)
        literal = any(i.is_literal for i in left.indices)
        if name.text in self.entries and not literal:
            raise reader.error(f"{name.text!r} is defined entry by entry above", name)
        if literal:
            self.entries.setdefault(name.text, [])
        body_start = reader.place
        body = reader.expression()
        _finish(reader)
        if any(isinstance(node, Ref) and node.name == name.text for node in walk(body)):
            raise reader.error(f"{name.text!r} is defined by itself", name)
        self.refuse_open_letters(reader, left, scope.keys() - known, statement[body_start:])
        if literal:
            self.add_entry(reader, name, left, body)
        else:
            self.defined[name.text] = Definition(name.text, left.indices, body)

    def refuse_open_letters(
        self, reader: Reader, left: Ref, open_letters: set[str], body: list[Token]
    ) -> None:
        for letter in sorted(open_letters):
            at = next(t for t in body if t.kind in ("name", "end") and t.text in (letter, ""))
            written = ",".join((*(i.name for i in left.indices), letter))
            raise reader.error(
                f"index {letter!r} is free on the right but not on the left; write "
                f"{left.name}[{written}] = ... if it may be any one, or sum over it (a sum ends "
                f"at + and -: put all that it adds up in brackets)",
                at,
            )

    def add_entry(self, reader: Reader, name: Token, left: Ref, body: Expr) -> None:
        """``h[1] = ...``: one of several entries, which together define h."""
        own = self.entries[name.text]
        place = tuple(i.name if i.is_literal else "" for i in left.indices)
        for other, _ in own:
            before = tuple(i.name if i.is_literal else "" for i in other.indices)
            if before == place:
                raise reader.error(f"this entry of {name.text!r} is defined twice", name)
            if [bool(x) for x in before] != [bool(x) for x in place]:
                raise reader.error(f"the entries of {name.text!r} fix different axes", name)
        own.append((left, body))
        self.defined[name.text] = Definition(name.text, left.indices, body)  # settled in `paper`

    def check_name(self, reader: Reader, name: Token) -> None:
        if name.text in WORDS or name.text in FUNCTIONS:
            raise reader.error(
                f"{name.text!r} is a word of the language; choose another name", name
            )
        if name.text in self.defined and name.text not in self.entries:
            raise reader.error(f"{name.text!r} is defined twice", name)
        if name.text in self.letters.values():
            raise reader.error(f"{name.text!r} names a range; choose another name", name)

    def entrywise(self, name: str, names: dict[str, str]) -> Definition:
        """All entries of a definition; together they must cover the range of each literal index."""
        entries = []
        for ref, body in self.entries[name]:
            entries.append((settle_ref(ref, names), settle(body, names)))
        for place, index in enumerate(entries[0][0].indices):
            if index.is_literal:
                values = {int(ref.indices[place].name) for ref, _ in entries}
                low, high = self.sizes.setdefault(index.range, (min(values), max(values)))
                missing = set(range(low, high + 1)) - values
                if missing or values - set(range(low, high + 1)):
                    raise NotationError(
                        f"{name!r} is defined for {_listed(values)}, but {index.range} runs from "
                        f"{low} to {high}; define every entry once"
                    )
        return from_entries(name, tuple(entries))

    def names(self) -> dict[str, str]:
        scalars = {name for name, count in self.axes.items() if count == 0}
        return self.ranges.names(scalars)

    def settled_axes(self, names: dict[str, str]) -> dict[str, tuple[str, ...]]:
        found = {}
        roots = {self.ranges.find(key): name for key, name in names.items()}
        for name, count in self.axes.items():
            keys = [self.ranges.find(f"{name}[{place}]") for place in range(count)]
            found[name] = tuple(
                self.ranges.declared.get(key) or roots.get(key, "?") for key in keys
            )
        return found

    def paper(self) -> Paper:
        names = self.names()
        for label in map(label_of, self.rows):
            if label in self.defined:
                raise NotationError(
                    f"{label!r} is defined, so it cannot be an array of labels too; labels that "
                    f"are indices are given as whole numbers"
                )
        definitions = {}
        for name, one in self.defined.items():
            if name in self.entries:
                definitions[name] = self.entrywise(name, names)
            else:
                left = settle_ref(one.ref, names)
                definitions[name] = Definition(name, left.indices, settle(one.body, names))
        self.ranges.check_literals(names, self.sizes)
        facts = tuple(
            _fact(settle(a, names), sign, settle(b, names), text) for a, sign, b, text in self.facts
        )
        facts += tuple(_one_hot(settle_ref(row, names)) for row in self.rows.values())
        return Paper(
            self.text, definitions, facts, self.settled_axes(names), self.letters, self.sizes
        )


def _fact(left: Expr, sign: str, right: Expr, text: str) -> Fact:
    return Fact(left, sign, right, retold(text, relation(left, sign, right)))


def _one_hot(row: Ref) -> Fact:
    """Each label is one of the classes."""
    *own, last = row.indices
    letter = Index("k", last.range)
    if last.is_literal or not last.name.isalpha() or last in own:
        last = fresh(letter, {i.name for i in own})
    total = Sum((last,), Ref(row.name, (*own, last)))
    return _fact(total, "=", ONE, str(relation(total, "=", ONE)))


def _listed(values: set[int]) -> str:
    return ", ".join(str(v) for v in sorted(values))
