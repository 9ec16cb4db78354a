"""Pictures by words in Ctrl+K: a grid above what was found in texts, for the keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QDesktopServices
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from fanlight.core.picture_search.finder import EmbedderSource, PictureFinder
from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.messages import TextPart
from fanlight.domain.picture_finding import IndexProgress, KnownPicture, PictureHit, PicturePlace, PictureResult
from fanlight.domain.stored import StoredPicture
from fanlight.store.blobs import name_of
from fanlight.store.database import Database
from fanlight.store.picture_index import PictureIndex
from fanlight.store.picture_tables import KEPT
from fanlight.ui.transcript.message import MessageView
from fanlight.ui.transcript.thumbs import Thumbnails
from support.colour_embedder import ColourEmbedder
from support.whole_window import WholeWindow
from support.window_hands import Open

pytestmark = pytest.mark.gui

COLOURS = {"red": (230, 10, 10), "blue": (20, 20, 220)}


def png(folder: Path, name: str, colour: str) -> Path:
    path = folder / f"{name}.png"
    Pillow.new("RGB", (64, 48), COLOURS[colour]).save(path)
    return path


@pytest.fixture
def window(home: Path, open_window: Open, qtbot: Any) -> WholeWindow:
    """A red picture in a conversation, and a red and a blue one in a folder, all in the index."""
    database, embedder = Database(home), ColourEmbedder()
    data = png(home, "kept", "red").read_bytes()
    picture = StoredPicture(name_of(data), "png", "kept.png", 64, 48, "id")
    message = ArchivedMessage("user", (picture, TextPart("What is it?")), created=1_000)
    database.importing.add(ArchivedConversation("Sunset", 1, 2, (message,), False, {name_of(data): data}))
    database.close()
    folder = home / "holiday"
    folder.mkdir()
    index = PictureIndex(home)
    index.use_space("colours")
    places = [PicturePlace(str(png(folder, name, colour))) for name, colour in (("rose", "red"), ("sea", "blue"))]
    kept = PicturePlace(name_of(data), kept=True)
    index.sync(KEPT, [KnownPicture(kept, "kept.png\nSunset", 1_000)])
    index.sync(str(folder), [KnownPicture(one, Path(one.where).name, 2_000) for one in places])
    for place, colour in ((kept, "red"), (places[0], "red"), (places[1], "blue")):
        index.write(place, embedder.embed_text(colour), "")
    index.close()

    def opened(_settings: Any) -> PictureFinder:
        return PictureFinder(PictureIndex(home), EmbedderSource("colours", lambda _stop: embedder))

    made = open_window(open_picture_finder=opened)
    qtbot.waitUntil(lambda: len(made.sidebar.ids) == 1)
    return made


def search(qtbot: Any, window: WholeWindow, text: str, names: set[str]) -> list[PictureHit]:
    """The grid, once it shows these, with their small copies."""
    palette = window.searching.palette
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette.field.clear()
    qtbot.keyClicks(palette.field, text)
    grid = palette.pictures.grid

    def is_there() -> bool:
        found = {hit.title.split("\n")[0] for hit in grid.pictures.hits}
        small = grid.pictures._small
        return found == names and all(small.get(hit.place) is not None for hit in grid.pictures.hits)

    qtbot.waitUntil(is_there, timeout=60_000)
    return grid.pictures.hits


def attached(window: WholeWindow) -> list[str]:
    return [item.name for item in window.session_manager.current.attachments.items if item.attachment is not None]


def test_pictures_are_shown_above_texts(qtbot: Any, window: WholeWindow) -> None:
    hits = search(qtbot, window, "red", {"kept.png", "rose.png"})
    finding = window.searching.palette.pictures
    assert finding.isVisible()
    assert finding.heading.text() == "2 pictures"
    index = finding.grid.pictures.index(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith(hits[0].title.split("\n")[0])
    window.searching.palette.field.clear()
    qtbot.waitUntil(lambda: not finding.isVisible())


def test_where_no_text_is_found_they_stand_below_the_field(qtbot: Any, window: WholeWindow) -> None:
    palette = window.searching.palette
    palette.open()
    palette.field.setText("a red one")
    qtbot.waitUntil(palette.pictures.isVisible)
    qtbot.waitUntil(palette.list.isHidden)
    QApplication.processEvents()
    assert palette.pictures.height() == palette.pictures.sizeHint().height()
    assert palette.state.y() < palette.card.height() // 2
    assert palette.state.text() == "No conversation has “a red one”."


def test_the_keyboard_reaches_them_and_asks_about_a_file(qtbot: Any, window: WholeWindow) -> None:
    search(qtbot, window, "blue", {"sea.png"})
    palette = window.searching.palette
    for _unused in range(20):
        if QApplication.focusWidget() is palette.pictures.grid:
            break
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is palette.pictures.grid
    qtbot.keyClick(palette.pictures.grid, Qt.Key.Key_Return)
    assert palette.isHidden()
    qtbot.waitUntil(lambda: attached(window) == ["sea.png"], timeout=60_000)
    assert QApplication.focusWidget() is window.composer.input


def test_a_draft_stays_when_a_picture_is_asked_about(qtbot: Any, window: WholeWindow) -> None:
    window.composer.set_text("How many")
    hits = search(qtbot, window, "red", {"kept.png", "rose.png"})
    kept = next(hit for hit in hits if hit.place.kept)
    window.searching.palette.pictures.grid.asked.emit(kept)
    qtbot.waitUntil(lambda: attached(window) == ["kept.png"], timeout=60_000)
    assert window.composer.text == "How many"


def test_a_kept_picture_opens_its_conversation(qtbot: Any, window: WholeWindow) -> None:
    hits = search(qtbot, window, "red", {"kept.png", "rose.png"})
    grid = window.searching.palette.pictures.grid
    grid.picked.emit(next(hit for hit in hits if hit.place.kept))
    qtbot.waitUntil(lambda: window.session_manager.current_number == window.sidebar.ids[0], timeout=60_000)
    assert window.searching.palette.isHidden()


def test_more_like_this(qtbot: Any, window: WholeWindow) -> None:
    hits = search(qtbot, window, "red", {"kept.png", "rose.png"})
    finding = window.searching.palette.pictures
    like = next(hit for hit in hits if not hit.place.kept)
    finding.grid.like_wanted.emit(like)
    qtbot.waitUntil(lambda: finding.heading.text() == "Pictures like rose.png", timeout=60_000)
    assert [hit.title.split("\n")[0] for hit in finding.grid.pictures.hits] == ["kept.png", "sea.png"]


def test_the_menu_says_what_can_be_done(qtbot: Any, window: WholeWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    hits = search(qtbot, window, "red", {"kept.png", "rose.png"})
    grid = window.searching.palette.pictures.grid
    texts = {hit.place.kept: [action.text() for action in grid.menu_of(hit).actions()] for hit in hits}
    assert texts[True] == ["Ask About It", "More Like This", "Show in the Conversation"]
    assert texts[False] == ["Ask About It", "More Like This", "Show the File"]
    grid.setCurrentIndex(grid.pictures.index([hit.place.kept for hit in hits].index(False)))
    by_key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, grid.rect().center(), grid.rect().center())
    grid.contextMenuEvent(by_key)
    menu = next(menu for menu in grid.findChildren(QMenu) if menu.isVisible())
    menu.actions()[2].trigger()
    menu.close()
    assert opened == [str(Path(hits[0].place.where if not hits[0].place.kept else hits[1].place.where).parent)]


def test_a_picture_that_is_gone_is_said(qtbot: Any, window: WholeWindow, home: Path) -> None:
    hits = search(qtbot, window, "red", {"kept.png", "rose.png"})
    for path in (home / "pictures").glob("*/*"):
        path.unlink()
    window.searching.palette.pictures.grid.asked.emit(next(hit for hit in hits if hit.place.kept))
    qtbot.waitUntil(lambda: window.errors.isVisible(), timeout=60_000)


def test_deleting_everything_empties_the_index(qtbot: Any, window: WholeWindow, home: Path) -> None:
    search(qtbot, window, "red", {"kept.png", "rose.png"})
    window.core.erase_everything()

    def is_empty() -> bool:
        try:
            kept = b"".join(path.read_bytes() for path in home.glob("pictures.db*"))
        except FileNotFoundError:  # it is being deleted
            return False
        return not any(word in kept for word in (b"sunset", b"rose"))

    qtbot.waitUntil(is_empty, timeout=60_000)


def test_what_is_switched_off_finds_nothing(qtbot: Any, window: WholeWindow) -> None:
    window.settings_store.choose(find_pictures=False)
    palette = window.searching.palette
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(palette.field, "red")
    qtbot.wait(400)
    assert not palette.pictures.isVisible()


def test_pictures_like_one_on_the_screen(qtbot: Any, window: WholeWindow) -> None:
    window.session_manager.open(window.sidebar.ids[0])
    qtbot.waitUntil(lambda: bool(window.transcript.findChildren(Thumbnails)), timeout=60_000)
    (shown,) = window.transcript.findChildren(Thumbnails)
    view = shown.parentWidget()
    assert isinstance(view, MessageView)
    centre = shown.mapTo(view, shown.findChildren(QWidget)[0].geometry().center())
    name = "Find pictures like this"
    (action,) = [action for action in view.menu(centre).actions() if action.text() == name]
    assert name not in [action.text() for action in view.menu(view.rect().bottomRight()).actions()]
    action.trigger()
    finding = window.searching.palette.pictures
    qtbot.waitUntil(lambda: finding.heading.text() == "Pictures like kept.png", timeout=60_000)
    assert [hit.title for hit in finding.grid.pictures.hits] == ["rose.png", "sea.png"]


def test_what_is_still_to_be_looked_at_is_said(qtbot: Any, window: WholeWindow) -> None:
    finding = window.searching.palette.pictures
    window.searching.palette.open()
    for text, progress, shown in (
        ("x", IndexProgress(1200, 1100), "0 pictures. 1,100 pictures are still to be looked at."),
        ("y", IndexProgress(1200, 1), "0 pictures. 1 picture is still to be looked at."),
    ):
        finding._on_found(text, PictureResult(progress=progress))
        assert finding.heading.text() == shown
        assert finding.isVisible()
        assert not finding.grid.isVisible()
    finding._on_found("z", PictureResult(progress=IndexProgress(1200, 0)))
    assert not finding.isVisible()
