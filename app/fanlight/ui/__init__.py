"""Widgets, and the one seam between threads and Qt."""
