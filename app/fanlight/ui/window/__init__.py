"""The main window: conversation list, transcript, composer, banners, tray."""
