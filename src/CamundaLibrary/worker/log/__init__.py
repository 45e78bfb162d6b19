"""The worker's own log, for people and for programs."""
