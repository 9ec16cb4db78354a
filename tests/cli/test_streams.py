"""Standard streams that are closed, full, or without a reader: the work is done, or one sentence says why not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.pictures import red_circle

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="closed and full streams of POSIX")

CHILD = """
import sys
from fanlight import compose
from fanlight.engine.scripted import ScriptedEngine
compose.load_engine = lambda *_, **__: ScriptedEngine(["Größe 😀", "."])
from fanlight.__main__ import main
sys.exit(main())
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "in.json").write_text(json.dumps([{"id": 1, "question": "?"}]), "utf-8")
    (tmp_path / "bad.json").write_text(json.dumps([{"id": 1, "question": ""}]), "utf-8")
    return tmp_path


def run(here: Path, words: str, **env: str) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of a shell's line in which `fanlight` is the program."""
    line = words.replace("fanlight", f'"{sys.executable}" -c "$CODE"', 1)
    path = os.pathsep.join(sys.path)
    ran = subprocess.run(
        ["bash", "-c", line], cwd=here, capture_output=True, text=True, timeout=60,
        env={**os.environ, "CODE": CHILD, "PYTHONPATH": path, **env}, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert "Traceback" not in ran.stderr + ran.stdout
    assert "Exception ignored" not in ran.stderr
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize("stderr", ["2>&-", "2>/dev/full"])
def test_without_stderr_the_work_is_done(here: Path, stderr: str) -> None:
    assert run(here, f"fanlight ask Hi {stderr}") == (0, "Größe 😀.\n", "")
    assert run(here, f"fanlight batch --input in.json --output out.json {stderr}")[0] == 0
    assert json.loads((here / "out.json").read_text("utf-8"))[0]["answer"] == "Größe 😀."
    assert run(here, f"fanlight batch --input bad.json --output out.json {stderr}")[0] == 1
    assert run(here, f"fanlight ask '' {stderr}")[0] == 3
    assert run(here, f"fanlight ask {stderr}")[0] == 2


@pytest.mark.parametrize(("stdout", "reason"), [(">&-", "Bad file descriptor"), (">/dev/full", "No space left")])
@pytest.mark.parametrize("words", ["ask Hi", "ask --json Hi", "models list", "--help", "--version"])
def test_without_stdout_one_sentence_says_so(here: Path, stdout: str, reason: str, words: str) -> None:
    status, _, err = run(here, f"fanlight {words} {stdout}")
    assert status == 1
    assert reason in err
    assert len(err.splitlines()) == 2


def test_without_stdout_a_batch_is_written_to_its_file(here: Path) -> None:
    assert run(here, "fanlight batch --input in.json --output out.json >&-")[0] == 0
    assert (here / "out.json").is_file()
    status, _, err = run(here, "fanlight batch --input in.json --output - >/dev/full")
    assert status == 1
    assert ".journal" in err
    status, out, err = run(here, "fanlight batch --input in.json --output -")
    assert (status, json.loads(out)[0]["answer"]) == (0, "Größe 😀.")
    assert "1 answer" in err


def test_without_stdin_what_needs_it_says_so(here: Path) -> None:
    for words in ("ask -", "ask -i - Hi", "batch --input - --output out.json", "transcribe -"):
        status, _, err = run(here, f"fanlight {words} <&-")
        assert status == 3
        assert "Bad file descriptor" in err or "not connected" in err
        assert len(err.splitlines()) == 2
    assert run(here, "fanlight ask Hi <&-")[0] == 0


def test_no_file_that_is_opened_becomes_a_standard_stream(here: Path) -> None:
    status, _, _ = run(here, "fanlight batch --input in.json --output out.json <&- >&- 2>&-")
    assert status == 0
    assert json.loads((here / "out.json").read_text("utf-8"))[0]["answer"] == "Größe 😀."


def test_a_reader_that_has_gone_is_not_told_about_it(here: Path) -> None:
    status, _, err = run(here, "fanlight ask Hi | true; exit ${PIPESTATUS[0]}")
    assert (status, err) == (141, "")
    assert run(here, "fanlight batch --input in.json --output out.json 2>&1 | true; exit ${PIPESTATUS[0]}")[0] == 0


def test_a_terminal_without_unicode_gets_escapes_in_json_and_plain_letters_else(here: Path) -> None:
    status, out, _ = run(here, "fanlight ask --json Hi", PYTHONIOENCODING="ascii")
    assert status == 0
    assert out.isascii()
    assert json.loads(out)["answer"] == "Größe 😀."
    assert run(here, "fanlight ask Hi", PYTHONIOENCODING="ascii")[1] == "Grosse ?.\n"
    (here / "in.json").write_text('[{"id": "\\udce9", "question": "?"}]', "utf-8")
    for encoding in ("ascii", "utf-8"):
        _, out, _ = run(here, "fanlight batch --input in.json --output -", PYTHONIOENCODING=encoding)
        assert json.loads(out)[0]["id"] == "\udce9"
        assert json.loads(out)[0]["answer"] == "Größe 😀."


def test_the_output_is_appended_to_what_the_shell_appends_to(here: Path) -> None:
    (here / "log").write_text("before\n", "utf-8")
    for output in ("-", "/dev/stdout", "/dev/fd/1"):
        assert run(here, f"fanlight batch --input in.json --output {output} >>log")[0] == 0
    text = (here / "log").read_text("utf-8")
    assert text.startswith("before\n[")
    assert text.count("Größe") == 3


def test_a_pipe_of_the_shell_is_written_to_and_read_from(here: Path) -> None:
    status, out, _ = run(here, "fanlight batch --input <(cat in.json) --output >(cat; echo end) | cat")
    assert status == 0
    assert json.loads(out.removesuffix("end\n"))[0]["answer"] == "Größe 😀."
    assert run(here, "fanlight batch --input /dev/stdin --output out.json < <(cat in.json)")[0] == 0


def test_pictures_of_questions_from_a_pipe_are_named_from_the_working_folder(here: Path) -> None:
    red_circle(here / "a.png")
    (here / "in.json").write_text(json.dumps([{"id": 1, "images": ["a.png"], "question": "?"}]), "utf-8")
    for source in ("- <in.json", "/dev/stdin < <(cat in.json)", "<(cat in.json)"):
        assert run(here, f"fanlight batch --output out.json --input {source}")[0] == 0
