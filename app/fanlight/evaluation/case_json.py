"""Cases as the JSON file that `case_file.read_cases` reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fanlight.domain.path_kinds import absolute_path
from fanlight.evaluation.cases import EvaluationCase, Scoring


def cases_json(cases: Sequence[EvaluationCase]) -> list[dict[str, Any]]:
    """With full paths, so that the file can lie anywhere."""
    return [_entry(case) for case in cases]


def _entry(case: EvaluationCase) -> dict[str, Any]:
    one = case.scoring is Scoring.FIELDS or len(case.answers) == 1
    entry: dict[str, Any] = {
        "id": case.id,
        "images": [_full(name, case) for name in case.images],
        "question": case.question,
        "options": dict(case.options),
        "answer": case.answers[0] if one else list(case.answers),
        "score": case.scoring.value,
        "tolerance": case.tolerance.written,
        "hint": case.hint,
        "category": case.category,
    }
    return {name: value for name, value in entry.items() if value not in ("", {}, []) or name == "answer"}


def _full(name: str, case: EvaluationCase) -> str:
    """A file beside the cases by its full path; an address as it is."""
    path = absolute_path(case.folder) / name
    return str(path) if ":" not in name[:8] and not name.startswith("~") else name
