"""One trial: a window asks about a card that is short of memory, and is started again."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cards.card import Card
from cards.session import SessionOptions
from fanlight.engine.deaths import ProcessMode

MODES: tuple[ProcessMode, ...] = ("automatic", "separate")
LYING_SHARE = 0.4
_NOTHING_MORE = 0
_SECONDS = 1800
"""Of one that hangs: on a busy computer, shaders are compiled for many minutes the first time."""
_PROBES = "devices.json"
_QUESTIONS = ("short", "long", "picture", "long")


@dataclass(frozen=True, slots=True)
class Trial:
    """`taken`: when other programs take the rest of the memory."""

    card: Card
    heap: int
    lying: bool
    taken: str
    mode: ProcessMode
    layers: int

    @property
    def truth(self) -> str:
        return "driver lies" if self.lying else "driver tells the truth"

    @property
    def amounts(self) -> tuple[int | None, ...]:
        """Before each of the questions; None: as before."""
        back = self.given
        return {
            "never": (None, None, None, None),
            "after the load": (_NOTHING_MORE, None, None, None),
            "after a question": (None, _NOTHING_MORE, None, None),
            "for one question": (None, _NOTHING_MORE, back, None),
        }[self.taken]

    @property
    def given(self) -> int:
        return int(self.heap * LYING_SHARE) if self.lying else self.heap

    def __str__(self) -> str:
        return (
            f"{self.card.kind}, {self.heap / 1e9:.1f} GB, {self.truth}, taken {self.taken}, {self.mode}, {self.layers}"
        )


@dataclass(frozen=True, slots=True)
class TrialResult:
    """`first` and `second` are what the two starts said; `codes` their exit status, `last_words` the last lines that
    they printed as errors."""

    trial: Trial
    first: tuple[dict[str, Any], ...]
    second: tuple[dict[str, Any], ...]
    codes: tuple[int, int]
    last_words: tuple[str, str]

    @property
    def counts(self) -> Counter[str]:
        found: Counter[str] = Counter()
        died = sum(code != 0 for code in self.codes)
        found["died"], found["died twice"] = int(died > 0), int(died > 1)
        for said in (*self.first, *self.second):
            if said["kind"] not in ("load", "end"):
                found["answers"] += "answer" in said
                found["sentences"] += "sentence" in said
                found["began anew"] += bool(said.get("notices"))
        asked = [said for said in self.second if said["kind"] != "load"]
        found["no second start"] = int(self.codes[1] != 0 or (not asked and "sentence" not in self.second[0]))
        found["neither"] = int(self.codes[0] == 0 and not self._is_whole(self.first))
        return found

    @property
    def is_wrong(self) -> bool:
        """A window may die where the model is in it by choice."""
        counts = self.counts
        if self.trial.mode == "in-process":
            return bool(counts["neither"])
        return bool(counts["died"] or counts["no second start"] or counts["neither"])

    def __str__(self) -> str:
        what = ", ".join(_words(said) for said in self.first)
        again = ", ".join(_words(said) for said in self.second)
        ends = [f"{code}: {words}" if code else "0" for code, words in zip(self.codes, self.last_words, strict=True)]
        return f"-> {what or 'nothing'} [{ends[0]}]; again: {again or 'nothing'} [{ends[1]}]"

    @staticmethod
    def _is_whole(said: tuple[dict[str, Any], ...]) -> bool:
        return bool(said) and (said[-1]["kind"] == "end" or (said[0]["kind"] == "load" and "sentence" in said[0]))


def run_trial(trial: Trial, folder: Path) -> TrialResult:
    """What was found out about the devices is kept for the next trial: it takes longer than all the rest."""
    known = trial.card.home / f"devices {trial.card.kind}.json"
    folder.mkdir()
    if known.exists():
        shutil.copyfile(known, folder / _PROBES)
    first, code, words = _session(trial, folder, _QUESTIONS, trial.amounts)
    second, again, other_words = _session(trial, folder, ("short",), (None,))
    if (folder / _PROBES).exists():
        shutil.copyfile(folder / _PROBES, known)
    return TrialResult(trial, first, second, (code, again), (words, other_words))


def _session(
    trial: Trial, folder: Path, questions: tuple[str, ...], amounts: tuple[int | None, ...]
) -> tuple[tuple[dict[str, Any], ...], int, str]:
    """What was said, the exit status, and the last words; of one that hangs, -1."""
    trial.card.gives.write_text(str(trial.given), "utf-8")
    options = SessionOptions(
        str(trial.card.home), str(folder), trial.mode, trial.layers, str(trial.card.gives), questions, amounts,
    )  # fmt: skip
    command = [sys.executable, "-m", "cards.session", json.dumps(asdict(options))]
    try:
        ran = subprocess.run(
            command, env=trial.card.environment(trial.heap), capture_output=True, text=True, timeout=_SECONDS,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        text = error.stdout.decode() if isinstance(error.stdout, bytes) else ""
        return tuple(json.loads(line) for line in text.splitlines()), -1, f"nothing came for {_SECONDS} s"
    said = tuple(json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{"))
    return said, ran.returncode, next((line for line in reversed(ran.stderr.splitlines()) if line.strip()), "")


def _words(said: dict[str, Any]) -> str:
    kind = said["kind"]
    if "sentence" in said:
        return f"{kind}: {said['sentence'][:60]!r}"
    mark = "!" if said.get("notices") else ""
    return f"{kind}{mark}" if kind in ("load", "end") else f"{kind}{mark} ok"
