"""Captures of the screen: what is chosen on it, and what is asked about it."""
