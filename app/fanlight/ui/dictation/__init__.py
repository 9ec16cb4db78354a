"""Dictation and spoken answers in the widgets: keys, buttons, the status line, and dictated words in a text field."""
