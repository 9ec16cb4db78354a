"""The settings dialog, its sections, and the keys that are recorded there."""
