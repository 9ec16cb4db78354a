"""Words that the user changes after they were dictated: the same change twice is offered as one of the user's own.

All of it is in memory alone; what is accepted goes into the settings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal

from fanlight.core.settings_store import SettingsStore
from fanlight.domain.languages import LANGUAGES
from fanlight.domain.replacements import Replacement

TIMES = 2
_MOST_WORDS = 4
_MOST_TEXTS = 20
"""Of one conversation, that were dictated since its last question."""
_SIMILAR = 0.5
"""Of the letters of both: what is less like it is another thought, not a word that was misheard."""
_ENDING = 3
"""Letters. A word with such an ending more, or less, is a change of grammar."""


class Corrections(QObject):
    repeated = Signal(object)
    """A Replacement that the user has made as often as `TIMES` says."""

    def __init__(self, settings_store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings_store = settings_store
        self._dictated: WeakKeyDictionary[QObject, list[tuple[str, str]]] = WeakKeyDictionary()
        self._count = Counter[Replacement]()

    def note_dictated(self, conversation: QObject, text: str, language: str) -> None:
        """It is in the box of that conversation. `language`: that was spoken."""
        written_in = "en" if self._settings_store.now.talk_translate else language
        texts = self._dictated.setdefault(conversation, [])
        texts.append((text, written_in))
        del texts[:-_MOST_TEXTS]

    def note_sent(self, conversation: QObject, text: str) -> None:
        """What the user has made of it."""
        made = {
            change
            for dictated, language in self._dictated.pop(conversation, [])
            for change in changes_in(dictated, text, language)
        }
        for change in made:
            self._count[change] += 1
            if self._count[change] == TIMES:
                self.repeated.emit(change)

    def accept(self, change: Replacement) -> None:
        """From now on it is expected, and written where what was heard is heard again."""
        now = self._settings_store.now
        line = f"{change.spoken} = {change.written}"
        if change.language:
            line = f"{LANGUAGES[change.language]}: {line}"
        names = now.names() if change.written in now.names() else (*now.names(), change.written)
        lines = [one for one in now.speech_replacements.splitlines() if one.strip()]
        self._settings_store.choose(speech_replacements="\n".join([*lines, line]), speech_names=", ".join(names))


@dataclass(frozen=True, slots=True)
class _Token:
    """`text` without the marks around it; `first`: of a sentence."""

    text: str
    first: bool

    @property
    def compared(self) -> str:
        """Without the capital that the beginning of a sentence asks for."""
        return self.text[0].lower() + self.text[1:] if self.first else self.text


def changes_in(dictated: str, sent: str, language: str = "") -> Iterator[Replacement]:
    """Words that stand in `sent` in place of dictated ones that sound like them."""
    heard, written = _tokens(dictated), _tokens(sent)
    matcher = SequenceMatcher(None, [one.compared for one in heard], [one.compared for one in written], autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "replace" and j - i <= _MOST_WORDS and m - k <= _MOST_WORDS:
            spoken, instead = (" ".join(one.text for one in part) for part in (heard[i:j], written[k:m]))
            if _is_misheard(spoken, instead, heard[i].first or written[k].first):
                yield Replacement(spoken.casefold(), instead, language if language in LANGUAGES else "")


def _tokens(text: str) -> Sequence[_Token]:
    tokens, first = [], True
    for word in text.split():
        if bare := re.sub(r"^\W+|\W+$", "", word):
            tokens.append(_Token(bare, first))
            first = word.endswith((".", "?", "!", "…"))
    return tokens


def _is_misheard(spoken: str, instead: str, first: bool) -> bool:
    if not all(re.search(r"[^\W\d_]", text) for text in (spoken, instead)) or re.search(r"[,;=→]|->", spoken + instead):
        return False
    one, other = _letters(spoken), _letters(instead)
    if one == other:
        return not (first and spoken[1:] == instead[1:])  # a capital at the beginning of a sentence
    if one.startswith(other) or other.startswith(one):
        return abs(len(one) - len(other)) > _ENDING
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _SIMILAR


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()
