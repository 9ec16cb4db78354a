"""Brings a window to the front at the user's request."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from fanlight.core.remote_commands import ActivationRequest
from fanlight.desktop import activation


def bring_to_front(window: QWidget, request: ActivationRequest) -> None:
    """Shown if hidden, restored if minimized, raised, and active even where programs may not take the focus."""
    if request.activation_token:
        os.environ["XDG_ACTIVATION_TOKEN"] = request.activation_token  # Qt on Wayland uses it once, and clears it
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
    activation.activate(int(window.winId()), request.startup_id)
