"""The conditions under which transcripts are compared, and what is reckoned from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.accuracy import ConditionErrors, compare, late_starts, true_starts
from bench.heard import Transcripts, code_fingerprint
from bench.measure.transcribing import as_line, sums
from fanlight.domain.speech import SAMPLE_RATE, Word
from fanlight.speech.audio import Audio, level_dbfs
from fanlight.speech.vad import LoudnessVad
from support.conditions import PAUSES, Spoken, conditions, joined_recordings, with_noise
from support.recordings import recording, transcript

SPOKEN = [Spoken(name, recording(name), transcript(name)) for name in ("austen880", "jfk")]


class ScriptedHearing:
    """Hears the same in every recording."""

    def __init__(self, text: str) -> None:
        self._text = text

    def text(self, audio: Audio) -> str:
        return self._text

    def words(self, audio: Audio) -> list[Word]:
        return [Word(self._text, 0.0, 1.0)]


def test_each_condition_has_every_recording_and_is_the_same_on_every_run() -> None:
    first, second = list(conditions(SPOKEN)), list(conditions(SPOKEN))
    assert len(first) == 6 + len(PAUSES)
    for (name, spoken), (_, again) in zip(first, second, strict=True):
        assert all(np.array_equal(one.audio, other.audio) for one, other in zip(spoken, again, strict=True)), name
        assert " ".join(each.text for each in spoken) == " ".join(each.text for each in SPOKEN)
        assert all(np.max(np.abs(each.audio)) <= 1 for each in spoken)


def test_noise_is_as_loud_as_it_is_said_to_be() -> None:
    audio = recording("jfk")
    noise = np.random.default_rng(1).normal(size=len(audio)).astype(np.float32)
    mixed = with_noise(audio, noise, 10)
    assert level_dbfs(audio) - level_dbfs(mixed - audio) == pytest.approx(10, abs=0.3)


def test_the_first_word_behind_each_pause_is_looked_at() -> None:
    tone = np.full(SAMPLE_RATE, 0.1, np.float32)
    parts = [Spoken("a", tone, "so"), Spoken("b", np.concatenate([np.zeros(8000, np.float32), tone]), "then")]
    whole = joined_recordings(parts, 3.0)
    starts = true_starts(whole, parts, LoudnessVad)
    assert starts == pytest.approx([0, 4.5], abs=0.04)
    words = (Word(" so", 0.1, 0.9), Word(" then", 4.2, 5.4))
    assert late_starts(words, starts) == pytest.approx([0.1, -0.3], abs=0.04)


def test_the_table_has_a_line_for_each_condition_and_their_sum() -> None:
    rows = [ConditionErrors("clean", 197, 2, 3), ConditionErrors("telephone", 197, 7, 5)]
    assert sums(rows) == (9, 8, 394)
    assert as_line("all", *sums(rows)).split() == ["all", "9", "8", "394"]
    assert len(as_line("clean", 2, 3, 197)) == len(as_line("all", *sums(rows)))


def test_conditions_are_compared_by_name() -> None:
    spoken = [Spoken("jfk", recording("jfk"), "my fellow Americans")]
    ours, stock = ScriptedHearing("my fellow american"), ScriptedHearing("my fell americans, too")
    (row,) = compare(ours, stock, spoken, LoudnessVad, only=("telephone",))
    assert row == ConditionErrors("telephone", words=3, wrong=1, stock_wrong=2)


def test_what_was_heard_is_heard_once_by_each_with_each_kind_of_kernels(tmp_path: Path) -> None:
    path, audio = tmp_path / "heard.jsonl", np.zeros(160, np.float32)
    heard = list[Audio]()

    def hear(sound: Audio) -> str:
        heard.append(sound)
        return "so"

    for who, kernels in (("a", "AVX2"), ("b", "AVX2"), ("a", "GENERIC"), ("a", "AVX2")):
        assert Transcripts(path, kernels).heard(who, audio, hear) == "so"
    assert len(heard) == 3
    assert Transcripts(path, "AVX2").heard("a", audio + 1, hear) == "so"
    assert len(heard) == 4


def test_a_run_that_was_killed_while_it_wrote_goes_on(tmp_path: Path) -> None:
    path, audio = tmp_path / "heard.jsonl", np.zeros(160, np.float32)
    Transcripts(path, "").heard("a", audio, lambda _: "so")
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    assert Transcripts(path, "").heard("a", audio, lambda _: pytest.fail("heard again")) == "so"
    Transcripts(path, "").heard("b", audio, lambda _: "then")
    assert Transcripts(path, "").heard("b", audio, lambda _: pytest.fail("heard again")) == "then"


def test_other_code_is_measured_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import fanlight.speech

    before = code_fingerprint()
    assert before == code_fingerprint()
    (tmp_path / "__init__.py").write_text("changed = True")
    monkeypatch.setattr(fanlight.speech, "__file__", str(tmp_path / "__init__.py"))
    assert code_fingerprint() != before
