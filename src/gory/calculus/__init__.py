"""Derivatives in small steps: the table of rules, lemmas for definitions, shaping of the closed
form.

A derivation is data (`Derivation`, `Section`, `Step`); verdicts are given in the room ``verify``.
"""

from gory.calculus._carry_out import Dependence as Dependence
from gory.calculus._carry_out import carried_out as carried_out
from gory.calculus._carry_out import carry_out as carry_out
from gory.calculus._carry_out import differentiate as differentiate
from gory.calculus._carry_out import holds_derivative as holds_derivative
from gory.calculus._derivation import DETAILS as DETAILS
from gory.calculus._derivation import VERDICTS as VERDICTS
from gory.calculus._derivation import Derivation as Derivation
from gory.calculus._derivation import Premise as Premise
from gory.calculus._derivation import Section as Section
from gory.calculus._derivation import Step as Step
from gory.calculus._deriver import derive as derive
from gory.calculus._question import with_premises as with_premises
