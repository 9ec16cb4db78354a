"""What ends with the window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from shiboken6 import isValid

from support.whole_window import WholeWindow
from support.windows import parts

pytestmark = pytest.mark.gui


def test_windows_and_menus_beside_it_end_with_it(qtbot: Any, home: Path) -> None:
    window = WholeWindow(parts(home))
    window.show()
    qtbot.waitUntil(lambda: window.host.condition == "ready")
    tray = window.services.tray
    assert tray is not None
    window.features.models.open_comparison()
    beside = [
        window.features.models.window,
        window.features.models.comparison_window,
        window.features.transcription.window,
        tray.tray.menu,
    ]
    assert window.close()
    window.deleteLater()
    qtbot.waitUntil(lambda: not any(map(isValid, beside)))
