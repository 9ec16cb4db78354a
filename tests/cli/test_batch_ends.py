"""A batch keeps its finished answers however it ends, and goes on behind them."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fanlight import compose
from fanlight.domain.errors import ModelBroken
from support.command_line import Ran, Run, Script
from support.pictures import red_circle

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and limits of POSIX")

CHILD = """
import signal, sys
from fanlight import cli, compose
from fanlight.engine.scripted import ScriptedEngine
class Engine(ScriptedEngine):
    def generate(self, messages, *more):
        print("asked", flush=True)
        return super().generate(messages, *more)
compose.load_engine = lambda *_, **__: Engine(["Fine", "."], seconds_per_token=float(sys.argv[1]))
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs inherit it ignored
sys.exit(cli.main(["batch", "--input", "in.json", "--output", "out.json", *sys.argv[2:]]))
"""
COUNT = 40


@pytest.fixture
def here(tmp_path: Path) -> Path:
    items = [{"id": number, "question": f"How is {number}?"} for number in range(COUNT)]
    (tmp_path / "in.json").write_text(json.dumps(items), "utf-8")
    return tmp_path


def start(here: Path, seconds: float, *more: str, prepare: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(seconds), *more], cwd=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, preexec_fn=prepare,
    )  # fmt: skip


def answers(here: Path) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = json.loads((here / "out.json").read_text("utf-8"))
    return result


def journaled(here: Path) -> int:
    return sum(len(path.read_text().splitlines()) for path in here.glob("out.json.journal*"))


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_run_that_is_ended_twice_goes_on_each_time(here: Path, end: signal.Signals) -> None:
    kept = 0
    for finished in (3, 2):
        run = start(here, 0.02)
        assert run.stdout is not None
        assert [run.stdout.readline() for _ in range(finished + 1)] == ["asked\n"] * (finished + 1)
        run.send_signal(end)
        _, err = run.communicate(timeout=30)
        assert run.returncode == (-end if end == signal.SIGKILL else 128 + end)
        assert "Traceback" not in err
        assert not (here / "out.json").exists()
        assert journaled(here) >= kept + finished
        kept = journaled(here)
        if end != signal.SIGKILL:
            assert len(json.loads((here / "out.json.partial").read_text("utf-8"))) == kept
            assert "out.json.partial" in err
    last = start(here, 0.0)
    out, err = last.communicate(timeout=30)
    assert last.returncode == 0, err
    assert out.count("asked") == COUNT - kept
    assert f"has left {kept} answers" in err
    assert [item["id"] for item in answers(here)] == list(range(COUNT))
    assert all(item["answer"] == "Fine." for item in answers(here))
    assert sorted(path.name for path in here.iterdir() if "out.json" in path.name) == ["out.json"]


def test_files_that_may_not_grow_hold_all_answers_together(here: Path) -> None:
    full = start(here, 0.0, prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
    out, err = full.communicate(timeout=30)
    assert (full.returncode, out.count("asked")) == (3, COUNT)
    assert "File too large" in err
    assert "out.json.journal" in err
    assert not (here / "out.json").exists()
    again = start(here, 0.0)
    out, err = again.communicate(timeout=30)
    assert (again.returncode, out.count("asked")) == (0, 0)
    assert len(answers(here)) == COUNT
    assert not list(here.glob("out.json.*"))


def test_a_second_run_beside_the_first_is_refused(here: Path) -> None:
    first = start(here, 0.2)
    assert first.stdout is not None
    first.stdout.readline()
    second = start(here, 0.0)
    _, err = second.communicate(timeout=30)
    first.kill()
    first.communicate()
    assert second.returncode == 3
    assert "Another run" in err


@pytest.fixture
def batch(fanlight: Run, tmp_path: Path) -> Run:
    def run(items: object, *more: str, output: str = "out.json") -> Ran:
        (tmp_path / "in.json").write_text(json.dumps(items), "utf-8")
        return fanlight("batch", "--input", tmp_path / "in.json", "--output", tmp_path / output, *more)

    return run


FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device that is always full")


@FULL
def test_an_output_that_takes_nothing_costs_no_answer(batch: Run, scripted: Script, tmp_path: Path, home: Path) -> None:
    engine = scripted("Fine.")
    (tmp_path / "out.json").symlink_to("/dev/full")
    items = [{"id": 1, "question": "?"}]
    ran = batch(items)
    assert ran.status == 3
    assert "No space left on device" in ran.err
    (journal,) = (home / "cache" / "batch").iterdir()
    assert str(journal) in ran.err
    assert (tmp_path / "out.json").is_symlink()
    assert batch(items).status == 3
    assert len(engine.asked) == 1


def test_what_has_changed_is_asked_again(batch: Run, scripted: Script, tmp_path: Path) -> None:
    """By content: neither the place in the list nor the name of a picture decides."""
    engine = scripted("Fine.")
    red_circle(tmp_path / "a.png")
    first = {"id": 1, "question": "?", "images": ["a.png"]}
    other = {"id": 2, "question": "And?"}
    items = [first, other]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("fanlight.cli.output_place.write_output", failing)
        assert batch(items).status == 3
        assert len(engine.asked) == 2
        assert batch(items[::-1]).status == 3
        assert len(engine.asked) == 2
        red_circle(tmp_path / "a.png", 48)
        assert batch(items).status == 3
        assert len(engine.asked) == 3
        assert batch([first, {"id": 2, "question": "Now?"}]).status == 3
        assert len(engine.asked) == 4
        assert batch(items, "--system", "Be brief.").status == 3
        assert len(engine.asked) == 6
        assert batch(items, "--restart").status == 3
        assert len(engine.asked) == 8
    assert batch(items).status == 0
    assert len(engine.asked) == 8


def failing(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_answers_that_are_all_there_need_no_model(
    batch: Run, scripted: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scripted("Fine.")
    items = [{"id": 1, "question": "?"}]
    with monkeypatch.context() as patched:
        patched.setattr("fanlight.cli.output_place.write_output", failing)
        assert batch(items).status == 3
    monkeypatch.setattr(compose, "load_engine", lambda *_, **__: pytest.fail("loaded"))
    assert batch(items).status == 0
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))[0]["answer"] == "Fine."


def test_a_bug_in_one_item_is_that_items_alone(
    batch: Run, scripted: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine = scripted("Fine.")
    real = engine.generate

    def generate(messages: Any, *more: Any) -> Any:
        if "bad" in messages[0].text:
            raise KeyError("a bug")
        return real(messages, *more)

    monkeypatch.setattr(engine, "generate", generate)
    ran = batch([{"id": 1, "question": "bad"}, {"id": 2, "question": "?"}])
    first, second = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert ran.status == 1
    assert "KeyError" in first["error"]
    assert second["answer"] == "Fine."


def test_a_run_that_could_not_begin_leaves_nothing(
    batch: Run, scripted: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scripted("Fine.")

    def fail(*_: object, **__: object) -> None:
        raise ModelBroken("The model is broken.")

    monkeypatch.setattr(compose, "load_engine", fail)
    assert batch([{"id": 1, "question": "?"}]).status == 4
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []


@pytest.mark.parametrize("name", ["é" * 120 + ".json", "x" * 250 + ".json"])
def test_long_names_have_room_for_what_is_kept_beside_them(
    batch: Run, scripted: Script, tmp_path: Path, name: str
) -> None:
    scripted("Fine.")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("fanlight.cli.output_place.write_output", failing)
        assert batch([{"id": 1, "question": "?"}], output=name).status == 3
    assert any(path.name.endswith(".journal") for path in tmp_path.iterdir())
    assert batch([{"id": 1, "question": "?"}], output=name).status == 0
    assert (tmp_path / name).is_file()


def test_a_partial_file_of_somebody_else_stays(batch: Run, scripted: Script, tmp_path: Path) -> None:
    scripted("Fine.")
    (tmp_path / "out.json.partial").write_text('[{"id": "mine"}]', "utf-8")
    assert batch([{"id": 1, "question": "?"}]).status == 0
    assert (tmp_path / "out.json.partial").exists()
