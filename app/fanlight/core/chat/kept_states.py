"""What the model has read of conversations, kept on disk where the settings say so: one that is opened again is not
evaluated again. Gone with its conversation; never in a backup or an export."""

from __future__ import annotations

from collections.abc import Collection, Generator
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject

from fanlight import paths
from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.history import History
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.job import Job, JobControl, Priority
from fanlight.core.work.throttle import Debounce, MakeTimer
from fanlight.domain.kept_state import StateRequest
from fanlight.domain.ports import Engine, StateKeeper
from fanlight.settings import Settings

IDLE_MS = 5_000
_ENDING = ".state"


class KeepStateJob(Job[Engine]):
    """Reports whether the state is on disk now; the least recently used ones make room for it."""

    def __init__(self, request: StateRequest, *, prefills: bool) -> None:
        """`prefills`: what the model has not read yet of the conversation is evaluated first."""

        def work(engine: Engine, control: JobControl) -> Generator[object, None, None]:
            if isinstance(engine, StateKeeper):
                if prefills:
                    for _event in engine.prefill(request.messages, control.flag, request.slot, request.thinking):
                        pass
                yield engine.keep_state(request, control.flag)
                prune_states(request.path.parent, request.most_bytes)

        super().__init__(work, Priority.BACKGROUND)


class KeptStates(QObject):
    """Keeps the conversation on the screen once it rests, and when it is left."""

    def __init__(
        self,
        host: ModelHost,
        session_manager: SessionManager,
        history: History,
        settings_store: SettingsStore,
        file_worker: FileWorker,
        parent: QObject,
        make_timer: MakeTimer | None = None,
    ) -> None:
        super().__init__(parent)
        self._host, self._session_manager, self._history = host, session_manager, history
        self._settings_store, self._file_worker = settings_store, file_worker
        self._kept: object = None
        self._tried: object = None
        """Of the last attempt at rest: what could not be kept then cannot be kept now."""
        self._ids: frozenset[int] | None = None
        self._job: KeepStateJob | None = None
        self._rest = Debounce(self, self._on_rest, IDLE_MS, make_timer)
        host.kept_state_of = self.place
        session_manager.activity_changed.connect(self._on_activity)
        session_manager.leaving.connect(self._on_leaving)
        history.listed.connect(self._on_listed)
        settings_store.changed.connect(self._on_settings_changed)

    def place(self, conversation_id: int | None) -> Path | None:
        """The file of that conversation, whether it is there or not; None where nothing is kept of it."""
        if conversation_id is None or not _keeps(self._settings_store.now):
            return None
        return paths.conversation_states() / f"{conversation_id}{_ENDING}"

    def clear(self) -> None:
        """Nothing is kept from now on of what was there."""
        self._kept = self._tried = None
        if self._job is not None:
            self._job.stop()
        self._remove_others(frozenset())

    def forget(self, conversation_ids: Collection[int]) -> None:
        """What was read of these is not to be on the disk any more."""
        self._kept = self._tried = None
        if self._job is not None:
            self._job.stop()
        folder = paths.conversation_states()
        self._file_worker.call(lambda: remove_states_of(folder, conversation_ids), lambda _none: None)

    def _on_activity(self) -> None:
        if _keeps(self._settings_store.now):
            self._rest.request()

    def _on_rest(self) -> None:
        self._keep_current(prefills=True)

    def _on_leaving(self) -> None:
        self._keep_current(prefills=False)

    def _keep_current(self, *, prefills: bool) -> None:
        conversation = self._session_manager.current
        place = self.place(conversation.conversation_id)
        if place is None or self._job is not None or self._host.condition != "ready" or conversation.is_behind:
            return
        request = self._request(place, conversation)
        if request is None:
            return
        said = tuple((turn.key, turn.message.text) for turn in conversation.turns)
        known = (place, self._host.info, said, request.thinking)
        if known == self._kept or (prefills and known == self._tried):
            return
        if prefills:
            self._tried = known
        self._job = job = KeepStateJob(request, prefills=prefills)
        job.event_arrived.connect(lambda is_kept: self._on_kept(known if is_kept else None))
        job.done.connect(self._on_done)
        self._host.submit(job)

    def _request(self, place: Path, conversation: Conversation) -> StateRequest | None:
        messages = conversation.settled_prompt()
        if not messages or any(turn.shows_more_than_kept for turn in conversation.turns):
            return None
        most_bytes = self._settings_store.now.state_gigabytes * 10**9
        return StateRequest(place, messages, conversation.slot, conversation.thinking_mode, most_bytes)

    def _on_kept(self, known: object) -> None:
        self._kept = known

    def _on_done(self, _error: Exception | None) -> None:
        """What was deleted while it was written goes, too."""
        if self._job is not None and self._job.flag.is_set():  # interrupted: once more when it rests
            self._tried = None
        self._job = None
        if self._ids is not None:
            self._remove_others(self._ids)

    def _on_listed(self) -> None:
        """Private conversations are listed before the others have been read: nothing is known then."""
        ids = frozenset(row.id for row in self._history.rows)
        if ids != (self._ids or frozenset()):
            self._ids = ids
            self._remove_others(ids)

    def _on_settings_changed(self, before: Settings, now: Settings) -> None:
        if _keeps(before) and not _keeps(now):
            self.clear()
        elif _keeps(now) and before.state_gigabytes != now.state_gigabytes:
            self._tried = None
            most_bytes = now.state_gigabytes * 10**9
            self._file_worker.call(lambda: prune_states(paths.conversation_states(), most_bytes), lambda _none: None)

    def _remove_others(self, ids: frozenset[int]) -> None:
        self._file_worker.call(lambda: remove_states(paths.conversation_states(), ids), lambda _none: None)


def _keeps(settings: Settings) -> bool:
    return settings.state_gigabytes > 0 and settings.keep_history and settings.retention != "session"


def remove_states(folder: Path, kept: frozenset[int]) -> None:
    """Those of other conversations than `kept`."""
    names = {str(one) for one in kept}
    for path in _files(folder):
        if path.name.split(".")[0] not in names:
            _remove(path)


def remove_states_of(folder: Path, conversation_ids: Collection[int]) -> None:
    names = {str(one) for one in conversation_ids}
    for path in _files(folder):
        if path.name.split(".")[0] in names:
            _remove(path)


def prune_states(folder: Path, most_bytes: int) -> None:
    """Remove the least recently used ones until all take at most `most_bytes`, and what an interrupted attempt has
    left."""
    whole: list[tuple[float, int, Path]] = []
    for path in _files(folder):
        with suppress(OSError):
            found = path.stat()
            if path.suffix == _ENDING and found.st_size <= most_bytes:
                whole.append((found.st_mtime, found.st_size, path))
            else:
                _remove(path)
    total = 0
    for _time, size, path in sorted(whole, reverse=True):
        total += size
        if total > most_bytes:
            _remove(path)


def _files(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
