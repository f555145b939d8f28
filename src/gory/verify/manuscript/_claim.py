"""One claim, ``left = right``, in the setting of a text: proved, tested, refuted or undecided.

Evidence comes first, since it refutes a wrong line in milliseconds; what it lets pass is proved
if possible. A line is refuted only by a point at which both sides have a value, in decimals, and
only if no assumption that an author leaves unsaid (names under a root or a logarithm are
positive) saves it.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gory.algebra import limited_work
from gory.calculus import Dependence, carried_out, carry_out, differentiate
from gory.notation import (
    ONE,
    ZERO,
    D,
    Definition,
    Expr,
    Fact,
    Fn,
    Index,
    Mul,
    Num,
    Paper,
    Pow,
    Ref,
    Sum,
    children,
    free_indices,
    rebuild,
    to_plain,
    walk,
)
from gory.notation._labels import label_of
from gory.notation.latex import Step
from gory.verify._evidence import Evidence, evidence
from gory.verify._exact import Prover
from gory.verify.manuscript._recursions import is_before
from gory.verify.manuscript._shares import share_facts
from gory.verify.manuscript._sizes import with_sizes
from gory.verify.manuscript.wording._wording import PLAIN, Style

MOST_ASSUMED = 6  # names of which it is asked, one by one, whether they must be positive
_WITH_DOMAIN = ("sqrt", "abs", "log")
_DATA = frozenset(
    [
        "x",
        "y",
        "t",
        "X",
        "Y",
        "T",
        "b",
        "c",
        "n",
        "N",
        "m",
        "lambda",
        "alpha",
        "beta",
        "eta",
        "mu",
        "w",
        "W",
        "theta",
        "Theta",
    ]
)


@dataclass(frozen=True)
class Finding:
    """What is known about a claim."""

    verdict: str  # "proved", "tested", "refuted" or "unread"
    how: str
    evidence: Evidence | None = None


@dataclass
class Ground:
    """What a section of a text has said, ready for questions about its lines."""

    paper: Paper
    unknown: frozenset[str] = frozenset()  # undefined, and differentiated somewhere
    functions: frozenset[str] = frozenset()  # undefined, and applied to arguments or incomplete
    slopes: Mapping[str, str] = field(default_factory=dict)  # derivatives of undefined losses
    steps: Mapping[str, Step] = field(default_factory=dict)  # arrays at other steps
    one_hot: frozenset[str] = frozenset()  # names that words call so
    shares: frozenset[str] = frozenset()  # names whose entries add up to one, as words say
    arbitrary: frozenset[str] = frozenset()  # numbers of which words say that they may be any
    style: Style = PLAIN  # how the text writes its names
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict)  # words of unread equations
    prover: Prover = field(init=False)
    names: frozenset[str] = field(init=False)  # of all facts that are equations
    introduced: frozenset[str] = field(init=False)  # names in definitions, and totals
    closed_forms: dict[Expr, Expr | None] = field(default_factory=dict)  # derived already
    edited: int = 0  # lines for which a change was looked for
    _told: Ground | None = None
    _known: dict[tuple[Expr, Expr], Finding] = field(default_factory=dict)

    def __post_init__(self) -> None:
        definitions = {}
        last = sorted(self.paper.definitions.items(), key=lambda one: _has_slope(one[1]))
        for name, one in last:  # what is differentiated may be said below its derivative
            before = replace(self.paper, definitions=definitions)
            body = carried(one.body, before)
            entries = tuple((left, carried(right, before)) for left, right in one.entries)
            definitions[name] = Definition(name, one.indices, body, entries)
        self.paper = carried_out(replace(self.paper, definitions=definitions))
        self.prover = Prover(self.paper)
        said = [one.body for one in self.paper.definitions.values()]
        said += [f.right for f in self.paper.facts if isinstance(f.left, Sum) and f.relation == "="]
        self.introduced = frozenset().union(*(reached_names(self.paper, e) for e in said))
        self.names = frozenset(f.text for f in self.paper.facts if f.relation in ("=", "=="))

    def on(self, paper: Paper, style: Style | None = None) -> Ground:
        """The same questions about another paper; no answer is carried over."""
        same = (self.unknown, self.functions, self.slopes, self.steps, self.one_hot, self.shares)
        return Ground(paper, *same, style=style or self.style, hidden=self.hidden)

    def told(self) -> Ground:
        """The same where rows add up to one of which words say so."""
        if self._told is None:
            facts = {fact.text: fact for fact in self.paper.facts}
            for name in sorted((self.one_hot | self.shares) - self.paper.definitions.keys()):
                if self.paper.axes.get(name):
                    entry = generic(self.paper, name)
                    index = entry.indices[-1]
                    text = f"sum_{index.name} {to_plain(entry)} = 1"
                    facts.setdefault(text, Fact(Sum((index,), entry), "=", ONE, text))
            is_new = len(facts) > len(self.paper.facts)
            told = replace(self.paper, facts=tuple(facts.values()))
            self._told = self.on(told) if is_new else self
        return self._told

    def prepare(self, expr: Expr) -> Expr:
        """Derivatives by defined names carried out, with these names as variables of their own."""
        return carried(expr, self.paper)

    def reaches(self, expr: Expr) -> frozenset[str]:
        """Variables by which an expression differentiates something that contains them."""
        nodes = [node for node in walk(expr) if isinstance(node, D)]
        return frozenset(
            n.wrt.name for n in nodes if n.wrt.name in reached_names(self.paper, n.body)
        )

    def obstacle(self, expr: Expr, varied: frozenset[str]) -> str:
        """Why a derivative in an expression cannot be judged, or "" if it can.

        ``varied`` are the variables that the first line is known to contain; what else a
        derivative by one of them meets is constant.
        """
        for node in walk(expr):
            if not isinstance(node, D):
                continue
            reached = self.reached_beside(node)
            if loss := varied_slope(self.paper, node.body, self.slopes):
                return f"the text does not say how the derivatives of {loss} change"
            if name := self.hides(reached, node.wrt.name):
                return f"what the text says of {name} is not read"
            doubtful = self.functions if node.wrt.name in varied else self.unknown
            missing = (reached & doubtful) - {node.wrt.name}
            if not (isinstance(node.body, Ref) and node.body.name in missing):
                missing = {n for n in missing if not is_before(self.paper, self.steps, n, node.wrt)}
            if missing:
                return f"the text does not say what {', '.join(sorted(missing))} is"
            constant = reached - self.paper.definitions.keys() <= _DATA
            if node.wrt.name not in reached | varied and not constant:
                body, wrt = to_plain(node.body), to_plain(node.wrt)
                return f"the text does not say how {body} depends on {wrt}"
        return ""

    def hides(self, reached: Container[str], variable: str) -> str:
        """A name on which something depends, and which may depend on the variable by an equation
        that is not read; or "".
        """
        for name, words in self.hidden.items():
            if name not in reached or name == variable:
                continue
            known = (words & self.paper.definitions.keys()) - {variable}
            bodies = [self.paper.definitions[one].body for one in known]
            if variable in words.union(*(reached_names(self.paper, body) for body in bodies)):
                return name
        return ""

    def reached_beside(self, node: D) -> frozenset[str]:
        """Names below what is differentiated; a defined variable is one of its own."""
        name = node.wrt.name
        others = {n: d for n, d in self.paper.definitions.items() if n != name}
        return reached_names(replace(self.paper, definitions=others), node.body)

    def undefined(self, left: Expr, right: Expr) -> str:
        """A name on one side only that the text has not introduced, or ""."""
        sides = [reached_names(self.paper, side) for side in (left, right)]
        nodes = [*walk(left), *walk(right)]
        asked = [node for node in nodes if isinstance(node, D)]
        variables = {node.wrt.name for node in asked}
        for node in asked:  # what is differentiated is given
            variables |= reached_names(self.paper, node.body)
        known = self.introduced | variables | self.paper.definitions.keys()
        strange = (sides[0] ^ sides[1]) - known
        return min(strange, default="")

    def compare(self, left: Expr, right: Expr, factors: Sequence[Expr] = ()) -> Finding:
        """Judge ``left = right`` where the factors, which are conditions, are one."""
        if factors:
            left, right = Mul((*factors, left)), Mul((*factors, right))
        if (left, right) not in self._known:
            self._known[left, right] = self._compare(left, right)
        return self._known[left, right]

    def _compare(self, left: Expr, right: Expr) -> Finding:
        single = {of for of, (low, high) in self.paper.sizes.items() if low == high}
        if single & {i.range for i in free_indices(left) | free_indices(right) if not i.is_literal}:
            return Finding("unread", "of an array in it only one entry is known")
        found = seen(self.paper, left, right)
        if found.equal is False:
            lenient = self._leniently(left, right, found) or self._with_sizes(left, right)
            return lenient or Finding("refuted", found.how, found)
        with limited_work():
            how = self.prover.prove(left, right, self.names)
        if not (how or found.equal):
            return Finding("unread", found.how, found)
        needs = self._unsaid(left, right)
        for name in sorted(needs & self.arbitrary):
            text = f"{name} < 0"
            facts = (*self.paper.facts, Fact(Ref(name), "<", ZERO, text))
            below = seen(replace(self.paper, facts=facts), left, right)
            if below.equal is False:
                return Finding("refuted", below.how, below)
        also = f"needs {', '.join(f'{name} > 0' for name in sorted(needs))}: " if needs else ""
        return Finding("proved" if how else "tested", f"{also}{how or found.how}", found)

    def _unsaid(self, left: Expr, right: Expr) -> frozenset[str]:
        """Given numbers that must be positive for the right side only to have a value."""
        said = {f.left.name for f in self.paper.facts if isinstance(f.left, Ref)}
        open_ = self._rooted(right) - self._rooted(left) - said
        return frozenset(open_ - self.paper.definitions.keys())

    def _rooted(self, expr: Expr) -> set[str]:
        """Names without indices under a logarithm or a root, also in definitions."""
        reached = reached_names(self.paper, expr) & self.paper.definitions.keys()
        bodies = [self.paper.definitions[name].body for name in reached]
        return {
            node.argument.name
            for side in (expr, *bodies)
            for node in walk(side)
            if isinstance(node, Fn) and node.name in ("log", "sqrt")
            and isinstance(node.argument, Ref) and not node.argument.indices
        }  # fmt: skip

    def _with_sizes(self, left: Expr, right: Expr) -> Finding | None:
        """The finding where a letter that nothing defines is the size of a range."""
        for paper, one, other, remark in with_sizes(self.paper, left, right):
            found = seen(paper, one, other)
            if found.equal:
                how = Prover(paper).prove(one, other, self.names)
                return Finding(
                    "proved" if how else "tested", f"{how or found.how}, {remark}", found
                )
        return None

    def _leniently(self, left: Expr, right: Expr, found: Evidence) -> Finding | None:
        """The finding where every name is positive, if the line rests on a domain."""
        rests = any(
            (isinstance(n, Fn) and n.name in _WITH_DOMAIN)
            or (
                isinstance(n, Pow)
                and not (isinstance(n.exponent, Num) and n.exponent.value.denominator == 1)
            )
            for side in (left, right)
            for n in walk(side)
        )
        is_partial = found.left is None or found.right is None
        if not (rests or is_partial):
            return None
        facts = (*self.paper.facts, *positive_facts(self.paper, left, right))
        again = seen(replace(self.paper, facts=facts), left, right)
        if again.equal is not True and None in (again.left, again.right):
            shares = share_facts(self.paper, left, right)
            facts = (*facts, *shares)
            again = seen(replace(self.paper, facts=facts), left, right) if shares else again
        if again.equal:
            needs = self._needed(left, right, facts[len(self.paper.facts) :])
            if any(f"{name} > 0" in needs.split(", ") for name in self.arbitrary):
                return None
            return Finding("tested", f"needs {needs}: {again.how}", again)
        if again.equal is False and is_partial and None not in (again.left, again.right):
            return Finding("refuted", again.how, again)
        if again.equal is None or is_partial:
            return Finding("unread", "the sides have no values at the same points", again)
        return None

    def _needed(self, left: Expr, right: Expr, facts: Sequence[Fact]) -> str:
        """The facts among those given without which a line does not hold, in words."""
        kept = list(facts)
        for fact in facts if len(facts) <= MOST_ASSUMED else ():
            fewer = [one for one in kept if one is not fact]
            if seen(replace(self.paper, facts=(*self.paper.facts, *fewer)), left, right).equal:
                kept = fewer
        return ", ".join(fact.text for fact in kept) or "all names to be positive"


def seen(paper: Paper, left: Expr, right: Expr) -> Evidence:
    """Evidence, with sums that are too deep or numbers that are too large as "not tested"."""
    try:
        return evidence(paper, left, right)
    except (RecursionError, ArithmeticError, KeyError) as error:
        return Evidence(None, f"not tested: {type(error).__name__}")


def holds(ground: Ground, left: Expr, right: Expr) -> bool:
    """Whether two sides are equal wherever the facts of the text hold, as far as is seen."""
    return seen(ground.paper, left, right).equal is True


def _has_slope(one: Definition) -> bool:
    return any(isinstance(node, D) for node in walk(one.body))


def carried(expr: Expr, paper: Paper) -> Expr:
    """Carry out derivatives by defined names; such a name is a variable of its own in them."""
    parts = children(expr)
    if parts:
        parts = tuple(carried(part, paper) for part in parts)
        expr = rebuild(expr, parts)
    if not (isinstance(expr, D) and expr.wrt.name in paper.definitions):
        return expr
    others = {n: d for n, d in paper.definitions.items() if n != expr.wrt.name}
    dependence = Dependence(replace(paper, definitions=others))
    body = carry_out(expr.body, dependence, opened=frozenset(others))
    return differentiate(body, expr.wrt, dependence, opened=frozenset(others))


def reached_names(paper: Paper, expr: Expr) -> frozenset[str]:
    """Names in an expression, also through definitions."""
    if isinstance(expr, Ref):
        return Dependence(paper).below(expr.name)
    parts = (expr.body,) if isinstance(expr, D) else children(expr)
    return frozenset().union(*(reached_names(paper, part) for part in parts))


def varied_slope(paper: Paper, expr: Expr, slopes: Mapping[str, str]) -> str:
    """The undefined loss of which an expression holds a derivative, or ""."""
    if not slopes:
        return ""
    if isinstance(expr, Ref):
        if expr.name in slopes:
            return slopes[expr.name]
        if expr.name in slopes.values() or expr.name not in paper.definitions:
            return ""
        return varied_slope(paper, paper.definitions[expr.name].body, slopes)
    if isinstance(expr, D):
        losses = reached_names(paper, expr.body) & {*slopes.values()}
        return min(losses, default="")
    return next((s for part in children(expr) if (s := varied_slope(paper, part, slopes))), "")


def names(expr: Expr) -> frozenset[str]:
    """Names that stand in an expression."""
    return frozenset(node.name for node in walk(expr) if isinstance(node, Ref))


def positive_facts(paper: Paper, *exprs: Expr) -> list[Fact]:
    """Facts that make every undefined name positive, but for rows of zeros and a one."""
    found = []
    reached = frozenset().union(*(reached_names(paper, expr) for expr in exprs))
    valued = {f.left.name for f in paper.facts if isinstance(f.left, Ref) and not names(f.right)}
    for name in sorted(reached - paper.definitions.keys() - valued):
        if name in paper.axes and not label_of(name):
            ref = generic(paper, name)
            found.append(Fact(ref, ">", ZERO, f"{to_plain(ref)} > 0"))
    return found


def generic(paper: Paper, name: str, exprs: Sequence[Expr] = ()) -> Ref:
    """The general entry of an array, with the letters that the text gives it if it can be."""
    bodies = [one.body for one in paper.definitions.values()]
    for node in (n for expr in (*bodies, *exprs) for n in walk(expr)):
        if isinstance(node, Ref) and node.name == name:
            own = {i.name for i in node.indices if not i.is_literal}
            if len(own) == len(node.indices):
                return node
    letters = [letter for letter in "ikjlmn" if letter != name]
    axes = paper.axes.get(name, ())
    letters = letters[1:] if len(axes) == 1 else letters
    return Ref(name, tuple(Index(letters[n % 5], axis) for n, axis in enumerate(axes)))
