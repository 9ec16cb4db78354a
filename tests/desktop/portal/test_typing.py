"""Text into other programs by the RemoteDesktop portal: the session, the permission, the clipboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from fanlight import paths
from fanlight.desktop.insertion import (
    InsertionOutcome,
    InsertionRequest,
    PermissionState,
    blind_inserter,
    insertion_run,
)
from fanlight.desktop.insertion.portal_inserter import TOKEN_FILE, PortalInserter
from support.fake_remote_desktop import FakeRemoteDesktop
from support.session_bus import SessionBus

pytestmark = pytest.mark.gui
INSERTED = InsertionOutcome.INSERTED


@pytest.fixture
def remote(session_bus: SessionBus) -> Iterator[FakeRemoteDesktop]:
    made = FakeRemoteDesktop(session_bus.address)
    yield made
    made.close()


class Typist:
    """An inserter, and what becomes of its texts."""

    def __init__(self, qtbot: Any) -> None:
        self.qtbot, self._owner = qtbot, QObject()
        self.inserter = PortalInserter(self._owner)
        self.outcomes: list[InsertionOutcome] = []
        self._closed = False

    def allow(self, *states: PermissionState) -> None:
        permission = self.inserter.permission
        permission.ask(None)
        self.wait(lambda: permission.state in (states or (PermissionState.GRANTED,)))

    def wait(self, true: Any) -> None:
        self.qtbot.waitUntil(lambda: bool(true()), timeout=20_000)

    def insert(self, text: str, *, enter: bool = False) -> InsertionOutcome:
        self.begin(text, enter=enter)
        self.wait(lambda: self.outcomes)
        return self.outcomes[-1]

    def begin(self, text: str, *, enter: bool = False) -> None:
        self.outcomes.clear()
        self.inserter.insert(InsertionRequest(text, enter=enter), self.outcomes.append)

    def close(self) -> None:
        """May be done again."""
        if not self._closed:
            self._closed = True
            self.inserter.close()
            self._owner.deleteLater()


@pytest.fixture
def typist(qtbot: Any, home: Path, monkeypatch: pytest.MonkeyPatch, session_bus: SessionBus) -> Iterator[Typist]:
    if (window := QGuiApplication.focusWindow()) is not None:
        window.destroy()  # one that a test before has hidden: without a screen it keeps the keyboard
    monkeypatch.setattr(blind_inserter, "LET_GO_MS", 0)
    monkeypatch.setattr(insertion_run, "TAKEN_MS", 200)
    monkeypatch.setattr(insertion_run, "QUIET_MS", 100)
    made = Typist(qtbot)
    yield made
    made.close()


def test_nobody_is_asked_before_the_user_wants_it(remote: FakeRemoteDesktop, typist: Typist) -> None:
    typist.inserter.prepare()
    assert typist.insert("words") is InsertionOutcome.UNAVAILABLE
    assert not remote.called("CreateSession")
    assert typist.inserter.permission.state is PermissionState.NEEDED


def test_one_session_takes_all_texts_and_is_asked_for_once(remote: FakeRemoteDesktop, typist: Typist) -> None:
    typist.allow()
    texts = ["Grüße, 你好世界 🎉\nSecond line. ", "x" * 2_000, "The end."]
    assert [typist.insert(text) for text in texts] == [INSERTED] * 3
    assert remote.text == "".join(texts)
    assert len(remote.sessions) == len(remote.called("Start")) == 1
    assert remote.called("SelectDevices")[0][1]["types"] == ("u", 1)  # the keyboard alone


def test_what_was_on_the_clipboard_is_there_again(remote: FakeRemoteDesktop, typist: Typist) -> None:
    picture = bytes(range(256)) * 1_000
    remote.others = {"text/plain": b"before", "image/png": picture}
    typist.allow()
    assert typist.insert("words") is INSERTED
    typist.wait(lambda: remote.offered == ["text/plain", "image/png"])
    remote.look()
    typist.wait(lambda: len(remote.seen) == 2)
    assert remote.seen == {"text/plain": b"before", "image/png": picture}


def test_an_empty_clipboard_is_empty_again(remote: FakeRemoteDesktop, typist: Typist) -> None:
    typist.allow()
    assert typist.insert("words") is INSERTED
    typist.wait(lambda: not remote.offered)


def test_what_somebody_copies_meanwhile_stays(remote: FakeRemoteDesktop, typist: Typist) -> None:
    remote.others, remote.pastes = {"text/plain": b"before"}, False
    typist.allow()
    assert typist.insert("words") is InsertionOutcome.NOT_TAKEN
    remote.copy(text__plain=b"new")
    typist.wait(lambda: len(typist.outcomes) == 2)
    before = len(remote.called("SetSelection"))
    typist.inserter.cancel()
    typist.qtbot.wait(20)
    assert len(remote.called("SetSelection")) == before


def test_a_program_that_pastes_late_gets_the_text(remote: FakeRemoteDesktop, typist: Typist) -> None:
    remote.pastes = False
    typist.allow()
    assert typist.insert("late words") is InsertionOutcome.NOT_TAKEN
    remote.paste()
    typist.wait(lambda: typist.outcomes[-1] is INSERTED)
    assert remote.text == "late words"


def test_a_clipboard_manager_is_not_the_program(remote: FakeRemoteDesktop, typist: Typist) -> None:
    remote.manager, remote.pastes = True, False
    typist.allow()
    assert typist.insert("words") is InsertionOutcome.NOT_TAKEN
    assert b"words" in remote.managed


def test_enter_comes_after_the_text(remote: FakeRemoteDesktop, typist: Typist) -> None:
    typist.allow()
    assert typist.insert("a question", enter=True) is INSERTED
    typist.wait(lambda: remote.text == "a question\n")


def test_without_a_clipboard_plain_text_is_typed_and_other_text_is_not(
    remote: FakeRemoteDesktop, typist: Typist
) -> None:
    remote.lends_clipboard = False
    typist.allow()
    assert typist.insert("It's 5 o'clock.\n" * 5) is INSERTED
    typist.wait(lambda: remote.text == "It's 5 o'clock.\n" * 5)
    assert typist.insert("Grüße") is InsertionOutcome.UNAVAILABLE


def test_the_next_start_asks_nobody(remote: FakeRemoteDesktop, typist: Typist, qtbot: Any) -> None:
    typist.allow()
    typist.close()
    remote.code = None  # nobody would answer
    again = Typist(qtbot)
    try:
        assert again.inserter.permission.state is PermissionState.REMEMBERED
        assert again.insert("words") is INSERTED
    finally:
        again.close()
    tokens = [options.get("restore_token") for _session, options in remote.called("SelectDevices")]
    assert tokens == [None, ("s", "token 1")]
    assert (paths.home() / TOKEN_FILE).read_text() == "token 2"  # each is for one start
    assert (paths.home() / TOKEN_FILE).stat().st_mode & 0o077 == 0


def test_a_session_that_the_desktop_ends_is_opened_again(remote: FakeRemoteDesktop, typist: Typist) -> None:
    typist.allow()
    remote.end_session()
    typist.wait(lambda: typist.inserter.permission.state is PermissionState.REMEMBERED)
    remote.code = None
    assert typist.insert("words") is INSERTED
    assert len(remote.sessions) == 2


def test_a_text_waits_for_the_answer_of_the_user(remote: FakeRemoteDesktop, typist: Typist) -> None:
    remote.code = None
    typist.allow(PermissionState.ASKED)
    typist.wait(lambda: remote.called("Start"))
    typist.begin("words")
    typist.qtbot.wait(20)
    assert not typist.outcomes
    remote.answer(0)
    typist.wait(lambda: typist.outcomes == [INSERTED])


def test_a_refusal_is_kept_to(remote: FakeRemoteDesktop, typist: Typist) -> None:
    remote.code = 1
    typist.allow(PermissionState.REFUSED)
    assert typist.insert("words") is InsertionOutcome.UNAVAILABLE
    assert len(remote.called("Start")) == 1
    assert not (paths.home() / TOKEN_FILE).exists()


def test_an_older_portal_is_not_asked_to_remember(remote: FakeRemoteDesktop, typist: Typist) -> None:
    remote.version = 1
    typist.allow()
    assert "persist_mode" not in remote.called("SelectDevices")[0][1]
    assert typist.insert("words") is INSERTED


def test_a_desktop_without_the_portal_says_so(remote: FakeRemoteDesktop, typist: Typist) -> None:
    remote.has_portal = False
    typist.allow(PermissionState.FAILED)
    assert typist.inserter.permission.why.endswith(".")
    assert typist.insert("words") is InsertionOutcome.UNAVAILABLE


def test_the_bus_may_end_at_any_time(remote: FakeRemoteDesktop, typist: Typist, session_bus: SessionBus) -> None:
    typist.allow()
    session_bus.stop()
    typist.wait(lambda: typist.inserter.permission.state is PermissionState.REMEMBERED)
    assert typist.insert("words") is InsertionOutcome.UNAVAILABLE
