"""The process of an engine: `python -m fanlight.engine.engine_child OPTIONS`. It loads the model that it is told to,
and answers one request after another over its channel; what stops a request is read on a thread of its own."""

from __future__ import annotations

import json
import logging
import os
import queue
import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fanlight import i18n
from fanlight.domain.errors import FanlightError, ModelError
from fanlight.domain.event_values import encode_event
from fanlight.domain.events import Event
from fanlight.domain.kept_state import StateRequest
from fanlight.domain.messages import Image, Media
from fanlight.domain.ports import Engine, PictureInsight, SoundInsight, StateKeeper
from fanlight.domain.slots import Slot
from fanlight.domain.sounds import Sound
from fanlight.domain.stop import StopFlag
from fanlight.engine.child_values import (
    decode_load,
    decode_messages,
    decode_sampling,
    encode_error,
    seen_lines,
)
from fanlight.engine.deaths import identity
from fanlight.engine.driver_key import driver_key
from fanlight.engine.run_marker import RunMarker, remove_all
from fanlight.parsing.channel import BadPacket, Channel, ChannelClosed, Packet
from fanlight.parsing.child import opened_channel

log = logging.getLogger(__name__)


class EngineChild:
    """Requests in order; `_flags` are those of requests that wait or run."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._requests: queue.SimpleQueue[Packet] = queue.SimpleQueue()
        self._flags: dict[int, StopFlag] = {}
        self._media: dict[str, Media] = {}
        self._engine: Engine | None = None

    def serve(self) -> None:
        threading.Thread(target=self._read, name="requests", daemon=True).start()
        while True:
            self._answer(self._requests.get())

    def _read(self) -> None:
        """The channel's end is that of Fanlight, whatever is computed: no death of this process."""
        try:
            while True:
                packet = self._channel.receive()
                number = packet.values["number"]
                match packet.values["do"]:
                    case "stop":
                        if number in self._flags:
                            self._flags[number].set()
                    case "answer_now":
                        if number in self._flags:
                            self._flags[number].answer_wanted = True
                    case _:
                        self._flags[number] = StopFlag()
                        self._requests.put(packet)
        except (ChannelClosed, BadPacket, LookupError):
            remove_all()
            os._exit(0)

    def _answer(self, packet: Packet) -> None:
        number = packet.values["number"]
        flag = self._flags[number]
        try:
            for values in self._served(packet, flag):
                blobs = values.pop("blobs", ())
                self._channel.send(Packet(values | {"number": number}, blobs))
            end: dict[str, Any] = {"end": "done"}
        except FanlightError as error:
            end = {"end": "failed", "error": encode_error(error)}
        except Exception as error:
            log.exception("the engine's process has a bug")
            end = {"end": "failed", "error": encode_error(ModelError(f"{type(error).__name__}: {error}"))}
        self._channel.send(Packet(end | {"number": number}))
        del self._flags[number]

    def _served(self, packet: Packet, flag: StopFlag) -> Generator[dict[str, Any], None, None]:
        values = packet.values
        match values["do"]:
            case "load":
                yield from self._load(values, flag)
            case "tune":
                yield from self._tune(values, flag)
            case "picture":
                size = (values["width"], values["height"])
                image = Image(values["id"], *size, packet.blobs[0], values["low"])
                self._media[image.id] = image
            case "sound":
                self._media[values["id"]] = Sound(values["id"], values["rate"], bytes(packet.blobs[0]))
            case "forget":
                self._media = {key: self._media[key] for key in values["kept"]}
            case "count":
                yield {"tokens": self._tokens(self._media[values["id"]])}
            case "count_size":
                yield {"tokens": self._size_tokens(values)}
            case "seen":
                engine, wanted = self._ready(), self._media[values["id"]]
                assert isinstance(wanted, Image)
                if isinstance(engine, PictureInsight) and (seen := engine.seen(wanted)) is not None:
                    yield from seen_lines(seen)
            case "keep" | "recall":
                yield {"is_done": self._keep_or_recall(packet, flag)}
            case "generate" | "prefill":
                with closing(self._events(packet, flag)) as events:
                    for event in events:
                        yield encode_event(event)

    def _load(self, values: Mapping[str, Any], flag: StopFlag) -> Generator[dict[str, Any], None, None]:
        from fanlight.engine.llama import LlamaEngine

        spec, loading = decode_load(values)

        def progress(done: float) -> None:
            self._channel.send(Packet({"number": values["number"], "progress": done}))

        folder = loading.folder
        marker = RunMarker(folder, identity(spec), driver_key(), separate=True) if folder is not None else None
        self._engine = engine = LlamaEngine.load(spec, loading, progress, flag, marker)
        yield {"info": asdict(engine.info), "on_card": engine.placement.on_card}

    def _tune(self, values: Mapping[str, Any], flag: StopFlag) -> Generator[dict[str, Any], None, None]:
        from fanlight.engine.tuning_measure import measure_ways

        spec, loading = decode_load(values)
        measured = measure_ways(spec, loading, values["seconds"], flag)
        while True:
            try:
                yield {"share": next(measured)}
            except StopIteration as end:
                if end.value is not None:
                    yield {"ways": asdict(end.value)}
                return

    def _tokens(self, media: Media) -> int:
        engine = self._ready()
        if isinstance(media, Image):
            return engine.image_tokens(media)
        return engine.sound_tokens(media) if isinstance(engine, SoundInsight) else 0

    def _size_tokens(self, values: Mapping[str, Any]) -> int:
        engine = self._ready()
        size = (values["width"], values["height"])
        return engine.size_tokens(*size, low=values["low"]) if isinstance(engine, PictureInsight) else 0

    def _keep_or_recall(self, packet: Packet, flag: StopFlag) -> bool:
        engine, values = self._ready(), packet.values
        if not isinstance(engine, StateKeeper):
            return False
        request = StateRequest(
            Path(values["path"]),
            decode_messages(packet.blobs[0], self._media),
            Slot(values["slot"]),
            values["thinking"],
            values["most_bytes"],
        )
        return engine.keep_state(request, flag) if values["do"] == "keep" else engine.recall_state(request, flag)

    def _events(self, packet: Packet, flag: StopFlag) -> Generator[Event, None, None]:
        values = packet.values
        messages = decode_messages(packet.blobs[0], self._media)
        slot = Slot(values["slot"])
        if values["do"] == "prefill":
            return self._ready().prefill(messages, flag, slot, values["thinking"])
        return self._ready().generate(messages, decode_sampling(json.loads(packet.blobs[1])), flag, slot)

    def _ready(self) -> Engine:
        assert self._engine is not None
        return self._engine


def main() -> None:
    options = json.loads(sys.argv[1])
    i18n.use(options["language"])
    logging.basicConfig(level=logging.WARNING)
    with suppress(ChannelClosed):
        EngineChild(opened_channel(options["channel"], pipes=options["pipes"])).serve()
    remove_all()
    os._exit(0)


if __name__ == "__main__":
    main()
