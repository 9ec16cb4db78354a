"""Conversations on disk: SQLite for words, files named by sha256 for pictures; search, backups, recovery."""
