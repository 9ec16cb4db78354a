"""The command line in the test's own process, with a model that says what the test gave it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight import cli, compose
from fanlight.cli import questions
from fanlight.domain.models import ModelSpec
from fanlight.domain.ports import Engine
from fanlight.engine.scripted import ScriptedEngine
from fanlight.speech.scripted import ScriptedTranscriber
from support.command_line import Ran, Run, Script, Speak
from support.pictures import red_circle
from support.recordings import recording, write_wav


@pytest.fixture
def fanlight(capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs `fanlight` with these words and gives back what came of it."""

    def run(*words: str | Path) -> Ran:
        status = cli.main([str(word) for word in words])
        said = capfd.readouterr()
        return Ran(status, said.out, said.err)

    return run


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Script:
    """Makes `ScriptedEngine(...)` the only model there is, under every name."""

    def use(*pieces: str, **more: object) -> ScriptedEngine:
        engine = ScriptedEngine(pieces, **more)  # type: ignore[arg-type]
        supports_images = engine.info.supports_images
        spec = ModelSpec.of_files("scripted", Path("scripted.gguf"), Path("eyes.gguf") if supports_images else None)

        def load(*args: object, **kwargs: object) -> Engine:
            return engine

        monkeypatch.setattr(compose, "load_engine", load)
        monkeypatch.setattr(questions, "find_model", lambda name, settings, projector=None: spec)
        return engine

    return use


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return red_circle(tmp_path / "circle.png")


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Speak:
    """Makes a transcriber that hears these words the only one there is."""

    def use(text: str) -> ScriptedTranscriber:
        transcriber = ScriptedTranscriber(text)
        monkeypatch.setattr(compose, "load_transcriber", lambda *_: transcriber)
        return transcriber

    return use


@pytest.fixture
def spoken(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "spoken.wav", recording("austen880"))
