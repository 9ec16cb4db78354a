"""`fanlight batch`: a file of questions becomes a file of answers, in the same order, written in one step at the end.

A bad item is reported in its place. Each answer is in a journal as soon as it is finished (see `batch.answer_journal`):
however a run ends, the same command goes on behind what is there. A run that ends early and is able to also writes the
answers so far to OUT.json.partial.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from fanlight import compose
from fanlight.batch.answer_journal import AnswerJournal, Result
from fanlight.batch.batch_answers import BatchAnswers, BatchOptions
from fanlight.batch.expanding import expanded
from fanlight.batch.items import parse_items, with_own_ids
from fanlight.cli import questions
from fanlight.cli.background import in_background
from fanlight.cli.clip_sound import hearing, listening
from fanlight.cli.input_files import read_input, schema_text
from fanlight.cli.journal_place import journal_places, tell_known_answers
from fanlight.cli.output import FAILED, OK, complain, counted, json_text
from fanlight.cli.output_place import STANDARD_STREAM, OutputPlace
from fanlight.domain.errors import InputError, OutputError
from fanlight.domain.models import Sampling, ThinkingMode
from fanlight.domain.os_errors import NO_READER, os_reason
from fanlight.domain.path_kinds import absolute_path, home_expanded, shortened
from fanlight.domain.stop import StopFlag
from fanlight.files import open_descriptor, replace_file, shortened_name
from fanlight.i18n import _, ngettext

log = logging.getLogger(__name__)

LONGEST_ANSWER = 1024
"""Tokens, unless `--max-tokens` says otherwise: one answer that runs away must not hold up the rest."""


def run(options: argparse.Namespace) -> int:
    source = absolute_path(home_expanded(options.input))
    if str(options.input) == STANDARD_STREAM or open_descriptor(source) is not None:
        source = absolute_path(Path("stdin"))  # its pictures are named as seen from the working folder
    items = with_own_ids(
        list(expanded(parse_items(read_input(options.input), source))), _("An earlier item has the same id.")
    )
    output = OutputPlace(options.output)
    output.check([source])
    settings = questions.with_detail(compose.settings(), options)
    longest = LONGEST_ANSWER if options.max_tokens is None else options.max_tokens
    schema = schema_text(options.schema) if options.schema else None
    off: tuple[ThinkingMode, int] = ("off", 0)
    thinking, tokens = options.think or off
    sampling = Sampling(
        temperature=0.0, seed=0, max_tokens=longest, json_schema=schema, thinking=thinking, thinking_tokens=tokens
    )
    spec = questions.find_model(options.model, settings, options.projector)
    how = BatchOptions(
        spec, settings, sampling, options.system, questions.load_model, complain, hear=hearing(settings),
        listen=listening(spec) if options.listen else None,
    )  # fmt: skip
    journal = AnswerJournal(journal_places(output, source))
    journal.open(restart=options.restart)
    try:
        results = _all(BatchAnswers(items, how, journal), output, journal)
        _write(results, output, journal)
        journal.finish()
    finally:
        journal.close()
    return _summary(results, output, bound=schema is not None)


def _all(answers: BatchAnswers, output: OutputPlace, journal: AnswerJournal) -> list[Result]:
    tell_known_answers(journal)
    finished: list[Result] = []

    def work(stop: StopFlag) -> Iterator[Result]:
        with closing(answers.answer_all(stop)) as results:
            for result in results:
                finished.append(result)
                yield result

    try:
        with closing(in_background(work)) as counting:
            for _result in counted(counting, len(answers.items)):
                pass
    finally:
        if len(finished) < len(answers.items):
            journal.sync()
            if answers.taken_over is not None:
                finished += [result for place, result in answers.taken_over.items() if place >= len(finished)]
            _tell_where(finished, output, journal, partly=answers.taken_over is None)
    return finished


def _write(results: Sequence[Result], output: OutputPlace, journal: AnswerJournal) -> None:
    try:
        output.write(json_text(results) + "\n" if output.path is None else _document(results))
    except OSError as error:
        if output.path is None:  # nobody reads from stdout any more
            raise
        problem = _("{path} cannot be written: {reason}.")
        if error.errno in NO_READER:
            problem = _("Nothing reads from {path}.")
        raise InputError(problem.format(path=output.shown, reason=os_reason(error)), _kept(journal)) from error
    except OutputError as error:
        raise OutputError(error.message, _kept(journal)) from error
    if partial := _partial(output):
        _remove_partial(partial, results)


def _document(results: Sequence[Result]) -> str:
    return json.dumps(results, indent=2, ensure_ascii=False) + "\n"


def _kept(journal: AnswerJournal) -> str:
    """Where the answers are that could not be written, as a hint."""
    journal.sync()
    if files := ", ".join(map(str, journal.files())):
        return _(
            "The answers are kept in {files}: with the cause removed, the same command writes them at once."
        ).format(files=files)
    return _("There was no room to keep the answers anywhere. Free up some disk space and run the command again.")


def _tell_where(finished: Sequence[Result], output: OutputPlace, journal: AnswerJournal, *, partly: bool) -> None:
    """The run ends early: where the answers so far are. `partly`: those of earlier runs are not among them yet."""
    count = sum("answer" in result for result in finished)
    if not count:
        return
    partial = None if partly else _partial(output)
    if partial is not None:
        try:
            replace_file(partial, _document(finished).encode("utf-8", "backslashreplace"))
        except OSError as error:
            log.warning("%s cannot be written: %s", partial, error)
            partial = None
    files = ", ".join(map(str, [partial] if partial else journal.files()))
    if not files:
        complain(_("Ended early, and there was no room to keep the answers anywhere."))
        return
    text = ngettext(
        "Ended early; the {count} answer so far is in {path}",
        "Ended early; the {count} answers so far are in {path}",
        count,
    )
    complain(text.format(count=count, path=files), _("The same command goes on there; with --restart it begins anew."))


def _partial(output: OutputPlace) -> Path | None:
    if output.path is None or not output.is_file:
        return None
    return output.path.with_name(f"{shortened_name(output.path.name)}.partial")


def _remove_partial(path: Path, results: Sequence[Result]) -> None:
    """What an earlier run has left; a file of somebody else's by this name stays."""
    try:
        left = json.loads(path.read_bytes())
        if isinstance(left, list) and {repr(one["id"]) for one in left} <= {repr(one["id"]) for one in results}:
            path.unlink()
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return


