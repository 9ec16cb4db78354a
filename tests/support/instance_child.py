"""`python instance_child.py WORDS...`: `fanlight WORDS...`, real but for the model: a script answers, under the
practice model's name, as FANLIGHT_SCRIPT says (JSON: words, seconds for each, load_seconds, fails_after). On stdout a
line of JSON for what happens: the model is "ready", was "asked", and how that "ended"."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import time
from collections.abc import Callable, Generator
from typing import Any

from fanlight import __main__, compose
from fanlight.domain.events import Event, Finished
from fanlight.domain.models import ModelSpec
from fanlight.domain.ports import Engine
from fanlight.domain.stop import StopFlag
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings

SCRIPT: dict[str, Any] = {"words": 1, "seconds": 0.0, "load_seconds": 0.0, "fails_after": None}
SCRIPT |= json.loads(os.environ.get("FANLIGHT_SCRIPT", "{}"))


def say(**what: Any) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


def load(
    spec: ModelSpec, settings: Settings, progress: Callable[[float], None] | None = None, stop: StopFlag | None = None
) -> Engine:
    until = time.monotonic() + SCRIPT["load_seconds"]
    while time.monotonic() < until and not (stop and stop.is_set()):
        time.sleep(0.01)
    words = [f"word{i} " for i in range(SCRIPT["words"])]
    engine = ScriptedEngine(words, SCRIPT["seconds"], tokens_per_image=36, fails_after=SCRIPT["fails_after"])
    say(ready=True)
    return told(engine)


def told(engine: ScriptedEngine) -> ScriptedEngine:
    generate = engine.generate

    def tells(messages: Any, sampling: Any, *rest: Any, **more: Any) -> Generator[Event, None, None]:
        asked = [[m.role, m.text, [image.id for image in m.images]] for m in messages]
        say(asked=asked, sampling=dataclasses.asdict(sampling), slot=rest[1].value if len(rest) > 1 else None)
        for event in generate(messages, sampling, *rest, **more):
            if isinstance(event, Finished):
                say(ended=event.reason)
            yield event

    engine.generate = tells  # type: ignore[method-assign]
    return engine


if __name__ == "__main__":
    compose.load_engine = load
    sys.exit(__main__.main())
