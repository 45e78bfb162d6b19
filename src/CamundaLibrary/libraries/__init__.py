"""The Robot Framework libraries, each composed of keyword groups."""
