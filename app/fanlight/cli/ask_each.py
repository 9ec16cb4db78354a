"""`fanlight ask --each`: the same question about each page, or each file, by itself. Each answer is one line of JSON as
soon as it is there; a page that cannot be answered is a line with the reason, and the others go on."""

from __future__ import annotations

import json
import logging
import queue
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from fanlight import compose
from fanlight.batch import asking
from fanlight.batch.input_options import InputOptions
from fanlight.batch.items import Each
from fanlight.batch.picture_sources import PictureSource
from fanlight.batch.question_inputs import read_source
from fanlight.cli import window_model
from fanlight.cli.background import in_background
from fanlight.cli.collected_answer import CollectedAnswer
from fanlight.cli.output import FAILED, OK, ProgressLine, complain, json_line
from fanlight.cli.streams import put
from fanlight.domain.document_errors import DocumentError
from fanlight.domain.errors import FanlightError
from fanlight.domain.events import EngineNotice, Event
from fanlight.domain.messages import Message
from fanlight.domain.models import ModelSpec, Sampling
from fanlight.domain.stop import StopFlag
from fanlight.i18n import _, format_number, ngettext
from fanlight.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AskedPart:
    """`page` None: all of the file, or the pages that were named. `problem`: why it cannot be asked about."""

    file: str
    page: int | None
    sources: tuple[PictureSource, ...]
    problem: FanlightError | None = None

    @property
    def name(self) -> str:
        return self.file if self.page is None else f"{self.file}#{self.page}"


Ask = Callable[[Sequence[PictureSource]], Sequence[Message]]
"""The question about these, as the model gets it. Slow; raises FanlightError."""


@dataclass(frozen=True, slots=True)
class EachQuestion:
    """What is the same for all parts. `all_facts`: lines have the model and the timings, too."""

    ask: Ask
    spec: ModelSpec
    settings: Settings
    sampling: Sampling
    all_facts: bool = False

    @property
    def is_bound(self) -> bool:
        return self.sampling.json_schema is not None or self.sampling.grammar is not None

    def about(self, part: AskedPart) -> Sequence[Message]:
        """On the main thread, where a password is typed, and where a signal ends that. Raises FanlightError."""
        if part.problem is not None:
            raise part.problem
        return self.ask(part.sources)


def parts_of(sources: Sequence[PictureSource], each: Each, how: InputOptions) -> list[AskedPart]:
    """Documents are read for it: slow. One that cannot be read is a part of its own."""
    from fanlight.documents.files import is_document

    parts: list[AskedPart] = []
    for _file, same in groupby(sources, lambda source: (source.path, source.data)):
        group = tuple(same)
        first = group[0]
        name = str(first.path) if first.path is not None else first.name
        if each == "file":
            parts.append(AskedPart(name, first.page if len(group) == 1 else None, group))
            continue
        for source in group:
            if source.page is None and is_document(source.path or source.data, source.name):
                try:
                    count = read_source(source, how).page_count
                except DocumentError as error:
                    parts.append(AskedPart(name, None, (source,), error))
                    continue
                pages = (replace(source, page=page) for page in range(1, count + 1))
                parts += [AskedPart(name, page.page, (page,)) for page in pages]
            else:
                parts.append(AskedPart(name, source.page, (source,)))
    return parts


def answer_each(parts: Sequence[AskedPart], question: EachQuestion) -> int:
    """The exit status."""
    progress, left, failed = ProgressLine(), deque(parts), list[tuple[AskedPart, str]]()

    def say(part: AskedPart, collected: CollectedAnswer | FanlightError) -> None:
        progress.clear()
        line = _line(part, collected, question)
        if "error" in line:
            failed.append((part, line["error"]))
        put(json_line(line))
        left.popleft()

    try:
        read = _ask_window(left, question, progress, say)
        if left:
            _ask_here(left, read, question, progress, say)
    finally:
        progress.clear()
    if failed:
        part, why = failed[0]
        text = ngettext(
            "{bad} of {count} item could not be answered; the first is {id}: {error}",
            "{bad} of {count} items could not be answered; the first is {id}: {error}",
            len(parts),
        )
        complain(text.format(bad=len(failed), count=len(parts), id=part.name, error=why))
    return FAILED if failed else OK


