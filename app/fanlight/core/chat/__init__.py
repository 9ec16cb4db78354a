"""Conversations: asking, the answer stream, attachments, autosave, prefetch; their list, exports, imports, backups."""
