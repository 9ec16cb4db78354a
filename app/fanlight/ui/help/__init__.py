"""The manual, read offline in a window of its own."""
