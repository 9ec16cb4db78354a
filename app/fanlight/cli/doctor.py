"""`fanlight doctor`: what `doctor_checks` found, for people or programs. Ends with 1 when something is missing."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from fanlight.catalog import fit
from fanlight.cli.doctor_checks import DoctorReport, examine
from fanlight.cli.output import FAILED, OK, json_text
from fanlight.cli.streams import put
from fanlight.i18n import _


def run(options: argparse.Namespace) -> int:
    if options.microphone:
        from fanlight.cli import microphone

        return microphone.examine()
    if options.bundle is not None:
        from fanlight.cli import support_file

        return support_file.write(options.bundle)
    report = examine()
    put(json_text(asdict(report)) if options.json else _words(report))
    return FAILED if report.missing else OK


def _words(report: DoctorReport) -> str:
    lines = [_("Versions"), *(f"  {_(name):<22}{value}" for name, value in report.versions.items())]
    lines += ["", _("Devices"), *(_device(device) for device in report.devices)]
    lines += ["", _("Paths"), *(f"  {_(name):<28}{value}" for name, value in report.paths.items())]
    lines += ["", _("Practice model"), f"  {report.practice_model}"]
    if report.missing:
        lines += ["", _("Missing"), *(f"  {line}" for line in report.missing)]
    if report.notes:
        lines += ["", _("Good to know"), *(f"  {line}" for line in report.notes)]
    return "\n".join(
        [*lines, "", _("Something is missing.") if report.missing else _("Everything Fanlight needs is here.")]
    )


def _device(device: dict[str, Any]) -> str:
    text = _("{device}: {free} of {total} free").format(
        device=device["description"], free=fit.size(device["free_bytes"]), total=fit.size(device["total_bytes"])
    )
    return f"  {device['name']:<22}{text}"
