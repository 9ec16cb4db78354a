"""Captures of the screen: what is chosen on it, what is asked about it, and the quick actions that ask."""
