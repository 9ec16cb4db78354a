"""What Fanlight asks in the user's place is in a language that the model understands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight import i18n
from fanlight.core.chat.model_host import ModelHost
from support.window_hands import Open
from support.windows import picture_file

pytestmark = pytest.mark.gui


@pytest.fixture
def german(catalogs: Path) -> Iterator[None]:
    i18n.use("de", catalogs)
    yield
    i18n.use("en")


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("english_only", "example", "description"),
    [
        (True, "What color is the star?", "Describe the picture."),
        (False, "Welche Farbe hat der Stern?", "Beschreibe das Bild."),
    ],
)
def test_a_model_that_knows_only_english_is_asked_in_english(
    qtbot: Any,
    open_window: Open,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    english_only: bool,
    example: str,
    description: str,
) -> None:
    monkeypatch.setattr(ModelHost, "english_only", english_only)
    window = open_window()
    window.welcome.example.emit("What color is the star?")
    assert window.composer.text == example
    window._core.attachment_loader.load_files([picture_file(tmp_path)])
    qtbot.waitUntil(lambda: bool(window.composer.chips.attachments) and not window.composer.chips.reading)
    window.composer.set_text("")
    asked: list[str] = []
    window.composer.send.connect(asked.append)
    window.composer.submit()
    qtbot.waitUntil(lambda: bool(asked))
    assert asked[0].startswith(description[:-4])
