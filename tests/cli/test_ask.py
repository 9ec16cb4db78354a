"""`fanlight ask`, in this process, answered from a script."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from fanlight import compose
from fanlight.cli import arguments
from fanlight.domain.errors import ModelMissing, OutOfMemory
from fanlight.domain.messages import Message
from fanlight.domain.models import Sampling
from fanlight.domain.ports import Events
from fanlight.domain.stop import StopFlag
from support.command_line import Run, Script, interrupted
from support.pictures import red_circle


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_an_answer_goes_to_stdout_and_nothing_else_does(fanlight: Run, scripted: Script, picture: Path) -> None:
    engine = scripted("A red ", "circle", ".")
    ran = fanlight("ask", "-i", picture, "What is it?")
    assert (ran.status, ran.out, ran.err) == (0, "A red circle.\n", "")
    (question,) = engine.asked[0]
    assert question.text == "What is it?"
    assert [(image.width, image.height) for image in question.images] == [(96, 96)]
    assert engine.closed


def test_several_pictures_stay_in_their_order(fanlight: Run, scripted: Script, picture: Path, tmp_path: Path) -> None:
    engine = scripted("Two.")
    fanlight("ask", "-i", picture, "-i", red_circle(tmp_path / "larger.png", 120), "How many pictures?")
    assert [image.width for image in engine.asked[0][0].images] == [96, 120]


def test_json_holds_the_answer_the_model_and_the_timings(fanlight: Run, scripted: Script) -> None:
    scripted("Yes", ".", thinking=["hm"])
    ran = fanlight("ask", "--json", "Is it?")
    said = json.loads(ran.out)
    assert (said["answer"], said["model"], said["thinking"]) == ("Yes.", "scripted", "hm")
    assert said["timings"]["generated_tokens"] == 3
    assert said["timings"]["finished"] == "end"


def test_a_dash_reads_the_question_from_stdin(fanlight: Run, scripted: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = scripted("Ok.")
    stdin(monkeypatch, "Où est-il ?\n".encode())
    assert fanlight("ask", "-").status == 0
    assert engine.asked[0][0].text == "Où est-il ?"


def test_a_dash_reads_the_picture_from_stdin(
    fanlight: Run, scripted: Script, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = scripted("Ok.")
    stdin(monkeypatch, picture.read_bytes())
    assert fanlight("ask", "-i", "-", "What is it?").status == 0
    assert engine.asked[0][0].images[0].width == 96


def test_stdin_can_not_be_both(fanlight: Run, scripted: Script) -> None:
    scripted("Ok.")
    ran = fanlight("ask", "-i", "-", "-")
    assert ran.status == 3
    assert "stdin" in ran.err


def test_the_token_limit_and_the_standing_instruction_reach_the_model(fanlight: Run, scripted: Script) -> None:
    engine = scripted("one ", "two ", "three")
    ran = fanlight("ask", "--max-tokens", "2", "--system", "Be brief.", "Count.")
    assert ran.out == "one two \n"
    assert [(message.role, message.text) for message in engine.asked[0]] == [
        ("system", "Be brief."),
        ("user", "Count."),
    ]


def test_bytes_that_are_no_text_do_not_stop_a_question(fanlight: Run, scripted: Script) -> None:
    engine = scripted("Ok.")
    assert fanlight("ask", "What is \udcff this?").status == 0
    assert engine.asked[0][0].text == "What is \ufffd this?"


@pytest.mark.parametrize(
    "words",
    [
        ["ask"],
        ["ask", "--nonsense", "x"],
        ["ask", "--temperature", "nan", "x"],
        ["ask", "--temperature", "9", "x"],
        ["ask", "--max-tokens", "-1", "x"],
        ["ask", "--seed", "4294967295", "x"],
        ["ask", "--schema", "a", "--grammar", "b", "x"],
        ["batch", "--input", "x"],
        ["models"],
        ["models", "add"],
        ["nonsense"],
    ],
)
def test_wrong_usage_is_status_2_with_one_line_and_a_hint(fanlight: Run, words: list[str]) -> None:
    ran = fanlight(*words)
    assert ran.status == 2
    assert ran.err.startswith("fanlight: ")
    assert "--help" in ran.err.splitlines()[1]
    assert len(ran.err.splitlines()) == 2


@pytest.mark.parametrize("text", ["0.5", "0,5", ".5"])
def test_a_number_is_given_with_a_point_or_a_comma(text: str) -> None:
    assert arguments.parse(["ask", "--temperature", text, "x"]).temperature == 0.5


def test_an_empty_question_is_bad_input(fanlight: Run, scripted: Script) -> None:
    scripted("Ok.")
    ran = fanlight("ask", "  ")
    assert (ran.status, ran.err.splitlines()[0]) == (3, "fanlight: The question is empty.")


@pytest.mark.parametrize("content", [None, b"", b"not a picture at all", b"\x89PNG\r\n\x1a\n" + bytes(20)])
def test_a_picture_that_is_none_is_bad_input_and_no_model_is_loaded(
    fanlight: Run, scripted: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    scripted("Ok.")
    monkeypatch.setattr(compose, "load_engine", lambda *args, **more: pytest.fail("loaded"))
    path = tmp_path / "some.png"
    if content is not None:
        path.write_bytes(content)
    ran = fanlight("ask", "-i", path, "What is it?")
    assert ran.status == 3
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 2


@pytest.mark.parametrize(
    ("content", "said"), [(None, "does not exist"), ("{", "not valid JSON"), ("\xff", "not UTF-8")]
)
def test_a_schema_that_is_none_is_bad_input(
    fanlight: Run, scripted: Script, tmp_path: Path, content: str | None, said: str
) -> None:
    scripted("Ok.")
    path = tmp_path / "schema.json"
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    ran = fanlight("ask", "--schema", path, "What is it?")
    assert ran.status == 3
    assert said in ran.err


def test_a_schema_reaches_the_model(
    fanlight: Run, scripted: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine = scripted("{}")
    asked: list[Sampling] = []
    real = engine.generate

    def generate(messages: Sequence[Message], sampling: Sampling, stop: StopFlag | None = None) -> Events:
        asked.append(sampling)
        return real(messages, sampling, stop)

    monkeypatch.setattr(engine, "generate", generate)
    path = tmp_path / "schema.json"
    path.write_text('{"type": "object"}', "utf-8")
    assert fanlight("ask", "--schema", path, "What is it?").status == 0
    assert json.loads(asked[0].json_schema or "") == {"type": "object"}


def test_a_picture_for_a_blind_model_is_model_trouble(fanlight: Run, scripted: Script, picture: Path) -> None:
    scripted("Ok.", supports_images=False)
    ran = fanlight("ask", "-i", picture, "What is it?")
    assert ran.status == 4
    assert "does not support pictures" in ran.err


@pytest.mark.parametrize("error", [ModelMissing("There is no model x."), OutOfMemory("No room.")])
def test_a_model_that_does_not_load_is_status_4_with_its_hint(
    fanlight: Run, scripted: Script, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    scripted("Ok.")

    def fail(*args: object, **more: object) -> None:
        raise error

    monkeypatch.setattr(compose, "load_engine", fail)
    ran = fanlight("ask", "What is it?")
    assert ran.status == 4
    assert ran.err.splitlines()[0] == f"fanlight: {error}"
    assert len(ran.err.splitlines()) == 2


def test_an_error_in_the_middle_keeps_what_was_said(fanlight: Run, scripted: Script) -> None:
    scripted("A red ", "circle", fails_after=1)
    ran = fanlight("ask", "What is it?")
    assert (ran.status, ran.out) == (4, "A red \n")


def test_a_bug_is_one_line_and_its_trace_is_in_the_log(
    fanlight: Run, scripted: Script, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    scripted("Ok.")

    def fail(*args: object, **more: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(compose, "load_engine", fail)
    ran = fanlight("ask", "What is it?")
    assert ran.status == 1
    assert "Traceback" not in ran.err
    assert "ZeroDivisionError" in ran.err
    assert "Traceback" in (home / "logs" / "fanlight.log").read_text("utf-8")


def test_a_home_that_can_not_be_is_said(
    fanlight: Run, scripted: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scripted("Ok.")
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("FANLIGHT_HOME", str(tmp_path / "file"))
    ran = fanlight("ask", "What is it?")
    assert ran.status == 1
    assert "FANLIGHT_HOME" in ran.err


def test_ctrl_c_stops_the_model_and_is_quiet(fanlight: Run, scripted: Script) -> None:
    engine = scripted(*["word "] * 10_000, seconds_per_token=0.01)

    ran = interrupted(lambda: fanlight("ask", "Count."), lambda: bool(engine.asked), 0.5)
    assert ran.status == 130
    assert ran.err == ""
    assert engine.closed
    assert 0 < len(ran.out.split()) < 1000


def test_an_answer_can_not_command_a_terminal(fanlight: Run, scripted: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    scripted("one\x1b[2J\x9b2J\ttwo\nthree\x07")
    assert fanlight("ask", "Count.").out == "one\x1b[2J\x9b2J\ttwo\nthree\x07\n"  # a file gets what was said
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert fanlight("ask", "Count.").out == "one[2J2J\ttwo\nthree\n"


def test_an_answer_that_is_cut_off_is_said_and_bound_to_a_schema_it_fails(
    fanlight: Run, scripted: Script, tmp_path: Path
) -> None:
    scripted("{", '"', "a")
    (tmp_path / "schema.json").write_text("{}", "utf-8")
    (tmp_path / "any.gbnf").write_text("root ::= [a-z]*", "utf-8")
    cut = fanlight("ask", "--max-tokens", "2", "Hi")
    assert (cut.status, cut.out) == (0, '{"\n')
    assert "cut off" in cut.err
    for bound in (["--schema", tmp_path / "schema.json"], ["--grammar", tmp_path / "any.gbnf"]):
        ran = fanlight("ask", "--max-tokens", "2", "--json", *bound, "Hi")
        assert ran.status == 1
        assert json.loads(ran.out)["complete"] is False
        assert "cut off" in ran.err
    whole = fanlight("ask", "--json", "--schema", tmp_path / "schema.json", "Hi")
    assert (whole.status, whole.err, json.loads(whole.out)["complete"]) == (0, "", True)


def test_halves_of_characters_reach_the_model_as_replacement_characters(fanlight: Run, scripted: Script) -> None:
    engine = scripted("Half \ud83d.")
    ran = fanlight("ask", "--json", "--system", "a\udce9", "cut \ud83d off")
    assert ran.status == 0
    assert [message.text for message in engine.asked[0]] == ["a\ufffd", "cut \ufffd off"]
    assert json.loads(ran.out)["answer"] == "Half \ud83d."


def test_only_one_thing_is_read_from_stdin(fanlight: Run, scripted: Script) -> None:
    scripted("Ok.")
    for words in (["-i", "-", "-i", "-", "Hi"], ["-i", "-", "-"]):
        ran = fanlight("ask", *words)
        assert ran.status == 3
        assert "Only one" in ran.err
