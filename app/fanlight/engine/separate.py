"""The engine in a process of its own, behind the same port: where llama.cpp or a driver ends it, the window lives, says
so, and has it loaded again."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict, replace
from typing import Any

from fanlight.domain.errors import ModelDied, ModelError
from fanlight.domain.event_values import decode_event
from fanlight.domain.events import EngineNotice, Event, Finished, TextDelta, ThinkingDelta, Timings
from fanlight.domain.kept_state import StateRequest
from fanlight.domain.messages import Image, Media, Message
from fanlight.domain.models import LoadOptions, ModelInfo, ModelSpec, Sampling, ThinkingMode
from fanlight.domain.ports import Events
from fanlight.domain.seen import SeenPicture
from fanlight.domain.slots import Slot
from fanlight.domain.sounds import Sound
from fanlight.domain.stop import StopFlag
from fanlight.engine.child_values import decode_info, encode_load, encode_messages, seen_of
from fanlight.engine.deaths import safe_start
from fanlight.engine.engine_process import EngineProcess
from fanlight.i18n import _

Start = Callable[[], EngineProcess]
_MOST_DEATHS_ON_CARD = 2


class SeparateEngine:
    """Implements `Engine`. Conversations are whole here; the process has copies of the pictures and sounds of its
    slots."""

    def __init__(
        self,
        spec: ModelSpec,
        loading: LoadOptions,
        progress: Callable[[float], None] | None = None,
        stop: StopFlag | None = None,
        *,
        notice: str = "",
        start: Start | None = None,
    ) -> None:
        """`notice` says why it is not in this process. Raises ModelError."""
        self._spec, self._loading = spec, loading
        self._start = start or (lambda: EngineProcess.start(loading.folder))
        self._process: EngineProcess | None = None
        self._media: dict[str, frozenset[str]] = {}
        self._closed = self._on_card = False
        self._deaths_on_card = 0
        self._news: list[str] = [notice] if notice else []
        self._info = self._loaded(progress, stop)
        self._info = replace(self._info, notices=(*self._news, *self._info.notices))
        self._news = []

    @property
    def info(self) -> ModelInfo:
        return self._info

    @property
    def pid(self) -> int | None:
        """Of the process; None where it has died and is not needed yet."""
        return self._process.pid if self._process is not None else None

    def generate(
        self, messages: Sequence[Message], sampling: Sampling, stop: StopFlag | None = None, slot: Slot = Slot.WINDOW
    ) -> Events:
        self._check_open()
        return self._answered(messages, sampling, stop, slot)

    def prefill(
        self,
        messages: Sequence[Message],
        stop: StopFlag | None = None,
        slot: Slot = Slot.WINDOW,
        thinking: ThinkingMode = "auto",
    ) -> Events:
        self._check_open()
        return self._prefilled(messages, stop, slot, thinking)

    def keep_state(self, request: StateRequest, stop: StopFlag | None = None) -> bool:
        """Implements `StateKeeper`: the process writes and reads the files."""
        return self._process is not None and self._done("keep", request, stop)

    def recall_state(self, request: StateRequest, stop: StopFlag | None = None) -> bool:
        return self._done("recall", request, stop)

    def _done(self, word: str, request: StateRequest, stop: StopFlag | None) -> bool:
        """Nobody waits for it: a death is left to the question that follows."""
        self._check_open()
        values: dict[str, Any] = {"do": word, "slot": request.slot.value, "thinking": request.thinking}
        values |= {"path": str(request.path), "most_bytes": request.most_bytes}
        try:
            process = self._ready(stop)
            self._send_media(process, request.slot.value, _media_of(request.messages))
            told = process.request(values, [encode_messages(request.messages)], stop)
            return True in [line["is_done"] for line in told]
        except ModelDied:
            self._drop()
            return False

    def image_tokens(self, image: Image) -> int:
        self._check_open()
        process = self._ready(None)
        try:
            self._send_media(process, "counted", [image])
            return sum(int(values["tokens"]) for values in process.request({"do": "count", "id": image.id}))
        except ModelDied:
            self._drop_dead()
            raise

    def sound_tokens(self, sound: Sound) -> int:
        """Implements `SoundInsight`. Nobody waits for it: a death is left to the question that follows."""
        self._check_open()
        if self._process is None:
            return 0
        try:
            self._send_media(self._process, "counted", [sound])
            return sum(int(one["tokens"]) for one in self._process.request({"do": "count", "id": sound.id}))
        except ModelDied:
            self._drop_dead()
            return 0

    def size_tokens(self, width: int, height: int, *, low: bool = False) -> int:
        """Implements `PictureInsight`. Nobody waits for it: a death is left to the question that follows."""
        self._check_open()
        if self._process is None:
            return 0
        try:
            asked = {"do": "count_size", "width": width, "height": height, "low": low}
            return sum(int(values["tokens"]) for values in self._process.request(asked))
        except ModelDied:
            self._drop_dead()
            return 0

    def seen(self, image: Image) -> SeenPicture | None:
        self._check_open()
        process = self._ready(None)
        try:
            self._send_media(process, "seen", [image])
            return seen_of(list(process.request({"do": "seen", "id": image.id})))
        except ModelDied:
            self._drop_dead()
            raise

    def close(self) -> None:
        self._closed = True
        self._drop()

    def _answered(
        self, messages: Sequence[Message], sampling: Sampling, stop: StopFlag | None, slot: Slot
    ) -> Generator[Event, None, None]:
        """A process that dies before it has said anything is replaced, and asked the same; once more where the new one
        leaves out the card that has ended it."""
        values = {"do": "generate", "slot": slot.value}
        blobs = [encode_messages(messages), json.dumps(asdict(sampling)).encode()]
        may_retry = True
        while True:
            said = False
            try:
                process = self._ready(stop)
                yield from self._told()
                for event in self._events(process, values, blobs, messages, stop):
                    said = said or isinstance(event, (TextDelta, ThinkingDelta))
                    yield event
                return
            except ModelDied:
                left_card = self._drop_dead()
                if said or not (may_retry or left_card):
                    raise
                may_retry = False

    def _prefilled(
        self, messages: Sequence[Message], stop: StopFlag | None, slot: Slot, thinking: ThinkingMode
    ) -> Generator[Event, None, None]:
        """Nobody waits for it: a death is left to the question that follows."""
        values = {"do": "prefill", "slot": slot.value, "thinking": thinking}
        try:
            yield from self._events(self._ready(stop), values, [encode_messages(messages)], messages, stop)
        except ModelDied:
            self._drop_dead()
            yield Finished("stopped", Timings(device=self._info.device))

    def _events(
        self,
        process: EngineProcess,
        values: dict[str, str],
        blobs: Sequence[bytes],
        messages: Sequence[Message],
        stop: StopFlag | None,
    ) -> Generator[Event, None, None]:
        self._send_media(process, values["slot"], _media_of(messages))
        finished = False
        for line in process.request(values, blobs, stop):
            line.pop("number")
            event = decode_event(line)
            finished = isinstance(event, Finished)
            yield event
        if not finished:  # another request has taken its place
            yield Finished("stopped", Timings(device=self._info.device))

    def _send_media(self, process: EngineProcess, key: str, media: Sequence[Media]) -> None:
        """Each once, for as long as a conversation has it."""
        there = frozenset().union(*self._media.values())
        for one in {one.id: one for one in media if one.id not in there}.values():
            if isinstance(one, Sound):
                process.send({"do": "sound", "id": one.id, "rate": one.rate}, [one.pcm])
            else:
                values = {"do": "picture", "id": one.id, "width": one.width, "height": one.height, "low": one.low}
                process.send(values, [one.rgb])
        self._media[key] = frozenset(one.id for one in media)
        kept = frozenset().union(*self._media.values())
        if there - kept:
            process.send({"do": "forget", "kept": sorted(kept)})

    def _ready(self, stop: StopFlag | None) -> EngineProcess:
        if self._process is None:
            before, self._info = self._info.notices, self._loaded(None, stop)
            self._news += [notice for notice in self._info.notices if notice not in before]
        assert self._process is not None
        return self._process

    def _loaded(self, progress: Callable[[float], None] | None, stop: StopFlag | None) -> ModelInfo:
        """What has ended such a process before is not tried again, as long as there is another way."""
        tried: list[LoadOptions] = []
        while True:
            loading = self._options()
            tried.append(loading)
            process = self._start()
            self._process, self._media = process, {}
            try:
                found = None
                for values in process.request({"do": "load", **encode_load(self._spec, loading)}, (), stop):
                    if "info" in values:
                        found, self._on_card = decode_info(values["info"]), bool(values["on_card"])
                    elif progress is not None:
                        progress(values["progress"])
                assert found is not None
                return found
            except ModelDied:
                self._drop()
                if tried.count(loading) > 1:
                    raise
            except BaseException:
                self._drop()
                raise

    def _options(self) -> LoadOptions:
        if self._loading.folder is None:
            return self._loading
        start = safe_start(self._loading.folder, self._spec, "separate")
        if start.notice:
            self._news.append(start.notice)
        return replace(self._loading, died_with=start.died_with)

    def _told(self) -> Generator[Event, None, None]:
        news, self._news = self._news, []
        yield from map(EngineNotice, news)

    def _drop_dead(self) -> bool:
        """It has died while it was asked something. Whether it is a graphics card that is not used any more here: a
        second death on one is no accident."""
        self._drop()
        self._deaths_on_card += self._on_card
        if not self._on_card or self._deaths_on_card < _MOST_DEATHS_ON_CARD:
            return False
        self._loading, self._on_card = replace(self._loading, gpu_layers=0), False
        text = _("The graphics card has ended the model twice. The processor computes until it is loaded again.")
        self._news.append(text)
        return True

    def _drop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.close()

    def _check_open(self) -> None:
        if self._closed:
            raise ModelError(_("The model was unloaded."), _("Choose it again to load it."))


def _media_of(messages: Sequence[Message]) -> list[Media]:
    return [one for message in messages for one in message.media]
