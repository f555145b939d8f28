"""Room `algebra`."""
