"""What speaks against calling a line wrong: the reading may be at fault, and not the author.

`_certainty` asks everything else in turn and is the way in. Each of the others knows one kind of
doubt: names given further below, words that restrict, sums over a part of a range, targets that are
one-hot, values for once. A line of which any of them has a doubt is left unread.
"""
