""" "Open a model…": a GGUF file the user has, used where it lies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from fanlight.domain.errors import FanlightError
from fanlight.domain.models import ModelSpec
from fanlight.ui.reader import Reader

FILTER = "Models (*.gguf);;All files (*)"


def open_model(
    parent: QWidget,
    reader: Reader,
    add: Callable[[Path], ModelSpec],
    opened: Callable[[ModelSpec], object],
    failed: Callable[[FanlightError], object],
) -> None:
    """Pick a file; its header is read on the reader's thread, then `opened` or `failed`."""
    name, _ = QFileDialog.getOpenFileName(parent, "Open a model", str(Path.home()), FILTER)
    if name:
        reader.call(
            lambda: add(Path(name)),
            lambda result: failed(result) if isinstance(result, FanlightError) else opened(result),
        )
