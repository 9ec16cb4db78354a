"""The items of a batch, answered one after the other. What goes wrong with one is its own result."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any

from fanlight.batch.answer_journal import AnswerJournal, Result
from fanlight.batch.asking import Tell, is_complete, question_message, system_messages, timings, untold
from fanlight.batch.input_options import Hear, InputOptions, Listen, QuestionInputs, nobody_hears
from fanlight.batch.items import BatchItem, RejectedItem
from fanlight.batch.picture_sources import PictureSource, find_pictures
from fanlight.batch.question_inputs import read_inputs
from fanlight.domain.detail import detail_of
from fanlight.domain.errors import FanlightError, bug_sentence
from fanlight.domain.events import Finished, TextDelta
from fanlight.domain.messages import Message
from fanlight.domain.models import ModelFiles, ModelSpec, Sampling
from fanlight.domain.ports import Engine
from fanlight.domain.stop import StopFlag
from fanlight.gguf.split import parts
from fanlight.settings import Settings

log = logging.getLogger(__name__)

_VERSION = 1

LoadModel = Callable[[ModelSpec, Settings, StopFlag], Engine]
"""Slow. Raises ModelError."""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How every item is asked."""

    spec: ModelSpec
    settings: Settings
    sampling: Sampling
    system: str | None
    load: LoadModel
    tell: Tell = untold
    facts: Callable[[], dict[str, Any]] = dict
    """What is kept with each answer, taken when it has ended."""
    hear: Hear = nobody_hears
    listen: Listen | None = None
    content: Callable[[PictureSource], str] | None = None
    """What tells whether a picture has changed; None: all of its bytes."""


class BatchAnswers:
    """One thread iterates over `answer_all`; the model is loaded there when the first item needs it."""

    def __init__(self, items: Sequence[BatchItem | RejectedItem], how: BatchOptions, journal: AnswerJournal) -> None:
        self.items = items
        self._how, self._journal = how, journal
        self._content = how.content or _content
        self.taken_over: dict[int, Result] | None = None
        """By the item's place; None until that is known."""
        self._asked_as = _digest([_VERSION, *_model_facts(how.spec), *_option_facts(how)])

    def answer_all(self, stop: StopFlag) -> Generator[Result, None, None]:
        """A result for each item, in order. An answer is in the journal before it is yielded, and one that was there is
        not asked for again. Raises FanlightError where the model cannot be loaded."""
        taken_over = self._find_known(stop)
        with ExitStack() as handles:
            engine: Engine | None = None
            for place, item in enumerate(self.items):
                if place in taken_over:
                    yield taken_over[place]
                    continue
                sources, key, failure = self._prepare(item)
                if failure is None and engine is None:
                    if sources:
                        _start_decoder()
                    loaded = self._how.load(self._how.spec, self._how.settings, stop)
                    engine = handles.enter_context(closing(loaded))
                    for notice in engine.info.notices:
                        self._how.tell(notice, "")
                if failure is not None or engine is None or isinstance(item, RejectedItem):
                    yield {"id": item.id, "error": failure}
                    continue
                result = self._result(item, sources, key, engine, stop)
                if result is None:
                    return
                yield result

    def _find_known(self, stop: StopFlag) -> dict[int, Result]:
        """Before anything is asked: a run that ends early then knows all that is there."""
        found: dict[int, Result] = {}
        for place, item in enumerate(self.items if self._journal.known else ()):
            if stop.is_set():
                return {}
            _sources, key, failure = self._prepare(item)
            if failure is None and key in self._journal.known:
                found[place] = self._journal.known[key]
        self.taken_over = found
        return found

    def _prepare(self, item: BatchItem | RejectedItem) -> tuple[list[PictureSource], str, str | None]:
        """(its pictures, its key, why it cannot be asked)."""
        if isinstance(item, RejectedItem):
            return [], "", item.reason
        try:
            sources = [found for name in item.images for found in find_pictures(name, item.folder)]
            return sources, self._key(item, sources), None
        except FanlightError as error:
            return [], "", error.text
        except Exception as error:
            log.exception("the item %r failed", item.id)
            return [], "", bug_sentence(error)

    def _result(
        self, item: BatchItem, sources: Sequence[PictureSource], key: str, engine: Engine, stop: StopFlag
    ) -> Result | None:
        """None when the run was stopped before the answer's end."""
        try:
            how = InputOptions(
                self._how.settings.picture_side, self._how.spec.supports_images, engine.info.context_tokens,
                self._how.tell, stop=stop, hear=self._how.hear, listen=self._how.listen,
                detail=detail_of(self._how.settings.picture_detail), frames=engine.info.frames,
            )  # fmt: skip
            result = self._answer(item, read_inputs(sources, "\n".join(item.questions), how), engine, stop)
        except FanlightError as error:
            return None if stop.is_set() else {"id": item.id, "error": error.text}
        except Exception as error:
            log.exception("the item %r failed", item.id)
            return {"id": item.id, "error": bug_sentence(error)}
        if result is not None:
            self._journal.add(key, result)
        return result

    def _answer(self, item: BatchItem, inputs: QuestionInputs, engine: Engine, stop: StopFlag) -> Result | None:
        """Raises FanlightError, which is the item's alone."""
        messages = system_messages(self._how.system)
        answers: list[str] = []
        ends: list[Finished] = []
        for number, text in enumerate(item.questions):
            first = number == 0
            asked = inputs.question(text) if first else text
            attached = (inputs.pictures, inputs.sounds) if first else ((), ())
            messages.append(question_message(asked, attached[0], self._how.spec, attached[1]))
            answer, end = _generate(engine, messages, self._how.sampling, stop)
            messages.append(Message.of("assistant", answer))
            answers.append(answer)
            ends.append(end)
            if end.reason == "stopped":
                return None
        figures = [timings(end) for end in ends]
        return {
            "id": item.id,
            "answer": answers[0] if item.single else answers,
            "complete": all(map(is_complete, ends)),
            "timings": figures[0] if item.single else figures,
        } | self._how.facts()

    def _key(self, item: BatchItem, sources: Sequence[PictureSource]) -> str:
        """What the answer depends on: an item that is changed in any of it is asked anew."""
        return _digest([self._asked_as, item.id, item.questions, item.single, list(map(self._content, sources))])


