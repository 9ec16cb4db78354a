"""What trials have found so far: a line of JSON for each."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from cards.trial import Trial, TrialResult


class Journal:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[tuple[int, str], dict[str, Any]] = {}
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            with suppress(ValueError):  # cut while it was written
                found = json.loads(line)
                self._known[found["number"], found["trial"]] = found

    def find(self, number: int, trial: Trial) -> TrialResult | None:
        found = self._known.get((number, str(trial)))
        if found is None:
            return None
        parts = (tuple(found[key]) for key in ("first", "second", "codes", "last_words"))
        return TrialResult(trial, *parts)

    def keep(self, number: int, result: TrialResult) -> None:
        values = {
            "number": number, "trial": str(result.trial), "first": result.first, "second": result.second,
            "codes": result.codes, "last_words": result.last_words,
        }  # fmt: skip
        with self._path.open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps(values))
