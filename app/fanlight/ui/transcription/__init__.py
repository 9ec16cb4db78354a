"""Sound and video files, and the window in which they become text."""
