"""A window, or a conversation without one, on an engine without a model."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image as Pillow
from PIL import ImageDraw

from fanlight.audio.portaudio import AudioSystem
from fanlight.core.app_deps import AppDeps
from fanlight.core.chat.history import OpenStore
from fanlight.core.dictation.speech_worker import LoadRecognizer
from fanlight.core.ocr.ocr_worker import LoadReader
from fanlight.domain.models import ModelSpec
from fanlight.domain.ports import Engine, ModelCatalog
from fanlight.domain.stop import StopFlag
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.settings_file import load_settings
from fanlight.store.thread import StoreThread
from fanlight.synthesis.speaker import Speaker
from support.microphones import FakeSound
from support.model_shelves import MemoryCatalog
from support.reading import FakeReader
from support.scripted_recognizer import scripted_recognizer
from support.speaking import FakeLoudspeaker, FakeVoice

SPEC = ModelSpec.of_files("scripted", Path("scripted.gguf"), Path("eyes.gguf"))


def picture_file(
    folder: Path, name: str = "shapes.png", size: tuple[int, int] = (160, 120), colour: str = "red"
) -> Path:
    """A circle on white."""
    path = folder / name
    image = Pillow.new("RGB", size, "white")
    ImageDraw.Draw(image).ellipse((20, 20, 90, 90), fill=colour)
    image.save(path)
    return path


def parts(
    home: Path,
    engine: Engine | None = None,
    *,
    load: Callable[[ModelSpec], Engine] | None = None,
    load_seconds: float = 0.0,
    settings: Settings | None = None,
    open_store: Callable[[bool], OpenStore] | None = None,
    models: tuple[ModelSpec, ...] = (SPEC,),
    add_model: Callable[[Path], ModelSpec] | None = None,
    catalog: Callable[[], ModelCatalog] | None = None,
    load_reader: LoadReader = FakeReader,
    load_recognizer: LoadRecognizer = scripted_recognizer,
    sound: AudioSystem | None = None,
    speaker: Callable[[], Speaker] = lambda: Speaker(FakeLoudspeaker(), (FakeVoice(),)),
    **more: Any,
) -> AppDeps:
    """Real but for the model; conversations are kept under `home`. `more`: further fields."""
    home.mkdir(parents=True, exist_ok=True)
    engine = engine or ScriptedEngine(["An ", "answer."])
    settings_file = home / "settings.json"
    memory_catalog = MemoryCatalog(models)

    def load_engine(
        spec: ModelSpec, settings: Settings, progress: Callable[[float], None] | None, stop: StopFlag | None
    ) -> Engine:
        until = time.monotonic() + load_seconds
        while time.monotonic() < until and not (stop and stop.is_set()):
            if progress:
                progress(1 - (until - time.monotonic()) / load_seconds)
            time.sleep(0.01)
        return load(spec) if load else engine

    def store(keep: bool) -> OpenStore:
        if keep:
            return lambda on_error, on_recovered: StoreThread(home, on_error, on_recovered)
        from fanlight.store.memory_store import MemoryStore

        return lambda on_error, on_recovered: MemoryStore()

    return AppDeps(
        settings=settings or load_settings(settings_file),
        settings_file=settings_file,
        window_state_file=home / "window.json",
        sample=home / "shapes.png",
        load=load_engine,
        load_reader=load_reader,
        load_recognizer=load_recognizer,
        sound=sound or FakeSound(),
        speaker=speaker,
        catalog=catalog or (lambda: memory_catalog),
        models=(lambda: catalog().models()) if catalog else (lambda: models),
        find_model=lambda name: models[0],
        add_model=add_model or (lambda path: ModelSpec.of_files(path.stem, path)),
        open_store=open_store or store,
        **more,
    )
