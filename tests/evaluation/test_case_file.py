"""Files of cases: what is taken, what is said about the rest, and VLMEvalKit's tables there and back."""

from __future__ import annotations

import base64
import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from fanlight.batch.items import RejectedItem
from fanlight.batch.picture_sources import find_pictures
from fanlight.domain.errors import InputError
from fanlight.evaluation.case_file import read_cases
from fanlight.evaluation.case_json import cases_json
from fanlight.evaluation.cases import EvaluationCase, Scoring
from fanlight.evaluation.pictures import file_content
from fanlight.evaluation.tsv_file import tsv_text
from support.pictures import red_circle


def read(folder: Path, *entries: Any) -> list[Any]:
    return list(read_cases(json.dumps(entries).encode(), folder / "cases.json"))


def read_table(folder: Path, text: str) -> list[Any]:
    return list(read_cases(text.encode(), folder / "cases.tsv"))


def table(*rows: dict[str, str]) -> str:
    made = io.StringIO()
    writer = csv.DictWriter(made, list(rows[0]), delimiter="\t")
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue()


@pytest.mark.parametrize(
    ("more", "scoring", "answers"),
    [
        ({"answer": "red"}, Scoring.CONTAINS, ("red",)),
        ({"answer": ["sofa", "couch"]}, Scoring.CONTAINS, ("sofa", "couch")),
        ({"answer": 3}, Scoring.NUMBER, (3,)),
        ({"answer": 0}, Scoring.NUMBER, (0,)),
        ({"answer": "3 kg", "score": "number"}, Scoring.NUMBER, ("3 kg",)),
        ({"answer": {"a": 1}}, Scoring.FIELDS, ({"a": 1},)),
        ({"answer": "b", "options": ["red", "blue"]}, Scoring.CHOICE, ("B",)),
        ({"answer": "blue", "options": {"A": "red", "B": "blue"}}, Scoring.CHOICE, ("B",)),
        ({"answer": "yes", "score": "Exact"}, Scoring.EXACT, ("yes",)),
    ],
)
def test_how_it_is_scored_follows_from_the_answer(
    tmp_path: Path, more: dict[str, Any], scoring: Scoring, answers: tuple[Any, ...]
) -> None:
    (case,) = read(tmp_path, {"id": 1, "question": "?"} | more)
    assert (case.scoring, case.answers) == (scoring, answers)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("text", "must be an object"),
        ({"question": "?", "answer": 1}, '"id"'),
        ({"id": 1, "question": "?"}, '"answer"'),
        ({"id": 1, "question": ["?", "?"], "answer": 1}, "one text"),
        ({"id": 1, "question": "?", "answer": True}, '"answer"'),
        ({"id": 1, "question": "?", "answer": "x", "score": "close"}, "exact, contains, number, choice, fields"),
        ({"id": 1, "question": "?", "answer": "x", "score": "number"}, "must be a number"),
        ({"id": 1, "question": "?", "answer": "x", "score": "choice"}, '"options"'),
        ({"id": 1, "question": "?", "answer": "x", "score": "fields"}, "object"),
        ({"id": 1, "question": "?", "answer": {}}, "object"),
        ({"id": 1, "question": "?", "answer": "C", "options": ["a", "b"]}, "option"),
        ({"id": 1, "question": "?", "answer": "A", "options": ["a"]}, '"options"'),
        ({"id": 1, "question": "?", "answer": "A", "options": {"x": "a", "y": "b"}}, '"options"'),
        ({"id": 1, "question": "?", "answer": "A", "options": "ab"}, '"options"'),
        ({"id": 1, "question": "?", "answer": 1, "tolerance": "far"}, '"tolerance"'),
        ({"id": 1, "question": "?", "answer": 1, "tolerance": -1}, '"tolerance"'),
        ({"id": 1, "question": "?", "answer": 1, "tolerance": "NaN"}, '"tolerance"'),
        ({"id": 1, "question": "?", "answer": 1, "images": "a.png"}, '"images"'),
    ],
)
def test_a_bad_case_is_reported_in_its_place(tmp_path: Path, entry: Any, said: str) -> None:
    good = {"id": "good", "question": "?", "answer": 1}
    first, bad, last = read(tmp_path, good, entry, good)
    assert isinstance(first, EvaluationCase)
    assert isinstance(bad, RejectedItem)
    assert said in bad.reason
    assert "same id" in last.reason


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"a": 1}'])
def test_a_file_without_cases_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError) as said:
        read_cases(text.encode(), tmp_path / "cases.json")
    assert "index, image, question" in said.value.hint


