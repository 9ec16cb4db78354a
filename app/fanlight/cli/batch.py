"""`fanlight batch`: a file of questions becomes a file of answers, in the same order, written in one step at the end.

A bad item is reported in its place. When the run itself ends early (Ctrl+C, a model that fails to load) the output file
is left as it was, and answers that were already there are kept beside it as OUT.json.partial.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanlight import compose
from fanlight.cli import questions
from fanlight.cli.background import in_background
from fanlight.cli.items import BatchItem, RejectedItem, read_items
from fanlight.cli.output import FAILED, OK, complain, counted
from fanlight.domain.errors import FanlightError, InputError
from fanlight.domain.events import Finished, TextDelta
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import ModelSpec, Sampling
from fanlight.domain.os_errors import os_reason
from fanlight.domain.ports import Engine
from fanlight.domain.stop import StopFlag
from fanlight.files import replace_file
from fanlight.i18n import _, ngettext
from fanlight.settings import Settings

LONGEST_ANSWER = 1024
"""Tokens, unless `--max-tokens` says otherwise: one answer that runs away must not hold up the rest."""

Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How every item is asked."""

    spec: ModelSpec
    settings: Settings
    sampling: Sampling
    system: str | None


def run(options: argparse.Namespace) -> int:
    items = read_items(options.input)
    output = _output(options.output, options.input)
    settings = compose.settings()
    longest = LONGEST_ANSWER if options.max_tokens is None else options.max_tokens
    sampling = Sampling(temperature=0.0, seed=0, max_tokens=longest)
    how = BatchOptions(questions.find_model(options.model, settings), settings, sampling, options.system)
    results = _all(items, how, output)
    _write(results, output)
    bad = [result for result in results if "error" in result]
    if not bad:
        return OK
    complain(
        ngettext(
            "{bad} of {count} item could not be answered; the first is {id}: {error}",
            "{bad} of {count} items could not be answered; the first is {id}: {error}",
            len(results),
        ).format(
            bad=len(bad), count=len(results), id=json.dumps(bad[0]["id"], ensure_ascii=False), error=bad[0]["error"]
        ),
        _("The others are in {path}.").format(path=output),
    )
    return FAILED


def _all(items: Sequence[BatchItem | RejectedItem], how: BatchOptions, output: Path) -> list[Result]:
    results: list[Result] = []

    def work(stop: StopFlag) -> Iterator[Result]:
        with closing(compose.load_engine(how.spec, how.settings, stop=stop)) as engine:
            for item in items:
                try:
                    yield _answer(item, engine, how, stop)
                except FanlightError as error:
                    yield {"id": item.id, "error": error.text}

    try:
        with closing(in_background(work)) as answered:
            results.extend(counted(answered, len(items)))
    finally:
        if len(results) < len(items):
            _keep_partial(results, output)
    return results


def _answer(item: BatchItem | RejectedItem, engine: Engine, how: BatchOptions, stop: StopFlag) -> Result:
    """The item's result. Raises FanlightError, which is the item's alone."""
    if isinstance(item, RejectedItem):
        raise InputError(item.reason, "")
    images = [_picture(path, how.settings, stop) for path in item.images]
    messages = questions.system_messages(how.system)
    answers: list[str] = []
    figures: list[dict[str, Any]] = []
    for number, text in enumerate(item.questions):
        messages.append(questions.question_message(text, images if number == 0 else (), how.spec))
        answer, end = _one(engine, messages, how.sampling, stop)
        messages.append(Message.of("assistant", answer))
        answers.append(answer)
        figures.append(questions.timings(end))
    if item.single:
        return {"id": item.id, "answer": answers[0], "timings": figures[0]}
    return {"id": item.id, "answer": answers, "timings": figures}


def _one(engine: Engine, messages: Sequence[Message], sampling: Sampling, stop: StopFlag) -> tuple[str, Finished]:
    pieces: list[str] = []
    with closing(engine.generate(messages, sampling, stop)) as events:
        for event in events:
            if isinstance(event, TextDelta):
                pieces.append(event.text)
            elif isinstance(event, Finished):
                return "".join(pieces), event
    raise RuntimeError("the engine ended without Finished")


def _picture(path: Path, settings: Settings, stop: StopFlag) -> Image:
    from fanlight.pictures import files

    return files.read_file(path, settings.picture_side, stop).image


def _output(path: Path, source: Path) -> Path:
    """Where to write, tried out before any work. Raises InputError."""
    target = path.resolve()
    if target == source.resolve():
        raise InputError(_("The output would replace the input."), _("Name another output file."))
    if target.is_dir():
        raise InputError(_("{path} is a folder.").format(path=path), _("Name a file for the answers."))
    if not target.parent.is_dir():
        raise InputError(
            _("The folder {folder} does not exist.").format(folder=path.parent), _("Create the folder first.")
        )
    try:
        tempfile.TemporaryFile(dir=target.parent).close()
    except OSError as error:
        raise InputError(
            _("{folder} is not writable: {reason}.").format(folder=path.parent, reason=os_reason(error)),
            _("Choose another folder."),
        ) from error
    return target


def _write(results: Sequence[Result], target: Path) -> None:
    text = json.dumps(results, indent=2, ensure_ascii=False) + "\n"
    try:
        replace_file(target, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise InputError(
            _("{path} cannot be written: {reason}.").format(path=target, reason=os_reason(error)),
            _("Free up some space and run the command again."),
        ) from error


def _keep_partial(results: Sequence[Result], output: Path) -> None:
    if results:
        kept = output.with_name(output.name + ".partial")
        _write(results, kept)
        count = len(results)
        text = ngettext(
            "Ended early; the {count} answer so far is in {path}",
            "Ended early; the {count} answers so far are in {path}",
            count,
        )
        complain(text.format(count=count, path=kept))
