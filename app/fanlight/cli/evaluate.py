"""`fanlight evaluate`: models answer the same cases, and it is told which is right how often.

Each answer is in a journal as soon as it is finished: however a run ends, the same command goes on there.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from fanlight import compose
from fanlight.batch.answer_journal import AnswerJournal, kept_places
from fanlight.batch.items import BatchItem, RejectedItem
from fanlight.cli import questions
from fanlight.cli.background import in_background
from fanlight.cli.input_files import read_input
from fanlight.cli.output import FAILED, OK, complain, counted, json_text
from fanlight.cli.output_place import STANDARD_STREAM, OutputPlace
from fanlight.cli.streams import harmless, put
from fanlight.domain.errors import InputError
from fanlight.domain.models import ModelSpec, ThinkingMode
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import absolute_path, home_expanded
from fanlight.domain.stop import StopFlag
from fanlight.evaluation.case_file import read_cases
from fanlight.evaluation.cases import Case, case_items
from fanlight.evaluation.documents import DocumentKind, document_kind, evaluation_document
from fanlight.evaluation.report import EvaluationReport, build_report
from fanlight.evaluation.report_json import report_json
from fanlight.evaluation.report_text import report_text
from fanlight.evaluation.running import GREEDY, LONGEST_ANSWER, EvaluationOptions, ModelAnswers, answers_of_models
from fanlight.i18n import _, ngettext
from fanlight.settings import Settings


def run(options: argparse.Namespace) -> int:
    source = source_of(options.cases)
    cases = read_cases(read_input(options.cases), source)
    outputs = checked_outputs(options.output, source)
    if options.cases_only:
        return _write_cases(cases, source, outputs)
    settings = compose.settings()
    how = evaluation_options(options, settings)
    report: list[EvaluationReport] = []

    def finish(answers: Sequence[ModelAnswers]) -> None:
        report.append(build_report(cases, answers))
        if options.json:
            put(json_text(report_json(report[0])))
        else:
            put(harmless(report_text(report[0])), end="")
        write_outputs(outputs, lambda kind: evaluation_document(kind, cases, report[0], source.stem))

    run_kept(case_items(cases), how, f"evaluate\0{source}", finish, restart=options.restart)
    return FAILED if report[0].left_out or any(model.failure for model in report[0].models) else OK


def source_of(named: Path) -> Path:
    """The file of the cases; pictures of one from stdin are named as seen from the working folder."""
    return absolute_path(Path("stdin") if str(named) == STANDARD_STREAM else home_expanded(named))


def evaluation_options(options: argparse.Namespace, settings: Settings) -> EvaluationOptions:
    """Raises ModelMissing."""
    off: tuple[ThinkingMode, int] = ("off", 0)
    thinking, tokens = options.think or off
    longest = LONGEST_ANSWER if options.max_tokens is None else options.max_tokens
    sampling = replace(GREEDY, max_tokens=longest, thinking=thinking, thinking_tokens=tokens)
    specs = _models(options.models or [""], settings)
    return EvaluationOptions(specs, settings, questions.load_model, sampling, options.system, complain)


def _models(named: Sequence[str], settings: Settings) -> list[ModelSpec]:
    """Each once, however often and by whatever name it was given."""
    found: dict[object, ModelSpec] = {}
    for name in (one.strip() for names in named for one in (names.split(",") if names else [""])):
        spec = questions.find_model(name or None, settings)
        found.setdefault(spec.source, spec)
    return list(found.values())


def checked_outputs(named: Sequence[str], source: Path) -> list[tuple[OutputPlace, DocumentKind]]:
    """What is to be written, and where. Raises InputError."""
    outputs = [(OutputPlace(one), document_kind(Path(one))) for one in named]
    for place, _kind in outputs:
        place.check([source])
    return outputs


def run_kept(
    items: Sequence[BatchItem | RejectedItem],
    how: EvaluationOptions,
    about: str,
    finish: Callable[[Sequence[ModelAnswers]], None],
    *,
    restart: bool,
) -> None:
    """Have all models answer all items, and give the answers to `finish`: they are kept until it returns."""
    journal = AnswerJournal(kept_places(about))
    journal.open(restart=restart)
    answers: dict[str, ModelAnswers] = {}

    def work(stop: StopFlag) -> Iterator[ModelAnswers]:
        with closing(answers_of_models(items, how, journal, stop)) as changing:
            for one in changing:
                answers[one.name] = one
                yield one

    try:
        _tell_known(journal)
        with closing(in_background(work)) as counting:
            for _one in counted(counting, len(items) * len(how.specs)):
                pass
        finish(list(answers.values()))
        journal.finish()
    except BaseException:  # Ctrl+C, too
        _tell_kept(journal, answers.values())
        raise
    finally:
        journal.close()


def _tell_known(journal: AnswerJournal) -> None:
    if journal.known:
        text = ngettext(
            "An earlier run has left {count} answer; it is taken over if its question has not changed.",
            "An earlier run has left {count} answers; those to unchanged questions are taken over.",
            len(journal.known),
        )
        complain(text.format(count=len(journal.known)), _("With --restart everything is answered again."))


def _tell_kept(journal: AnswerJournal, answers: Iterable[ModelAnswers]) -> None:
    journal.sync()
    count = sum("answer" in result for one in answers for result in one.results)
    if count and journal.files():
        text = ngettext("The {count} answer so far is kept.", "The {count} answers so far are kept.", count)
        complain(text.format(count=count), _("The same command goes on there; with --restart it begins anew."))


def write_outputs(outputs: Sequence[tuple[OutputPlace, DocumentKind]], document: Callable[[DocumentKind], str]) -> None:
    """Raises InputError."""
    for place, kind in outputs:
        try:
            place.write(document(kind))
        except OSError as error:
            raise InputError(
                _("{path} cannot be written: {reason}.").format(path=place.shown, reason=os_reason(error)),
                _("Name another output file; nothing is asked again."),
            ) from error


def _write_cases(cases: Sequence[Case], source: Path, outputs: Sequence[tuple[OutputPlace, DocumentKind]]) -> int:
    """As a table for VLMEvalKit, without asking anything. Raises InputError."""
    if not outputs:
        raise InputError(_("Where to is missing."), _("Name it with -o, for example -o cases.tsv."))
    rejected = [case for case in cases if isinstance(case, RejectedItem)]
    if rejected:
        raise InputError(_("A case cannot be used: {reason}").format(reason=rejected[0].reason))
    write_outputs(outputs, lambda kind: evaluation_document(kind, cases, None, source.stem))
    return OK
