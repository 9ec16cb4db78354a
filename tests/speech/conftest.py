"""Whisper base, joined once for all tests; and a folder of it for programs that tests start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import onnxruntime
import pytest

from fanlight.speech import vad
from fanlight.speech.model_files import whisper_base
from fanlight.speech.whisper import WhisperTranscriber


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return whisper_base(tmp_path_factory.mktemp("speech-cache"))


@pytest.fixture(scope="session")
def whisper(model_folder: Path) -> Iterator[WhisperTranscriber]:
    with closing(WhisperTranscriber.load(model_folder)) as transcriber:
        yield transcriber


@pytest.fixture(scope="session")
def network() -> onnxruntime.InferenceSession:
    return vad.load_session()


@pytest.fixture
def make_vad(network: onnxruntime.InferenceSession) -> Callable[[], vad.VoiceActivityDetector]:
    return lambda: vad.new_vad(network)
