"""The window in which values are read from a page by a schema."""
