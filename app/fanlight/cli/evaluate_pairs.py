"""`fanlight evaluate --pairs`: whether models treat pairs alike that differ in one attribute."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from fanlight import compose
from fanlight.cli.evaluation_run import checked_outputs, evaluation_options, run_kept, source_of, write_outputs
from fanlight.cli.input_files import read_input
from fanlight.cli.output import FAILED, OK, json_text
from fanlight.cli.streams import harmless, put
from fanlight.domain.errors import InputError
from fanlight.evaluation import DRAWN
from fanlight.evaluation.fairness import ModelFairness
from fanlight.evaluation.fairness_documents import fairness_document, fairness_json
from fanlight.evaluation.fairness_text import fairness_text
from fanlight.evaluation.pairs import read_pairs
from fanlight.evaluation.questions import PairQuestions, drawn_questions
from fanlight.evaluation.running import ModelAnswers
from fanlight.i18n import _


def run(options: argparse.Namespace) -> int:
    questions = _questions(options.pairs)
    source = questions.source
    outputs = checked_outputs(options.output, source)
    if any(kind == "tsv" for _place, kind in outputs):
        raise InputError(_("Pairs are not written as a table."), _("Name a file that ends in .html or .json."))
    found: list[ModelFairness] = []

    def finish(answers: Sequence[ModelAnswers]) -> None:
        found.extend(questions.result(answers).models)
        if options.json:
            put(json_text(fairness_json(found)))
        else:
            put(harmless(fairness_text(found)), end="")
        write_outputs(outputs, lambda kind: fairness_document(kind, found, source.stem))

    how = evaluation_options(options, compose.settings())
    run_kept(questions.items, how, questions.about, finish, restart=options.restart)
    return FAILED if any(model.failure or model.left_out for model in found) else OK


def _questions(named: Path) -> PairQuestions:
    """Raises InputError."""
    if str(named) == DRAWN:
        return drawn_questions()
    source = source_of(named)
    return PairQuestions(source, read_pairs(read_input(named), source))
