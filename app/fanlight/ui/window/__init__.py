"""The main window: conversation list, search, the conversation that is shown, exports and imports, banners, tray."""
