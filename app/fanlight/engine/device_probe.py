"""`python -m fanlight.engine.device_probe [DEVICE]`: without a name, lists the graphics devices as JSON; with one,
loads the practice model on it alone and has it look at a picture. Exit status 0: it works. A driver that llama.cpp
cannot use ends this process, which is why it is one of its own."""

from __future__ import annotations

import json
import logging
import sys
from contextlib import closing
from dataclasses import asdict

from fanlight import paths
from fanlight.domain.errors import ModelError
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import LoadOptions, ModelSpec, Sampling
from fanlight.engine import devices
from fanlight.engine.device_trials import NO_ROOM

_CONTEXT_TOKENS = 512
_ALL = 1000
_WORDS = 60
"""More than 32 tokens: shorter batches stay on the processor."""


def main(names: list[str]) -> int:
    logging.disable()  # the last line on stderr is the reason for a person
    if not names:
        print(json.dumps([asdict(device) for device in devices.graphics()]))
        return 0
    try:
        return _try(names[0])
    except ModelError as error:
        print(error.message, file=sys.stderr)
        return 1


def _try(name: str) -> int:
    from fanlight.engine.llama import LlamaEngine

    device = next((device for device in devices.graphics() if device.name == name), None)
    if device is None:
        print("there is no such device", file=sys.stderr)
        return 1
    folder = paths.shipped_models() / "practice"
    spec = ModelSpec.of_files("practice", folder / "practice.gguf", folder / "practice-mmproj.gguf", practice=True)
    question = Message.of("user", "What is this? " * _WORDS, [Image.of(64, 64, bytes(64 * 64 * 3))])
    sampling = Sampling(temperature=0, max_tokens=4)
    with closing(LlamaEngine.load(spec, LoadOptions(_CONTEXT_TOKENS, gpu_layers=_ALL, devices=(name,)))) as engine:
        list(engine.generate([question], sampling))
        return 0 if engine.info.device == device.description else NO_ROOM


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
