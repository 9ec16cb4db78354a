"""The conversation as it is read: Markdown that streams, messages that are made and dropped as they come into view."""
