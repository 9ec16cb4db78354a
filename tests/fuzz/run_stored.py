"""What Fanlight keeps for a user, broken, and opened as the program opens it, in a child process that stands for the
window's: it is read, or said in one sentence; pictures stay; what is written over it is read again."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from fuzz.byte_changes import Chance
from fuzz.campaign import Attempt
from fuzz.child import Child, Told, Try, told_of
from fuzz.stored_databases import broken_folder
from fuzz.stored_files import NAMES, broken_file

SECONDS = 10.0


def attempts(numbers: Iterable[int], seed: int = 0) -> Iterator[Attempt]:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        child = Child(place / "log", _prepare, SECONDS)
        try:
            for number in numbers:
                chance = Chance(f"{seed}/{number}")
                folder = place / str(number)
                kind = chance.choice((*NAMES, "database", "database", "database"))
                if kind == "database":
                    what = broken_folder(folder, chance)
                else:
                    folder.mkdir()
                    what, data = broken_file(kind, chance)
                    (folder / NAMES[kind]).write_bytes(data)
                began = time.monotonic()
                outcome, said = child.ask((kind, str(folder)))
                yield Attempt(number, what, outcome, said, time.monotonic() - began)
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            child.close()


def _prepare() -> Try:
    import logging

    from PySide6.QtCore import QCoreApplication

    logging.disable()
    application = QCoreApplication([])

    def open_one(case: Any) -> Told:
        from fanlight.domain.errors import FanlightError

        assert application
        kind, folder = case
        try:
            return _WAYS[kind](Path(folder))
        except FanlightError as error:
            return told_of(error, FanlightError)
        except Exception as error:
            import traceback

            return "wrong", f"{type(error).__name__}: {error} | {traceback.format_exc()[-700:]}"

    return open_one


def _settings(folder: Path) -> Told:
    from dataclasses import replace

    from fanlight.model_settings import sampling_of
    from fanlight.settings_file import read_settings, save_settings, stored_language

    path = folder / NAMES["settings"]
    stored_language(folder)
    settings, problem = read_settings(path)
    sampling_of(settings)
    settings.names()
    changed = replace(settings, top_k=7)
    save_settings(changed, path)
    again, trouble = read_settings(path)
    if again != changed or trouble is not None:
        return "wrong", f"written, it reads otherwise: {trouble}"
    return _told(problem)


def _models(folder: Path) -> Told:
    from fanlight.catalog.catalog import Catalog
    from fanlight.catalog.registrations import Registrations
    from fanlight.domain.errors import FanlightError
    from fanlight.domain.models import ModelSpec

    catalog = Catalog(folder / "none", folder)
    problem = catalog.problem()
    for spec in catalog.models()[:5]:
        str(spec)
        catalog.find(spec.name)
    try:
        catalog.find("mine")
    except FanlightError as error:
        if told_of(error, FanlightError)[0] == "wrong":
            return "wrong", str(error)
    registrations = Registrations(folder / NAMES["models"])
    registrations.add_or_replace(ModelSpec.of_files("new", Path("/new.gguf"), None))
    if "new" not in [spec.name for spec in registrations.specs()]:
        return "wrong", "what was added is not there"
    registrations.drop("new")
    return _told(problem)


def _window(folder: Path) -> Told:
    from fanlight.core.window_state import WindowState

    state = WindowState(folder / NAMES["window"])
    for key in ("geometry", "sidebar", "width", "draft", "transcribe_language", "x", ""):
        state.text(key), state.flag(key, default=True), state.number(key), state.data(key)
    state.keep(draft="kept", width=5)
    again = WindowState(folder / NAMES["window"])
    if (again.text("draft"), again.number("width"), again.problem) != ("kept", 5, None):
        return "wrong", f"written, it reads otherwise: {again.problem}"
    return _told(state.problem)


def _actions(folder: Path) -> Told:
    from fanlight.core.panel.quick_actions import QuickActions

    problems: list[Exception] = []
    actions = QuickActions.of(folder)
    actions.problem.connect(problems.append)
    found = actions.all
    if not found or len({action.name for action in found}) != len(found):
        return "wrong", "no actions, or one twice"
    for action in found:
        action.question("German")
        actions.find(action.name)
    if not actions.save(found) or QuickActions.of(folder).all != found:
        return "wrong", f"written, they read otherwise: {problems}"
    return _told(problems[0] if problems else None)


def _parts(folder: Path) -> Told:
    from fanlight.domain.transcription import TranscriptionPart
    from fanlight.speech.journal import Journal

    journal = Journal(folder, "parts")
    known = journal.parts()
    uptos = [part.upto for part in known]
    if uptos != sorted(uptos):
        return "wrong", f"out of order: {uptos}"
    if not journal.whole:
        journal.add(TranscriptionPart(uptos[-1] + 1 if uptos else 1.0, (), "en"))
        if len(Journal(folder, "parts").parts()) != len(known) + 1:
            return "wrong", "what was added is not there"
    return "answered", ""


def _answers(folder: Path) -> Told:
    import json

    from fanlight.batch.answer_journal import AnswerJournal

    def opened() -> AnswerJournal:
        journal = AnswerJournal([folder / NAMES["answers"]])
        journal.open()
        return journal

    journal = opened()
    for key, result in journal.known.items():
        str(key), json.dumps(result)
    journal.add("new", {"id": 1, "answer": "x"})
    journal.close()
    again = opened()
    there = "new" in again.known
    again.close()
    return ("answered", "") if there else ("wrong", "what was added is not there")


def _questions(folder: Path) -> Told:
    from fanlight.batch.items import parse_items

    path = folder / NAMES["questions"]
    for item in parse_items(path.read_bytes(), path):
        str(item)
    return "answered", ""


def _database(folder: Path) -> Told:
    from fanlight.domain.errors import StoreError
    from fanlight.domain.messages import Message
    from fanlight.store.database import Database

    before = _pictures(folder)
    told: Told = ("answered", "")
    try:
        database = Database(folder)
    except StoreError as error:
        told = told_of(error, StoreError)
    else:
        try:
            told = "answered", database.notice
            _look_through(database)
            chat = database.create("new")
            database.add_message(chat, Message.of("user", "asked"))
            database.back_up()
        finally:
            database.close()
        again = Database(folder)
        try:
            if "asked" not in [message.message.text for message in again.messages(chat)]:
                return "wrong", "what was added is not there"
        finally:
            again.close()
    if gone := before - _pictures(folder):
        return "wrong", f"{len(gone)} pictures are gone"
    return told


def _look_through(database: Any) -> None:
    from fanlight.core.chat.answer_footer import footer_text
    from fanlight.domain.errors import StoreError
    from fanlight.domain.messages import Image, ImagePart, Message
    from fanlight.domain.stored import StoredPicture

    pixel = Image.of(1, 1, b"abc")
    for row in (*database.conversations(), *database.trash()):
        texts = [row.title, getattr(row, "draft", "")]
        for message in database.messages(row.id):
            texts += [message.message.text, message.message.thinking, footer_text(message.footer)]
            Message(message.role, (*message.message.parts, *(ImagePart(pixel) for _ in message.pictures)))
            for part in message.parts:
                if isinstance(part, StoredPicture):
                    try:
                        database.picture(part.sha256)
                    except StoreError as error:
                        if told_of(error, StoreError)[0] != "refused":
                            raise ValueError(f"a sentence nobody can use: {error}") from error
        if not all(isinstance(text, str) for text in texts):
            raise ValueError(f"no text: {texts}")


def _pictures(folder: Path) -> set[str]:
    return {path.name for path in (folder / "pictures").rglob("*") if path.is_file()}


def _told(problem: Exception | None) -> Told:
    from fanlight.domain.errors import FanlightError

    return ("answered", "") if problem is None else told_of(problem, FanlightError)


_WAYS: dict[str, Callable[[Path], Told]] = {
    "settings": _settings, "models": _models, "window": _window, "actions": _actions, "parts": _parts,
    "answers": _answers, "questions": _questions, "database": _database,
}  # fmt: skip
