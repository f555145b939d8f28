"""The layer that training minimizes: its paper, its parameters, and the model that fits it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import gory
from gory.cli._recognition import Roles, recognize

if TYPE_CHECKING:
    from gory.calculus import Derivation
    from gory.learn import SoftmaxRegression

_ENTRY_LETTERS = "mnpqrstuvabcdefghijklo"  # for the entries of parameters, the usual ones first


class LayerProblem(ValueError):
    """A layer is something that cannot be trained here; the message says what can."""


@dataclass(frozen=True)
class Layer:
    """A paper whose objective training can minimize."""

    paper: gory.Paper
    objective: str
    roles: Roles

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the arrays that are learned."""
        return tuple(name for name in (self.roles.weights, self.roles.bias) if name)

    def gradients(self) -> Iterator[Derivation]:
        """The derivation of the gradient, one for every array that is learned."""
        for name in self.parameters:
            letters = _free_letters(self.paper, name)
            yield self.paper.derive(self.objective, f"{name}[{','.join(letters)}]")

    def settings(self, C: float, n_rows: int, n_classes: int) -> tuple[str, ...]:
        """The value of the penalty's strength, where the layer has one.

        The estimator minimizes ``mean cross-entropy + s / 2 * sum of squares`` with
        ``s = 1 / (C * n_rows)``, and twice that for two classes, whose two rows of weights share
        one difference. The author's scale and factor turn that into the value of his symbol.
        """
        if not self.roles.penalty:
            return ()
        strength = (2.0 if n_classes == 2 else 1.0) / (C * n_rows)
        scale = 1 if self.roles.is_mean else n_rows
        share = float(self.roles.factor) / (n_rows if self.roles.is_penalty_mean else 1)
        value = strength * scale / (2 * share)
        return (f"{self.roles.penalty} = {value:.6g}, which is C = {C:g}",)

    def estimator(self, C: float, **options: Any) -> SoftmaxRegression:
        """The model that minimizes the objective."""
        from gory.learn import SoftmaxRegression

        strength = C if self.roles.penalty else math.inf
        return SoftmaxRegression(strength, fit_intercept=bool(self.roles.bias), **options)


def default_layer() -> Layer:
    """Softmax regression with a constant for every class and a penalty on the weights."""
    text = (files("gory.cli") / "softmax_regression.gory").read_text(encoding="utf-8")
    return read_layer(text)


def read_layer(text: str) -> Layer:
    """The layer of a paper; its last definition without an index is the objective.

    Raises
    ------
    NotationError
        If the text cannot be read.
    LayerProblem
        If the objective is not one that training minimizes.
    """
    paper = gory.read(text)
    scalars = [name for name, definition in paper.definitions.items() if not definition.indices]
    if not scalars:
        raise LayerProblem(
            "the layer defines no number to minimize; add a line for the objective, as "
            "J = - sum_{i,k} y[i,k] log h[i,k]."
        )
    objective = scalars[-1]
    roles = recognize(paper, objective)
    if roles is None:
        raise LayerProblem(
            f"{objective} is not the cross-entropy of a softmax layer, which is what gory fit "
            "trains: - sum_{i,k} y[i,k] log h[i,k], where h[i,k] is the softmax of "
            "sum_j theta[k,j] x[i,j], with or without a constant b[k], a factor 1 / N, and a "
            f"penalty lam / 2 sum_{{k,j}} theta[k,j]^2. gory derive differentiates {objective} "
            "all the same."
        )
    return Layer(paper, objective, roles)


def _free_letters(paper: gory.Paper, name: str) -> list[str]:
    """Letters for the indices of an entry that the paper uses for nothing else."""
    taken = {letter for letter in _ENTRY_LETTERS if letter in paper.letters or letter in paper.axes}
    letters = iter(letter for letter in _ENTRY_LETTERS if letter not in taken)
    return [next(letters) for _ in paper.axes[name]]
