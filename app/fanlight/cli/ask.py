"""`fanlight ask`: one question, the answer on stdout as it comes."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from fanlight import compose
from fanlight.batch import asking
from fanlight.batch.input_options import InputOptions
from fanlight.batch.picture_sources import PictureSource, find_pictures
from fanlight.batch.question_inputs import read_inputs
from fanlight.catalog.fit import planned_context_tokens, planned_frame_cost
from fanlight.cli import ask_each, questions, window_model
from fanlight.cli.background import in_background
from fanlight.cli.clip_sound import check_listening, hearing, listening, show_reading, with_part
from fanlight.cli.collected_answer import CollectedAnswer
from fanlight.cli.document_password import ask_password, remembered
from fanlight.cli.input_files import MOST_INPUT_BYTES, read_text, schema_text
from fanlight.cli.output import FAILED, OK, ProgressLine, complain, json_text
from fanlight.cli.picture_text import question_with_text
from fanlight.cli.streams import put, read_stdin
from fanlight.domain.detail import detail_of
from fanlight.domain.errors import AnswerCutOff, InputError
from fanlight.domain.events import EngineNotice, Event
from fanlight.domain.messages import Message
from fanlight.domain.models import ModelSpec, Sampling
from fanlight.domain.stop import StopFlag
from fanlight.i18n import _
from fanlight.model_settings import sampling_of
from fanlight.settings import Settings

log = logging.getLogger(__name__)


def run(options: argparse.Namespace) -> int:
    if options.image:
        _start_decoder()
    elif options.each:
        raise InputError(_("--each asks about each page, or each file: name them with -i."))
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
        settings.picture_side, spec.supports_images or options.ocr, context_tokens, complain, remembered(ask_password),
        hear=hearing(settings, progress, no_sound=options.no_sound), progress=partial(show_reading, progress),
        detail=detail_of(settings.picture_detail), frames=planned_frame_cost(spec),
        listen=listening(spec) if options.listen else None, last_document={} if options.each else None,
    )  # fmt: skip
    sampling = replace(_sampling(settings, spec, options), json_schema=schema, grammar=grammar)
    system = options.system if options.system is not None else settings.system_prompt

    def messages_about(wanted: Sequence[PictureSource]) -> list[Message]:
        inputs = read_inputs(wanted, text, how)
        asked, pictures = inputs.question(text), inputs.pictures
        if pictures and options.ocr and asked.strip() and not spec.supports_images:
            asked, pictures = question_with_text(asked, inputs.images, spec), []
        return [*asking.system_messages(system), asking.question_message(asked, pictures, spec, inputs.sounds)]

    if options.each:
        question = ask_each.EachQuestion(messages_about, spec, settings, sampling, all_facts=options.json)
        return ask_each.answer_each(ask_each.parts_of(sources, options.each, how), question)
    try:
        messages = messages_about(sources)
    finally:
        progress.clear()
    return _answer(spec, settings, messages, sampling, as_json=options.json)


def _answer(
    spec: ModelSpec, settings: Settings, messages: Sequence[Message], sampling: Sampling, *, as_json: bool
) -> int:
    progress, collected = ProgressLine(), CollectedAnswer()

    def consume(answer: Generator[Event, None, None]) -> None:
        with closing(answer) as events:
            for event in events:
                collected.add(event, progress, as_text=not as_json)

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
        put(json_text(collected.report(spec)))
    return _check_complete(collected, bound=sampling.json_schema is not None or sampling.grammar is not None)


def _check_complete(collected: CollectedAnswer, *, bound: bool) -> int:
    """The exit status. An answer that was cut off is said; bound to a schema or a grammar it is of no use."""
    if asking.is_complete(collected.end):
        return OK
    complain(*collected.why_incomplete(bound=bound))
    return FAILED if bound else OK


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
