"""Conversations: asking, the answer stream, autosave, prefetch, the session list."""
