"""Fixtures with windows, conversations and sound servers, registered as a plugin in conftest.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from fanlight.core.chat.turns import Attachment
    from fanlight.engine.scripted import ScriptedEngine
    from support import rooms
    from support.display import Display
    from support.panels import Enter as Panels
    from support.sound_server import SoundServer
    from support.voice_desk import Sit
    from support.whole_window import WholeWindow
    from support.window_hands import Open


@pytest.fixture
def open_window(qtbot: Any, home: Path) -> Iterator[Open]:
    """Opens the window; `parts` says with what. Several may follow each other on the same home."""
    from support.whole_window import WholeWindow
    from support.windows import parts

    windows: list[WholeWindow] = []

    def opened(engine: ScriptedEngine | None = None, **more: Any) -> WholeWindow:
        window = WholeWindow(parts(home, engine, **more))
        windows.append(window)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        qtbot.waitUntil(lambda: window.host.condition in ("loading", "ready", "failed"))
        return window

    yield opened
    for window in windows:
        window.close()


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """The application, whose looks are put back afterwards."""
    font, palette, sheet = qapp.font(), qapp.palette(), qapp.styleSheet()
    yield qapp
    qapp.setFont(font)
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)


@pytest.fixture
def enter(qtbot: Any, home: Path) -> Iterator[rooms.Open]:
    """A conversation on an engine without a model; `opened=False` leaves model and store for later."""
    from fanlight.engine.scripted import ScriptedEngine
    from fanlight.settings import Settings
    from support.rooms import Room

    entered_rooms: list[Room] = []

    def entered(engine: Any = None, store: Any = None, opened: bool = True, **settings: Any) -> Room:
        entered_rooms.append(Room(home, engine or ScriptedEngine(["An ", "answer."]), Settings(**settings)))
        if opened:
            entered_rooms[-1].open(store)
        return entered_rooms[-1]

    yield entered
    for room in entered_rooms:
        room.close()


@pytest.fixture
def red(tmp_path: Path) -> Attachment:
    from fanlight.core.chat.attachment_reader import read_attachment
    from support.windows import picture_file

    return read_attachment(picture_file(tmp_path), "", 1536)


@pytest.fixture
def blue(tmp_path: Path) -> Attachment:
    from fanlight.core.chat.attachment_reader import read_attachment
    from support.windows import picture_file

    return read_attachment(picture_file(tmp_path, "blue.png", colour="blue"), "", 1536)


@pytest.fixture
def enter_panels(qtbot: Any, home: Path) -> Iterator[Panels]:
    """What quick panels stand on, on an engine without a model; `spec` None: no model is open."""
    from fanlight.engine.scripted import ScriptedEngine
    from fanlight.settings import Settings
    from support.panels import PanelRoom
    from support.windows import SPEC

    entered_rooms: list[PanelRoom] = []

    def entered(engine: Any = None, texts: Any = None, spec: Any = SPEC, **settings: Any) -> PanelRoom:
        engine = engine or ScriptedEngine(["An ", "answer."])
        entered_rooms.append(PanelRoom(home, engine, Settings(**settings), texts))
        if spec is not None:
            entered_rooms[-1].load(spec)
        return entered_rooms[-1]

    yield entered
    for room in entered_rooms:
        room.close()


@pytest.fixture
def talking_room(qtbot: Any, open_window: Open) -> Any:
    """A window that is talked to hands-free, with everything told; keyword arguments are settings."""
    from fanlight.engine.scripted import ScriptedEngine
    from support.talking_rooms import Room

    def made(pieces: list[str] | None = None, seconds_per_token: float = 0.0, **settings: Any) -> Room:
        engine = ScriptedEngine(pieces or ["There are ", "three. ", "Yes."], seconds_per_token)
        return Room(qtbot, open_window, engine, **settings)

    return made


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Whisper base."""
    from fanlight.speech.model_files import whisper_base

    return whisper_base(tmp_path_factory.mktemp("speech-cache"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SoundServer]:
    """PulseAudio, with a microphone and a loudspeaker that are not there."""
    from support.sound_server import sound_server

    with sound_server(tmp_path / "sound") as started:
        yield started


@pytest.fixture
def sit(display: Display, server: SoundServer, home: Path, model_folder: Path) -> Iterator[Sit]:
    from support.voice_desk import Speaker, slots

    with slots(Speaker, display, server, home, model_folder) as made:
        yield made
