"""How `fanlight ask` and `batch` let the model answer: loops, thinking, sampling, text instead of pictures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fanlight import compose
from fanlight.settings import Settings
from fanlight.settings_file import FILE_NAME, save_settings
from support.command_line import Run, Script
from support.reading import FakeReader
from support.windows import picture_file


def _batch(fanlight: Run, folder: Path, *more: str) -> list[dict[str, object]]:
    (folder / "in.json").write_text(json.dumps([{"id": 1, "question": "How?"}]), "utf-8")
    fanlight("batch", "--input", folder / "in.json", "--output", folder / "out.json", *more)
    found: list[dict[str, object]] = json.loads((folder / "out.json").read_text("utf-8"))
    return found


def test_an_answer_that_was_in_a_loop_is_said_and_is_not_complete(
    fanlight: Run, scripted: Script, tmp_path: Path
) -> None:
    scripted("so on ", "so on ", ends="loop")
    ran = fanlight("ask", "Go on.")
    assert ran.status == 0
    assert "repeated itself over and over" in ran.err
    assert "cut off" not in ran.err
    ran = fanlight("ask", "--json", "Go on.")
    said = json.loads(ran.out)
    assert (said["complete"], said["timings"]["finished"]) == (False, "loop")
    (tmp_path / "any.gbnf").write_text("root ::= [a-z]*", "utf-8")
    ran = fanlight("ask", "--grammar", tmp_path / "any.gbnf", "Go on.")
    assert ran.status == 1
    assert "does not follow the schema or grammar" in ran.err


def test_a_loop_in_a_batch_is_told_from_an_answer_that_was_cut_off(
    fanlight: Run, scripted: Script, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    scripted("so on ", "so on ", ends="loop")
    (tmp_path / "in.json").write_text(json.dumps([{"id": 1, "question": ["How?", "And?"]}]), "utf-8")
    ran = fanlight("batch", "--input", tmp_path / "in.json", "--output", tmp_path / "out.json")
    assert "1 of 1 answer repeated itself over and over" in ran.err
    assert "limit of tokens" not in ran.err
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))[0]["complete"] is False


@pytest.mark.parametrize(
    ("word", "mode", "tokens"),
    [("on", "on", 0), ("off", "off", 0), ("auto", "auto", 0), ("200", "on", 200), ("0", "off", 0)],
)
def test_thinking_is_as_the_command_says(
    fanlight: Run, scripted: Script, tmp_path: Path, word: str, mode: str, tokens: int
) -> None:
    engine = scripted("Yes.", thinking=["Hm."])
    fanlight("ask", "--think", word, "Is it?")
    _batch(fanlight, tmp_path, "--think", word)
    assert [(one.thinking, one.thinking_tokens) for one in engine.samplings] == [(mode, tokens)] * 2


def test_without_a_word_the_settings_count_and_a_batch_does_not_think(
    fanlight: Run, scripted: Script, tmp_path: Path, home: Path
) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / FILE_NAME).write_text(json.dumps({"thinking": "on", "thinking_tokens": 99}), "utf-8")
    engine = scripted("Yes.", thinking=["Hm."])
    said = json.loads(fanlight("ask", "--json", "Is it?").out)
    assert said["thinking"] == "Hm."
    _batch(fanlight, tmp_path)
    assert [(one.thinking, one.thinking_tokens) for one in engine.samplings] == [("on", 99), ("off", 0)]


def test_a_word_that_is_no_way_of_thinking_is_wrong_usage(fanlight: Run, scripted: Script) -> None:
    scripted("Yes.")
    ran = fanlight("ask", "--think", "maybe", "Is it?")
    assert ran.status == 2
    assert "maybe is not on, off, auto or a number of tokens" in ran.err


def test_what_the_user_has_set_is_not_left_to_the_models_recommendation(
    fanlight: Run, scripted: Script, home: Path
) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / FILE_NAME).write_text(json.dumps({"top_k": 5}), "utf-8")
    engine = scripted("Yes.")
    fanlight("ask", "Is it?")
    fanlight("ask", "--temperature", "0.7", "Is it?")
    unset = [set(one.unset) - {"repeat_penalty", "repeat_tokens"} for one in engine.samplings]
    assert unset == [{"temperature", "top_p", "min_p"}, {"top_p", "min_p"}]


def test_a_text_model_is_given_the_text_of_a_picture_where_that_is_asked_for(
    fanlight: Run, scripted: Script, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = scripted("42.", supports_images=False)
    monkeypatch.setattr(compose, "load_reader", lambda: FakeReader(["Total 42"]))
    refused = fanlight("ask", "-i", picture, "What is the total?")
    assert refused.status == 4
    assert "--ocr" in refused.err
    ran = fanlight("ask", "--ocr", "-i", picture, "What is the total?")
    assert (ran.status, ran.out) == (0, "42.\n")
    assert "scripted does not support pictures: it gets the text that was read in 1 picture" in ran.err
    (question,) = engine.asked[0]
    assert not question.images
    assert question.text.startswith("What is the total?\n\n")
    assert question.text.endswith("\nTotal 42")


def test_a_picture_without_text_is_no_question_for_a_text_model(
    fanlight: Run, scripted: Script, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted("42.", supports_images=False)
    monkeypatch.setattr(compose, "load_reader", lambda: FakeReader([]))
    ran = fanlight("ask", "--ocr", "-i", picture, "What is the total?")
    assert ran.status == 4
    assert "no text was found" in ran.err


def test_a_model_that_supports_pictures_is_given_the_picture_all_the_same(
    fanlight: Run, scripted: Script, picture: Path
) -> None:
    engine = scripted("Red.")
    assert fanlight("ask", "--ocr", "-i", picture, "What colour?").status == 0
    assert engine.asked[0][0].images


@pytest.mark.parametrize(
    ("detail", "size", "low"),
    [
        ("low", (512, 288), True),
        ("normal", (1536, 864), False),
        ("high", (2048, 1152), False),
        (None, (512, 288), True),
    ],
)
def test_the_detail_of_pictures_is_an_option_and_otherwise_a_setting(
    fanlight: Run, scripted: Script, home: Path, tmp_path: Path, detail: str | None, size: tuple[int, int], low: bool
) -> None:
    save_settings(Settings(picture_detail="low"), home / FILE_NAME)
    engine = scripted("A circle.")
    screen = picture_file(tmp_path, "screen.png", (2880, 1620))
    ran = fanlight("ask", "-i", screen, *(["--detail", detail] if detail else []), "What is it?")
    assert ran.status == 0
    (image,) = engine.asked[0][-1].images
    assert ((image.width, image.height), image.low) == (size, low)
