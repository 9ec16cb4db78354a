"""The turns of a conversation, and what changes in what is shown of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.entry import NOT_READ, PicturedAnswer, TranscriptEntry
from fanlight.core.chat.turns import Attachment, Turn, TurnTree, following
from fanlight.domain.branches import all_after, end_of_steps, followers, path_to
from fanlight.domain.documents import Document
from fanlight.domain.messages import Image
from fanlight.domain.notes import with_notes
from fanlight.domain.picture_regions import RegionFrame
from fanlight.settings import Settings

if TYPE_CHECKING:
    from fanlight.documents.page_index import PageIndex

_Seen = tuple[tuple[Attachment, ...], str]
"""Pictures, and the last question about them."""


class TurnList(QObject):
    """`all` is every turn of the shown branch, in order, under a `title`. Turns that are not `shown` have no entry."""

    turns_appended = Signal(tuple)
    """The entries of them that are shown."""
    turn_replaced = Signal(TranscriptEntry)
    """The last entry is this one now."""
    turns_truncated = Signal(int)
    """How many entries are left."""
    branch_shown = Signal(int, tuple)
    """How many entries are left, and those that follow them now."""
    captions_changed = Signal()
    """Of entries that were there before."""
    rest_read = Signal()
    """Entries that were NOT_READ are read."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.all: list[Turn] = []
        self.title = ""
        self.missing = 0
        """How many turns before `all` are not read yet; each has an entry."""
        self._aside: dict[int, Turn] = {}
        self._left: dict[int, int] = {}
        """Where the branch of a turn ended when another one was shown instead."""
        self.notes: Callable[[], str] | None = None
        """What is put before them, where the user wants that."""
        self.model_name: Callable[[], str] = lambda: ""
        """Of the model that is open."""

    def system(self, settings: Settings) -> str:
        """What the model is told first."""
        return with_notes(settings.system_prompt, self.notes()) if self.notes is not None else settings.system_prompt

    @property
    def last(self) -> Turn:
        return self.all[-1]

    @property
    def last_question_index(self) -> int:
        """The number of turns where there is none."""
        questions = (i for i in reversed(range(len(self.all))) if self.all[i].message.role == "user")
        return next(questions, len(self.all))

    @property
    def last_question(self) -> Turn | None:
        at = self.last_question_index
        return self.all[at] if at < len(self.all) else None

    def turn_of(self, entry: int) -> Turn | None:
        """The one that entry shows."""
        shown = [turn for turn in self.all if turn.shown]
        place = entry - self.missing
        return shown[place] if 0 <= place < len(shown) else None

    def question_of(self, entry: int) -> Turn | None:
        """The one that entry shows; None for an answer."""
        found = self.turn_of(entry)
        return found if found is not None and found.message.role == "user" else None

    def answered_by(self, entry: int) -> Turn | None:
        """The question that the answer of that entry follows; None for a question."""
        answer = self.turn_of(entry)
        if answer is None or answer.message.role != "assistant":
            return None
        return next((turn for turn in self.all if turn.key == answer.parent and turn.message.role == "user"), None)

    @property
    def last_answer(self) -> str:
        """As it is copied."""
        last = next((turn for turn in reversed(self.all) if turn.message.role == "assistant"), None)
        return (last.text_to_copy or last.message.text) if last is not None else ""

    @property
    def tree(self) -> TurnTree:
        return TurnTree(tuple(self.all), tuple(self._aside.values()))

    def entries(self) -> tuple[TranscriptEntry, ...]:
        return (*(NOT_READ,) * self.missing, *self._entries(0))

    def append(self, *turns: Turn) -> None:
        before = len(self.all)
        for turn in turns:
            self.all.append(following(turn, self.all[-1].key if self.all else 0))
        if entries := tuple(self._entries(before)):
            self.turns_appended.emit(entries)

    def update_last(self, **fields: object) -> Turn:
        """Without a signal: what is shown of it is reported otherwise."""
        self.all[-1] = last = replace(self.all[-1], **fields)  # type: ignore[arg-type]
        return last

    def replace_last(self, turn: Turn) -> None:
        self.all[-1] = turn
        self.turn_replaced.emit(next(self._entries(len(self.all) - 1)))

    def set(self, turns: Iterable[Turn], aside: Iterable[Turn] = (), missing: int = 0) -> None:
        """Without a signal: they are shown anew."""
        self.all, self.missing = list(turns), missing
        self._aside = {turn.key: turn for turn in aside}

    def swap(self, old: Sequence[Turn], new: Sequence[Turn]) -> None:
        """Hold the equal `new` ones instead of the `old` ones, where these are still there; without a signal."""
        by_key = {before.key: (before, after) for before, after in zip(old, new, strict=True)}

        def swapped(turn: Turn) -> Turn:
            before, after = by_key.get(turn.key, (None, turn))
            return after if before is turn else turn

        self.all = [swapped(turn) for turn in self.all]
        self._aside = {key: swapped(turn) for key, turn in self._aside.items()}

    def truncate(self, count: int) -> None:
        """Keep the first `count`; what follows the others in other branches goes, too."""
        if gone := self.all[count:]:
            lost = set(all_after(self._parents(), gone[0].key))
            self._aside = {key: turn for key, turn in self._aside.items() if key not in lost}
        del self.all[count:]
        self.turns_truncated.emit(self._shown_before(count))

    # Branches.

    def begin_branch(self, parent: int) -> None:
        """Show what leads to that turn (0: nothing), and no more: another question or answer is to follow it. An answer
        of which nothing came is not kept."""
        last = self.all[-1] if self.all else None
        if (
            last is not None
            and last.is_blank
            and last.key not in {parent, *(one.parent for one in self._aside.values())}
        ):
            del self.all[-1]
        self._show(parent)

    def show_version(self, entry: int, by: int) -> bool:
        """Of the turn of that entry, the one that stands `by` places beside it; whether there is one."""
        turn, parents = self.turn_of(entry), self._parents()
        if turn is None:
            return False
        beside = followers(parents)[turn.parent]
        place = beside.index(turn.key) + by
        if not 0 <= place < len(beside):
            return False
        wanted = beside[place]
        end = self._left.get(wanted)
        self._show(end if end is not None and end in parents else all_after(parents, wanted)[-1])
        return True

    def show_place(self, steps: Sequence[int]) -> int:
        """Show the branch to which they lead (`domain/branches.py`), unless the shown one has that turn; its entry."""
        parents = self._parents()
        wanted = end_of_steps(parents, steps)
        if wanted and all(turn.key != wanted for turn in self.all):
            self._show(all_after(parents, wanted)[-1])
        return max(0, self._entry_of(wanted))

    def entry_at(self, steps: Sequence[int]) -> int:
        """The entry of the turn to which they lead; -1 where it is in another branch."""
        return self._entry_of(end_of_steps(self._parents(), steps))

    def path_to(self, key: int) -> list[Turn]:
        """The turns that lead to that one, in whichever branch it is, and itself; none for 0."""
        turns = self._by_key()
        return [turns[one] for one in path_to(self._parents(), key)]

    def set_tokens(self, image_id: str, tokens: int) -> None:
        """Set how many tokens the picture `image_id` takes, wherever it is shown."""
        self._change_captions(lambda turn: turn.counted(image_id, tokens))

    def show_page_thumbnail(self, document_id: str, page: int, thumbnail: Image) -> None:
        """Where that page is the first of those that were given."""
        self._change_captions(lambda turn: turn.drawn(document_id, page, thumbnail))

    def replace_picture(self, old: Collection[str], new: Attachment) -> bool:
        """Wherever one of these ids is shown; whether it is."""
        before = self.tree
        self._change_captions(lambda turn: turn.with_picture(old, new))
        return self.tree != before

    def show_pages_read(self, document: Document, index: PageIndex, left: int) -> None:
        self._change_captions(lambda turn: turn.with_pages_read(document, index, left))

    def _change_captions(self, changed: Callable[[Turn], Turn]) -> None:
        self._aside = {key: changed(turn) for key, turn in self._aside.items()}
        new_ones = [changed(turn) for turn in self.all]
        changed_ones = [(new, old) for new, old in zip(new_ones, self.all, strict=True) if new is not old]
        self.all = new_ones
        if any(new.entry() != old.entry() for new, old in changed_ones):
            self.captions_changed.emit()

    def _show(self, end: int) -> None:
        """The branch that ends with that turn; 0: none."""
        turns = self._by_key()
        path = path_to(self._parents(), end)
        same = next((i for i, (turn, key) in enumerate(zip(self.all, path, strict=False)) if turn.key != key),
                    min(len(self.all), len(path)))  # fmt: skip
        if left := self.all[same:]:
            self._left |= dict.fromkeys((turn.key for turn in left), left[-1].key)
        self._aside |= {turn.key: turn for turn in left}
        self.all[same:] = [turns[key] for key in path[same:]]
        for turn in self.all[same:]:
            self._aside.pop(turn.key, None)
        if len(path) == same:
            self.turns_truncated.emit(self._shown_before(same))
        else:
            self.branch_shown.emit(self._shown_before(same), tuple(self._entries(same)))

    def _entries(self, first: int) -> Iterator[TranscriptEntry]:
        """Of the turns from that one on."""
        beside = followers(self._parents()) if self._aside else {}
        documents = [one for turn in self.all if turn.attachments for one in turn.message.documents]
        cites_pages = any(one.document.kind != "sound" for one in documents)
        cites_times = any(one.document.kind == "sound" for one in documents) or any(
            one.clip is not None for turn in self.all for one in turn.attachments
        )
        seen = self._pictures_before(first)
        for turn in self.all[first:]:
            seen = _pictures_of(turn, seen)
            if turn.shown:
                here = beside.get(turn.parent, ())
                entry = turn.entry()
                if cites_pages or cites_times:
                    entry = replace(entry, cites_pages=cites_pages, cites_times=cites_times)
                if seen is not None and turn.message.role == "assistant":
                    entry = replace(entry, pictured=self._pictured(*seen))
                yield entry if len(here) < 2 else replace(entry, version=here.index(turn.key) + 1, versions=len(here))

    def pictures_of_answer(self, entry: int) -> tuple[Attachment, ...]:
        """Those that the answer of that entry is about, as its `PicturedAnswer` has them."""
        answer = self.turn_of(entry)
        if answer is None or answer.message.role != "assistant":
            return ()
        seen = self._pictures_before(next(i for i, turn in enumerate(self.all) if turn is answer))
        return seen[0] if seen is not None else ()

    def _pictures_before(self, end: int) -> _Seen | None:
        seen: _Seen | None = None
        for turn in self.all[:end]:
            seen = _pictures_of(turn, seen)
        return seen

    def _pictured(self, pictures: Sequence[Attachment], question: str) -> PicturedAnswer | None:
        model = self.model_name()
        thumbnails = tuple(one.thumbnail for one in pictures if one.thumbnail is not None)
        frames = tuple(_frame_of(one, question, model) for one in pictures)
        return PicturedAnswer(thumbnails, frames) if len(thumbnails) == len(frames) else None

    def _entry_of(self, key: int) -> int:
        at = next((i for i, turn in enumerate(self.all) if turn.key == key), -1)
        return self._shown_before(at) if at >= 0 else -1

    def _shown_before(self, count: int) -> int:
        return self.missing + sum(turn.shown for turn in self.all[:count])

    def _by_key(self) -> dict[int, Turn]:
        return {turn.key: turn for turn in self.tree.in_order}

    def _parents(self) -> dict[int, int]:
        return {turn.key: turn.parent for turn in self.tree.in_order}


def _pictures_of(turn: Turn, seen: _Seen | None) -> _Seen | None:
    """What is seen by those that follow `turn`. Frames of a clip are told by their times, not by their numbers."""
    if turn.message.role != "user":
        return seen
    pictures = tuple(one for one in turn.attachments if one.image is not None)
    if not pictures:
        return (seen[0], turn.message.text) if seen is not None else None
    return (pictures, turn.message.text) if all(one.moment is None for one in pictures) else None


def _frame_of(picture: Attachment, question: str, model: str) -> RegionFrame:
    image, kept = picture.image, picture.picture
    assert image is not None
    original = (kept.width, kept.height) if kept is not None else (image.width, image.height)
    return RegionFrame(image.width, image.height, *original, question, model)
