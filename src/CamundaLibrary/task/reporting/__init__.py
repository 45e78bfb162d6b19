"""The way of an outcome to the engine."""
