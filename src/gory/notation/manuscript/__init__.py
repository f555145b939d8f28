"""What an author wrote, with its meaning: a document becomes papers and chains that speak of them.

A document is cut into stretches; its mathematics, LaTeX or typed, becomes statements whose sides
have one or more readings; words around a formula say what it is meant to be; and a section settles
all of that into a paper and lines of claims. Whether a claim is true is not decided here.
"""
