"""Room `notation`."""
