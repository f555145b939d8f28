"""What an inverse is, as facts: Σ_j inv(A)[i,j] A[j,k] = δ[i,k], from the left and from the
right.
"""

from __future__ import annotations

from gory.algebra._facts import FactRule
from gory.algebra._normal import Setting
from gory.algebra._products import multiply, single, sum_over
from gory.algebra._terms import key_indices
from gory.notation import Index, Paper, Ref, of_matrix


def inverse_facts(paper: Paper, setting: Setting) -> tuple[FactRule, ...]:
    """Two rules for every inverse that a paper or a question mentions."""
    found = []
    for name, axes in paper.axes.items():
        matrix = of_matrix(name)
        if matrix is None or matrix[0] != "inv":
            continue
        i, j, k = (Index(letter, axes[0]) for letter in ("row", "inner", "column"))
        for left, right in ((name, matrix[1]), (matrix[1], name)):
            factors = [
                single(setting.ref(Ref(n, ij))) for n, ij in ((left, (i, j)), (right, (j, k)))
            ]
            product = sum_over(multiply(*factors), [setting.names.ix(j)])
            ((pattern, _),) = product.items()
            delta = single(("delta", *sorted((setting.names.ix(i), setting.names.ix(k)))))
            text = f"sum_j {left}[i,j] {right}[j,k] = delta[i,k], by definition"
            found.append(FactRule(text, pattern, tuple(delta.items()), key_indices(pattern)))
    return tuple(found)