Say = Callable[[AskedPart, CollectedAnswer | FanlightError], None]


def _ask_window(left: deque[AskedPart], question: EachQuestion, progress: ProgressLine, say: Say) -> Sequence[Message]:
    """As many as the open window answers. What was read for the first one that is left: that may have taken minutes."""
    count = len(left)
    while left:
        part, collected = left[0], CollectedAnswer()
        _show_place(progress, count - len(left) + 1, count, part)
        try:
            messages = question.about(part)
            with closing(window_model.generate(question.spec, messages, question.sampling, progress)) as events:
                for event in events:
                    collected.add(event, progress, as_text=False)
        except window_model.WindowDeclined as reason:
            log.info("loading the model here: %s", reason)
            return messages
        except FanlightError as error:
            say(part, error)
        else:
            say(part, collected)
    return ()


def _ask_here(
    left: deque[AskedPart], read: Sequence[Message], question: EachQuestion, progress: ProgressLine, say: Say
) -> None:
    """With a model that is loaded once. `read`: for the first part."""
    parts, spec = tuple(left), question.spec
    asked: queue.SimpleQueue[Sequence[Message]] = queue.SimpleQueue()

    def work(stop: StopFlag) -> Iterator[Event | AskedPart | FanlightError | None]:
        """A part, which is then `asked` about, its events, and then None, or what went wrong."""
        with closing(compose.load_engine(spec, question.settings, stop=stop)) as engine:
            yield from map(EngineNotice, engine.info.notices)
            for part in parts:
                yield part
                if not (messages := _next_of(asked, stop)):
                    continue
                try:
                    yield from engine.generate(messages, question.sampling, stop)
                except FanlightError as error:
                    yield error
                else:
                    yield None

    progress.show(_("Loading {model}…").format(model=spec.name))
    part, collected, done = parts[0], CollectedAnswer(), 0
    with closing(in_background(work)) as results:
        for result in results:
            if isinstance(result, AskedPart):
                part, collected, done = result, CollectedAnswer(), done + 1
                _show_place(progress, done, len(parts), part)
                try:
                    asked.put(read if done == 1 else question.about(part))
                except FanlightError as error:
                    say(part, error)
                    asked.put(())
            elif result is None:
                say(part, collected)
            elif isinstance(result, FanlightError):
                say(part, result)
            else:
                collected.add(result, progress, as_text=False)


def _next_of(asked: queue.SimpleQueue[Sequence[Message]], stop: StopFlag) -> Sequence[Message]:
    """() where there is nothing to ask."""
    while not stop.is_set():
        try:
            return asked.get(timeout=0.1)
        except queue.Empty:
            continue
    return ()


def _show_place(progress: ProgressLine, number: int, count: int, part: AskedPart) -> None:
    text = _("{number} of {count}: {name}")
    progress.show(text.format(number=format_number(number), count=format_number(count), name=part.name))


def _line(part: AskedPart, collected: CollectedAnswer | FanlightError, question: EachQuestion) -> dict[str, Any]:
    """An answer by a schema is its values."""
    line: dict[str, Any] = {"file": part.file} | ({"page": part.page} if part.page is not None else {})
    if isinstance(collected, FanlightError):
        return line | {"error": collected.text}
    report = collected.report(question.spec)
    if question.is_bound and not report["complete"]:
        return line | {"error": collected.why_incomplete(bound=True)[0]}
    if question.sampling.json_schema is not None:
        try:
            report["answer"] = json.loads(collected.text)
        except (ValueError, RecursionError):
            return line | {"error": _("The model did not answer by the schema.")}
    if question.all_facts:
        return line | report
    complete = {} if asking.is_complete(collected.end) else {"complete": False}
    return line | {"answer": report["answer"]} | complete
