"""Connects the application in `core` with its windows; nothing below imports it."""
