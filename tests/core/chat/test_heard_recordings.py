"""A recording in a question: what is said in it, or the sound itself for a model that hears."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from fanlight.core.chat import clip_loading
from fanlight.core.chat.answer import Answer
from fanlight.core.chat.answer_footer import footer_text
from fanlight.core.chat.attachment_reader import heard_attachment
from fanlight.core.chat.attachments import AttachmentItem
from fanlight.core.chat.clip_loading import ClipLoading
from fanlight.core.chat.reopening import fetch_conversation, rebuild_turns
from fanlight.core.chat.stored_pictures import PictureShelf
from fanlight.core.chat.turns import THUMBNAIL_SIDE, prompt, question
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.clips import HeardWords
from fanlight.domain.errors import AudioError, FanlightError, ModelError
from fanlight.domain.events import Event, Finished, ImageReady, SoundReady, Timings
from fanlight.domain.messages import TextPart, sent_parts
from fanlight.domain.sounds import SOUND_RATE, Sound
from fanlight.domain.stop import StopFlag
from fanlight.domain.stored import StoredDocument
from fanlight.engine.scripted import ScriptedEngine
from fanlight.exchange import own_json
from fanlight.exchange.markdown_text import document_line
from fanlight.pictures.waveforms import waveform
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore
from support.recordings import recording, write_wav
from support.rooms import Open, Room

WORDS = [HeardWords(0.2, 0.9, " Good morning.")]
SOUND = Sound.of(SOUND_RATE, bytes(range(256)) * 250)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_wav(tmp_path_factory.mktemp("talk") / "talk.wav", recording("austen880")[: 3 * SOUND_RATE])


@dataclass
class HearingRoom:
    qtbot: Any
    room: Room
    loading: ClipLoading
    engine: ScriptedEngine
    problems: list[FanlightError] = field(default_factory=list)

    @property
    def items(self) -> tuple[AttachmentItem, ...]:
        return self.room.session.attachments.items

    def attach(self, path: Path) -> None:
        self.loading.load_recording(self.room.session, path)
        self.qtbot.waitUntil(lambda: not self.room.session.attachments.reading, timeout=20_000)

    def listen(self, listens: bool) -> None:
        self.room.session.attachments.listen(self.items[0].key, listens)
        self.qtbot.waitUntil(lambda: all(item.status == "ready" for item in self.items))

    def ask(self, text: str) -> None:
        self.room.session.send(text)
        self.qtbot.waitUntil(lambda: self.room.idle and self.room.texts[-1] == "Ok.")


@pytest.fixture
def hearing(qtbot: Any, enter: Open) -> Callable[..., HearingRoom]:
    def make(hears_seconds: int = 30, words: list[HeardWords] | FanlightError = WORDS) -> HearingRoom:
        engine = ScriptedEngine(["Ok."], hears_seconds=hears_seconds)
        room = enter(engine)
        qtbot.waitUntil(lambda: room.host.condition == "ready")
        loading = ClipLoading(room.host, FileWorker(), lambda: 1536, room.session)

        def hear(_path: Path, _end: float, _share: Any, on_heard: Callable[[Any], object]) -> Callable[[], None]:
            on_heard(words)
            return lambda: None

        loading.hear = hear
        made = HearingRoom(qtbot, room, loading, engine)
        loading.problem.connect(made.problems.append)
        return made

    return make


def test_what_is_said_is_sent_until_the_user_lets_the_model_listen(
    hearing: Callable[..., HearingRoom], talk: Path
) -> None:
    desk = hearing()
    desk.attach(talk)
    (item,) = desk.items
    assert item.attachment is not None
    assert (item.name, item.status, item.attachment.caption) == ("talk.wav", "ready", "what is said in it")
    desk.listen(True)
    (item,) = desk.items
    assert item.attachment is not None
    assert item.attachment.caption == "the sound itself, 3 seconds, 75 tokens"
    desk.listen(False)
    assert desk.items[0].attachment is not None
    assert desk.items[0].attachment.caption == "what is said in it"
    desk.listen(True)
    desk.ask("What is said?")
    (asked,) = desk.engine.asked[-1]
    (sound,) = asked.sounds
    assert abs(sound.seconds - 3) < 0.01
    assert any(any(message.sounds for message in ahead) for ahead in desk.engine.prefilled), "encoded while one types"
    assert desk.room.session.entries()[0].captions == ("talk.wav, the sound itself, 3 seconds",)
    desk.ask("And then?")
    assert desk.engine.asked[-1][0] == asked, "its beginning, which is in the cache"
    assert desk.engine.asked[-1][-1].sounds == ()


def test_search_finds_the_question_that_a_recording_was_attached_to(
    hearing: Callable[..., HearingRoom], talk: Path
) -> None:
    desk = hearing()
    desk.attach(talk)
    desk.ask("What?")
    desk.ask("And then?")
    desk.room.close()
    with closing(Database(desk.room.home)) as database:
        hits = database.searching.search("has:sound").hits
        asked = database.messages(database.conversations()[0].id)
    assert [hit.message_id for hit in hits] == [asked[0].id]


def test_a_model_that_does_not_hear_gets_what_is_said(hearing: Callable[..., HearingRoom], talk: Path) -> None:
    desk = hearing(hears_seconds=0)
    desk.attach(talk)
    (one,) = desk.room.session.attachments.read
    assert one.sound is None
    assert one.listened(True) is one
    desk.ask("What is said?")
    (asked,) = desk.engine.asked[-1]
    assert asked.sounds == ()
    assert any("Good morning." in part.text for part in sent_parts(asked.parts) if isinstance(part, TextPart))


def test_a_recording_longer_than_it_hears_has_no_choice(hearing: Callable[..., HearingRoom], talk: Path) -> None:
    desk = hearing(hears_seconds=2)
    desk.attach(talk)
    (one,) = desk.room.session.attachments.read
    assert (one.sound, one.caption) == (None, "what is said in it")


@pytest.mark.parametrize("words", [[], AudioError("There is no speech model.")])
def test_where_nothing_is_written_down_a_model_that_hears_listens(
    hearing: Callable[..., HearingRoom], talk: Path, words: Any
) -> None:
    desk = hearing(words=words)
    desk.attach(talk)
    (one,) = desk.room.session.attachments.read
    assert one.caption.startswith("the sound itself, 3 seconds")
    assert not desk.problems
    desk.ask("What is it?")
    assert desk.engine.asked[-1][0].sounds


@pytest.mark.parametrize(
    ("words", "said"), [([], "Nothing is said in it."), (AudioError("It is damaged."), "It is damaged.")]
)
def test_where_there_is_nothing_to_send_it_is_said(
    hearing: Callable[..., HearingRoom], talk: Path, words: Any, said: str
) -> None:
    desk = hearing(hears_seconds=0, words=words)
    desk.loading.load_recording(desk.room.session, talk)
    desk.qtbot.waitUntil(lambda: bool(desk.problems))
    assert not desk.items
    assert desk.problems[0].message == f"The sound of “talk.wav” is left out: {said}"


def test_nothing_is_said_of_a_sound_that_was_removed_while_it_was_read(
    hearing: Callable[..., HearingRoom], talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()

    def read(_path: Path, _part: Any, _longest: int, stop: StopFlag) -> None:
        while not stop.is_set():
            time.sleep(0.005)
        ended.set()

    monkeypatch.setattr(clip_loading, "read_heard_sound", read)
    desk = hearing()
    desk.loading.hear = None  # no speech model
    desk.loading.load_recording(desk.room.session, talk)
    desk.room.session.attachments.remove(desk.items[0].key)
    desk.qtbot.waitUntil(ended.is_set, timeout=5_000)
    desk.qtbot.wait(50)
    assert not desk.problems


def test_a_sound_is_no_longer_encoding_once_its_model_could_not_be_loaded(
    hearing: Callable[..., HearingRoom], talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = hearing()
    desk.attach(talk)
    desk.listen(True)
    monkeypatch.setattr(type(desk.room.host), "hears_seconds", 30)  # as the projector says

    def fail(*_: Any) -> None:
        raise ModelError("It is damaged.")

    monkeypatch.setattr(desk.room.host, "_load", fail)
    desk.room.host.reload()
    assert [item.status for item in desk.items] == ["encoding"]
    desk.qtbot.waitUntil(lambda: desk.room.host.condition == "failed")
    assert [item.status for item in desk.items] == ["ready"]


@pytest.mark.parametrize(
    ("ready", "said"),
    [
        ([SoundReady("a", 75, 0.5)], False),
        ([SoundReady("a", 75, 0.5), ImageReady("b", 36, 0.0)], False),
        ([SoundReady("a", 75, 0.5), ImageReady("b", 36, 0.4)], True),
        ([ImageReady("b", 36, 0.4)], True),
    ],
)
def test_no_picture_is_said_to_be_read_where_only_a_sound_was(ready: list[Event], said: bool) -> None:
    answer = Answer()
    for event in (*ready, Finished("end", Timings(encode_seconds=0.9, images_encoded=1, evaluated_tokens=90))):
        answer.add(event)
    assert ("picture" in footer_text(answer.footer())) == said
    assert "90 tokens read" in footer_text(answer.footer())


def test_an_earlier_sound_is_text_for_another_model() -> None:
    heard = heard_attachment(Path("talk.wav"), WORDS, SOUND)
    assert heard is not None
    turn = question("What is said?", [heard.listened(True)], room=2000)
    (kept,) = prompt("", [turn], hears_seconds=30)
    assert kept is turn.message
    (text,) = prompt("", [turn], hears_seconds=1)
    assert text.sounds == ()
    assert any("Good morning." in part.text for part in sent_parts(text.parts) if isinstance(part, TextPart))


def test_a_model_is_not_told_that_nothing_is_said_where_nothing_was_written_down() -> None:
    heard = heard_attachment(Path("talk.wav"), (), SOUND)
    assert heard is not None
    (text,) = prompt("", [question("What is said?", [heard], room=2000)])
    told = [part.text for part in sent_parts(text.parts) if isinstance(part, TextPart)]
    assert told[0].strip() == "There is no text of what is said in the recording “talk.wav”."


def test_what_was_written_down_of_one_sound_at_two_times_stays_apart(tmp_path: Path) -> None:
    first, second = (heard_attachment(Path("talk.wav"), words, SOUND) for words in ((), WORDS))
    assert first is not None
    assert second is not None
    asked = [question("What is it?", [first], room=2000), question("What is said?", [second], room=2000)]
    with closing(Database(tmp_path)) as database:
        chat = database.create("Talk")
        for turn in asked:
            database.add_message(chat, turn.message, [])
        again = rebuild_turns(fetch_conversation(database, chat), 1536, PictureShelf())
    assert [list(sent_parts(turn.message.parts)) for turn in again.turns.shown] == [
        list(sent_parts(turn.message.parts)) for turn in asked
    ]


@pytest.mark.parametrize("kept", ["on disk", "in memory"])
def test_the_sound_is_kept_and_sent_again_after_a_restart(tmp_path: Path, kept: str) -> None:
    heard = heard_attachment(Path("talk.wav"), WORDS, SOUND)
    assert heard is not None
    asked = question("What is said?", [heard.listened(True)], room=2000)
    database: Database | MemoryStore = Database(tmp_path) if kept == "on disk" else MemoryStore()
    with closing(database):
        chat = database.create("Talk")
        database.add_message(chat, asked.message, [])
        again = rebuild_turns(fetch_conversation(database, chat), 1536, PictureShelf())  # type: ignore[arg-type]
    (turn,) = again.turns.shown
    assert turn.message == asked.message
    assert turn.message.sounds == (SOUND,)
    assert turn.message.sounds[0].pcm == SOUND.pcm
    assert turn.entry().captions == asked.entry().captions
    (attached,) = turn.attachments
    assert attached.listened(False).sent_sound is None
    assert attached.document is not None
    assert "Good morning." in attached.document.texts[0]
    assert attached.thumbnail == heard.thumbnail == waveform(SOUND, THUMBNAIL_SIDE)


def test_a_recording_that_was_sent_as_text_can_be_heard_after_a_restart(tmp_path: Path) -> None:
    heard = heard_attachment(Path("talk.wav"), WORDS, SOUND)
    assert heard is not None
    asked = question("What is said?", [heard], room=2000)
    with closing(Database(tmp_path)) as database:
        chat = database.create("Talk")
        database.add_message(chat, asked.message, [])
        (turn,) = rebuild_turns(fetch_conversation(database, chat), 1536, PictureShelf()).turns.shown
    assert turn.message == asked.message
    assert turn.message.sounds == ()
    (attached,) = turn.attachments
    assert attached.listened(True).sent_sound == SOUND
    assert attached.thumbnail == heard.thumbnail


def test_a_sound_whose_file_is_lost_is_what_was_said(tmp_path: Path) -> None:
    heard = heard_attachment(Path("talk.wav"), WORDS, SOUND)
    assert heard is not None
    asked = question("What is said?", [heard.listened(True)], room=2000)
    with closing(Database(tmp_path)) as database:
        chat = database.create("Talk")
        database.add_message(chat, asked.message, [])
        fetched = replace(fetch_conversation(database, chat), read=lambda _name: b"damaged")
        (turn,) = rebuild_turns(fetched, 1536, PictureShelf()).turns.shown
    assert turn.message.sounds == ()
    assert any("Good morning." in part.text for part in sent_parts(turn.message.parts) if isinstance(part, TextPart))


def test_it_is_exported_as_heard_and_read_again_as_older_versions_are() -> None:
    stored = StoredDocument("0" * 64, "sound", "talk.wav", (1,), ("[0:00] Good morning.",), as_sound=True)
    message = ArchivedMessage("user", (stored, TextPart("What?")), "complete", "", 1.0)
    text = own_json.conversation_text(ArchivedConversation("Talk", 1.0, 2.0, (message,)))
    assert own_json.read_conversation(json.loads(text)).messages[0].parts == message.parts
    older = json.loads(text)
    del older["messages"][0]["parts"][0]["sound"]
    assert own_json.read_conversation(older).messages[0].parts[0] == replace(stored, as_sound=False)
    assert document_line(stored) == "talk.wav, the sound itself"
    assert document_line(replace(stored, as_sound=False)) == "talk.wav, page 1"
