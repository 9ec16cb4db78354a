"""A report as JSON; its fields are documented in resources/docs/cli.md."""

from __future__ import annotations

import json
from typing import Any

from fanlight.evaluation.intervals import LEVEL, Interval
from fanlight.evaluation.report import EvaluationReport, ModelReport, ScoredAnswer

FORMAT, VERSION = "fanlight-evaluation", 1


def report_json(report: EvaluationReport) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "level": LEVEL,
        "models": [_model(model) for model in report.models],
        "differences": [
            {"better": one.better, "other": one.other, "difference": interval_json(one.difference)}
            for one in report.differences
        ],
        "cases": [
            {
                "id": case.id,
                "question": case.question,
                "expected": list(case.answers),
                "score": case.scoring.value,
                "category": case.category,
                "answers": {
                    model.name: _answer(model.answers[case.id]) for model in report.models if case.id in model.answers
                },
            }
            for case in report.cases
        ],
        "left_out": [{"id": id_, "reason": reason} for id_, reason in report.left_out],
    }


def interval_json(interval: Interval | None) -> dict[str, Any] | None:
    if interval is None:
        return None
    bounds = {"mean": interval.mean, "low": interval.low, "high": interval.high}
    return {name: round(value, 6) for name, value in bounds.items()} | {"count": interval.count}


def document_text(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _model(model: ModelReport) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": model.name,
        "score": interval_json(model.score),
        "seconds_per_case": round(model.seconds, 4),
        "peak_bytes": model.peak_bytes,
    }
    if model.by_category:
        made["categories"] = {name: interval_json(interval) for name, interval in model.by_category.items()}
    return made | ({"error": model.failure} if model.failure else {})


def _answer(answer: ScoredAnswer) -> dict[str, Any]:
    if answer.error:
        return {"error": answer.error, "score": 0.0}
    return {
        "answer": answer.text,
        "score": round(answer.score, 6),
        "seconds": round(answer.seconds, 4),
        "complete": answer.complete,
    }
