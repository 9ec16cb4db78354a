"""`fanlight ask --each`: a line of JSON for each page, or file; a page that fails is a line, too."""

from __future__ import annotations

import getpass
import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from fanlight import compose
from fanlight.batch import question_inputs
from fanlight.batch.input_options import InputOptions, QuestionInputs
from fanlight.batch.picture_sources import PictureSource
from fanlight.cli import ask, window_model
from fanlight.documents import files as document_files
from fanlight.domain.documents import Document
from fanlight.domain.errors import PromptTooLong
from fanlight.domain.events import Finished, TextDelta, Timings
from fanlight.domain.messages import Message
from fanlight.domain.models import ModelSpec, Sampling
from fanlight.domain.ports import Events
from fanlight.domain.stop import StopFlag
from fanlight.engine.scripted import ScriptedEngine
from support.command_line import Run, Script
from support.pdf_files import pdf_file

VALUES = '{"total": 3.5}'


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "total.json"
    path.write_text('{"type": "object", "properties": {"total": {"type": "number"}}, "required": ["total"]}')
    return path


@pytest.fixture
def bills(tmp_path: Path) -> Path:
    return pdf_file(tmp_path / "bills.pdf", ["First: 3.50", "Second: 3.50", "Third: 3.50"])


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_each_page_has_its_own_values_with_its_number(
    fanlight: Run, scripted: Script, bills: Path, schema: Path, picture: Path
) -> None:
    engine = scripted(VALUES)
    ran = fanlight("ask", "-i", bills, "-i", picture, "--schema", schema, "--each", "page", "What is the total?")
    assert (ran.status, ran.err) == (0, "")
    assert lines(ran.out) == [
        *({"file": str(bills), "page": page, "answer": {"total": 3.5}} for page in (1, 2, 3)),
        {"file": str(picture), "answer": {"total": 3.5}},
    ]
    texts = [messages[-1].text for messages in engine.asked]
    assert [word in text for word, text in zip(("First", "Second", "Third"), texts, strict=False)] == [True] * 3
    assert "Second" not in texts[0]
    assert len(engine.asked[3][-1].images) == 1


def test_pages_that_were_named_are_the_only_ones_and_files_are_asked_about_as_a_whole(
    fanlight: Run, scripted: Script, bills: Path, tmp_path: Path
) -> None:
    engine = scripted("Yes.")
    ran = fanlight("ask", "-i", f"{bills}#2-3", "--each", "page", "Is it?")
    assert lines(ran.out) == [{"file": str(bills), "page": page, "answer": "Yes."} for page in (2, 3)]
    other = pdf_file(tmp_path / "other.pdf", ["Other"])
    ran = fanlight("ask", "-i", bills, "-i", other, "--each", "file", "--json", "Is it?")
    said = lines(ran.out)
    assert [(one["file"], one["answer"], one["complete"]) for one in said] == [
        (str(bills), "Yes.", True), (str(other), "Yes.", True),
    ]  # fmt: skip
    assert all(one["model"] == "scripted" and "page" not in one and one["timings"] for one in said)
    assert "Third" in engine.asked[2][-1].text


class OneFails(ScriptedEngine):
    def generate(
        self, messages: Sequence[Message], sampling: Sampling, stop: StopFlag | None = None, *more: Any, **rest: Any
    ) -> Events:
        text = messages[-1].text
        if "Second" in text:
            raise PromptTooLong(9000, 4096)
        if "Third" in text:
            yield TextDelta('{"tot')
            yield Finished("length", Timings())
            return
        yield from super().generate(messages, sampling, stop, *more, **rest)


