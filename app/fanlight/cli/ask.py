"""`fanlight ask`: one question, the answer on stdout as it comes."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, assert_never

from fanlight import compose
from fanlight.batch import asking
from fanlight.batch.input_options import InputOptions
from fanlight.batch.picture_sources import PictureSource, find_pictures
from fanlight.batch.question_inputs import read_inputs
from fanlight.catalog.fit import planned_context_tokens, planned_frame_cost
from fanlight.cli import questions, window_model
from fanlight.cli.background import in_background
from fanlight.cli.clip_sound import check_listening, hearing, listening, show_reading, with_part
from fanlight.cli.document_password import ask_password
from fanlight.cli.input_files import MOST_INPUT_BYTES, read_text, schema_text
from fanlight.cli.output import FAILED, OK, ProgressLine, complain, json_text
from fanlight.cli.picture_text import question_with_text
from fanlight.cli.streams import harmless, put, read_stdin
from fanlight.domain.detail import detail_of
from fanlight.domain.errors import AnswerCutOff, InputError
from fanlight.domain.events import (
    EngineNotice,
    Event,
    Finished,
    ImageReady,
    PromptProgress,
    SoundReady,
    TextDelta,
    ThinkingDelta,
)
from fanlight.domain.messages import Message
from fanlight.domain.models import ModelSpec, Sampling
from fanlight.domain.stop import StopFlag
from fanlight.i18n import _, format_decimal, format_number, format_percent, ngettext
from fanlight.model_settings import sampling_of
from fanlight.settings import Settings

log = logging.getLogger(__name__)


def run(options: argparse.Namespace) -> int:
    if options.image:
        _start_decoder()
    settings = questions.with_detail(compose.settings(), options)
    if [options.question, *options.image].count("-") > 1:
        raise InputError(
            _("Only one of the question and the files can be read from stdin."), _("Name files for the others.")
        )
    sources = [picture for named in options.image for picture in _pictures(named)]
    if options.begin or options.end:
        sources = with_part(sources, options.begin or 0.0, options.end or 0.0)
    if options.listen:
        check_listening(sources)
    text = options.question
    if text == "-":
        text = read_stdin(MOST_INPUT_BYTES).decode("utf-8", "replace")
    schema = schema_text(options.schema) if options.schema else None
    grammar = read_text(options.grammar) if options.grammar else None
    spec = questions.find_model(options.model, settings, options.projector)  # while the decoder starts
    context_tokens = planned_context_tokens(spec, settings.context_tokens)
    progress = ProgressLine()
    how = InputOptions(
        settings.picture_side, spec.supports_images or options.ocr, context_tokens, complain, ask_password,
        hear=hearing(settings, progress, no_sound=options.no_sound), progress=partial(show_reading, progress),
        detail=detail_of(settings.picture_detail), frames=planned_frame_cost(spec),
        listen=listening(spec) if options.listen else None,
    )  # fmt: skip
    try:
        inputs = read_inputs(sources, text, how)
    finally:
        progress.clear()
    text, pictures = inputs.question(text), inputs.pictures
    sampling = replace(_sampling(settings, spec, options), json_schema=schema, grammar=grammar)
    if pictures and options.ocr and text.strip() and not spec.supports_images:
        text, pictures = question_with_text(text, inputs.images, spec), []
    system = options.system if options.system is not None else settings.system_prompt
    messages = [*asking.system_messages(system), asking.question_message(text, pictures, spec, inputs.sounds)]
    return _answer(spec, settings, messages, sampling, as_json=options.json)


@dataclass(slots=True)
class CollectedAnswer:
    """The answer so far."""

    text: str = ""
    thinking: str = ""
    end: Finished | None = None


def _answer(
    spec: ModelSpec, settings: Settings, messages: Sequence[Message], sampling: Sampling, *, as_json: bool
) -> int:
    progress, collected = ProgressLine(), CollectedAnswer()

    def consume(answer: Generator[Event, None, None]) -> None:
        with closing(answer) as events:
            for event in events:
                _on_event(event, collected, progress, as_text=not as_json)

    def load_and_generate(stop: StopFlag) -> Iterator[Event]:
        with closing(compose.load_engine(spec, settings, stop=stop)) as engine:
            yield from map(EngineNotice, engine.info.notices)
            yield from engine.generate(messages, sampling, stop)

    try:
        try:
            consume(window_model.generate(spec, messages, sampling, progress))
        except window_model.WindowDeclined as reason:
            log.info("loading the model here: %s", reason)
            if collected.text and not as_json:
                raise AnswerCutOff(_("The window closed in the middle of the answer.")) from reason
            collected.text = collected.thinking = ""
            progress.show(_("Loading {model}…").format(model=spec.name))
            with closing(in_background(load_and_generate)) as events:
                consume(events)
    finally:
        progress.clear()
        if collected.text and not as_json and not collected.text.endswith("\n"):
            put("")
    if as_json:
        put(json_text(_report(collected, spec)))
    return _check_complete(collected, bound=sampling.json_schema is not None or sampling.grammar is not None)


def _check_complete(collected: CollectedAnswer, *, bound: bool) -> int:
    """The exit status. An answer that was cut off is said; bound to a schema or a grammar it is of no use."""
    if asking.is_complete(collected.end):
        return OK
    complain(*_why_incomplete(collected.end, bound=bound))
    return FAILED if bound else OK


def _why_incomplete(end: Finished | None, *, bound: bool) -> tuple[str, str]:
    """The problem, and what to do about it."""
    if end is not None and end.reason == "loop":
        problem = _("The answer repeated itself over and over and was stopped.")
        if bound:
            problem = _("The answer repeated itself over and over, so it does not follow the schema or grammar.")
        return problem, _("Ask in other words, or try another --temperature.")
    hint = _("--max-tokens 0 allows as long as fits into the model's context.")
    if bound:
        return _("The answer was cut off before it was complete, so it does not follow the schema or grammar."), hint
    return _("The answer was cut off before it was complete."), hint


def _on_event(event: Event, collected: CollectedAnswer, progress: ProgressLine, *, as_text: bool) -> None:
    match event:
        case TextDelta(text):
            progress.clear()
            collected.text += text
            if as_text:
                put(harmless(text) if sys.stdout.isatty() else text, end="")
        case ThinkingDelta(text):
            collected.thinking += text
            progress.show(_("Thinking…"))
        case PromptProgress(done, total):
            progress.show(_("Reading: {percent}").format(percent=format_percent(done / max(1, total))))
        case ImageReady(_unused, tokens, seconds):
            text = ngettext(
                "Picture read: {tokens} token, {seconds} s", "Picture read: {tokens} tokens, {seconds} s", tokens
            )
            progress.show(text.format(tokens=format_number(tokens), seconds=format_decimal(seconds, 1)))
        case SoundReady(_unused, tokens, seconds):
            text = ngettext("Heard: {tokens} token, {seconds} s", "Heard: {tokens} tokens, {seconds} s", tokens)
            progress.show(text.format(tokens=format_number(tokens), seconds=format_decimal(seconds, 1)))
        case EngineNotice(text):
            progress.clear()
            complain(text)
        case Finished():
            collected.end = event
        case _:
            assert_never(event)


def _report(collected: CollectedAnswer, spec: ModelSpec) -> dict[str, Any]:
    report: dict[str, Any] = {"answer": collected.text, "model": spec.name}
    if collected.thinking:
        report["thinking"] = collected.thinking
    report["complete"] = asking.is_complete(collected.end)
    return report | {"timings": asking.timings(collected.end) if collected.end else {}}


def _sampling(settings: Settings, spec: ModelSpec, options: argparse.Namespace) -> Sampling:
    """The settings', with what the command line says instead."""
    given: dict[str, Any] = {"temperature": options.temperature, "seed": options.seed, "max_tokens": options.max_tokens}
    if options.think is not None:
        given |= {"thinking": options.think[0], "thinking_tokens": options.think[1]}
    said = {name: value for name, value in given.items() if value is not None}
    usual = sampling_of(settings, practice=spec.practice)
    return replace(usual, **said, unset=tuple(name for name in usual.unset if name not in said))


def _start_decoder() -> None:
    """It starts while the model is being found."""
    from fanlight.pictures import files

    files.prepare()


def _pictures(named: str) -> list[PictureSource]:
    """Raises InputError."""
    if named == "-":
        return [PictureSource("stdin", None, read_stdin(MOST_INPUT_BYTES))]
    return find_pictures(named, Path())
