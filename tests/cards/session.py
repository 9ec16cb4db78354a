"""`python -m cards.session OPTIONS`: stands for the window in a trial. It opens a model as Fanlight does, asks some
questions, and says what came as lines of JSON; before each question the card gives another amount of memory."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from fanlight.domain.errors import FanlightError
from fanlight.domain.events import EngineNotice, TextDelta
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import LoadOptions, ModelSpec, Sampling
from fanlight.domain.ports import Engine
from fanlight.engine.deaths import ProcessMode
from fanlight.engine.hosting import open_engine
from support.random_models import TEMPLATE, EyeShape, TextShape, write_pair

CONTEXT_TOKENS = 1024
"""Prompts of 1,290 tokens and more ended the process in a thread of Mesa 22.3's software device, with no memory
refused."""
_PICTURE = Image.of(320, 240, bytes((200, 30, 30)) * 320 * 240)
QUESTIONS = {
    "short": [Message.of("user", "Hello!")],
    "picture": [Message.of("user", "What is it?", [_PICTURE])],
    "long": [Message.of("user", "Which colour has the circle in the middle? " * 20)],
}


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """`gives`: the file in which it stands how many bytes the card gives; before each of the questions it is written
    anew with one of `amounts`, where that is not None. The model is kept in the folder `models`."""

    models: str
    folder: str
    mode: ProcessMode
    layers: int
    gives: str
    questions: tuple[str, ...]
    amounts: tuple[int | None, ...]


def small_model(folder: Path) -> ModelSpec:
    """What a software device computes soon. Its norms are no root mean squares, for each of which llvmpipe takes a
    millisecond a token: five questions take 5 s of processor time instead of 40."""
    text = TextShape("stablelm", layers=4, heads=1, keys=1, inner=64, context=CONTEXT_TOKENS)
    return write_pair(folder, "small", text, EyeShape("idefics3"), TEMPLATE)


def main(options: SessionOptions) -> None:
    loading = LoadOptions(CONTEXT_TOKENS, 1, gpu_layers=options.layers, folder=Path(options.folder))
    try:
        engine = open_engine(small_model(Path(options.models)), loading, options.mode)
    except FanlightError as error:
        _say(kind="load", sentence=error.text)
        return
    with closing(engine):
        _say(kind="load", device=engine.info.device, notices=engine.info.notices)
        for name, amount in zip(options.questions, options.amounts, strict=True):
            if amount is not None:
                Path(options.gives).write_text(str(amount), "utf-8")
            _say(kind=name, **_asked(engine, name))
    _say(kind="end")


def _asked(engine: Engine, name: str) -> dict[str, object]:
    text, notices = "", list[str]()
    try:
        for event in engine.generate(QUESTIONS[name], Sampling(temperature=0, max_tokens=12)):
            if isinstance(event, TextDelta):
                text += event.text
            elif isinstance(event, EngineNotice):
                notices.append(event.text)
    except FanlightError as error:
        return {"sentence": error.text, "notices": notices}
    return {"answer": text, "notices": notices, "device": engine.info.device}


def _say(**values: object) -> None:
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    main(SessionOptions(**given | {"questions": tuple(given["questions"]), "amounts": tuple(given["amounts"])}))
