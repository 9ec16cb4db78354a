"""`fanlight evaluate --pairs`: whether models treat pairs alike that differ in one attribute."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from fanlight import compose
from fanlight.cli.evaluation_run import checked_outputs, evaluation_options, run_kept, source_of, write_outputs
from fanlight.cli.input_files import read_input
from fanlight.cli.output import FAILED, OK, json_text
from fanlight.cli.streams import harmless, put
from fanlight.domain.errors import InputError
from fanlight.evaluation.drawn_pairs import NAME as DRAWN
from fanlight.evaluation.drawn_pairs import drawn_entries
from fanlight.evaluation.fairness import ModelFairness, check_fairness
from fanlight.evaluation.fairness_documents import fairness_document, fairness_json
from fanlight.evaluation.fairness_text import fairness_text
from fanlight.evaluation.pairs import pair_items, read_pairs
from fanlight.evaluation.running import ModelAnswers
from fanlight.i18n import _


def run(options: argparse.Namespace) -> int:
    drawn = str(options.pairs) == DRAWN
    source = Path(DRAWN) if drawn else source_of(options.pairs)
    pairs = read_pairs(json.dumps(drawn_entries()).encode() if drawn else read_input(options.pairs), source)
    outputs = checked_outputs(options.output, source)
    if any(kind == "tsv" for _place, kind in outputs):
        raise InputError(_("Pairs are not written as a table."), _("Name a file that ends in .html or .json."))
    found: list[ModelFairness] = []

    def finish(answers: Sequence[ModelAnswers]) -> None:
        found.extend(check_fairness(pairs, one) for one in answers)
        if options.json:
            put(json_text(fairness_json(found)))
        else:
            put(harmless(fairness_text(found)), end="")
        write_outputs(outputs, lambda kind: fairness_document(kind, found, source.stem))

    how = evaluation_options(options, compose.settings())
    run_kept(pair_items(pairs), how, f"pairs\0{source}", finish, restart=options.restart)
    return FAILED if any(model.failure or model.left_out for model in found) else OK
