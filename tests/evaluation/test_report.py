"""From answers to scores, sentences, and pages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from fanlight.batch.items import RejectedItem
from fanlight.evaluation.cases import Case, EvaluationCase, Scoring
from fanlight.evaluation.documents import evaluation_document
from fanlight.evaluation.report import EvaluationReport, build_report
from fanlight.evaluation.report_text import report_sentences, report_text
from fanlight.evaluation.running import ModelAnswers
from support.pictures import red_circle


def cases(count: int, folder: Path = Path(), **more: Any) -> list[Case]:
    return [EvaluationCase(place, f"Question {place}?", ("yes",), Scoring.EXACT, folder=folder, **more)
            for place in range(count)]  # fmt: skip


def answers(name: str, *texts: str, seconds: float = 0.5, peak: int = 0, failure: str = "") -> ModelAnswers:
    """A model's answers; one that begins with ! is an error."""
    timings = {"encode_seconds": seconds / 2, "prefill_seconds": 0.0, "generate_seconds": seconds / 2}
    results: list[dict[str, Any]] = [
        {"id": place, "error": text[1:]}
        if text.startswith("!")
        else {"id": place, "answer": text, "complete": True, "timings": timings, "peak_bytes": peak}
        for place, text in enumerate(texts)
    ]
    return ModelAnswers(name, results, failure)


def report(count: int, *models: ModelAnswers) -> EvaluationReport:
    return build_report(cases(count), models)


def test_known_answers_give_known_scores() -> None:
    good, poor = report(4, answers("good", "yes", "Yes.", "yes", "no", peak=5), answers("poor", *["no"] * 4)).models
    assert good.score is not None
    assert poor.score is not None
    assert (good.score.mean, good.score.count, poor.score.mean) == (0.75, 4, 0.0)
    assert (good.seconds, good.peak_bytes) == (0.5, 5)
    assert [one.score for one in good.answers.values()] == [1, 1, 1, 0]


def test_an_error_of_one_model_counts_as_wrong_and_one_of_all_does_not_count() -> None:
    found = report(3, answers("a", "yes", "!too long", "!damaged"), answers("b", "yes", "yes", "!damaged"))
    first, second = found.models
    assert first.score is not None
    assert second.score is not None
    assert (first.score.mean, second.score.mean) == (0.5, 1.0)
    assert found.left_out == ((2, "damaged"),)
    said = " ".join(report_sentences(found))
    assert "a could not answer 1 case, which counts as wrong: too long" in said
    assert "1 case was left out" in said


def test_a_bad_case_and_a_model_that_is_gone_are_said() -> None:
    entries: list[Case] = [*cases(1), RejectedItem("x", "It is bad.")]
    model = answers("a", "yes", "!It is bad.")
    found = build_report(entries, [model, answers("b", failure="It is broken.")])
    assert found.left_out == (("x", "It is bad."),)
    assert [one.score is None for one in found.models] == [False, True]
    assert "b could not be used: It is broken." in report_sentences(found)


def test_cases_behind_the_end_of_a_run_do_not_count() -> None:
    found = report(3, answers("a", "yes", "yes", "yes"), answers("b", "no"))
    assert len(found.cases) == 1


def test_which_is_better_is_said_only_where_the_cases_can_tell() -> None:
    mostly = ["yes"] * 36 + ["no"] * 4
    (clear,) = report(40, answers("a", *mostly), answers("b", *["no"] * 20, *["yes"] * 16, *["no"] * 4)).differences
    assert (clear.better, clear.other, clear.difference.mean) == ("a", "b", 0.5)
    assert clear.difference.low > 0.3
    close = report(40, answers("a", *mostly), answers("b", *["no", *mostly[1:]]))
    assert "These cases cannot tell whether a or b is right more often." in report_sentences(close)
    same = report(40, answers("a", *mostly), answers("b", *mostly))
    assert "These cases cannot tell whether a or b is right more often." in report_sentences(same)


def test_scores_are_told_by_category() -> None:
    entries = [*cases(2, category="x"), EvaluationCase(2, "?", ("yes",), Scoring.EXACT, category="y")]
    (model,) = build_report(entries, [answers("a", "yes", "no", "yes")]).models
    assert {name: one.mean for name, one in model.by_category.items()} == {"x": 0.5, "y": 1.0}


def test_the_text_shows_answers_side_by_side() -> None:
    text = report_text(report(2, answers("a", "yes", "no"), answers("model b", "no", "yes", peak=2 * 10**9)))
    assert re.search(r"^Model +Right +95% interval +Seconds a case +Memory$", text, re.MULTILINE)
    assert re.search(r"^model b +50% +.* to .*2\.0 GB$", text, re.MULTILINE)
    assert "0: Question 0?  [yes]\n  a: right: yes\n  model b: wrong: no\n" in text


def test_nothing_that_could_be_scored_is_a_report_too() -> None:
    found = report(1, answers("a", "!damaged"))
    assert "No case could be scored." in report_text(found)
    assert json.loads(evaluation_document("json", [], found, "t"))["models"][0]["score"] is None
    assert "<table" in evaluation_document("html", [], found, "t")


def test_the_json_has_all_of_it() -> None:
    made = json.loads(
        evaluation_document("json", [], report(2, answers("a", "yes", "no"), answers("b", "!x", "no")), "")
    )
    assert (made["format"], made["version"]) == ("fanlight-evaluation", 1)
    assert made["models"][0]["score"]["mean"] == 0.5
    assert made["cases"][0]["answers"]["a"] == {"answer": "yes", "score": 1.0, "seconds": 0.5, "complete": True}
    assert made["cases"][0]["answers"]["b"] == {"error": "x", "score": 0.0}
    assert [one["other"] for one in made["differences"]] == ["b"]


def test_the_page_requests_nothing_and_runs_nothing(tmp_path: Path) -> None:
    red_circle(tmp_path / "a.png")
    entries = cases(1, tmp_path, images=("a.png", "missing.png"))
    hostile = '<script>alert(1)</script><img src="http://x/y.png">'
    page = evaluation_document("html", entries, build_report(entries, [answers(hostile, hostile)]), hostile)
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert not re.search(r"(src|href)=\"(?!data:)", page)
    assert page.count("data:image/png;base64,") == 1


@pytest.mark.parametrize("count", [1, 2])
def test_the_table_has_the_answers_as_vlmevalkit_keeps_them(count: int) -> None:
    entries = cases(2)
    found = build_report(entries, [answers(name, "yes", "no") for name in ("a", "b")[:count]])
    lines = evaluation_document("tsv", entries, found, "").splitlines()
    assert lines[0].split("\t")[-2:] == (["prediction", "hit"] if count == 1 else ["prediction b", "hit b"])
    assert lines[1].split("\t")[-2:] == ["yes", "1"]
