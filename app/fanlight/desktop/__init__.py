"""Adapters to the desktop: hotkeys, captures, portals, clipboard data, start at login. May use QtGui, never
QtWidgets."""
