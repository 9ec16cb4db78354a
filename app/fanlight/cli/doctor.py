"""`fanlight doctor`: versions, devices, paths, what is missing and how to get it. Ends with 1 when something is."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
from dataclasses import asdict, dataclass, field
from importlib import metadata
from typing import Any

from fanlight import __version__, compose, paths
from fanlight.cli.output import FAILED, OK
from fanlight.cli.screen import missing_libraries, obstacle
from fanlight.domain.errors import FanlightError


@dataclass(slots=True)
class DoctorReport:
    """`missing` stops something from working, `notes` only say what more could be had."""

    versions: dict[str, str] = field(default_factory=dict)
    devices: list[dict[str, Any]] = field(default_factory=list)
    paths: dict[str, str] = field(default_factory=dict)
    practice_model: str = ""
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def run(options: argparse.Namespace) -> int:
    if options.microphone:
        from fanlight.cli import microphone

        return microphone.examine()
    report = examine()
    print(json.dumps(asdict(report), indent=2, ensure_ascii=False) if options.json else _words(report))
    return FAILED if report.missing else OK


def examine() -> DoctorReport:
    report = DoctorReport()
    _python(report)
    _qt(report)
    _engine(report)
    _pictures(report)
    _text_reader(report)
    _voice(report)
    _folders(report)
    _practice_model(report)
    return report


def _python(report: DoctorReport) -> None:
    report.versions |= {"Fanlight": __version__, "Python": platform.python_version(), "System": platform.platform()}
    for package in ("Pillow", "numpy", "Jinja2"):
        report.versions[package] = metadata.version(package)


def _qt(report: DoctorReport) -> None:
    try:
        from PySide6.QtCore import qVersion

        report.versions["Qt"] = qVersion()
        report.versions["PySide6"] = metadata.version("PySide6-Essentials")
    except ImportError as error:
        report.missing.append(f"Qt cannot be loaded ({error}): sh packaging/system-libraries.sh run")
    if libraries := missing_libraries():
        report.missing.append(f"The window needs system libraries: sudo apt-get install {' '.join(libraries)}")
    elif why := obstacle():
        report.notes.append(f"No window here: {why}. `fanlight ask` works without one.")


def _engine(report: DoctorReport) -> None:
    try:
        from fanlight.engine import devices

        said = devices.versions()
        report.versions |= {"llama.cpp built with" if name == "system" else name: text for name, text in said.items()}
        report.devices = [asdict(device) for device in devices.devices()]
    except (ImportError, OSError, RuntimeError) as error:
        report.missing.append(f"llama.cpp cannot be loaded ({error}): pip install --force-reinstall llama-cpp-python")
        return
    if all(device["kind"] == "cpu" for device in report.devices):
        report.notes.append("llama.cpp was built for the processor alone; README says how to build it for a GPU.")


def _pictures(report: DoctorReport) -> None:
    from PIL import features

    for name, label in (("jpg", "JPEG"), ("webp", "WebP"), ("avif", "AVIF")):
        if not features.check(name):
            report.missing.append(f"This Pillow cannot read {label}: pip install --force-reinstall Pillow")
    if importlib.util.find_spec("pillow_heif"):
        report.versions["pillow-heif"] = metadata.version("pillow-heif")
    else:
        report.notes.append('HEIC pictures need one more package: pip install "pillow-heif>=1.1,<2"')


def _text_reader(report: DoctorReport) -> None:
    from fanlight.reading import networks

    try:
        networks.files(networks.folder())
        report.versions["rapidocr"] = metadata.version(networks.PACKAGE)
    except FanlightError as error:
        report.missing.append(f"Text in pictures cannot be read: {error.text}")


def _voice(report: DoctorReport) -> None:
    from fanlight.synthesis import backends

    try:
        report.versions["voice for answers"] = backends.pick()[0].name
    except FanlightError as error:
        report.notes.append(error.text)


def _folders(report: DoctorReport) -> None:
    places = {"conversations and settings": paths.home(), "cache": paths.cache(), "log": paths.logs()}
    report.paths = {name: str(folder) for name, folder in places.items()}
    report.paths |= {"shipped models": str(paths.shipped_models()), "resources": str(paths.resources())}
    for name, folder in places.items():
        if not os.access(folder, os.W_OK):
            report.missing.append(
                f"The folder for the {name} cannot be written to: {folder}; FANLIGHT_HOME names another."
            )


def _practice_model(report: DoctorReport) -> None:
    from fanlight.gguf.check import check

    try:
        spec = compose.catalog().find("practice")
        check(spec)
    except FanlightError as error:
        report.practice_model = error.message
        report.missing.append(f"The practice model cannot be used: {error.text}")
    else:
        report.practice_model = f"{spec.model}, checked"


def _words(report: DoctorReport) -> str:
    lines = [_heading("Versions"), *(f"  {name:<22}{value}" for name, value in report.versions.items())]
    lines += [_heading("Devices"), *(_device(device) for device in report.devices)]
    lines += [_heading("Paths"), *(f"  {name:<28}{value}" for name, value in report.paths.items())]
    lines += [_heading("Practice model"), f"  {report.practice_model}"]
    if report.missing:
        lines += [_heading("Missing"), *(f"  {line}" for line in report.missing)]
    if report.notes:
        lines += [_heading("Good to know"), *(f"  {line}" for line in report.notes)]
    return "\n".join([*lines, "", "Something is missing." if report.missing else "All that is needed is here."])


def _heading(text: str) -> str:
    return f"\n{text}" if text != "Versions" else text


def _device(device: dict[str, Any]) -> str:
    free, total = device["free_bytes"] / 1e9, device["total_bytes"] / 1e9
    return f"  {device['name']:<22}{device['description']}: {free:.1f} of {total:.1f} GB free"
