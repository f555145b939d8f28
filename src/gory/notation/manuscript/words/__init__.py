"""What words around formulas say: cues, hedges, names, totals, and of which name a word is said.

Nothing here reads a formula or changes its meaning.
"""
