"""Environments of robots: what a bundle asks for, and the store that builds it once for all."""
