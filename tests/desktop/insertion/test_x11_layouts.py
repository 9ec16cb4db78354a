"""Keyboards whose keys write something else: the paste key is found by what it means, and characters that the layout
lacks are typed all the same."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest

from support.display import Display
from support.editors import Editor, Inserting
from support.screens import wait_for

pytestmark = [pytest.mark.gui, pytest.mark.xvfb]

TEXT = "Spaß: àáâãäçèéêëìíîïñòóôõöùúûüýÿ, øß? 'quoted' – ¿qué? Ок 🎉/~"


@pytest.fixture
def lay_out(display: Display) -> Iterator[Callable[[str], None]]:
    if shutil.which("setxkbmap") is None:
        pytest.skip("not installed: setxkbmap (packaging/system-libraries.sh test)")

    def laid_out(layout: str) -> None:
        display.run("setxkbmap", *layout.split())

    yield laid_out
    display.run("setxkbmap", "us")


def test_the_text_is_pasted_also_without_latin_letters(
    inserting: Inserting, editor: Editor, lay_out: Callable[[str], None]
) -> None:
    shown = ""
    for layout in ("fr", "ru"):
        lay_out(layout)
        assert inserting.insert(TEXT) == "INSERTED", layout
        shown += TEXT
        editor.shows(shown)
    inserting.do("note")
    assert not inserting.do("undo")["done"]  # no key there is Ctrl+Z
    lay_out("ru,us")
    assert inserting.do("undo")["done"]
    wait_for(lambda: editor.text != shown)


def test_the_text_is_typed(inserting: Inserting, editor: Editor, lay_out: Callable[[str], None]) -> None:
    lay_out("de -variant neo")
    assert inserting.insert(TEXT, typed=True) == "INSERTED"
    editor.shows(TEXT)