def _generate(engine: Engine, messages: Sequence[Message], sampling: Sampling, stop: StopFlag) -> tuple[str, Finished]:
    pieces: list[str] = []
    with closing(engine.generate(messages, sampling, stop)) as events:
        for event in events:
            if isinstance(event, TextDelta):
                pieces.append(event.text)
            elif isinstance(event, Finished):
                return "".join(pieces), event
    raise RuntimeError("the engine ended without Finished")


def _start_decoder() -> None:
    """It starts while the model is loaded."""
    from fanlight.pictures import files

    files.prepare()


def _content(source: PictureSource) -> str:
    try:
        return source.digest()
    except OSError:
        return ""  # its reader says why it cannot be read


def _model_facts(spec: ModelSpec) -> list[Any]:
    if not isinstance(spec.source, ModelFiles):
        return [spec.source.url, spec.source.model]
    files = [*parts(spec.source.model), *([spec.source.projector] if spec.source.projector else [])]
    facts: list[Any] = []
    for file in files:
        try:
            status = file.stat()
        except (OSError, ValueError):
            facts.append([str(file)])
        else:
            facts.append([str(file), status.st_size, status.st_mtime_ns])
    return facts


def _option_facts(how: BatchOptions) -> list[Any]:
    settings = how.settings
    return [
        how.system,
        how.sampling.max_tokens,
        how.sampling.json_schema,
        how.sampling.thinking,
        how.sampling.thinking_tokens,
        settings.picture_side,
        settings.context_tokens,
        *([] if settings.picture_detail == "normal" else [settings.picture_detail]),
        *(["listens"] if how.listen is not None else []),
    ]


def _digest(facts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
