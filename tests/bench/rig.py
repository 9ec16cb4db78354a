"""Fanlight's real window on a screen of its own: only the engine that answers is scripted, so that every run is the
same."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import TracebackType

from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bench import models
from bench.child import CanNotMeasure
from bench.control import Control
from bench.heartbeat import Heartbeat, run_for, wait_until
from bench.pictures import PANORAMA, photo
from fanlight import compose, paths
from fanlight.core.app_deps import AppDeps
from fanlight.core.chat.model_jobs import PrefillJob
from fanlight.core.work.worker import Worker
from fanlight.domain.events import ImageReady
from fanlight.domain.messages import Message
from fanlight.domain.models import ModelSpec
from fanlight.domain.ports import Engine
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from support.whole_window import WholeWindow
from support.window_hands import drag, let_go, mime_of

_SPEC = ModelSpec.of_files("scripted", Path("nowhere"))
_SETTLE_SECONDS = 4.0
"""The window sets its start's objects aside after 3 s."""
_LONGEST_SECONDS = 120.0
_IMAGE_SECONDS = 0.1
"""Of the scripted engine."""


class Encoding(QObject):
    """A model's thread that encodes new pictures, one after the other, from `begin` to `end`."""

    def __init__(self, window: WholeWindow) -> None:
        super().__init__()
        self._window = window
        self._seed, self._goes_on = 5000, False
        self._maker = ThreadPoolExecutor(1)  # making a picture on the window's thread would be counted as the window's
        self._made = self._make()
        self._job: PrefillJob | None = None
        self.seconds: list[float] = []
        """Of each picture so far."""
        self._worker: Worker[Engine] = Worker("encoding")
        self._worker.configure(lambda *_: models.load(models.smolvlm()))
        self.ready = False
        self._worker.loaded.connect(self._loaded)
        self._worker.prepare()

    @property
    def works(self) -> bool:
        """An encode is going on, and none since `begin` has ended in an error."""
        return self._goes_on and self._job is not None and not self._job.over

    def begin(self) -> None:
        self._goes_on = True
        self._next()

    def end(self) -> None:
        self._goes_on = False
        if self._job is not None:
            self._job.stop()

    def close(self) -> None:
        self.end()
        self._maker.shutdown()
        self._worker.close()
        self._worker.join(20)

    def _make(self) -> Future[Message]:
        self._seed += 1
        seed = self._seed
        return self._maker.submit(lambda: Message.of("user", "", (photo(seed, *PANORAMA),)))

    def _loaded(self, info: object) -> None:
        self.ready = True

    def _next(self) -> None:
        if self._goes_on:
            self._job, self._made = PrefillJob([self._made.result()]), self._make()
            self._job.event_arrived.connect(self._window._core.session_manager.current.attachments.on_event)
            self._job.event_arrived.connect(self._hear)
            self._job.done.connect(self._done)
            self._worker.submit(self._job)

    def _hear(self, event: object) -> None:
        if isinstance(event, ImageReady):
            self.seconds.append(event.seconds)

    def _done(self, error: Exception | None) -> None:
        if error is None:
            self._next()


@dataclass(frozen=True, slots=True)
class Streamed:
    """Milliseconds: the longest gap from the question to the first word, all gaps from there on, all latenesses."""

    send_busy_max: float
    busy: tuple[float, ...]
    late: tuple[float, ...]


