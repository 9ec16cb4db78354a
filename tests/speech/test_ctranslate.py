from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import tokenizers
from threadpoolctl import threadpool_info

from fanlight.openmp import TURNS
from fanlight.speech import whisper
from fanlight.speech.ctranslate import load_on_ended_thread

LIBRARIES = "import fanlight.engine.backend, fanlight.speech.whisper"


def how_threads_wait(**environment: str) -> list[str]:
    """What each OpenMP of a process says of itself when it is loaded, the vision model's first."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("OMP_", "GOMP_"))}
    clean |= {"OMP_DISPLAY_ENV": "verbose", "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environment}
    child = subprocess.run([sys.executable, "-c", LIBRARIES], env=clean, capture_output=True, text=True, check=True)
    return [line.split("'")[1] for line in child.stderr.splitlines() if "GOMP_SPINCOUNT" in line]


@pytest.mark.skipif(sys.platform != "linux", reason="GNU OpenMP is Linux's")
def test_the_threads_of_both_models_wait_shortly() -> None:
    assert how_threads_wait() == [str(TURNS), str(TURNS)]


@pytest.mark.skipif(sys.platform != "linux", reason="GNU OpenMP is Linux's")
def test_the_users_own_choice_of_waiting_stands() -> None:
    assert how_threads_wait(GOMP_SPINCOUNT="70") == ["70", "70"]
    assert str(TURNS) not in how_threads_wait(OMP_WAIT_POLICY="ACTIVE")


def test_the_thread_that_loaded_is_gone_and_linear_algebra_has_one() -> None:
    before = threading.active_count()
    thread = load_on_ended_thread(threading.current_thread)
    assert thread is not threading.current_thread()
    assert not thread.is_alive()
    assert threading.active_count() == before
    assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} <= {1}


def test_the_speech_model_is_loaded_on_such_a_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaders: list[threading.Thread] = []

    class Model:
        supported_languages = ("en",)
        hf_tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())

        def __init__(self, *_: object, **__: object) -> None:
            loaders.append(threading.current_thread())

    monkeypatch.setattr(whisper, "WhisperModel", Model)
    whisper.WhisperTranscriber.load(tmp_path)
    assert [thread.is_alive() for thread in loaders] == [False]


def test_what_fails_while_loading_is_raised(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_on_ended_thread((tmp_path / "nothing").read_bytes)
