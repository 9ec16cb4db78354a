"""Which models are here, what they can do and whether they fit."""
