"""Keyword groups: one file, one class each. The libraries list the groups they are made of."""
