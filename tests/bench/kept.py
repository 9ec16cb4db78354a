"""What a long measurement has found so far: a run that was cut goes on at the next one."""

from __future__ import annotations

import json
from contextlib import suppress
from importlib import metadata

from bench import places


class Kept:
    """Numbers by their names, of one measurement and one llama.cpp. All is measured again once its folder in `.work` is
    deleted."""

    def __init__(self, measurement: str) -> None:
        version = metadata.version("llama-cpp-python")
        self._path = places.work(measurement) / f"{version}.jsonl"
        lines = self._path.read_text("utf-8").splitlines() if self._path.is_file() else []
        self._numbers: dict[str, float] = {}
        for line in lines:
            with suppress(ValueError):  # cut while it was written
                self._numbers |= json.loads(line)

    def find(self, name: str) -> float | None:
        return self._numbers.get(name)

    def keep(self, name: str, number: float) -> float:
        self._numbers[name] = number
        with self._path.open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps({name: number}))
        return number
