"""What the tests of pictures by words share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject

from support.picture_desk import Desk


@pytest.fixture
def desk(qtbot: Any, home: Path) -> Iterator[Desk]:
    parent = QObject()
    made = Desk(home, parent)
    yield made
    made.close()
