"""A conversation without widgets, with its model and its store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fanlight.core.chat.autosave import Autosave
from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.history import History
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.shutdown import shutdown
from fanlight.domain.archive import read_archived
from fanlight.domain.ports import Engine
from fanlight.domain.slots import Slot
from fanlight.settings import Settings
from fanlight.store.database import Database
from fanlight.store.thread import StoreThread
from support.windows import SPEC


class Room:
    """A conversation with its model and its store."""

    def __init__(self, home: Path, engine: Engine | Callable[[], Engine], settings: Settings) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.settings_store = SettingsStore(settings, home / "settings.json")
        self.host = ModelHost(lambda *_: engine() if callable(engine) else engine, self.settings_store)
        self.history = History()
        self.problems: list[object] = []
        self.history.problem.connect(self.problems.append)
        self.session = Conversation(self.host, self.settings_store, Slot.WINDOW, Autosave(self.history))
        self.session.show(True)
        self.heard: list[object] = []
        self.session.event_arrived.connect(self.heard.append)

    def open(self, store: Any = None) -> None:
        self.history.open(store or (lambda error, recovered: StoreThread(self.home, error, recovered)))
        self.host.open(SPEC)

    @property
    def texts(self) -> list[str]:
        return [turn.message.text for turn in self.session.turns]

    @property
    def idle(self) -> bool:
        return self.session.condition == "idle" and not self.session.queued

    def kept(self) -> list[tuple[str, str]]:
        """What is on disk of the shown branches once the window is closed: (text, state)."""
        self.close()
        database = Database(self.home)
        kept = [one for row in database.conversations() for one in read_archived(database, row).shown_messages]
        database.close()
        return [(one.text, str(one.state)) for one in kept]

    def close(self) -> None:
        assert shutdown([self.host.worker], 5)
        self.session.close()
        self.history.close()


Open = Callable[..., Room]
