"""Keyboards whose keys write something else: the paste key is found by what it means, and characters that the layout
lacks are typed all the same."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from support.display import Display
from support.editors import Editor, Inserting

pytestmark = [pytest.mark.gui, pytest.mark.xvfb]

TEXT = "Spaß: àáâãäçèéêëìíîïñòóôõöùúûüýÿ, øß? 'quoted' – ¿qué? Ок 🎉/~"


@pytest.fixture(params=["fr", "de -variant neo", "us -variant dvorak", "ru", "us,gr"])
def layout(request: pytest.FixtureRequest, display: Display) -> Iterator[str]:
    if shutil.which("setxkbmap") is None:
        pytest.skip("not installed: setxkbmap (packaging/system-libraries.sh test)")
    display.run("setxkbmap", *request.param.split())
    yield request.param
    display.run("setxkbmap", "us")


def test_the_text_is_pasted_and_taken_back(display: Display, inserting: Inserting, editor: Editor, layout: str) -> None:
    inserting.do("note")
    assert inserting.insert(TEXT, there=True) == "INSERTED", layout
    editor.shows(TEXT)
    assert inserting.do("undo")["done"]
    editor.shows("")


def test_the_text_is_typed(display: Display, inserting: Inserting, editor: Editor, layout: str) -> None:
    assert inserting.insert(TEXT, typed=True) == "INSERTED", layout
    editor.shows(TEXT)
