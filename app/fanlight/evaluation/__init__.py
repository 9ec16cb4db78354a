"""Which model is right about the cases that a person has collected, and whether it treats pairs of them alike."""

DRAWN = "drawn"
"""Stands for the pairs that are drawn here in the place of a file."""
