"""What an evaluation of cases and a check of pairs share: the models, the outputs, and answers that are never lost."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from fanlight.batch.answer_journal import AnswerJournal, kept_places
from fanlight.batch.items import BatchItem, RejectedItem
from fanlight.catalog.names import free_name
from fanlight.cli import questions
from fanlight.cli.background import in_background
from fanlight.cli.journal_place import tell_known_answers
from fanlight.cli.output import complain, counted
from fanlight.cli.output_place import STANDARD_STREAM, OutputPlace
from fanlight.domain.errors import InputError
from fanlight.domain.models import ModelFiles, ModelSpec, ThinkingMode
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import absolute_path, home_expanded
from fanlight.domain.stop import StopFlag
from fanlight.evaluation.documents import DocumentKind, document_kind
from fanlight.evaluation.running import GREEDY, LONGEST_ANSWER, EvaluationOptions, ModelAnswers, answers_of_models
from fanlight.i18n import _, ngettext
from fanlight.settings import Settings


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
    return _named_apart(found.values())


def _named_apart(specs: Iterable[ModelSpec]) -> list[ModelSpec]:
    """Files of one name in different folders are told apart by these."""
    named: list[ModelSpec] = []
    for spec in specs:
        folder = spec.source.model.parent.name if isinstance(spec.source, ModelFiles) else ""
        name = free_name(spec.name, folder, {one.name.casefold() for one in named})
        named.append(replace(spec, name=name))
    return named


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
        tell_known_answers(journal)
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
