"""What Fanlight talks about, as values: standard library only, no files, no threads, no Qt."""
