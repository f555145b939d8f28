"""Room `calculus`."""
