"""The gesture: frozen screens, a rectangle on them, and what waits for it."""
