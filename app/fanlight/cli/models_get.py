"""`fanlight models get | catalog`: models that can be fetched, and fetching one, by a process of its own."""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
from contextlib import closing
from time import monotonic
from typing import Any, assert_never

from fanlight import compose, paths
from fanlight.catalog.answer_time import answer_time
from fanlight.catalog.choices import choices_for
from fanlight.catalog.download_requests import hub_endpoint, shown_about, shown_progress, shown_setback
from fanlight.catalog.hub_models import model_named, models_in
from fanlight.catalog.hub_names import hub_name, is_other_address
from fanlight.catalog.known_installed import known_in
from fanlight.catalog.known_models import KnownModel, KnownModels
from fanlight.catalog.not_found import no_hub_address
from fanlight.cli.output import LOG_SECONDS, OK, ProgressLine, complain, json_text
from fanlight.cli.streams import put, put_error
from fanlight.domain.amounts import size
from fanlight.domain.downloads import (
    DownloadChecking,
    DownloadDone,
    DownloadEvent,
    DownloadFailed,
    DownloadPaused,
    DownloadProgress,
    DownloadRequest,
    DownloadSwitched,
    DownloadWaiting,
    FetchOrder,
    host_of,
)
from fanlight.domain.errors import DownloadError, InputError, ModelMissing
from fanlight.domain.hub import HubOrder, HubQuestion
from fanlight.domain.models import ModelFiles, ModelSpec
from fanlight.fetch.child_process import asked_of_hub, fetched
from fanlight.i18n import _, format_percent, language_in_use


def show_catalog(options: argparse.Namespace) -> int:
    known = _known()
    put(json_text([_plain(model) for model in known.models]) if options.json else _table(known))
    return OK


def get(options: argparse.Namespace) -> int:
    """Asks, fetches, and puts it into the list of models."""
    known = _known()
    model = known.find(options.name) or _on_hub(options.name, known)
    if model is None:
        raise _unknown(known, options.name)
    request = compose.download_request(model, options.mirror)
    if not options.yes and not _agreed(model, request, options.name):
        put(_("Nothing was fetched."))
        return OK
    limit = options.limit or compose.settings().download_limit
    order = FetchOrder(request, round(limit * 1e6), language_in_use(), paths.logs() / "downloads.log")
    _Fetch(order, options.name).run()
    spec = compose.add_fetched(request)
    if spec is None and model.kind == "voice":
        put(_("{model} is here. Piper speaks with it: choose it in the settings.").format(model=model.name))
        if shutil.which("piper") is None:
            put(_("Piper itself is still to be installed: `pipx install piper-tts`."))
    elif spec is None and model.kind == "embedder":
        text = _("{model} is here. Choose its file in the settings, under “Pictures”: {file}")
        put(text.format(model=model.name, file=request.paths[0]))
    elif spec is None:
        put(_("{model} is here. Choose its folder in the settings: {folder}").format(
            model=model.name, folder=request.folder
        ))  # fmt: skip
    else:
        put(_("{model} is ready.").format(model=spec.name))
        put(_("Try it: {command}").format(command=f"fanlight ask --model {shlex.quote(spec.name)} QUESTION"))
    return OK


class _Fetch:
    """What is said while one model is fetched."""

    def __init__(self, order: FetchOrder, asked: str) -> None:
        """`asked`: what it was called in the command."""
        self._order, self._asked, self._line = order, asked, ProgressLine()
        self._share, self._said_at = 0.0, monotonic()

    def run(self) -> None:
        """Raises DownloadError. Ctrl+C pauses it."""
        try:
            with closing(fetched(self._order)) as events:
                for event in events:
                    self._show(event)
        except KeyboardInterrupt:
            self._line.clear()
            put_error(self._how_to_go_on() + "\n")
            raise
        finally:
            self._line.clear()

    def _show(self, event: DownloadEvent) -> None:
        match event:
            case DownloadProgress():
                self._show_progress(event)
            case DownloadChecking(file=file, done_bytes=done, total_bytes=total):
                share = format_percent(done / total if total else 1.0)
                self._line.show(_("Checking what is here of {file}: {share}").format(file=file, share=share))
            case DownloadWaiting() | DownloadSwitched():
                self._say(shown_setback(event))
            case DownloadPaused():
                raise DownloadError(self._how_to_go_on(), "")
            case DownloadFailed():
                raise event.error
            case DownloadDone():
                self._share = 1.0
            case _:
                assert_never(event)

    def _show_progress(self, progress: DownloadProgress) -> None:
        text = shown_progress(progress)
        if progress.total_bytes:
            self._share = progress.done_bytes / progress.total_bytes
            of_all = _("{share} of {size}").format(share=format_percent(self._share), size=size(progress.total_bytes))
            text = f"{of_all}  {text}"
        self._line.show(text)
        if not sys.stderr.isatty() and monotonic() - self._said_at >= LOG_SECONDS:
            self._say(text)

    def _say(self, text: str) -> None:
        self._line.clear()
        self._said_at = monotonic()
        put_error(f"{text}\n")

    def _how_to_go_on(self) -> str:
        command = f"fanlight models get {shlex.quote(self._asked)}"
        return _("Paused at {share}. It goes on with: {command}").format(
            share=format_percent(self._share), command=command
        )


def _known() -> KnownModels:
    known = compose.known_models()
    for problem in known.problems:
        complain(problem)
    return known


