"""Adapters to the desktop: hotkeys, captures, text into and from other programs, portals, start at login. May use
QtGui, never QtWidgets."""
