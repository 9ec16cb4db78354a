"""Builds the objects and hands each what it needs: the one place that names the concrete classes.

Everything heavy (model library, Qt) is imported inside the functions: `fanlight ask` imports no Qt, and the window is
painted before any model library is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

from fanlight import paths
from fanlight.domain.errors import ModelError
from fanlight.domain.installation import how_to_replace
from fanlight.domain.models import (
    NOTHING_RECOMMENDED,
    LoadOptions,
    ModelAddress,
    ModelFiles,
    ModelSpec,
    RecommendedSampling,
)
from fanlight.domain.packages import package_imports
from fanlight.domain.ports import Embedder, Engine, SpeechRecognizer, TextReader, Transcriber
from fanlight.domain.stop import StopFlag
from fanlight.i18n import _
from fanlight.settings import Settings
from fanlight.settings_file import FILE_NAME, load_settings, read_settings

if TYPE_CHECKING:
    from fanlight.catalog.catalog import Catalog
    from fanlight.catalog.computer import Computer
    from fanlight.catalog.known_models import KnownModel, KnownModels
    from fanlight.core.app import Application
    from fanlight.core.chat.history import OpenStore, Store
    from fanlight.core.picture_search.finder import PictureFinder
    from fanlight.domain.downloads import DownloadRequest
    from fanlight.domain.errors import StoreError
    from fanlight.engine.deaths import ProcessMode
    from fanlight.engine.tune import Tuned


def settings() -> Settings:
    return load_settings(paths.home() / FILE_NAME)


def edited_problems(of_settings: StoreError | None) -> list[StoreError]:
    """What cannot be used in the files that people edit."""
    return [problem for problem in (of_settings, catalog().problem()) if problem is not None]


def catalog() -> Catalog:
    from fanlight.catalog.catalog import Catalog
    from fanlight.catalog.packaged import packaged_models

    return Catalog(paths.shipped_models(), paths.home(), packaged_models)


def known_models() -> KnownModels:
    """The models that can be fetched. Reads files; never raises."""
    from fanlight.catalog.catalog_file import load_known_models

    return load_known_models(paths.shipped_models(), paths.home())


def download_request(model: KnownModel, mirrors: Sequence[str] = ()) -> DownloadRequest:
    """What is to be fetched for `model`. Raises InputError."""
    from fanlight.catalog.download_requests import download_request

    return download_request(model, paths.home(), mirrors)


def computer() -> Computer:
    """This one, with the graphics cards that llama.cpp can use."""
    from fanlight.catalog.computer import this_computer
    from fanlight.engine.graphics import find_graphics

    if settings().gpu_layers == 0:
        return this_computer()
    try:
        cards = find_graphics(engine_folder()).usable
    except (ImportError, OSError):  # llama.cpp is missing: said where a model is opened
        cards = []
    return this_computer(
        sum(card.total_bytes for card in cards), shares_memory=all(card.kind == "igpu" for card in cards)
    )


def add_fetched(request: DownloadRequest) -> ModelSpec | None:
    """What was fetched, into the list of models; None for what is no model. Raises ModelError, StoreError."""
    from fanlight.catalog.fetched import add_fetched

    return add_fetched(catalog(), request)


def discard_fetched(request: DownloadRequest) -> None:
    """Remove what is here of a download that was canceled. Raises StoreError."""
    from fanlight.catalog.fetched import discard_fetched

    discard_fetched(catalog(), request)


def engine_folder() -> Path:
    """Where it is kept what was found out about graphics devices and loads."""
    return paths.cache() / "engine"


SERVER_KEYS: dict[str, str] = {}
"""Keys of servers that were entered in this run, by their addresses."""


def load_engine(
    spec: ModelSpec,
    settings: Settings,
    progress: Callable[[float], None] | None = None,
    stop: StopFlag | None = None,
) -> Engine:
    """The model, loaded on the calling thread, which owns it from now on. Raises ModelError."""
    match spec.source:
        case ModelFiles():
            with package_imports(_llama_error, _llama_error):
                from fanlight.engine.hosting import open_engine

            mode: ProcessMode = settings.model_process  # type: ignore[assignment]  # one of its choices
            loading = replace(loading_options(settings), recommended=recommended_by_maker(spec))
            return open_engine(spec, loading, mode, progress, stop)
        case ModelAddress() as address:
            from fanlight.engine.checked_engine import CheckedEngine
            from fanlight.fetch.served_engine import ServedEngine

            return CheckedEngine(ServedEngine(spec, address, SERVER_KEYS))
        case _:
            assert_never(spec.source)


def loading_options(settings: Settings) -> LoadOptions:
    return LoadOptions(settings.context_tokens, settings.threads, settings.gpu_layers, folder=engine_folder())


def recommended_by_maker(spec: ModelSpec) -> RecommendedSampling:
    """What the catalog says of how answers of this model are sampled, for what its file does not say."""
    from fanlight.catalog.known_installed import known_in

    known = known_in(spec.files.model, known_models().models)
    return known.sampling if known is not None else NOTHING_RECOMMENDED


def tune(spec: ModelSpec, settings: Settings, stop: StopFlag) -> Tuned:
    """Measures how the model is computed the fastest here, by processes of their own; the next load does it so. Raises
    ModelError."""
    with package_imports(_llama_error, _llama_error):
        from fanlight.engine.tune import tune_model
    yield from tune_model(spec, loading_options(settings), stop)


def _llama_error(error: Exception) -> ModelError:
    return ModelError(
        _("llama.cpp cannot be loaded ({reason}).").format(reason=error),
        how_to_replace("llama-cpp-python"),
    )


def load_reader() -> TextReader:
    """The reader of text in pictures, loaded on the calling thread, which owns it from now on. Raises OcrError."""
    from fanlight.reading.ocr import RapidOcrReader

    return RapidOcrReader.load()


def open_picture_finder(settings: Settings) -> PictureFinder:
    """Pictures by words: the index, and the embedder that the settings name, which is loaded when it is needed. Raises
    StoreError."""
    from fanlight.core.picture_search.finder import EmbedderSource, PictureFinder
    from fanlight.gguf.check import check
    from fanlight.gguf.embedding_header import space_of
    from fanlight.store.picture_index import PictureIndex

    index = PictureIndex(paths.home())
    try:
        spec = catalog().embedder(settings.picture_model)
        if spec is None:
            return PictureFinder(index, None)
        name = space_of(check(spec))
    except ModelError as error:
        return PictureFinder(index, None, error)
    return PictureFinder(index, EmbedderSource(name, lambda stop: _load_embedder(spec, settings.threads, stop)))


def has_picture_index() -> bool:
    from fanlight.store.picture_tables import FILE

    return (paths.home() / FILE).exists()


def _load_embedder(spec: ModelSpec, threads: int, stop: StopFlag | None) -> Embedder:
    with package_imports(_llama_error, _llama_error):
        from fanlight.engine.embedder import LlamaEmbedder

    return LlamaEmbedder(spec, threads, stop)


def load_transcriber(settings: Settings, progress: Callable[[float], None] | None = None) -> Transcriber:
    """The speech model, loaded on the calling thread, which owns it from now on. The first time it is put together from
    its packages; `progress` is called with 0 to 1 meanwhile. Raises SpeechModelError."""
    from fanlight.speech.packages import speech_imports

    with speech_imports():
        from fanlight.speech import device, model_files
        from fanlight.speech.card_transcriber import CardTranscriber
        from fanlight.speech.whisper import WhisperTranscriber

    own, cache = settings.speech_model, paths.cache()
    place = model_files.own_folder(Path(own)) if own else model_files.whisper_base(cache, progress)
    if device.choose_device(settings.speech_device, place, cache) == "cpu":
        return WhisperTranscriber.load(place)
    return CardTranscriber(lambda where: WhisperTranscriber.load(place, where), cache / "speech")


def load_recognizer(settings: Settings) -> SpeechRecognizer:
    """The recognizer of live speech, loaded on the calling thread, which owns it from now on. Raises SpeechError."""
    from fanlight.speech.packages import speech_imports

    with speech_imports():
        from fanlight.speech.recognizer import WhisperRecognizer
        from fanlight.speech.vad import load_session

    return WhisperRecognizer(load_transcriber(settings), load_session())


def build() -> Application:
    """The application without a window, on the GUI thread. Reads the settings and imports nothing heavy."""
    from fanlight.catalog.fit import models_fit_together
    from fanlight.core.app import Application
    from fanlight.core.app_deps import AppDeps

    found, problem = read_settings(paths.home() / FILE_NAME)
    return Application(
        AppDeps(
            settings=found,
            edited_problems=lambda: edited_problems(problem),
            settings_file=paths.home() / FILE_NAME,
            window_state_file=paths.home() / "window.json",
            sample=paths.resources() / "samples" / "shapes.png",
            load=load_engine,
            server_keys=SERVER_KEYS,
            load_reader=load_reader,
            load_recognizer=load_recognizer,
            catalog=catalog,
            models=lambda: catalog().models(),
            find_model=lambda name: catalog().find(name, everywhere=False),
            add_model=lambda path: catalog().add(path),
            open_store=_store,
            add_fetched=add_fetched,
            discard_fetched=discard_fetched,
            known_models=known_models,
            download_request=download_request,
            computer=computer,
            fit_together=models_fit_together,
            tune=tune,
            open_picture_finder=open_picture_finder,
            has_picture_index=has_picture_index,
        )
    )


def window(argv: list[str], request: Mapping[str, Any] | None = None, *, hidden: bool = False) -> int:
    """Open the window, or start without showing it; the exit code. `request` is what it was started for (`ipc.client`).
    Only Qt and the widgets are imported before it is painted."""
    from fanlight.ui import application

    return application.run(build, argv, _logs(), request, hidden=hidden)


def show_trouble(argv: list[str], trouble: StoreError) -> None:
    """Why the window cannot be opened, in one of its own, for who has no terminal to read it in."""
    from fanlight.ui import application

    application.show_trouble(argv, trouble)


def _logs() -> Path | None:
    """The folder of the log; None where it cannot be made."""
    try:
        return paths.logs()
    except OSError:
        return None


def _store(keep: bool) -> OpenStore:
    def opened(on_error: Callable[[StoreError], None], on_recovered: Callable[[], None]) -> Store:
        if keep:
            from fanlight.store.thread import StoreThread

            return StoreThread(paths.home(), on_error, on_recovered)
        from fanlight.store.memory_store import MemoryStore

        return MemoryStore()

    return opened
