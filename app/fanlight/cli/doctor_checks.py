"""What `fanlight doctor` looks at: versions, devices, paths, what is missing and how to get it."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from importlib import metadata
from typing import Any

from fanlight import __version__, compose, paths
from fanlight.catalog.catalog import PRACTICE
from fanlight.cli import device_notes
from fanlight.cli.graphics_notes import graphics_notes
from fanlight.cli.screen import missing_libraries, why_no_window
from fanlight.domain.errors import FanlightError
from fanlight.domain.installation import command_of_pip, how_to_add, how_to_replace, is_left_out, package_name
from fanlight.domain.models import ModelFiles, ModelSpec
from fanlight.i18n import N_, _


@dataclass(slots=True)
class DoctorReport:
    """`missing` stops something from working, `notes` are optional improvements."""

    versions: dict[str, str] = field(default_factory=dict)
    devices: list[dict[str, Any]] = field(default_factory=list)
    paths: dict[str, str] = field(default_factory=dict)
    practice_model: str = ""
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def _python(report: DoctorReport) -> None:
    report.versions |= {"Fanlight": __version__, "Python": platform.python_version(), N_("System"): platform.platform()}
    for package in ("Pillow", "numpy", "Jinja2"):
        report.versions[package] = metadata.version(package)


def _qt(report: DoctorReport) -> None:
    try:
        from PySide6.QtCore import qVersion

        report.versions["Qt"] = qVersion()
        report.versions["PySide6"] = metadata.version("PySide6-Essentials")
    except ImportError as error:
        report.missing.append(
            _("Qt cannot be loaded ({error}).").format(error=error) + " " + how_to_replace("PySide6-Essentials")
        )
    if libraries := missing_libraries():
        report.missing.append(
            _("The window needs system packages. Run: {command}").format(
                command=f"sudo apt-get install {' '.join(libraries)}"
            )
        )
    elif why := why_no_window():
        report.notes.append(_("{reason} `fanlight ask` works without a window.").format(reason=why))


def _engine(report: DoctorReport) -> None:
    try:
        from fanlight.engine import devices, driver_key, graphics

        found = graphics.find_graphics(compose.engine_folder())
        versions = devices.versions()
        report.versions |= {
            N_("llama.cpp built with") if name == "system" else name: text for name, text in versions.items()
        }
        report.devices = [asdict(device) for device in devices.devices()]
    except (ImportError, OSError, RuntimeError) as error:
        report.missing.append(
            _("llama.cpp cannot be loaded ({reason}).").format(reason=error) + " " + how_to_replace("llama-cpp-python")
        )
        return
    report.notes += graphics_notes(found, driver_key.graphics_libraries())


def _pictures(report: DoctorReport) -> None:
    from PIL import features

    for name, label in (("jpg", "JPEG"), ("webp", "WebP"), ("avif", "AVIF")):
        if not features.check(name):
            report.missing.append(
                _("This Pillow cannot read {format}.").format(format=label) + " " + how_to_replace("Pillow")
            )
    if importlib.util.find_spec("pillow_heif"):
        report.versions["pillow-heif"] = metadata.version("pillow-heif")
    elif package_name():
        report.notes.append(_("This package of Fanlight does not read HEIC pictures. Save them as JPEG."))
    else:
        report.notes.append(
            _("HEIC pictures need one more package. Run: {command}").format(
                command=command_of_pip('"pillow-heif>=1.1,<2"')
            )
        )


def _parsing(report: DoctorReport) -> None:
    """Which protection is in force where strangers' files are decoded."""
    from fanlight.parsing.failures import ParsingFailure
    from fanlight.pictures import files

    try:
        protections = files.parser().protections()
    except ParsingFailure as failure:
        message, hint = failure.explained(_("A picture"))
        report.missing.append(f"{message} {hint}")
        return
    how = [_("a process of their own"), *map(_, protections)]
    report.versions[N_("files decoded with")] = ", ".join(how)
    if sys.platform == "linux" and not {"seccomp", "Landlock"} <= {name.partition(" ")[0] for name in protections}:
        report.notes.append(
            _("This kernel does not keep the process that decodes files from reading others (Linux 5.13 and later do).")
        )


def _documents(report: DoctorReport) -> None:
    """Looked for, not imported: they belong into a parsing process."""
    if importlib.util.find_spec("pypdfium2") is None:
        report.missing.append(_("PDF documents cannot be read (pypdfium2 is missing).") + " " + how_to_add("documents"))
    else:
        report.versions["pypdfium2"] = metadata.version("pypdfium2")
    if importlib.util.find_spec("mammoth") is None:
        report.missing.append(
            _("Documents of Word cannot be read (mammoth is missing).") + " " + how_to_add("documents")
        )
    else:
        report.versions["mammoth"] = metadata.version("mammoth")


def _text_reader(report: DoctorReport) -> None:
    from fanlight.reading import networks

    if is_left_out("ocr"):
        return
    try:
        networks.files(networks.folder())
        report.versions["rapidocr"] = metadata.version(networks.PACKAGE)
    except FanlightError as error:
        report.missing.append(_("Text in pictures cannot be read: {reason}").format(reason=error.text))


