"""Room `codegen`."""
