"""Markdown, parsed once for the screen and for speech: values, no Qt."""