def _speech(report: DoctorReport) -> None:
    from fanlight.audio import portaudio

    for check in (_check_speech, portaudio.check_package):
        try:
            check()
        except FanlightError as error:
            report.missing.append(error.text)


def _check_speech() -> None:
    """Raises SpeechError where a package or the model is missing."""
    if is_left_out("speech"):
        return
    from fanlight.speech import model_files
    from fanlight.speech.packages import check_packages

    check_packages()
    model_files.check_installed(paths.cache(), compose.settings().speech_model)


def _voice(report: DoctorReport) -> None:
    from fanlight.synthesis import backends
    from fanlight.synthesis.bundled_voice import BundledVoice

    if not BundledVoice().is_available() and not is_left_out("voice"):
        report.missing.append(_("The English voice for answers is not installed.") + " " + how_to_add("voice"))
    try:
        report.versions[N_("voice for answers")] = backends.pick()[0].name
    except FanlightError as error:
        report.notes.append(error.text)


def _left_out(report: DoctorReport) -> None:
    """Of the small package, which is whole as it is."""
    if is_left_out("speech"):
        text = _("This package neither recognizes speech, nor reads the text in pictures, nor has a voice of its own.")
        report.notes.append(f"{text} {how_to_add('speech')}")


def _fetching(report: DoctorReport) -> None:
    """Looked for, not imported: this process opens no connection."""
    for name in ("urllib3", "truststore"):
        if importlib.util.find_spec(name) is None:
            report.missing.append(
                _("Models cannot be fetched ({name} is missing).").format(name=name) + " " + how_to_add("fetch")
            )
            return
    report.versions["urllib3"] = metadata.version("urllib3")


def _folders(report: DoctorReport) -> None:
    places = {N_("conversations and settings"): paths.home(), N_("cache"): paths.cache(), N_("log"): paths.logs()}
    report.paths = {name: str(folder) for name, folder in places.items()}
    report.paths |= {N_("shipped models"): str(paths.shipped_models()), N_("resources"): str(paths.resources())}
    for folder in places.values():
        if not os.access(folder, os.W_OK):
            report.missing.append(
                _("The folder {folder} is not writable. Set FANLIGHT_HOME to another one.").format(folder=folder)
            )


def _devices(report: DoctorReport) -> None:
    device_notes.note_cameras(report.paths, report.notes)
    device_notes.note_played_sound(report.versions, report.notes)


def _practice_model(report: DoctorReport) -> None:
    from fanlight.gguf.check import check

    try:
        spec = compose.catalog().find("practice")
        check(spec)
    except FanlightError as error:
        report.practice_model = error.message
        report.missing.append(_("The practice model cannot be used: {reason}").format(reason=error.text))
    else:
        report.practice_model = _("{path}, checked").format(path=spec.files.model)


def _models(report: DoctorReport) -> None:
    """The chosen model has to work. One that was added, but is not chosen, is worth a note."""
    catalog, chosen = compose.catalog(), compose.settings().model
    name = chosen
    try:
        spec = catalog.find(chosen)
        name = spec.name
        if not spec.practice:
            _check_files(spec)
            _note_sampling(report, spec)
            _note_layers(report, spec)
    except FanlightError as error:
        if chosen != PRACTICE:  # which has its own line
            report.missing.append(_("The chosen model cannot be used: {reason}").format(reason=error.text))
    try:
        others = [spec for spec in catalog.models() if not spec.practice and spec.name != name]
    except FanlightError as error:
        report.missing.append(error.text)
        return
    for spec in others:
        try:
            _check_files(spec)
        except FanlightError as error:
            text = _("The model {name} cannot be used: {reason}")
            report.notes.append(text.format(name=spec.name, reason=error.text))


def _note_sampling(report: DoctorReport, spec: ModelSpec) -> None:
    """What the chosen model's maker recommends."""
    from fanlight.cli.model_facts import listed, stated
    from fanlight.gguf.check import check
    from fanlight.gguf.sampling_card import recommended_sampling

    if not isinstance(spec.source, ModelFiles):
        return
    recommended = recommended_sampling(check(spec).model).or_else(compose.recommended_by_maker(spec))
    if given := stated(recommended):
        text = _("The maker of {name} recommends {values}; what the settings leave unchanged is taken from there.")
        report.notes.append(text.format(name=spec.name, values=listed(given)))


def _note_layers(report: DoctorReport, spec: ModelSpec) -> None:
    """How much of the chosen model is computed by graphics cards."""
    from fanlight.cli.model_facts import room_on_cards

    if isinstance(spec.source, ModelFiles) and (room := room_on_cards(spec, compose.settings())):
        report.notes.append(f"{spec.name}: {room}")


def _check_files(spec: ModelSpec) -> None:
    """Raises ModelError."""
    from fanlight.gguf.check import check

    if isinstance(spec.source, ModelFiles):
        check(spec)


CHECKS: tuple[Callable[[DoctorReport], None], ...] = (
    _python, _qt, _engine, _pictures, _documents, _parsing, _text_reader, _speech, _voice, _left_out, _fetching,
    _folders, _devices, _practice_model, _models,
)  # fmt: skip


def examine() -> DoctorReport:
    report = DoctorReport()
    for check in CHECKS:
        check(report)
    return report
