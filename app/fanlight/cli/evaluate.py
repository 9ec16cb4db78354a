"""`fanlight evaluate`: models answer the same cases, and it is told which is right how often.

Each answer is in a journal as soon as it is finished: however a run ends, the same command goes on there.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from fanlight import compose
from fanlight.batch.items import RejectedItem
from fanlight.cli import evaluate_pairs
from fanlight.cli.evaluation_run import checked_outputs, evaluation_options, run_kept, source_of, write_outputs
from fanlight.cli.input_files import read_input
from fanlight.cli.output import FAILED, OK, json_text
from fanlight.cli.output_place import OutputPlace
from fanlight.cli.streams import harmless, put
from fanlight.domain.errors import InputError
from fanlight.evaluation.case_file import read_cases
from fanlight.evaluation.cases import Case, case_items
from fanlight.evaluation.documents import DocumentKind, evaluation_document
from fanlight.evaluation.report import EvaluationReport, build_report
from fanlight.evaluation.report_json import report_json
from fanlight.evaluation.report_text import report_text
from fanlight.evaluation.running import ModelAnswers
from fanlight.i18n import _


def run(options: argparse.Namespace) -> int:
    if (options.cases is None) == (options.pairs is None):
        raise InputError(_("Name either a file of cases or --pairs."), _("`fanlight evaluate --help` describes both."))
    if options.pairs is not None:
        return evaluate_pairs.run(options)
    return _compare(options)


def _compare(options: argparse.Namespace) -> int:
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


def _write_cases(cases: Sequence[Case], source: Path, outputs: Sequence[tuple[OutputPlace, DocumentKind]]) -> int:
    """As a table for VLMEvalKit, without asking anything. Raises InputError."""
    if not outputs:
        raise InputError(_("Where to is missing."), _("Name it with -o, for example -o cases.tsv."))
    rejected = [case for case in cases if isinstance(case, RejectedItem)]
    if rejected:
        raise InputError(_("A case cannot be used: {reason}").format(reason=rejected[0].reason))
    write_outputs(outputs, lambda kind: evaluation_document(kind, cases, None, source.stem))
    return OK
