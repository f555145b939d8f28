"""Verdicts on what an author wrote: claims, chains of lines, and when a refutation may be spoken.

The evidence comes from the room around it. Here a line of a text is judged as a claim, by how much
it is off is said in closed form, and what rests on a guess is never called wrong.
"""
