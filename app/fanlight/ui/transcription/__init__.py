"""The window that transcribes sound and video files."""
