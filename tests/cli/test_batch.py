"""`fanlight batch`, in this process, answered from a script."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from fanlight import compose
from fanlight.domain.errors import ModelBroken
from support.command_line import Ran, Run, Script, interrupted
from support.pdf_files import pdf_file
from support.pictures import red_circle


@pytest.fixture
def batch(fanlight: Run, tmp_path: Path) -> Run:
    """Runs a batch over these items; `answers` reads what came of it."""

    def run(items: object, *more: str) -> Ran:
        (tmp_path / "in.json").write_text(items if isinstance(items, str) else json.dumps(items), "utf-8")
        return fanlight("batch", "--input", tmp_path / "in.json", "--output", tmp_path / "out.json", *more)

    return run


def answers(folder: Path) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = json.loads((folder / "out.json").read_text("utf-8"))
    return result


def test_answers_come_in_the_order_of_the_questions(batch: Run, scripted: Script, tmp_path: Path) -> None:
    engine = scripted("Fine", ".")
    ran = batch([{"id": name, "question": f"How is {name}?"} for name in ("b", "a", 7)])
    assert ran.status == 0
    assert [item["id"] for item in answers(tmp_path)] == ["b", "a", 7]
    assert {item["answer"] for item in answers(tmp_path)} == {"Fine."}
    assert answers(tmp_path)[0]["timings"]["generated_tokens"] == 2
    assert [asked[0].text for asked in engine.asked] == ["How is b?", "How is a?", "How is 7?"]
    assert engine.closed


def test_the_progress_bar_is_on_stderr_and_stdout_is_empty(batch: Run, scripted: Script) -> None:
    scripted("Fine.")
    ran = batch([{"id": 1, "question": "How?"}])
    assert ran.out == ""
    assert "1/1" in ran.err


def test_pictures_lie_beside_the_input_file(batch: Run, scripted: Script, tmp_path: Path) -> None:
    engine = scripted("Red.")
    (tmp_path / "pictures").mkdir()
    red_circle(tmp_path / "pictures" / "a.png")
    ran = batch([{"id": 1, "images": ["pictures/a.png"], "question": "What colour is it?"}])
    assert ran.status == 0
    assert engine.asked[0][0].images[0].width == 96


def test_documents_are_listed_among_the_pictures(batch: Run, scripted: Script, tmp_path: Path) -> None:
    engine = scripted("Soup.")
    red_circle(tmp_path / "a.png")
    (tmp_path / "menu.txt").write_text("Soup: 4", "utf-8")
    pdf_file(tmp_path / "b.pdf", ["First page", "Second page"])
    items = [
        {"id": 1, "images": ["menu.txt", "a.png", "b.pdf#2"], "question": ["Which soup?", "And what else?"]},
        {"id": 2, "images": ["b.pdf#3"], "question": "What is there?"},
    ]
    assert batch(items).status == 1
    first, second = answers(tmp_path)
    assert first["answer"] == ["Soup.", "Soup."]
    assert "there is no page 3" in second["error"]
    asked = engine.asked[0][0]
    assert len(asked.images) == 1
    assert "Soup: 4" in asked.text
    assert "Second page" in asked.text
    assert "First page" not in asked.text
    assert engine.asked[1][-1].text == "And what else?"


def test_a_list_of_questions_is_one_conversation_about_the_pictures(
    batch: Run, scripted: Script, picture: Path, tmp_path: Path
) -> None:
    engine = scripted("Red.")
    batch([{"id": 1, "images": [picture.name], "question": ["What colour?", "Sure?"]}])
    (item,) = answers(tmp_path)
    assert item["answer"] == ["Red.", "Red."]
    assert len(item["timings"]) == 2
    assert [(m.role, m.text, len(m.images)) for m in engine.asked[1]] == [
        ("user", "What colour?", 1),
        ("assistant", "Red.", 0),
        ("user", "Sure?", 0),
    ]


def test_a_list_of_one_question_is_answered_with_a_list(batch: Run, scripted: Script, tmp_path: Path) -> None:
    scripted("Red.")
    batch([{"id": 1, "question": ["What colour?"]}])
    assert answers(tmp_path)[0]["answer"] == ["Red."]


def test_answers_are_greedy_and_bounded(
    batch: Run, scripted: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scripted("a ", "b ", "c")
    batch([{"id": 1, "question": "Count."}], "--max-tokens", "2")
    assert answers(tmp_path)[0]["answer"] == "a b "
    assert answers(tmp_path)[0]["timings"]["finished"] == "length"


BAD: list[tuple[object, str]] = [
    ("text", "must be an object"),
    (None, "must be an object"),
    ([], "must be an object"),
    ({}, '"id"'),
    ({"question": "?"}, '"id"'),
    ({"id": None, "question": "?"}, '"id"'),
    ({"id": True, "question": "?"}, '"id"'),
    ({"id": [1], "question": "?"}, '"id"'),
    ({"id": 1.5, "question": "?"}, '"id"'),
    ({"id": "x"}, '"question"'),
    ({"id": "x", "question": ""}, '"question"'),
    ({"id": "x", "question": "  "}, '"question"'),
    ({"id": "x", "question": []}, '"question"'),
    ({"id": "x", "question": ["ok", 3]}, '"question"'),
    ({"id": "x", "question": {"text": "?"}}, '"question"'),
    ({"id": "x", "images": "a.png", "question": "?"}, '"images"'),
    ({"id": "x", "images": [3], "question": "?"}, '"images"'),
    ({"id": "x", "images": [""], "question": "?"}, '"images"'),
    ({"id": "x", "images": None, "question": "?"}, '"images"'),
    ({"id": "x", "image": "a.png", "question": "?"}, '"images"'),
    ({"id": "x", "images": ["a\0b.png"], "question": "?"}, "NUL"),
    ({"id": "x", "images": ["missing.png"], "question": "?"}, "missing.png"),
    ({"id": "x", "images": ["."], "question": "?"}, ""),
    ({"id": "x", "images": ["in.json"], "question": "?"}, "in.json"),
]


@pytest.mark.parametrize(("item", "said"), BAD)
def test_a_bad_item_is_reported_in_its_place(
    batch: Run, scripted: Script, tmp_path: Path, item: object, said: str
) -> None:
    scripted("Fine.")
    ran = batch([{"id": "before", "question": "?"}, item, {"id": "after", "question": "?"}])
    assert ran.status == 1
    first, bad, last = answers(tmp_path)
    assert (first["answer"], last["answer"]) == ("Fine.", "Fine.")
    assert set(bad) == {"id", "error"}
    assert bad["id"] == (item.get("id") if isinstance(item, dict) else None)
    assert said in bad["error"]
    assert "1 of 3 items" in ran.err
    assert "Traceback" not in ran.err


def test_the_second_item_of_the_same_id_is_bad(batch: Run, scripted: Script, tmp_path: Path) -> None:
    scripted("Fine.")
    assert batch([{"id": 1, "question": "?"}, {"id": 1, "question": "?"}, {"id": "1", "question": "?"}]).status == 1
    assert ["error" in item for item in answers(tmp_path)] == [False, True, False]


def test_a_model_that_fails_at_one_item_answers_the_next(batch: Run, scripted: Script, tmp_path: Path) -> None:
    scripted("Fine", ".", supports_images=False)
    red_circle(tmp_path / "a.png")
    assert batch([{"id": 1, "images": ["a.png"], "question": "?"}, {"id": 2, "question": "?"}]).status == 1
    assert "does not support pictures" in answers(tmp_path)[0]["error"]
    assert answers(tmp_path)[1]["answer"] == "Fine."


@pytest.mark.parametrize("text", ["", "{", "[", "{}", '"text"', "3", "null", "[" * 100_000, "[1,]"])
def test_a_file_that_is_no_list_is_bad_input_and_writes_nothing(
    batch: Run, scripted: Script, tmp_path: Path, text: str
) -> None:
    scripted("Fine.")
    ran = batch(text)
    assert ran.status == 3
    assert len(ran.err.splitlines()) == 2
    assert not (tmp_path / "out.json").exists()


def test_a_file_that_is_not_there_is_bad_input(fanlight: Run, tmp_path: Path) -> None:
    assert fanlight("batch", "--input", tmp_path / "no.json", "--output", tmp_path / "out.json").status == 3


def test_a_file_that_is_not_text_is_bad_input(fanlight: Run, picture: Path, tmp_path: Path) -> None:
    assert fanlight("batch", "--input", picture, "--output", tmp_path / "out.json").status == 3


def test_an_empty_list_gives_an_empty_list(batch: Run, scripted: Script, tmp_path: Path) -> None:
    scripted("Fine.")
    assert batch([]).status == 0
    assert answers(tmp_path) == []


@pytest.mark.parametrize("output", ["no/such/folder/out.json", ".", "in.json", "new/"])
def test_a_bad_place_for_the_output_is_said_before_any_work(
    fanlight: Run, scripted: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, output: str
) -> None:
    scripted("Fine.")
    monkeypatch.setattr(compose, "load_engine", lambda *args, **more: pytest.fail("loaded"))
    source = tmp_path / "in.json"
    source.write_text('[{"id": 1, "question": "?"}]', "utf-8")
    ran = fanlight("batch", "--input", source, "--output", f"{tmp_path}/{output}")
    assert ran.status == 3
    assert json.loads(source.read_text("utf-8")) == [{"id": 1, "question": "?"}]


def test_a_model_that_does_not_load_leaves_the_old_output(
    batch: Run, scripted: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scripted("Fine.")
    (tmp_path / "out.json").write_text("old", "utf-8")

    def fail(*args: object, **more: object) -> None:
        raise ModelBroken("The model is broken.")

    monkeypatch.setattr(compose, "load_engine", fail)
    assert batch([{"id": 1, "question": "?"}]).status == 4
    assert (tmp_path / "out.json").read_text("utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir() if "out" in path.name) == ["out.json"]


def test_ctrl_c_keeps_the_answers_so_far_beside_the_output(batch: Run, scripted: Script, tmp_path: Path) -> None:
    engine = scripted("Fine", ".", seconds_per_token=0.05)

    questions = [{"id": number, "question": "?"} for number in range(1000)]
    ran = interrupted(lambda: batch(questions), lambda: len(engine.asked) >= 3)
    assert ran.status == 130
    assert not (tmp_path / "out.json").exists()
    kept = json.loads((tmp_path / "out.json.partial").read_text("utf-8"))
    assert [item["id"] for item in kept] == list(range(len(kept)))
    assert 1 <= len(kept) <= 4
    assert all(item["answer"] == "Fine." for item in kept)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a place where nobody can write, root included")
def test_a_folder_that_can_not_be_written_to_is_said_before_any_work(
    fanlight: Run, scripted: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scripted("Fine.")
    monkeypatch.setattr(compose, "load_engine", lambda *args, **more: pytest.fail("loaded"))
    (tmp_path / "in.json").write_text('[{"id": 1, "question": "?"}]', "utf-8")
    ran = fanlight("batch", "--input", tmp_path / "in.json", "--output", "/proc/out.json")
    assert ran.status == 3
    assert "/proc" in ran.err


def test_answers_that_are_cut_off_are_said_and_with_a_schema_they_fail(
    batch: Run, scripted: Script, tmp_path: Path
) -> None:
    engine = scripted("a", "b", "c")
    (tmp_path / "schema.json").write_text('{"type": "string"}', "utf-8")
    items = [{"id": 1, "question": "?"}]
    ran = batch(items, "--max-tokens", "2")
    assert (ran.status, answers(tmp_path)[0]["complete"]) == (0, False)
    assert "1 of 1 answer was cut off" in ran.err
    assert batch(items, "--max-tokens", "2", "--schema", str(tmp_path / "schema.json")).status == 1
    assert batch(items, "--schema", str(tmp_path / "schema.json")).status == 0
    assert answers(tmp_path)[0]["complete"] is True
    assert len(engine.asked) == 3


def test_where_all_items_are_bad_no_others_are_spoken_of(batch: Run, scripted: Script) -> None:
    scripted("Fine.")
    ran = batch([{"question": "?"}, {"id": 1.5, "question": "?"}])
    assert "2 of 2 items" in ran.err
    assert "The reasons are in" in ran.err
    assert "others" not in ran.err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="files of POSIX")
@pytest.mark.parametrize("output", ["loop", "x" * 300, "socket"])
def test_an_output_that_cannot_be_written_is_said_before_any_work(
    fanlight: Run, scripted: Script, monkeypatch: pytest.MonkeyPatch, short_folder: Path, output: str
) -> None:
    scripted("Fine.")
    monkeypatch.setattr(compose, "load_engine", lambda *args, **more: pytest.fail("loaded"))
    (short_folder / "loop").symlink_to("loop")
    (short_folder / "in.json").write_text('[{"id": 1, "question": "?"}]', "utf-8")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(short_folder / "socket"))
    ran = fanlight("batch", "--input", short_folder / "in.json", "--output", short_folder / output)
    assert ran.status == 3
    assert len(ran.err.splitlines()) == 2