def _summary(results: Sequence[Result], output: OutputPlace, *, bound: bool) -> int:
    """The exit status; what is wrong with the answers is said."""
    bad = [result for result in results if "error" in result]
    incomplete = [result for result in results if result.get("complete") is False]
    _tell_incomplete(incomplete, len(results))
    if bad:
        text = ngettext(
            "{bad} of {count} item could not be answered; the first is {id}: {error}",
            "{bad} of {count} items could not be answered; the first is {id}: {error}",
            len(results),
        )
        complain(
            text.format(bad=len(bad), count=len(results), id=_id_of(bad[0]), error=bad[0]["error"]),
            _("The reasons are in {path}.").format(path=output.shown)
            if len(bad) == len(results)
            else _("The answers to the others, and all reasons, are in {path}.").format(path=output.shown),
        )
    return FAILED if bad or (incomplete and bound) else OK


def _tell_incomplete(incomplete: Sequence[Result], count: int) -> None:
    looped = [result for result in incomplete if _is_looped(result)]
    cut = [result for result in incomplete if not _is_looped(result)]
    if cut:
        text = ngettext(
            "{cut} of {count} answer was cut off at the limit of tokens; the first is {id}.",
            "{cut} of {count} answers were cut off at the limit of tokens; the first is {id}.",
            count,
        )
        hint = _("--max-tokens 0 allows as long as fits.")
        complain(text.format(cut=len(cut), count=count, id=_id_of(cut[0])), hint)
    if looped:
        text = ngettext(
            "{looped} of {count} answer repeated itself over and over and was stopped; the first is {id}.",
            "{looped} of {count} answers repeated themselves over and over and were stopped; the first is {id}.",
            count,
        )
        complain(text.format(looped=len(looped), count=count, id=_id_of(looped[0])), _("Ask in other words."))


def _is_looped(result: Result) -> bool:
    """Whether an answer was stopped because it repeated itself."""
    timings = result["timings"]
    return any(one["finished"] == "loop" for one in (timings if isinstance(timings, list) else [timings]))


def _id_of(result: Result) -> str:
    return shortened(json.dumps(result["id"], ensure_ascii=False))