def test_a_page_that_fails_is_a_line_with_the_reason_and_the_others_go_on(
    fanlight: Run, scripted: Script, bills: Path, schema: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(VALUES)
    loaded: list[ScriptedEngine] = []

    def load(*_given: Any, **_more: Any) -> ScriptedEngine:
        loaded.append(OneFails([VALUES]))
        return loaded[-1]

    monkeypatch.setattr(compose, "load_engine", load)
    ran = fanlight("ask", "-i", bills, "--schema", schema, "--each", "page", "What is the total?")
    first, second, third = lines(ran.out)
    assert ran.status == 1
    assert first["answer"] == {"total": 3.5}
    assert "9000" in second["error"].replace(",", "")
    assert "cut off" in third["error"]
    assert "2 of 3 items could not be answered; the first is" in ran.err
    assert f"{bills}#2" in " ".join(ran.err.split())
    assert len(loaded) == 1


def test_what_the_window_no_longer_answers_is_answered_here(
    fanlight: Run, scripted: Script, bills: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = scripted("Here.")
    asked: list[str] = []

    def window(_spec: ModelSpec, messages: Sequence[Message], *_more: object) -> Events:
        asked.append(messages[-1].text)
        if len(asked) == 2:
            yield TextDelta("Half")
            raise window_model.WindowDeclined("it went away")
        yield TextDelta("There.")
        yield Finished("end", Timings())

    monkeypatch.setattr(window_model, "generate", window)
    ran = fanlight("ask", "-i", bills, "--each", "page", "Is it?")
    assert [one["answer"] for one in lines(ran.out)] == ["There.", "Here.", "Here."]
    assert len(engine.asked) == 2


def test_without_files_it_says_what_is_missing(fanlight: Run, scripted: Script) -> None:
    scripted("x")
    ran = fanlight("ask", "--each", "page", "Is it?")
    assert (ran.status, ran.out) == (3, "")
    assert "--each asks about each page, or each file: name them with -i." in ran.err


def test_the_password_of_a_document_is_asked_for_once(
    fanlight: Run, scripted: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted("Ok.")
    asked: list[str] = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return "zebra"

    monkeypatch.setattr(getpass, "getpass", typed)
    locked = pdf_file(tmp_path / "locked.pdf", ["One", "Two"], password="zebra")
    ran = fanlight("ask", "-i", locked, "--each", "page", "Is it?")
    assert [one["page"] for one in lines(ran.out)] == [1, 2]
    assert len(asked) == 1


def test_a_document_that_cannot_be_read_is_a_line_and_the_others_go_on(
    fanlight: Run, scripted: Script, bills: Path, tmp_path: Path
) -> None:
    scripted("Ok.")
    torn = tmp_path / "torn.pdf"
    torn.write_bytes(bills.read_bytes()[:200])
    ran = fanlight("ask", "-i", torn, "-i", bills, "--each", "page", "Is it?")
    bad, *others = lines(ran.out)
    assert (ran.status, bad["file"], "page" in bad) == (1, str(torn), False)
    assert bad["error"]
    assert [one["page"] for one in others] == [1, 2, 3]
    assert "1 of 4 items could not be answered" in ran.err


def test_each_is_read_once_and_by_the_thread_that_a_signal_ends(
    fanlight: Run, scripted: Script, bills: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password that is waited for on another thread would leave a terminal without echo."""
    scripted("Ok.")
    read: list[tuple[str, bool]] = []

    def reads(sources: Sequence[PictureSource], question: str, how: InputOptions) -> QuestionInputs:
        read.append((sources[0].name, threading.current_thread() is threading.main_thread()))
        return question_inputs.read_inputs(sources, question, how)

    monkeypatch.setattr(ask, "read_inputs", reads)
    other = pdf_file(tmp_path / "other.pdf", ["Other"])
    ran = fanlight("ask", "-i", bills, "-i", other, "--each", "file", "Is it?")
    assert (ran.status, len(lines(ran.out))) == (0, 2)
    assert read == [("bills.pdf", True), ("other.pdf", True)]


def test_a_document_of_many_pages_is_read_once(
    fanlight: Run, scripted: Script, bills: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted("Ok.")
    read: list[str] = []
    really = document_files.read_document

    def reads(path: Path, password: str = "", stop: StopFlag | None = None) -> Document:
        read.append(path.name)
        return really(path, password, stop)

    monkeypatch.setattr(document_files, "read_document", reads)
    ran = fanlight("ask", "-i", bills, "--each", "page", "Is it?")
    assert [one["page"] for one in lines(ran.out)] == [1, 2, 3]
    assert read == ["bills.pdf"]
