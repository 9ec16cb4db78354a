"""Which conversation is shown, and that each is in memory once."""

from __future__ import annotations

from typing import Any

import pytest

from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.work.file_worker import FileWorker
from support.rooms import Open


def test_a_conversation_that_is_asked_for_twice_while_it_is_read_is_opened_once(
    qtbot: Any, enter: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = enter()
    room.session.send("How many circles?")
    qtbot.waitUntil(lambda: room.idle and room.session.conversation_id is not None)
    files = FileWorker()
    manager = SessionManager(room.host, room.history, room.settings_store, files)
    known = room.session.conversation_id
    assert known is not None
    read: list[int] = []
    on_read = manager._on_read

    def counted(conversation_id: int, found: Any) -> None:
        on_read(conversation_id, found)
        read.append(conversation_id)

    monkeypatch.setattr(manager, "_on_read", counted)
    manager.open(known)
    manager.open(known)
    qtbot.waitUntil(lambda: read == [known, known])
    assert manager.current.conversation_id == known
    assert [one.conversation_id for one in manager.conversations] == [None, known]
    manager.close()
    files.close()
    assert files.join(5)
