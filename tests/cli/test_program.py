"""The installed program as a process of its own: exit status, pipes, signals, screens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fanlight import __version__
from support.display import Display
from support.pictures import red_circle

FANLIGHT = Path(sys.executable).with_name("fanlight")
CIRCLE = ["-i", "circle.png"]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    red_circle(tmp_path / "circle.png", 192)
    return tmp_path


def start(here: Path, *words: str, env: dict[str, str] | None = None, **more: int) -> subprocess.Popen[str]:
    """`fanlight` with these words; an empty value in `env` takes the variable away."""
    asked = {**os.environ, **(env or {})}
    kept = {name: value for name, value in asked.items() if value}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    return subprocess.Popen([FANLIGHT, *words], cwd=here, env=kept, text=True, **pipes)  # type: ignore[call-overload,no-any-return]


def run(here: Path, *words: str, **env: str) -> tuple[int, str, str]:
    process = start(here, *words, env=env)
    out, err = process.communicate(timeout=240)
    return process.returncode, out, err


NO_SCREEN = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}


def test_the_version_is_that_of_the_package(here: Path) -> None:
    assert run(here, "--version") == (0, f"fanlight {__version__}\n", "")


def test_wrong_usage_is_status_2(here: Path) -> None:
    assert run(here, "ask")[0] == 2


def test_a_picture_that_is_not_there_is_status_3(here: Path) -> None:
    status, out, err = run(here, "ask", "-i", "nothing.png", "What is it?")
    assert (status, out) == (3, "")
    assert "nothing.png" in err
    assert len(err.splitlines()) == 2


def test_a_model_that_is_not_there_is_status_4(here: Path) -> None:
    status, out, err = run(here, "ask", "--model", "nothing", "What is it?")
    assert (status, out) == (4, "")
    assert "models list" in err


def test_a_model_file_that_is_none_is_status_4(here: Path) -> None:
    (here / "model.gguf").write_bytes(b"GGUF" + bytes(100))
    assert run(here, "ask", "--model", "model.gguf", "What is it?")[0] == 4


@pytest.mark.model
def test_the_practice_model_answers_about_a_picture(here: Path) -> None:
    status, out, err = run(here, "ask", *CIRCLE, "What colour is the circle?")
    assert (status, err) == (0, "")
    assert "red" in out.lower()


@pytest.mark.model
def test_two_runs_of_a_batch_are_equal_to_the_letter(here: Path) -> None:
    questions = ["What colour is the circle?", "How many shapes are there?"]
    items = [{"id": 1, "images": ["circle.png"], "question": questions}, {"id": 2, "question": "Who are you?"}]
    (here / "in.json").write_text(json.dumps(items), "utf-8")
    answers = []
    for name in ("one.json", "two.json"):
        assert run(here, "batch", "--input", "in.json", "--output", name)[0] == 0
        answers.append([item["answer"] for item in json.loads((here / name).read_text("utf-8"))])
    assert answers[0] == answers[1]
    assert "red" in answers[0][0][0].lower()


@pytest.mark.model
def test_who_stops_reading_is_not_told_about_it(here: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = start(here, "ask", *CIRCLE, "Describe the picture.", stdout=writer)
    os.close(writer)
    _, err = process.communicate(timeout=240)
    assert process.returncode == 141
    assert err == ""


@pytest.mark.model
@pytest.mark.parametrize("seconds", [0.0, 0.3, 1.0])
def test_ctrl_c_while_the_model_loads_or_works_is_status_130(here: Path, seconds: float) -> None:
    items = [{"id": i, "images": ["circle.png"], "question": ["Describe the picture."] * 5} for i in range(2000)]
    (here / "in.json").write_text(json.dumps(items), "utf-8")
    process = start(here, "batch", "--input", "in.json", "--output", "out.json")
    assert process.stderr is not None
    bar = process.stderr.read(1)  # the progress bar: now it is at work, and loads the model first
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert bar
    assert "Traceback" not in err
    assert not (here / "out.json").exists()


@pytest.mark.model
def test_doctor_says_what_is_here(here: Path) -> None:
    status, out, err = run(here, "doctor", "--json")
    said = json.loads(out)
    assert (status, err, said["missing"]) == (0, "", [])
    assert {"Fanlight", "Python", "Qt", "llama-cpp-python", "llama.cpp", "Pillow", "numpy"} <= set(said["versions"])
    assert [device["kind"] for device in said["devices"]][-1] == "cpu"
    assert said["devices"][-1]["free_bytes"] > 0
    assert said["practice_model"].endswith("checked")


@pytest.mark.model
def test_models_list_begins_with_the_practice_model(here: Path) -> None:
    status, out, _ = run(here, "models", "list", "--json")
    practice = json.loads(out)[0]
    assert (status, practice["name"], practice["practice"], practice["fits"]) == (0, "practice", True, True)
    assert "practice" in run(here, "models", "list")[1]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")
@pytest.mark.parametrize("display", ["", ":93", "nonsense"])
def test_without_a_screen_the_window_says_so_and_shows_another_way(here: Path, display: str) -> None:
    status, out, err = run(here, **{**NO_SCREEN, "DISPLAY": display})
    assert (status, out) == (1, "")
    assert "no screen" in err
    assert "fanlight ask" in err
    assert len(err.splitlines()) == 2


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")
def test_a_wayland_socket_that_is_not_there_is_no_screen(here: Path) -> None:
    status, _, err = run(here, **{**NO_SCREEN, "WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(here)})
    assert status == 1
    assert "no screen" in err


@pytest.mark.xvfb
def test_on_a_screen_the_window_opens_and_closes(here: Path, display: Display) -> None:
    process = start(here, env=display.env)
    window = display.window("Fanlight")
    display.run("xdotool", "windowactivate", "--sync", window, "key", "ctrl+q")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.model
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")
def test_without_a_screen_the_sample_is_asked_about(here: Path) -> None:
    status, out, err = run(here, "--or-sample", **NO_SCREEN)
    assert status == 0
    assert "no screen" in err
    assert "shapes.png" in err
    assert len(out.split()) >= 3
