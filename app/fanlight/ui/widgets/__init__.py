"""Widgets that several windows are made of: the banner, the drop area, forms, shortcuts."""
