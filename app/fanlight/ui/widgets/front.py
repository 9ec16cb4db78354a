"""The window in front of all others, because the user has just asked for it by name."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from fanlight.core.remote_commands import ActivationRequest
from fanlight.desktop import activation


def bring_to_front(window: QWidget, summons: ActivationRequest) -> None:
    """Shown if hidden, unfolded if minimised, raised, and active even where programs may not take the focus."""
    if summons.activation_token:
        os.environ["XDG_ACTIVATION_TOKEN"] = summons.activation_token  # Qt on Wayland uses it once, and clears it
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
    activation.activate(int(window.winId()), summons.startup_id)
