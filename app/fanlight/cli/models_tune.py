"""`fanlight models tune`: measures how a model is computed the fastest on this computer, and keeps it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing

from fanlight import compose
from fanlight.cli.background import in_background
from fanlight.cli.output import OK, ProgressLine
from fanlight.cli.questions import find_model
from fanlight.cli.streams import put
from fanlight.domain.stop import StopFlag
from fanlight.domain.tuning import USUAL, TuningProgress, TuningResult, tuning_sentences
from fanlight.engine.tuning_store import keep_tuning
from fanlight.i18n import _, format_percent


def run(options: argparse.Namespace) -> int:
    settings = compose.settings()
    spec = find_model(options.name, settings)
    if options.reset:
        keep_tuning(compose.engine_folder(), spec, USUAL)
        put(_("{model} is computed as usual from now on.").format(model=spec.name))
        return OK

    def work(stop: StopFlag) -> Iterator[TuningProgress | TuningResult]:
        return compose.tune(spec, settings, stop)

    line = ProgressLine()
    text = _("Measuring {model}: {share}")
    line.show(text.format(model=spec.name, share=format_percent(0)))
    try:
        with closing(in_background(work)) as events:
            for event in events:
                if isinstance(event, TuningProgress):
                    line.show(text.format(model=spec.name, share=format_percent(event.share)))
                else:
                    line.clear()
                    put("\n".join(tuning_sentences(event)))
    finally:
        line.clear()
    return OK
