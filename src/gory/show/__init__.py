"""Room `show`."""
