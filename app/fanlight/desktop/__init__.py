"""What the desktop hands us, turned into domain values: may use Qt, never QtWidgets."""
