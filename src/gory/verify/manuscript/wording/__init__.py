"""What is said of a line, in the words and letters of its author.

Names stand inside as one word each; `_author_names` looks up how the text writes them, and
`_wording` puts words and formulas together, once in the paper language and once in LaTeX. Nothing
is judged here, so that whoever judges may say what he has found.
"""
