"""Conversations behind the widgets: what is asked and answered, kept and brought back, and the threads that do it."""
