"""Downloads: files that a process of its own fetches, after a click."""
