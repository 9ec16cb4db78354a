"""The conditions under which transcripts are compared, and what is reckoned from them."""

from __future__ import annotations

import numpy as np
import pytest

from bench.accuracy import ConditionErrors, late_starts, true_starts
from bench.measure.transcribing import as_table
from fanlight.domain.speech import SAMPLE_RATE, Word
from fanlight.speech.audio import level_dbfs
from fanlight.speech.vad import LoudnessVad
from support.conditions import PAUSES, Spoken, conditions, joined_recordings, with_noise
from support.recordings import recording, transcript

SPOKEN = [Spoken(name, recording(name), transcript(name)) for name in ("austen880", "jfk")]


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
    assert [line.split()[-3:] for line in as_table("AVX2", rows).splitlines()] == [
        ["Fanlight", "stock", "words"], ["2", "3", "197"], ["7", "5", "197"], ["9", "8", "394"],
    ]  # fmt: skip
