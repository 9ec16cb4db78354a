"""Two models behind one port: one for the conversations of the window, one for captures."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

from fanlight.domain.errors import FanlightError
from fanlight.domain.events import EngineNotice, Finished, Timings
from fanlight.domain.kept_state import StateRequest
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import ModelInfo, Sampling, ThinkingMode
from fanlight.domain.ports import Engine, Events, PictureInsight, SoundInsight, StateKeeper
from fanlight.domain.seen import SeenPicture
from fanlight.domain.slots import Slot
from fanlight.domain.sounds import Sound
from fanlight.domain.stop import StopFlag
from fanlight.i18n import _

log = logging.getLogger(__name__)

LoadModel = Callable[[StopFlag | None], Engine]
"""Raises ModelError."""


class EnginePair:
    """Implements `Engine`. Captures (`Slot.PANEL`) are answered by a model of their own, which is loaded for the first
    of them. Where both fit into memory they stay there; where they do not, each leaves it when a question comes for
    the other."""

    def __init__(self, main: Engine, load_main: LoadModel, load_other: LoadModel, *, fit_together: bool) -> None:
        """`main` is loaded, and is this object's from now on."""
        self._loads = {False: load_main, True: load_other}
        self._loaded: dict[bool, Engine] = {False: main}
        self._fit_together = fit_together
        self._notices: dict[bool, str] = {}
        """For the next answer of each: a prefill shows none."""
        self._info = main.info

    @property
    def info(self) -> ModelInfo:
        """Of the window's model, as it was loaded last."""
        if False in self._loaded:
            self._info = self._loaded[False].info
        return self._info

    def generate(
        self, messages: Sequence[Message], sampling: Sampling, stop: StopFlag | None = None, slot: Slot = Slot.WINDOW
    ) -> Events:
        engine = self._engine_for(slot, stop)
        if notice := self._notices.pop(slot is Slot.PANEL, ""):
            yield EngineNotice(notice)
        yield from engine.generate(messages, sampling, stop, slot)

    def prefill(
        self,
        messages: Sequence[Message],
        stop: StopFlag | None = None,
        slot: Slot = Slot.WINDOW,
        thinking: ThinkingMode = "auto",
    ) -> Events:
        """Nothing, where the window's model would have to be loaded again for it: the capture's is still in use."""
        if slot is not Slot.PANEL and False not in self._loaded:
            yield Finished("stopped", Timings())
            return
        engine = self._engine_for(slot, stop)
        yield from engine.prefill(messages, stop, slot, thinking)

    def keep_state(self, request: StateRequest, stop: StopFlag | None = None) -> bool:
        """Implements `StateKeeper`: of the models that are loaded."""
        engine = self._loaded.get(request.slot is Slot.PANEL)
        return isinstance(engine, StateKeeper) and engine.keep_state(request, stop)

    def recall_state(self, request: StateRequest, stop: StopFlag | None = None) -> bool:
        engine = self._loaded.get(request.slot is Slot.PANEL)
        return isinstance(engine, StateKeeper) and engine.recall_state(request, stop)

    def image_tokens(self, image: Image) -> int:
        return max(engine.image_tokens(image) for engine in self._loaded.values())

    def sound_tokens(self, sound: Sound) -> int:
        """Implements `SoundInsight`: of the window's model."""
        main = self._loaded.get(False)
        return main.sound_tokens(sound) if isinstance(main, SoundInsight) else 0

    def size_tokens(self, width: int, height: int, *, low: bool = False) -> int:
        """Implements `PictureInsight`: of the window's model."""
        main = self._loaded.get(False)
        return main.size_tokens(width, height, low=low) if isinstance(main, PictureInsight) else 0

    def seen(self, image: Image) -> SeenPicture | None:
        main = self._loaded.get(False)
        return main.seen(image) if isinstance(main, PictureInsight) else None

    def close(self) -> None:
        for key in tuple(self._loaded):
            self._loaded.pop(key).close()

    def _engine_for(self, slot: Slot, stop: StopFlag | None) -> Engine:
        key = slot is Slot.PANEL
        if key not in self._loaded:
            left = self._loaded.get(not key)
            if left is not None and not self._fit_together:
                text = _("{name} leaves memory meanwhile: both models do not fit.")
                self._notices[key] = text.format(name=left.info.name)
                self._loaded.pop(not key).close()
            try:
                self._loaded[key] = self._loads[key](stop)
            except FanlightError:
                self._bring_back()
                raise
        return self._loaded[key]

    def _bring_back(self) -> None:
        """One of them is there, whatever fails: it counts pictures. The next question tries again."""
        if not self._loaded:
            with suppress(FanlightError):
                self._loaded[False] = self._loads[False](None)
