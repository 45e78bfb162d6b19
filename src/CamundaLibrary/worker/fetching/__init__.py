"""Fetches tasks: how many, of which topics, and when."""