def test_a_choice_is_asked_as_vlmevalkit_asks_it(tmp_path: Path) -> None:
    (case,) = read(
        tmp_path, {"id": 1, "question": "Which?", "hint": "Look.", "options": ["red", "blue"], "answer": "A"}
    )
    assert case.prompt == (
        "Hint: Look.\nQuestion: Which?\nOptions:\nA. red\nB. blue\n"
        "Please select the correct answer from the options above."
    )


def test_a_table_of_vlmevalkit_is_read(tmp_path: Path) -> None:
    picture = red_circle(tmp_path / "a.png", 200).read_bytes()
    coded = base64.b64encode(picture).decode()
    row = {"index": "0", "image": coded, "question": "Which\ncolour?", "hint": "", "A": "red", "B": "blue", "C": "",
           "answer": "A", "category": "colour", "l2-category": "x", "split": "dev"}  # fmt: skip
    same = row | {"index": "1", "image": "0", "answer": "B"}
    several = row | {"index": "2", "image": str([coded, coded])}
    open_question = row | {"index": "3", "A": "", "B": "", "answer": "red"}
    first, second, third, fourth = read_table(tmp_path, table(row, same, several, open_question))
    assert (first.id, first.question, first.options) == (0, "Which\ncolour?", {"A": "red", "B": "blue"})
    assert (first.category, first.scoring, first.answers) == ("colour", Scoring.CHOICE, ("A",))
    assert [len(one.images) for one in (first, second, third)] == [1, 1, 2]
    (source,) = find_pictures(second.images[0], tmp_path)
    assert source.read(512).width == 200
    assert fourth.scoring is Scoring.CONTAINS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("index\timage\n1\tx\n", "no column “question”"),
        ("", "has no cases"),
        ("question\tanswer\n", "has no cases"),
        ("\x00question\tanswer\nx\ty\n", "no column|is no table"),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_table(tmp_path, text)


def test_lines_of_a_table_that_cannot_be_used_are_reported(tmp_path: Path) -> None:
    unanswered, wide, good = read_table(tmp_path, "index\tquestion\tanswer\n1\t?\n2\t?\tx\ty\n3\t?\tx\n")
    assert '"answer"' in unanswered.reason
    assert "Line 3" in wide.reason
    assert good.id == 3


def test_cases_survive_a_table(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        red_circle(tmp_path / name)
    cases = read(
        tmp_path,
        {"id": "x", "images": ["a.png"], "question": "Tab\there\n“?”", "answer": ["so", "fa"], "category": "c"},
        {"id": 7, "images": ["a.png", "b.png"], "question": "?", "answer": 3, "tolerance": "5%"},
        {"id": 8, "question": "?", "answer": {"a": [1, "ü"]}, "tolerance": 0.5, "hint": "h"},
        {"id": 9, "question": "?", "answer": ["A", "B"], "options": ["red", "blue", "green"]},
        {"id": "9", "question": "?", "answer": "one"},
    )
    text = tsv_text(cases, file_content, {"prediction": {"x": "sofa"}})
    back = read_table(tmp_path, text)
    for before, after in zip(cases, back, strict=True):
        kept = ("id", "question", "scoring", "options", "tolerance", "hint", "category", "prompt")
        assert [getattr(before, name) for name in kept] == [getattr(after, name) for name in kept]
        assert list(map(str, before.answers)) == list(map(str, after.answers))
        was = [file_content(name, tmp_path) for name in before.images]
        assert was == [file_content(name, tmp_path) for name in after.images]
    rows = list(csv.DictReader(io.StringIO(text), delimiter="\t"))
    assert [row["index"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert rows[0]["prediction"] == "sofa"


def test_cases_survive_json(tmp_path: Path) -> None:
    red_circle(tmp_path / "a.png")
    cases = read(tmp_path, {"id": 1, "images": ["a.png"], "question": "?", "answer": "A", "options": ["x", "y"]})
    elsewhere = tmp_path / "below"
    (back,) = read(elsewhere, *cases_json(cases))
    assert back.images == (str(tmp_path / "a.png"),)
    assert (back.answers, back.options) == (cases[0].answers, cases[0].options)
