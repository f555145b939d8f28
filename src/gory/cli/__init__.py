"""Room `cli`: the commands of ``gory``, one module and one small function each.

What a command needs is imported when it runs, so that ``gory --help`` answers at once.
Results go to standard output, everything about the run (progress, errors) to standard
error; exit code 0 is success, 2 a mistake that the message explains, 130 an interruption.
The commands compute nothing of their own: they read, call the other rooms and print.
"""

from gory.cli._main import main as main
