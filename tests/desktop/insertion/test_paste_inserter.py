"""Text pasted by a key that the system presses: Windows and macOS, here with keys of the test's own."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QClipboard, QGuiApplication

from fanlight.desktop.insertion import (
    InsertionOutcome,
    InsertionPlace,
    InsertionRequest,
    insertion_run,
    mac_layout,
    macos,
    paste_inserter,
    windows,
)
from fanlight.desktop.insertion.clipboard_loan import ClipboardLoan
from fanlight.desktop.insertion.paste_inserter import PasteInserter
from support.inserting import window

pytestmark = pytest.mark.gui


class FakeKeys:
    """A field that pastes what is on the clipboard."""

    def __init__(self) -> None:
        self.where, self.works, self.pastes = window(1), True, True
        self.holds = 0
        self.text = ""
        self.on_paste: Callable[[], object] = self.read

    def place(self) -> InsertionPlace:
        return self.where

    def held(self) -> bool:
        self.holds -= 1
        return self.holds >= 0

    def read(self) -> None:
        self.text += QGuiApplication.clipboard().mimeData().text()

    def paste(self) -> bool:
        if self.works and self.pastes:
            self.on_paste()
        return self.works

    def undo(self) -> bool:
        self.text = ""
        return self.works

    def enter(self) -> bool:
        self.text += "\n"
        return True

    def write(self, text: str) -> bool:
        self.text += text
        return self.works


def has_secret(_loan: ClipboardLoan, _mode: QClipboard.Mode) -> bool:
    mime = QGuiApplication.clipboard().mimeData()
    return mime is not None and mime.hasFormat("application/x-secret")


@pytest.fixture
def keys() -> FakeKeys:
    return FakeKeys()


@pytest.fixture
def inserter(qtbot: Any, keys: FakeKeys, monkeypatch: pytest.MonkeyPatch) -> Iterator[PasteInserter]:
    for name, milliseconds in (("READERS_MS", 5), ("TAKEN_MS", 60), ("QUIET_MS", 20)):
        monkeypatch.setattr(insertion_run, name, milliseconds)
    monkeypatch.setattr(paste_inserter, "POLL_MS", 1)
    monkeypatch.setattr(ClipboardLoan, "_is_ours", has_secret)  # Qt's offscreen clipboard does not say whose it is
    owner = QObject()
    yield PasteInserter(keys, owner, {"application/x-secret": b"1"})
    owner.deleteLater()
    QGuiApplication.clipboard().clear()


def insert(qtbot: Any, inserter: PasteInserter, text: str, **more: Any) -> InsertionOutcome:
    ended: list[InsertionOutcome] = []
    inserter.insert(InsertionRequest(text, **more), ended.append)
    qtbot.waitUntil(lambda: bool(ended), timeout=60_000)
    return ended[0]


def offered() -> list[str]:
    """What is on the clipboard, without reading it."""
    mime = QGuiApplication.clipboard().mimeData()
    return mime.formats() if mime is not None else []


def copy(**formats: bytes) -> None:
    mime = QMimeData()
    for name, data in formats.items():
        mime.setData(name.replace("__", "/"), data)
    QGuiApplication.clipboard().setMimeData(mime)


def test_the_text_is_pasted_and_the_clipboard_is_as_before(qtbot: Any, inserter: PasteInserter, keys: FakeKeys) -> None:
    copy(text__plain=b"before", text__html=b"<b>before</b>", image__png=b"\x89PNG")
    assert insert(qtbot, inserter, "Grüße, 你好 🎉") is InsertionOutcome.INSERTED
    assert keys.text == "Grüße, 你好 🎉"
    now = QGuiApplication.clipboard().mimeData()
    assert [bytes(now.data(name).data()) for name in ("text/plain", "text/html", "image/png")] == [
        b"before", b"<b>before</b>", b"\x89PNG",
    ]  # fmt: skip


def test_an_empty_clipboard_is_empty_again(qtbot: Any, inserter: PasteInserter) -> None:
    QGuiApplication.clipboard().clear()
    assert insert(qtbot, inserter, "words") is InsertionOutcome.INSERTED
    assert not QGuiApplication.clipboard().text()


def test_who_reads_before_the_key_is_no_program_that_pastes(
    qtbot: Any, inserter: PasteInserter, keys: FakeKeys
) -> None:
    keys.pastes = False
    seen: list[str] = []
    QGuiApplication.clipboard().dataChanged.connect(lambda: seen.append(QGuiApplication.clipboard().text()))
    assert insert(qtbot, inserter, "words") is InsertionOutcome.NOT_TAKEN
    assert seen == ["words"]
    assert "application/x-secret" in offered()
    keys.read()  # it was only slow
    qtbot.waitUntil(lambda: "application/x-secret" not in offered())
    assert keys.text == "words"


@pytest.mark.parametrize(("load", "shared_by"), [(0.1, 1.0), (6.0, 3.0), (90.0, 4.0)])
def test_on_a_busy_computer_the_clipboard_is_put_back_later(
    monkeypatch: pytest.MonkeyPatch, load: float, shared_by: float
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0), raising=False)
    assert insertion_run.crowding() == shared_by
    monkeypatch.delattr(os, "getloadavg")
    assert insertion_run.crowding() == 1.0


def test_nothing_goes_into_another_window(qtbot: Any, inserter: PasteInserter, keys: FakeKeys) -> None:
    copy(text__plain=b"before")
    there, keys.where = keys.where, window(2)
    assert insert(qtbot, inserter, "secret", place=there) is InsertionOutcome.MOVED
    keys.where = window(3, own=True)
    assert insert(qtbot, inserter, "secret") is InsertionOutcome.MOVED
    assert keys.text == ""
    assert QGuiApplication.clipboard().text() == "before"


def test_what_is_copied_meanwhile_stays(qtbot: Any, inserter: PasteInserter, keys: FakeKeys) -> None:
    keys.on_paste = lambda: copy(text__plain=b"the user's")
    assert insert(qtbot, inserter, "words") is InsertionOutcome.NOT_TAKEN
    assert QGuiApplication.clipboard().text() == "the user's"


def test_modifiers_are_waited_for_enter_follows_and_undo_takes_it_back(
    qtbot: Any, inserter: PasteInserter, keys: FakeKeys
) -> None:
    keys.holds = 3
    assert insert(qtbot, inserter, "a question", enter=True) is InsertionOutcome.INSERTED
    assert keys.text == "a question\n"
    assert not inserter.undo(window(2))
    assert inserter.undo(window(1))
    assert keys.text == ""


def test_where_the_system_presses_no_keys_the_text_waits(qtbot: Any, inserter: PasteInserter, keys: FakeKeys) -> None:
    keys.works = False
    copy(text__plain=b"before")
    assert insert(qtbot, inserter, "words") is InsertionOutcome.UNAVAILABLE
    assert insert(qtbot, inserter, "words", typed=True) is InsertionOutcome.UNAVAILABLE
    assert QGuiApplication.clipboard().text() == "before"


class Recorded:
    """A library whose functions are noted with what they were given."""

    def __init__(self, **results: Any) -> None:
        self.calls: list[tuple[Any, ...]] = []
        for name, result in results.items():
            setattr(self, name, self._function(name, result))

    def _function(self, name: str, result: Any) -> Any:
        def called(*arguments: Any) -> Any:
            self.calls.append((name, *arguments))
            return result(*arguments) if callable(result) else result

        return called


def test_windows_writes_all_characters_in_order() -> None:
    sent: list[tuple[int, int, int]] = []

    def send(count: int, inputs: Any, size: int) -> int:
        assert size == (40 if ctypes.sizeof(ctypes.c_void_p) == 8 else 28)  # INPUT of the Windows headers
        sent.extend((one.of.key.key, one.of.key.scan, one.of.key.flags) for one in inputs)
        return count

    keys = windows.WindowsKeys(Recorded(SendInput=send), None)
    assert keys.write("aé\n🎉")
    units = [scan for _key, scan, flags in sent if flags == windows.UNICODE]
    assert b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le") == "aé🎉"
    assert [flags for key, _scan, flags in sent if key == windows.RETURN] == [0, windows.KEYUP]
    sent.clear()
    assert keys.paste()
    assert [(key, flags) for key, _scan, flags in sent] == [(0x11, 0), (0x56, 0), (0x56, 2), (0x11, 2)]


def test_macos_writes_characters_in_groups_and_only_where_it_may() -> None:
    written: list[int] = []
    services = Recorded(
        AXIsProcessTrusted=True, CGEventCreateKeyboardEvent=lambda _source, key, down: (key, down),
        CGEventSetFlags=None,
        CGEventKeyboardSetUnicodeString=lambda event, count, units: written.extend(units) if event[1] else None,
        CGEventPost=None, CFRelease=None, CGEventSourceFlagsState=0,
    )  # fmt: skip
    text = "Grüße 你好 🎉, " * 9
    assert macos.MacKeys(services).write(f"{text}\nend")
    assert b"".join(unit.to_bytes(2, "little") for unit in written).decode("utf-16-le") == f"{text}end"
    refused = Recorded(
        AXIsProcessTrusted=False, CGEventPost=None, CGEventCreateKeyboardEvent=None, CGEventSetFlags=None,
        CFRelease=None, CGEventKeyboardSetUnicodeString=None, CGEventSourceFlagsState=0,
    )  # fmt: skip
    assert not macos.MacKeys(refused).paste()
    assert [call for call in refused.calls if call[0] == "CGEventPost"] == []


@pytest.mark.parametrize(("written", "pressed"), [("v", 0x2F), ("м", 0x09)])
def test_macos_presses_the_key_that_writes_v(written: str, pressed: int) -> None:
    """Dvorak writes it at the place of the period; on a keyboard that does not, the place on a US keyboard counts."""

    def translate(*arguments: Any) -> int:
        code, length, units = arguments[1], arguments[8], arguments[9]
        character = written if code == 0x2F else "k"
        ctypes.cast(length, ctypes.POINTER(ctypes.c_ulong)).contents.value = 1
        units[0] = ord(character)
        return 0

    carbon = Recorded(
        TISCopyCurrentKeyboardLayoutInputSource=1, TISGetInputSourceProperty=2, CFDataGetBytePtr=3, CFRelease=None,
        LMGetKbdType=40, UCKeyTranslate=translate,
    )  # fmt: skip
    services = Recorded(
        AXIsProcessTrusted=True, CGEventCreateKeyboardEvent=lambda _source, key, down: (key, down),
        CGEventSetFlags=None, CGEventKeyboardSetUnicodeString=None, CGEventPost=None, CFRelease=None,
        CGEventSourceFlagsState=0,
    )  # fmt: skip
    layout = mac_layout.MacLayout(carbon, ctypes.c_void_p(0))
    assert macos.MacKeys(services, layout).paste()
    posted = [event for name, _tap, event in (call for call in services.calls if call[0] == "CGEventPost")]
    assert posted == [(pressed, True), (pressed, False)]
    assert carbon.calls[-1] == ("CFRelease", 1)