def _on_hub(name: str, known: KnownModels) -> KnownModel | None:
    """The model in a repository, or the file of it, that is named by its address; None for another name. Raises
    DownloadError, ModelMissing."""
    named = hub_name(name)
    if is_other_address(name):
        raise no_hub_address(name, host_of(hub_endpoint()))
    if named is None:
        return None
    repository, endpoint = named.repository, hub_endpoint()
    looking = _("Looking at {address}").format(address=f"{endpoint}/{repository}")
    put_error(f"{looking}\n")
    question = HubQuestion("repository", repository, endpoint, named.revision)
    answer = asked_of_hub(HubOrder(question, language_in_use(), paths.logs() / "downloads.log"))
    models = models_in(answer.repository) if answer.repository else ()
    if not models:
        raise _without_models(repository, known)
    others = [one.files[0].path for one in models]
    model = model_named(models, named)
    if model is None:
        raise ModelMissing(
            _("There is no {file} in {repository}.").format(file=named.file or named.tag, repository=repository),
            _("It has: {files}.").format(files=", ".join(others)),
        )
    others.remove(model.files[0].path)
    if others and not named.file:
        put(_("It also has: {files}. Give the address of a file to get that one.").format(files=", ".join(others)))
    return model


def _without_models(repository: str, known: KnownModels) -> ModelMissing:
    """Its maker's repository, often: others have converted the model."""
    converted = known.called(repository.partition("/")[2])
    hint = _("`fanlight models catalog` shows the models that can be fetched.")
    if converted is not None:
        hint = _("Get it with: {command}").format(command=f"fanlight models get {converted.id}")
    return ModelMissing(_("There is no GGUF model in {repository}.").format(repository=repository), hint)


def _unknown(known: KnownModels, name: str) -> ModelMissing:
    near = known.close_to(name)
    question = _("Did you mean “{name}”?").format(name=near.id) if near else ""
    every = _("`fanlight models catalog` shows the models that can be fetched.")
    return ModelMissing(
        _("There is no model called “{name}” in the catalog.").format(name=name), f"{question} {every}".strip()
    )


def _agreed(model: KnownModel, request: DownloadRequest, asked: str) -> bool:
    """Ask, with the size and the hosts. Raises InputError where nobody can answer."""
    licence = model.licence or _("license not said")
    put(f"{model.name} ({licence})" + (f": {model.shown_good_at}" if model.good_at else ""))
    if spec := _elsewhere(model):
        put(_("It is here already, as {name}: {path}").format(name=spec.name, path=spec.location))
    first, *others = request.hosts
    amount = _("size not known") if request.size_bytes is None else size(request.size_bytes)
    put(_("{size} from {host}, into {folder}").format(size=amount, host=first, folder=request.folder))
    if others:
        put(_("If that fails: {hosts}").format(hosts=", ".join(others)))
    if not sys.stdin.isatty():
        raise InputError(
            _("Fanlight asks before it fetches anything, and there is no terminal to answer in."),
            _("Say yes beforehand: {command}").format(command=f"fanlight models get {shlex.quote(asked)} --yes"),
        )
    put(_("Fetch it? [y/N]"), end=" ")
    sys.stdout.flush()
    # Translators: the letters that mean yes, one after the other.
    return sys.stdin.readline().strip().casefold()[:1] in {*_("y"), "y"}


def _elsewhere(model: KnownModel) -> ModelSpec | None:
    """Where another program has the same file, or the user: that one can be used as it is."""
    catalog = compose.catalog()
    specs = (
        spec for spec in (*catalog.models(), *catalog.of_other_programs()[0]) if isinstance(spec.source, ModelFiles)
    )
    return next((spec for spec in specs if known_in(spec.files.model, [model]) is not None), None)


def _plain(model: KnownModel) -> dict[str, Any]:
    return {
        "id": model.id,
        "name": model.name,
        "aliases": list(model.aliases),
        "kind": model.kind,
        "licence": model.licence,
        "good_at": model.good_at,
        "tier_gb": model.tier_gb,
        "recommended": model.recommended,
        "inputs": list(model.inputs),
        "thinking": model.thinking,
        "languages": list(model.languages),
        "prompts": list(model.prompts),
        "verified": model.verified,
        "size_bytes": model.size_bytes,
        "files": [
            {
                "role": str(file.role),
                "repository": file.repository,
                "commit": file.commit,
                "name": file.name,
                "bytes": file.size_bytes,
                "sha256": file.sha256,
            }
            for file in model.files
        ],
    }


def _table(known: KnownModels) -> str:
    computer = compose.computer()
    first = next(iter(choices_for(known, computer)), None)
    lines = [(_("ID"), _("SIZE"), _("MEMORY"), _("FIRST WORDS"), _("GOOD FOR"))]
    for model in known.models:
        mark = " *" if model is first else ""
        amount = "?" if model.size_bytes is None else size(model.size_bytes)
        memory = _("{number} GB").format(number=model.tier_gb) if model.tier_gb else ""
        time = answer_time(model, computer)
        lines.append((model.id + mark, amount, memory, shown_about(time.seconds) if time else "", model.shown_good_at))
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    shown = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[4]]) for line in lines
    ]
    if first is not None:
        shown.append(_("* is a good choice for the memory and the speed of this computer."))
    shown.append(_("FIRST WORDS: of an answer about a screenshot; estimated for this computer, not measured."))
    shown.append(_("Get one with: fanlight models get ID"))
    return "\n".join(line.rstrip() for line in shown)
