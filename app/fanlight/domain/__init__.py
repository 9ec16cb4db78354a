"""The values that all parts share, and the ports: standard library only, no files, no threads, no Qt."""