class Rig:
    """A context manager. Questions are answered with `pieces`, one every `seconds_per_token`."""

    def __init__(self, pieces: Sequence[str], seconds_per_token: float) -> None:
        self._answer = "".join(pieces)
        self._application = QApplication.instance() or QApplication([])
        self._window = WholeWindow(
            AppDeps(
                settings=Settings(),
                settings_file=paths.home() / "settings.json",
                window_state_file=paths.home() / "window.json",
                sample=paths.home() / "no-sample.png",
                load=lambda spec, settings, progress, stop: ScriptedEngine(
                    pieces, seconds_per_token, seconds_per_image=_IMAGE_SECONDS
                ),
                load_reader=compose.load_reader,
                load_recognizer=compose.load_recognizer,
                catalog=compose.catalog,
                models=lambda: [_SPEC],
                find_model=lambda name: _SPEC,
                add_model=lambda path: _SPEC,
                open_store=compose._store,
            )
        )
        self._heart = Heartbeat()

    def __enter__(self) -> Rig:
        self._window.show()
        wait_until(lambda: self._window.host.condition == "ready", 30, "the window's model")
        self._encoding = Encoding(self._window)
        wait_until(lambda: self._encoding.ready, 120, "loading the model that encodes")
        run_for(_SETTLE_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._encoding.close()
        self._window.close()

    def open(self, conversation: int, messages: int) -> None:
        session_manager = self._window.session_manager
        session_manager.open(conversation)
        wait_until(
            lambda: (
                session_manager.current.conversation_id == conversation
                and len(session_manager.current.turns) == messages
            ),
            30,
            "opening the conversation",
        )
        run_for(1.0)

    def stream(self, control: Control) -> Streamed:
        """A question and its whole answer, and the half second after it, while pictures are encoded; `control` begins
        with it."""
        session = self._window.session_manager.current
        self._encoding.begin()
        run_for(0.5)
        first: list[int] = []
        session.event_arrived.connect(lambda event: first.append(len(self._heart.busy_ms)) if not first else None)
        control.begin()
        self._heart.restart()
        session.send("Tell me everything about it.")
        wait_until(lambda: session.condition == "idle", _LONGEST_SECONDS, "the answer")
        run_for(0.5)
        self._check(session.last_answer)
        self._encoding.end()
        busy, late = self._heart.busy_ms, self._heart.late_ms
        return Streamed(max(busy[: first[0]]), tuple(busy[first[0] :]), tuple(late))

    def stream_beside_files(self, files: Sequence[Path]) -> list[float]:
        """In a new conversation a question and its whole answer, during which `files` are dropped and pictures are
        encoded, and a question about them with its answer. The gaps, in milliseconds."""
        self._window.session_manager.new()
        run_for(1.0)
        session = self._window.session_manager.current
        self._encoding.begin()
        run_for(0.5)
        self._heart.restart()
        self._ask("Tell me everything about it.")
        run_for(1.0)
        mime = mime_of(*files)
        drag(self._window, mime)
        run_for(0.5)
        let_go(self._window, mime)
        wait_until(lambda: self._are_read(files), _LONGEST_SECONDS, "reading and encoding the files")
        wait_until(lambda: session.condition == "idle", _LONGEST_SECONDS, "the answer")
        self._ask("What is the weight of the front pump, and what is seen?")
        wait_until(lambda: session.condition == "idle" and len(session.turns) == 4, _LONGEST_SECONDS, "the answer")
        run_for(0.5)
        self._check(session.last_answer)
        self._encoding.end()
        return self._heart.busy_ms

    def _ask(self, text: str) -> None:
        for letter in text:  # typed, since what is typed is looked up in documents
            QTest.keyClicks(self._window.composer.input, letter)
            run_for(0.01)
        run_for(1.0)
        QTest.keyClick(self._window.composer.input, Qt.Key.Key_Return)

    def _are_read(self, files: Sequence[Path]) -> bool:
        items = self._window.session_manager.current.attachments.items
        return len(items) > len(files) and all(item.status == "ready" for item in items)

    def _check(self, answer: str) -> None:
        """That what was measured is what was meant."""
        shown = self._window.transcript
        if answer != self._answer or shown.entries()[-1].text != answer:
            raise CanNotMeasure(f"{len(answer)} of {len(self._answer)} characters were shown")
        if not shown.follow:
            raise CanNotMeasure("the window did not follow the answer")
        if not self._encoding.works:
            raise CanNotMeasure("no picture was encoded meanwhile")

    def stop_seconds(self) -> float:
        """From the Escape key to a window that shows no running answer."""
        session = self._window.session_manager.current
        session.send("And once more?")
        run_for(0.7)
        pressed = perf_counter()
        QTest.keyClick(self._window.composer.input, Qt.Key.Key_Escape)
        ended: list[float] = []
        session.answer_finished.connect(lambda *_: ended.append(perf_counter()))
        wait_until(lambda: bool(ended), 10, "the end after Escape")
        return ended[0] - pressed
