"""What the user changes in dictated text: which changes are words that were misheard, and when one is offered."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from fanlight.core.dictation.corrections import Corrections, changes_in
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.replacements import Replacement
from fanlight.settings import Settings

pytestmark = pytest.mark.gui


def pairs(dictated: str, sent: str) -> list[tuple[str, str]]:
    return [(one.spoken, one.written) for one in changes_in(dictated, sent)]


@pytest.mark.parametrize(
    ("dictated", "sent", "expected"),
    [
        ("Open the graph on a dashboard.", "Open the Grafana dashboard.", [("graph on a", "Grafana")]),
        ("Ask Shavon, please.", "Please do: ask Siobhan, please. Thanks!", [("shavon", "Siobhan")]),
        ("I use wire guard here.", "I use WireGuard here.", [("wire guard", "WireGuard")]),
        ("we use grafana now", "we use Grafana now", [("grafana", "Grafana")]),
        ("Grafana is up", "grafana is up", []),
        ("It is up. now stop", "It is up. Now stop", []),
        ("I ask you", "I asked you", []),
        ("There are 20 files", "There are 30 files", []),
        ("I like the red one", "I like the second picture", []),
        ("Send it to Anna", "Send it to Ben", []),
        ("one two three four five", "on tow tree for fife", []),
        ("see a = b", "see x = b", []),
        ("All of this stays.", "All of this stays.", []),
        ("", "typed", []),
    ],
)
def test_what_is_taken_for_a_word_that_was_misheard(dictated: str, sent: str, expected: list[tuple[str, str]]) -> None:
    assert pairs(dictated, sent) == expected


@pytest.fixture
def store(home: Path) -> SettingsStore:
    return SettingsStore(Settings(speech_names="Vulkan", speech_replacements="um ="), home / "settings.json")


def test_the_second_time_it_is_offered_once_and_accepted_it_is_in_the_settings(store: SettingsStore) -> None:
    corrections, conversation, offered = Corrections(store), QObject(), list[Replacement]()
    corrections.repeated.connect(offered.append)
    for times in range(1, 5):
        corrections.note_dictated(conversation, "Open graph on a.", "en")
        corrections.note_sent(conversation, "Open Grafana.")
        assert len(offered) == (times >= 2)
    corrections.accept(offered[0])
    assert store.now.names() == ("Vulkan", "Grafana")
    assert store.now.speech_replacements == "um =\nEnglish: graph on a = Grafana"
    assert store.now.replacements()[1] == Replacement("graph on a", "Grafana", "en")


def test_what_was_dictated_elsewhere_is_not_compared(store: SettingsStore) -> None:
    corrections, here, there, offered = Corrections(store), QObject(), QObject(), list[Replacement]()
    corrections.repeated.connect(offered.append)
    for _ in range(3):
        corrections.note_dictated(there, "Open graph on a.", "en")
        corrections.note_sent(here, "Open Grafana.")
    corrections.note_sent(there, "Open Grafana.")
    corrections.note_sent(there, "Open Grafana.")
    assert not offered


def test_what_was_translated_is_english_whatever_was_spoken(store: SettingsStore) -> None:
    store.choose(talk_translate=True)
    corrections, conversation, offered = Corrections(store), QObject(), list[Replacement]()
    corrections.repeated.connect(offered.append)
    for _times in range(2):
        corrections.note_dictated(conversation, "Open graph on a.", "de")
        corrections.note_sent(conversation, "Open Grafana.")
    assert offered == [Replacement("graph on a", "Grafana", "en")]
