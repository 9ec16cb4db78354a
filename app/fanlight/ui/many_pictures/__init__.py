"""The window in which many pictures are described, and the answers corrected."""
