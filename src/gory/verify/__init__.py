"""Verdicts on lines: evidence from a finite field, from floats and decimals, and given numbers.

This room answers one question: are two expressions equal wherever the declared facts hold? It
computes derivatives with dual numbers and so shares nothing with the rules that it checks.
"""

from gory.verify._behind import with_values as with_values
from gory.verify._evidence import Evidence as Evidence
from gory.verify._evidence import evidence as evidence
from gory.verify._evidence import needs_fact as needs_fact
from gory.verify._exact import Prover as Prover
from gory.verify._given import EvaluationError as EvaluationError
from gory.verify._given import evaluate as evaluate
from gory.verify._judge import judge as judge
from gory.verify._proofread import CheckedDerivation as CheckedDerivation
from gory.verify._proofread import CheckedLine as CheckedLine
from gory.verify._proofread import Proofreading as Proofreading
from gory.verify._proofread import proofread as proofread
