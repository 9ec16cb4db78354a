"""`fanlight ask`: one question, the answer on stdout as it comes."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, assert_never

from fanlight import compose
from fanlight.cli import questions, window_model
from fanlight.cli.background import in_background
from fanlight.cli.output import OK, ProgressLine, complain, harmless, json_text
from fanlight.domain.errors import AnswerCutOff, InputError, SchemaError
from fanlight.domain.events import EngineNotice, Event, Finished, ImageReady, PromptProgress, TextDelta, ThinkingDelta
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import ModelSpec, Sampling
from fanlight.domain.os_errors import os_reason
from fanlight.domain.stop import StopFlag
from fanlight.i18n import _, format_decimal, format_number, format_percent, ngettext
from fanlight.settings import Settings

log = logging.getLogger(__name__)


def run(options: argparse.Namespace) -> int:
    if options.image:
        _start_decoder()
    settings = compose.settings()
    if options.question == "-" and "-" in options.image:
        raise InputError(
            _("Both the question and a picture would be read from stdin."), _("Give one of them as an argument.")
        )
    images = [_picture(source, settings) for source in options.image]
    text = sys.stdin.buffer.read().decode("utf-8", "replace") if options.question == "-" else options.question
    schema, grammar = _schema(options.schema), _grammar(options.grammar)
    spec = questions.find_model(options.model, settings)
    sampling = replace(
        settings.sampling(practice=spec.practice), json_schema=schema, grammar=grammar, **_overrides(options)
    )
    system = options.system if options.system is not None else settings.system_prompt
    messages = [*questions.system_messages(system), questions.question_message(text, images, spec)]
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
            consume(in_background(load_and_generate))
    finally:
        progress.clear()
        if collected.text and not as_json and not collected.text.endswith("\n"):
            print(flush=True)
    if as_json:
        print(json_text(_report(collected, spec)), flush=True)
    return OK


def _on_event(event: Event, collected: CollectedAnswer, progress: ProgressLine, *, as_text: bool) -> None:
    match event:
        case TextDelta(text):
            progress.clear()
            collected.text += text
            if as_text:
                print(harmless(text) if sys.stdout.isatty() else text, end="", flush=True)
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
    return report | {"timings": questions.timings(collected.end) if collected.end else {}}


def _overrides(options: argparse.Namespace) -> dict[str, Any]:
    """Options of the command line that replace settings."""
    given = {"temperature": options.temperature, "seed": options.seed, "max_tokens": options.max_tokens}
    return {name: value for name, value in given.items() if value is not None}


def _start_decoder() -> None:
    """It starts while the model is being found."""
    from fanlight.pictures import files

    files.prepare()


def _picture(source: str, settings: Settings) -> Image:
    from fanlight.pictures import files

    if source == "-":
        return files.read_bytes(sys.stdin.buffer.read(), "stdin", settings.picture_side).image
    return files.read_file(Path(source), settings.picture_side).image


def _schema(path: Path | None) -> str | None:
    if path is None:
        return None
    text = _read(path)
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SchemaError(_("{path} is not valid JSON: {error}.").format(path=path, error=error)) from error
    return text


def _grammar(path: Path | None) -> str | None:
    return None if path is None else _read(path)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else _("it is not UTF-8 text")
        raise InputError(
            _("{path} cannot be read: {reason}.").format(path=path, reason=reason), _("Give a text file.")
        ) from error
