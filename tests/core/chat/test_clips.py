"""A clip in a question: kept with its times, opened again, exported, and found by a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from fanlight.core.chat import clip_loading
from fanlight.core.chat.attachment_reader import AttachedClip, heard_attachment, read_clip
from fanlight.core.chat.attachments import Attachments
from fanlight.core.chat.clip_items import clip_caption, one_a_clip
from fanlight.core.chat.clip_moments import frames_at, heard_at
from fanlight.core.chat.reopening import fetch_conversation, rebuild_turns
from fanlight.core.chat.stored_pictures import PictureShelf
from fanlight.core.chat.turns import question
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.clip_errors import ClipError
from fanlight.domain.clips import UNKNOWN_COST, WHOLE_CLIP, ClipPart, FrameCost, HeardWords
from fanlight.domain.errors import FanlightError
from fanlight.domain.events import TokensCounted
from fanlight.domain.messages import ImagePart, TextPart, sent_parts
from fanlight.domain.stop import StopFlag
from fanlight.domain.stored import StoredPicture
from fanlight.engine.scripted import ScriptedEngine
from fanlight.exchange import own_json
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore
from support.clips import Shot, scene, timeline, video_file, without_length
from support.rooms import Open, Room

WORDS = [HeardWords(0.2, 0.9, " Good morning."), HeardWords(3.2, 3.9, " The lamp is green.")]


@pytest.fixture(scope="module")
def party(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shots = [Shot(scene(1), 2), Shot(scene(2), 2)]
    return video_file(tmp_path_factory.mktemp("clip") / "party.mp4", timeline(shots, 25))


@pytest.fixture(scope="module")
def clip(party: Path) -> AttachedClip:
    return read_clip(party, 1536, lambda _size: 6, StopFlag())


def test_it_is_one_item_with_all_of_its_frames(qtbot: Any, enter: Open, clip: AttachedClip) -> None:
    room = enter(ScriptedEngine(["Ok."]))
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    attachments = room.session.attachments
    key = attachments.expect("party.mp4")
    assert attachments.resolve_several(key, clip.frames)
    assert not attachments.resolve_several(key + 1_000_000, clip.frames)
    qtbot.waitUntil(lambda: all(item.status == "ready" for item in attachments.items))
    (shown,) = one_a_clip(attachments.items)
    assert (shown.name, shown.progress, len(shown.frames)) == ("party.mp4", None, len(clip.frames))
    assert clip_caption(shown.frames).startswith(f"{len(clip.frames)} pictures, 0:0")
    attachments.remove(shown.key)
    assert not attachments.items


def test_a_later_question_encodes_nothing_anew(qtbot: Any, enter: Open, clip: AttachedClip) -> None:
    room = enter(engine := ScriptedEngine(["A cut [0:02.0]."]))
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    room.session.attachments.set(clip.frames)
    room.session.send("What happens?")
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 2)
    first = engine.asked[-1][-1]
    room.session.send("And then?")
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 4)
    assert engine.asked[-1][0] == first  # its beginning, which is in the cache
    assert not engine.asked[-1][-1].images
    entries = room.session.entries()
    assert entries[0].captions == tuple(frame.moment.time for frame in clip.frames if frame.moment)
    assert entries[1].cites_times
    assert not entries[1].cites_pages


def test_frames_that_a_model_takes_in_pairs_are_counted_so(qtbot: Any, enter: Open, clip: AttachedClip) -> None:
    engine = ScriptedEngine(["Ok."], tokens_per_image=47, frames=FrameCost((47,) * 3, merges=True))
    room = enter(engine)
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    attachments, frames = room.session.attachments, clip.frames[:3]
    counted: list[TokensCounted] = []
    attachments.tokens_counted.connect(counted.append)
    attachments.resolve_several(attachments.expect("party.mp4"), frames)
    qtbot.waitUntil(lambda: all(item.status == "ready" for item in attachments.items) and len(counted) == 3)
    told = [item.attachment.tokens for item in attachments.items if item.attachment]
    assert told == [one.tokens for one in counted] == [24, 23, 47]
    assert clip_caption(attachments.read).endswith(", 94 tokens")


@pytest.mark.parametrize(
    ("cost", "most"),
    [(UNKNOWN_COST, 6), (FrameCost((120, 90, 70)), 26), (FrameCost((120, 90, 70), merges=True), 32)],
)
def test_as_many_frames_are_read_as_the_model_has_room_for(
    qtbot: Any, enter: Open, clip: AttachedClip, monkeypatch: pytest.MonkeyPatch, cost: FrameCost, most: int
) -> None:
    room = enter(ScriptedEngine(["Ok."], context_tokens=4096, frames=cost))
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    asked: list[int] = []

    def read(
        _path: Path, _side: int, most_of: Callable[[tuple[int, int]], int], _stop: StopFlag, _part: ClipPart,
        report: Callable[[float], None],
    ) -> AttachedClip:  # fmt: skip
        asked.append(most_of((1920, 1080)))
        report(0.25)
        return clip

    monkeypatch.setattr(clip_loading, "read_clip", read)
    told: list[tuple[int, int] | None] = []
    attachments = room.session.attachments
    attachments.changed.connect(lambda: told.append(attachments.items[0].progress))
    loading = clip_loading.ClipLoading(room.host, FileWorker(), lambda: 1536, room.session)
    loading.load(room.session, Path("party.mp4"))
    qtbot.waitUntil(lambda: bool(room.session.attachments.read))
    assert asked == [most]
    assert (25, 100) in told


@dataclass
class PartRoom:
    """A clip that is attached with its sound; `part` has another part of it attached."""

    qtbot: Any
    room: Room
    loading: clip_loading.ClipLoading
    problems: list[FanlightError]

    @property
    def attachments(self) -> Attachments:
        return self.room.session.attachments

    @property
    def key(self) -> int:
        return next(item.key for item in self.attachments.items if item.clip)

    @property
    def moments(self) -> list[float]:
        return [one.moment.seconds for one in self.attachments.read if one.moment]

    @property
    def heard(self) -> str:
        return " ".join(text for one in self.attachments.read if one.document for text in one.document.texts)

    def load(self, path: Path) -> None:
        self.loading.load(self.room.session, path)
        self._settle()

    def part(self, begin: float, end: float) -> None:
        self.loading.choose_part(self.key, (begin, end))
        self._settle()

    def remove_sound(self) -> None:
        self.attachments.remove(next(item.key for item in self.attachments.items if not item.clip))

    def _settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.attachments.reading, timeout=20_000)


@pytest.fixture
def parted(qtbot: Any, enter: Open, party: Path, monkeypatch: pytest.MonkeyPatch) -> PartRoom:
    def with_sound(*asked: Any) -> AttachedClip:
        return replace(read_clip(*asked), has_sound=True)

    def hear(
        _path: Path, until: float, _share: Any, on_heard: Callable[[list[HeardWords]], object]
    ) -> Callable[[], None]:
        on_heard([words for words in WORDS if not until or words.start < until])
        return lambda: None

    monkeypatch.setattr(clip_loading, "read_clip", with_sound)
    room = enter(ScriptedEngine(["Ok."]))
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    loading = clip_loading.ClipLoading(room.host, FileWorker(), lambda: 1536, room.session)
    loading.hear = hear
    problems: list[FanlightError] = []
    loading.problem.connect(problems.append)
    made = PartRoom(qtbot, room, loading, problems)
    made.load(party)
    return made


def test_a_part_takes_the_place_of_the_clip(parted: PartRoom) -> None:
    assert parted.loading.knows(parted.key)
    assert parted.heard == "[0:00] Good morning.\n[0:03] The lamp is green."
    key = parted.key
    parted.part(2.5, 3.5)
    assert parted.key == key
    assert all(2.5 <= seconds <= 3.5 for seconds in parted.moments)
    assert parted.heard == "[0:03] The lamp is green."
    attached = [one.moment.clip for one in parted.attachments.read if one.moment]
    assert {(one.start, one.end, one.seconds) for one in attached} == {(2.5, 3.5, attached[0].seconds)}
    parted.part(1.2, 2.0)  # nothing is said in it
    assert parted.moments
    assert not parted.heard
    parted.part(*WHOLE_CLIP)
    assert "Good morning" in parted.heard
    assert min(parted.moments) < 2 < max(parted.moments)


def test_a_clip_whose_file_does_not_say_how_long_it_is_stays_as_long_with_a_part(
    parted: PartRoom, party: Path, tmp_path: Path
) -> None:
    parted.attachments.remove(parted.key)
    parted.load(without_length(party, tmp_path / "recorded.mkv"))
    (whole,) = {one.clip for one in parted.attachments.read if one.clip}
    assert whole.seconds > 3.9
    parted.part(1.0, 2.0)
    (part,) = {one.clip for one in parted.attachments.read if one.clip}
    assert (part.start, part.end, part.seconds) == (1.0, 2.0, whole.seconds)
    parted.part(*WHOLE_CLIP)
    assert {one.clip for one in parted.attachments.read if one.clip} == {whole}


def test_sound_that_was_removed_does_not_come_back_with_a_part(parted: PartRoom) -> None:
    parted.remove_sound()
    parted.part(2.5, 3.5)
    assert not parted.heard
    assert parted.moments


def test_a_part_that_cannot_be_read_changes_nothing(parted: PartRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_asked: Any) -> AttachedClip:
        raise ClipError("It is gone.")

    before, heard = parted.attachments.read, parted.heard
    monkeypatch.setattr(clip_loading, "read_clip", fails)
    parted.part(2.5, 3.5)
    assert (set(parted.attachments.read), parted.heard) == (set(before), heard)
    assert [one.message for one in parted.problems] == ["It is gone."]
    monkeypatch.setattr(clip_loading, "read_clip", read_clip)
    parted.part(2.5, 3.5)  # the same again
    assert min(parted.moments) >= 2.5


def test_a_clip_that_is_removed_while_a_part_is_read_stays_away(parted: PartRoom) -> None:
    key = parted.key
    parted.loading.choose_part(key, (2.5, 3.5))
    parted.attachments.remove(key)
    parted.loading.choose_part(key, (0.5, 1.5))
    parted.qtbot.wait(1)
    assert not parted.moments
    assert not parted.problems


@pytest.mark.parametrize("kept", ["on disk", "in memory"])
def test_it_is_kept_with_its_times(tmp_path: Path, clip: AttachedClip, kept: str) -> None:
    heard = heard_attachment(Path("party.mp4"), WORDS)
    assert heard is not None
    asked = question("What?", [*clip.frames, heard], room=2000)
    pictures = [one.picture for one in asked.attachments if one.picture]
    database: Database | MemoryStore = Database(tmp_path) if kept == "on disk" else MemoryStore()
    with closing(database):
        chat = database.create("Clip")
        database.add_message(chat, asked.message, pictures)
        again = rebuild_turns(fetch_conversation(database, chat), 1536, PictureShelf())  # type: ignore[arg-type]
    (turn,) = again.turns.shown
    assert list(sent_parts(turn.message.parts)) == list(sent_parts(asked.message.parts))
    assert [one.moment for one in turn.attachments] == [one.moment for one in asked.attachments]
    assert turn.entry().captions == asked.entry().captions
    assert [one.thumbnail for one in turn.attachments if one.moment] == [one.thumbnail for one in clip.frames]


def test_a_picture_that_is_a_frame_elsewhere_gets_no_time(tmp_path: Path, clip: AttachedClip) -> None:
    frame = clip.frames[0]
    assert frame.image is not None
    alone = replace(frame, part=ImagePart(frame.image))
    asked = [question(text, [one]) for text, one in (("A", frame), ("B", alone), ("C", frame))]
    with closing(Database(tmp_path)) as database:
        chat = database.create("Clip")
        for turn in asked:
            database.add_message(chat, turn.message, [one.picture for one in turn.attachments if one.picture])
        again = rebuild_turns(fetch_conversation(database, chat), 1536, PictureShelf())
    assert [turn.message for turn in again.turns.shown] == [turn.message for turn in asked]


def test_pixels_that_are_on_disk_keep_their_times(clip: AttachedClip) -> None:
    same = clip.frames[0]
    assert same.moment is not None
    twice = same.at(replace(same.moment, seconds=3.0))  # the same picture at another time
    turn = question("What?", [same, twice])
    files = {one.picture.data for one in turn.attachments if one.picture}
    kept = PictureShelf().shelved_turn(turn, lambda _name: next(iter(files)))
    moments = [part.moment for part in kept.message.parts if isinstance(part, ImagePart)]
    assert moments == [same.moment, twice.moment]


def test_it_is_exported_and_read_again(clip: AttachedClip) -> None:
    first = clip.frames[0]
    assert first.picture is not None
    image = first.picture.image
    stored = StoredPicture("0" * 64, "jpeg", "party.mp4", image.width, image.height, image.id, moment=first.moment)
    message = ArchivedMessage("user", (stored, TextPart("What?")), "complete", "", 1.0)
    text = own_json.conversation_text(ArchivedConversation("Clip", 1.0, 2.0, (message,)))
    assert own_json.read_conversation(json.loads(text)).messages[0].parts == message.parts
    older = json.loads(text)
    del older["messages"][0]["parts"][0]["moment"]
    assert own_json.read_conversation(older).messages[0].parts[0] == replace(stored, moment=None)
    wrong: list[object] = [3, {"clip": {}}, {"clip": {"id": 1}, "at": "soon"}, {"clip": None, "at": float("inf")}]
    for damaged in wrong:
        older["messages"][0]["parts"][0]["moment"] = damaged
        assert own_json.read_conversation(older).messages[0].parts[0] == replace(stored, moment=None)


def test_a_time_leads_to_the_nearest_frame_and_what_is_said_then(clip: AttachedClip) -> None:
    heard = heard_attachment(Path("party.mp4"), WORDS)
    assert heard is not None
    turn = question("What?", [*clip.frames, heard], room=2000)
    found = frames_at([turn], 3.4)
    assert found is not None
    originals, nearest = found
    moments = [one.moment for one in clip.frames]
    assert moments[nearest] == min(moments, key=lambda one: abs(one.seconds - 3.4) if one else 99)
    assert originals[nearest].note == "The lamp is green."
    assert originals[0].note == "Good morning."
    document, page, line = heard_at([turn], 3.4) or (None, 0, "")
    assert (document, page, line) == (heard.document, 1, "The lamp is green.")
    assert frames_at([question("What?", [heard], room=2000)], 1.0) is None
    assert frames_at([], 1.0) is None


def test_nothing_that_is_said_makes_no_document() -> None:
    assert heard_attachment(Path("party.mp4"), []) is None
