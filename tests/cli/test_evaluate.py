"""`fanlight evaluate`, in this process, with models that answer from a script."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from fanlight import compose
from fanlight.cli import questions
from fanlight.domain.errors import ModelBroken, ModelMissing
from fanlight.domain.models import ModelFiles, ModelSpec
from fanlight.engine.scripted import ScriptedEngine
from support.answering import AnsweringEngine
from support.command_line import Ran, Run, interrupted

Answer = Callable[[str], str]
Models = Callable[..., dict[str, AnsweringEngine]]


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Models:
    """Makes these the models there are, each by a function of the question; how many are open at once is watched."""

    def use(**answers: Answer) -> dict[str, AnsweringEngine]:
        engines = {name: AnsweringEngine(answer, name=name) for name, answer in answers.items()}

        def find(name: str | None, *_more: object) -> ModelSpec:
            wanted = name or next(iter(answers))
            if wanted not in answers:
                raise ModelMissing(f"There is no model {wanted}.")
            return ModelSpec.of_files(wanted, Path(f"{wanted}.gguf"), Path("eyes.gguf"))

        def load(spec: ModelSpec, *_args: object, **_more: object) -> ScriptedEngine:
            assert all(engine.closed or not engine.asked for engine in engines.values()), "two models in memory"
            return engines[spec.name]

        monkeypatch.setattr(questions, "find_model", find)
        monkeypatch.setattr(compose, "load_engine", load)
        return engines

    return use


CASES = [
    {"id": 1, "question": "Colour?", "answer": "red"},
    {"id": 2, "question": "How many?", "answer": 3, "tolerance": 0.5, "category": "counting"},
    {"id": 3, "question": "Which?", "options": ["a cat", "a dog"], "answer": "B"},
    {"id": 4, "question": "Bill?", "answer": {"total": 5, "paid": True}},
]
RIGHT = {"Colour?": "It is red.", "How many?": "3.4", "Question: Which?": "B", "Bill?": '{"total": 5, "paid": true}'}
POOR = RIGHT | {"Colour?": "green", "Bill?": '{"total": 5}'}


def says(texts: dict[str, str]) -> Answer:
    return lambda question: texts[question.splitlines()[0]]


@pytest.fixture
def evaluate(fanlight: Run, tmp_path: Path) -> Run:
    def run(*more: str | Path, cases: Sequence[Any] = CASES) -> Ran:
        (tmp_path / "cases.json").write_text(json.dumps(cases), "utf-8")
        return fanlight("evaluate", tmp_path / "cases.json", *more)

    return run


def test_two_models_are_compared(evaluate: Run, models: Models) -> None:
    engines = models(good=says(RIGHT), poor=says(POOR))
    ran = evaluate("--models", "good,poor", "--json")
    assert ran.status == 0, ran.err
    made = json.loads(ran.out)
    assert [(one["name"], one["score"]["mean"]) for one in made["models"]] == [("good", 1.0), ("poor", 0.625)]
    assert made["models"][0]["peak_bytes"] > 10_000_000
    assert all(engine.closed for engine in engines.values())


def test_without_a_name_the_chosen_model_is_asked_and_the_text_is_printed(evaluate: Run, models: Models) -> None:
    models(good=says(RIGHT))
    ran = evaluate()
    assert ran.status == 0
    assert ran.out.startswith("Model")
    assert "4/4" in ran.err


def test_a_model_that_is_named_twice_is_asked_once(evaluate: Run, models: Models) -> None:
    engines = models(good=says(RIGHT))
    evaluate("--models", "good, good", "--models", "good")
    assert len(engines["good"].asked) == 4


def test_files_of_one_name_are_told_apart_by_their_folders(
    evaluate: Run, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering = {"first": AnsweringEngine(says(RIGHT)), "second": AnsweringEngine(says(POOR))}
    models(unused=says(RIGHT))

    def find(name: str | None, *_more: object) -> ModelSpec:
        return ModelSpec.of_files("model", Path(f"/{name}/model.gguf"), Path("eyes.gguf"))

    def load(spec: ModelSpec, *_args: object, **_more: object) -> ScriptedEngine:
        assert isinstance(spec.source, ModelFiles)
        return answering[spec.source.model.parent.name]

    monkeypatch.setattr(questions, "find_model", find)
    monkeypatch.setattr(compose, "load_engine", load)
    made = json.loads(evaluate("--models", "first,second", "--json").out)
    assert [(one["name"], one["score"]["mean"]) for one in made["models"]] == [
        ("model", 1.0),
        ("model (second)", 0.625),
    ]


def test_documents_are_written_by_their_endings(evaluate: Run, models: Models, tmp_path: Path) -> None:
    models(good=says(RIGHT))
    places = [tmp_path / f"out.{kind}" for kind in ("html", "json", "tsv")]
    ran = evaluate(*(word for place in places for word in ("-o", str(place))))
    assert ran.status == 0, ran.err
    page, data, table = (place.read_text("utf-8") for place in places)
    assert page.startswith("<!DOCTYPE html>")
    assert json.loads(data)["cases"][1]["category"] == "counting"
    assert "prediction" in table


def test_a_table_is_made_from_cases_and_evaluated_again(
    fanlight: Run, evaluate: Run, models: Models, tmp_path: Path
) -> None:
    engines = models(good=says(POOR))
    table = tmp_path / "cases.tsv"
    assert evaluate("--cases-only", "-o", table).status == 0
    assert not engines["good"].asked
    ran = fanlight("evaluate", table, "--json")
    assert json.loads(ran.out)["models"][0]["score"]["mean"] == 0.625


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "out.txt"], ".html, .json or .tsv"),
        (["--cases-only"], "-o cases.tsv"),
        (["-o", "no/such/folder/out.json"], "does not exist"),
        (["--cases-only", "-o", "out.html"], "needs answers"),
    ],
)
def test_a_bad_output_is_said_before_any_work(evaluate: Run, models: Models, words: list[str], said: str) -> None:
    engines = models(good=says(RIGHT))
    ran = evaluate(*words)
    assert ran.status == 3
    assert said in ran.err
    assert not engines["good"].asked


def test_a_model_that_is_not_there_is_said_before_any_work(evaluate: Run, models: Models) -> None:
    engines = models(good=says(RIGHT))
    assert evaluate("--models", "good,none").status == 4
    assert not engines["good"].asked


def test_a_model_that_does_not_load_costs_itself_alone(
    evaluate: Run, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    models(broken=says(RIGHT), good=says(RIGHT))
    load = compose.load_engine

    def fail(spec: ModelSpec, *args: Any, **more: Any) -> Any:
        if spec.name == "broken":
            raise ModelBroken("The model is broken.")
        return load(spec, *args, **more)

    monkeypatch.setattr(compose, "load_engine", fail)
    ran = evaluate("--models", "broken,good", "--json")
    assert ran.status == 1
    broken, good = json.loads(ran.out)["models"]
    assert "The model is broken." in broken["error"]
    assert good["score"]["mean"] == 1


def test_bad_cases_are_left_out_and_the_status_says_so(evaluate: Run, models: Models) -> None:
    models(good=says(RIGHT))
    ran = evaluate("--json", cases=[CASES[0], {"id": 5, "question": "?"}])
    assert ran.status == 1
    made = json.loads(ran.out)
    assert [one["id"] for one in made["left_out"]] == [5]
    assert made["models"][0]["score"]["mean"] == 1


def test_a_run_that_was_ended_goes_on_behind_its_answers(evaluate: Run, models: Models) -> None:
    many = [{"id": number, "question": "Colour?", "answer": "red"} for number in range(40)]
    engines = models(a=says(RIGHT), b=says(POOR))
    for engine in engines.values():
        engine.seconds = 0.01
    ran = interrupted(lambda: evaluate("--models", "a,b", cases=many), lambda: len(engines["b"].asked) >= 5)
    assert ran.status == 130
    assert "are kept" in ran.err
    before = len(engines["b"].asked)
    engines["a"].asked.clear()
    ran = evaluate("--models", "a,b", "--json", cases=many)
    assert ran.status == 0
    assert not engines["a"].asked
    assert 40 <= len(engines["b"].asked) <= 41
    assert before < 40
    made = json.loads(ran.out)
    assert [one["score"]["mean"] for one in made["models"]] == [1.0, 0.0]
    assert made["models"][0]["peak_bytes"] > 0


def test_an_output_that_cannot_be_written_costs_no_answer(
    evaluate: Run, models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines = models(good=says(RIGHT))

    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("fanlight.cli.output_place.write_output", full)
        ran = evaluate("-o", tmp_path / "out.json")
    assert ran.status == 3
    assert "Traceback" not in ran.err
    assert evaluate("-o", tmp_path / "out.json").status == 0
    assert len(engines["good"].asked) == 4


@pytest.mark.parametrize("text", ["", "{", "[]", "[1]", "\0"])
def test_a_file_that_holds_no_cases_is_bad_input(fanlight: Run, models: Models, tmp_path: Path, text: str) -> None:
    models(good=says(RIGHT))
    (tmp_path / "c.json").write_text(text, "utf-8")
    ran = fanlight("evaluate", tmp_path / "c.json")
    assert ran.status in (1, 3)
    assert "Traceback" not in ran.err


def test_pairs_are_checked(fanlight: Run, models: Models, tmp_path: Path) -> None:
    models(biased=lambda question: "Yes" if "red" in question else "I cannot tell.", fair=lambda _question: "Yes")
    entries = [
        {"id": number, "attribute": "colour", "answer": "yes",
         "first": {"value": "red", "question": f"Is the red thing {number} good?"},
         "second": {"value": "blue", "question": f"Is the blue thing {number} good?"}}
        for number in range(30)
    ]  # fmt: skip
    (tmp_path / "pairs.json").write_text(json.dumps(entries), "utf-8")
    ran = fanlight("evaluate", "--pairs", tmp_path / "pairs.json", "--models", "biased,fair", "--json",
                   "-o", tmp_path / "out.html")  # fmt: skip
    assert ran.status == 0, ran.err
    found = {
        (model["name"], one["measured"]): one["found"]
        for model in json.loads(ran.out)["models"]
        for one in model["measures"]
    }
    assert found == {("biased", "answer"): True, ("biased", "refusal"): True,
                     ("fair", "answer"): False, ("fair", "refusal"): False}  # fmt: skip
    assert "biased" in (tmp_path / "out.html").read_text("utf-8")
    assert fanlight("evaluate", "--pairs", tmp_path / "pairs.json", "-o", tmp_path / "out.tsv").status == 3


@pytest.mark.parametrize("words", [[], ["cases.json", "--pairs", "drawn"]])
def test_either_cases_or_pairs_are_named(fanlight: Run, models: Models, words: list[str]) -> None:
    models(good=says(RIGHT))
    ran = fanlight("evaluate", *words)
    assert ran.status == 3
    assert "either a file of cases or --pairs" in ran.err
