"""Labels as indices: h[i,t[i]] is the entry of row i in the class t[i].

An array of labels t stands for its one-hot rows delta[k,t[i]], one for every class k, which add up
to one. What holds a label is read as the sum over the classes with that delta as a factor,
log h[i,t[i]] as sum_k delta[k,t[i]] log h[i,k], so that every index is a letter. The rows are an
array like any other; its name holds a space, which no author can write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gory.notation._build import negated, times
from gory.notation._indices import free_indices, letters, substitute
from gory.notation._nodes import ONE, Add, Bracket, Delta, Expr, Index, Mul, Ref, Sum
from gory.notation._tokens import Token

if TYPE_CHECKING:
    from gory.notation._reader import Reader

_MARK = "delta "
_LETTERS = "kclmqrspabefghijnotuvwxyz"


def label_of(name: str) -> str:
    """``t`` for the one-hot rows of the labels t, "" for the name of any other array."""
    return name.removeprefix(_MARK) if name.startswith(_MARK) else ""


@dataclass(frozen=True, slots=True)
class Label:
    """A label that stands as an index, and the stand-in for it while a product is read."""

    row: Ref  # of the one-hot rows, at the stand-in

    @property
    def index(self) -> Index:
        return self.row.indices[-1]


def is_label(reader: Reader) -> bool:
    """Whether the cursor is at ``t[``, in a place for an index."""
    return reader.next.kind == "name" and reader.tokens[reader.place + 1].text == "["


def label_index(reader: Reader) -> Index:
    """The stand-in for a label, one for all places of a product."""
    name = reader.take()
    if not reader.labels:
        raise reader.error("a label such as t[i] cannot be an index here", name)
    reader.go_deeper()
    own = reader.index_list(name)
    reader.depth -= 1
    for known in reader.labels[-1]:
        if known.row.name == _MARK + name.text and known.row.indices[:-1] == own:
            return known.index
    stand_in = Index("@", reader.ranges.new("k").range)  # no letter; it gets one in `with_rows`
    found = Label(_row(reader, name, own, stand_in))
    reader.labels[-1].append(found)
    return found.index


def _row(reader: Reader, name: Token, own: tuple[Index, ...], last: Index) -> Ref:
    row = Ref(_MARK + name.text, (*own, last))
    reader.count_axes(Token("name", row.name, name.at, name.spaced), len(row.indices))
    for place, index in enumerate(row.indices):
        what = f"an index of the labels {name.text!r}"
        reader.ranges.merge(index.range, f"{row.name}[{place}]", name.at, what)
    reader.rows.setdefault(row.name, row)
    return row


def delta(reader: Reader) -> Expr:
    """``delta[k,m]`` and ``delta[k,t[i]]``, from the word on."""
    reader.take()
    reader.expect("[", "after delta")
    left = _side(reader)
    reader.expect(",", "between the two indices of delta")
    at = reader.next
    right = _side(reader)
    reader.expect("]", "after the two indices of delta")
    if isinstance(left, Index) and isinstance(right, Index):
        what = f"delta[{left.name},{right.name}] compares indices of one range; it"
        reader.ranges.merge(left.range, right.range, at.at, what)
        return Delta(left, right)
    index, label = (left, right) if isinstance(left, Index) else (right, left)
    if not isinstance(index, Index) or isinstance(label, Index):
        raise reader.error("a delta of two labels is not read; sum over a class", at)
    return _row(reader, *label, index)


def _side(reader: Reader) -> Index | tuple[Token, tuple[Index, ...]]:
    """An index, or the name of labels and their indices."""
    if not is_label(reader):
        return reader.index()
    name = reader.take()
    return name, reader.index_list(name)


def joined(indices: tuple[Index, ...], body: Expr) -> Sum:
    """A sum; with one over the classes of a label as its body, it is one sum over both."""
    if isinstance(body, Sum) and isinstance(body.body, Mul):
        first = body.body.factors[0]
        if isinstance(first, Ref) and label_of(first.name):
            return Sum((*indices, *body.indices), body.body)
    return Sum(indices, body)


def _compared(factor: Expr, label: Label) -> Expr:
    """[k = t[i]] is delta[k,t[i]], and [k != t[i]] is 1 - delta[k,t[i]]."""
    if not isinstance(factor, Bracket) or factor.relation not in ("=", "==", "!="):
        return factor
    sides = [side for side in (factor.left, factor.right) if isinstance(side, Index)]
    if len(sides) < 2 or label.index not in sides or sides[0] == sides[1]:
        return factor
    (other,) = (side for side in sides if side != label.index)
    row = Ref(label.row.name, (*label.row.indices[:-1], other))
    return Add((ONE, negated(row))) if factor.relation == "!=" else row


def with_rows(reader: Reader, product: Expr, found: list[Label]) -> Expr:
    """A product with labels as the sum over their classes."""
    for label in found:
        factors = product.factors if isinstance(product, Mul) else (product,)
        product = times(*(_compared(factor, label) for factor in factors))
    for label in reversed([label for label in found if label.index in free_indices(product)]):
        declared = reader.ranges.declared.get(reader.ranges.find(label.index.range))
        taken = letters(product) | {x for scope in reader.scopes for x in scope}
        own = [x for x, name in reader.letters.items() if name == declared and declared]
        free = [x for x in _LETTERS if x not in reader.letters]
        letter = next(x for x in (*own, *free) if x not in taken)
        by = {label.index: Index(letter, label.index.range)}
        factors = product.factors if isinstance(product, Mul) else (product,)
        body = Mul(tuple(substitute(part, by) for part in (label.row, *factors)))
        product = Sum(tuple(by.values()), body)
    return product
