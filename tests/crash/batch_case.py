"""`fanlight batch`, again and again on the same questions: each run goes on behind what the ones before have answered.

An answer is promised as soon as the journal has taken it. After the crash the run is finished: each of the answers
must be in the output, and no promised one may have been asked for again.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crash.case import Found, Say
from fanlight import cli, compose
from fanlight.batch.answer_journal import SYNC_SECONDS, AnswerJournal, Result
from fanlight.engine.scripted import ScriptedEngine

COUNT = 400
NAP_SECONDS = 0.002


class BatchCase:
    name = "batch"
    lag_seconds = SYNC_SECONDS + 0.5
    checked_rarely = True
    promises: tuple[str, ...] = ("answered ",)
    standing: tuple[str, ...] = ()

    def prepare(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        items = [{"id": number, "question": f"question {number}"} for number in range(COUNT)]
        (folder / "in.json").write_text(json.dumps(items), "utf-8")

    def work(self, folder: Path, seed: int, say: Say) -> None:
        _promise_what_is_taken(say)
        _run(folder, ScriptedEngine(["Fine", "."], NAP_SECONDS * random.Random(seed).choice((0.2, 1, 4))))

    def check(self, folder: Path, said: Sequence[str]) -> Found:
        """In a child of its own: signal handlers and streams of the command stay there."""
        promised = {line.partition(" ")[2] for line in said if line.startswith("answered ")}
        asked_file = folder / "asked"
        if len(_answers(folder)) == COUNT:  # a run came to its end, so the next one has begun anew
            (folder / "out.json").unlink()
            return Found(len(promised), over=True)
        process = os.fork()
        if process == 0:
            _finish(folder, asked_file)
        os.waitpid(process, 0)
        answers = _answers(folder)
        asked = set(asked_file.read_text("utf-8").splitlines())
        lost = [f"{question} was asked again" for question in sorted(promised & asked)]
        lost += [f"no answer {number}" for number, one in enumerate(answers) if one.get("answer") != "Fine."]
        (folder / "out.json").unlink(missing_ok=True)
        return Found(len(promised), lost, opens=len(answers) == COUNT, over=True)


def _answers(folder: Path) -> list[dict[str, Any]]:
    """Of a run that has ended; empty where there is none."""
    try:
        answers: list[dict[str, Any]] = json.loads((folder / "out.json").read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return answers


def _promise_what_is_taken(say: Say) -> None:
    """Said where the journal has nothing left to write."""
    real = AnswerJournal.add

    def add(self: AnswerJournal, key: str, result: Result) -> None:
        real(self, key, result)
        if not self._pending:
            say(f"answered question {result['id']}")

    AnswerJournal.add = add  # type: ignore[method-assign]


def _run(folder: Path, engine: ScriptedEngine) -> None:
    os.environ["FANLIGHT_HOME"] = str(folder / "home")
    compose.load_engine = lambda *_args, **_named: engine
    cli.main(["batch", "--input", str(folder / "in.json"), "--output", str(folder / "out.json")])


def _finish(folder: Path, asked_file: Path) -> None:
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        engine = ScriptedEngine(["Fine", "."])
        _run(folder, engine)
        asked_file.write_text("\n".join(messages[-1].text for messages in engine.asked), "utf-8")
    finally:
        os._exit(0)
