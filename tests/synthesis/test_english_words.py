"""What the English voice is given to read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.synthesis.english_words import read_in_english


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("version 2.0.1.", "version 2 point 0 point 1."),
        ("notes.txt and .ini", "notes dot txt and dot ini"),
        ("see example.org/a", "see example dot org/a"),
        ("Press Ctrl+Shift+Esc", "Press Control Shift Escape"),
        ("9:00–17:00", "9:00 to 17:00"),
        ("8:30 am – 10:00 am", "8:30 am to 10:00 am"),
        ("10–15 files, 20–30%", "10 to 15 files, 20 to 30%"),
        ("16:9", "16 to 9"),
        ("1920 x 1080", "1920 by 1080"),
        ("249.99 EUR", "€249.99"),
        ("20 m², 1 km²", "20 square meters, 1 square kilometer"),
        ("2 h 45 s", "2 hours 45 seconds"),
        ("e.g. this, i.e. that", "for example this, that is that"),
        ("on p. 12", "on page 12"),
        ("Settings > Privacy", "Settings, Privacy"),
        ("The arrow (→) points", "The arrow points"),
        ("if a = b", "if A = b"),
        ("he/she and/or TCP/IP", "he or she and or TCP slash IP"),
    ],
)
def test_what_the_voice_would_drop_is_written_out(written: str, read: str) -> None:
    assert read_in_english(written) == read


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith of the U.S. left.", "pi is 3.14159", "at 14:30", "120 km/h", "3.5 GB", "the 1990s", "$1,200,000",
        "Wi-Fi 5-6", "-7", "It ends. Then it begins.", "a good one", "12/25/2023", "well-known",
    ],
)  # fmt: skip
def test_what_the_voice_reads_well_stays(text: str) -> None:
    assert read_in_english(text) == text


@given(st.text(st.sampled_from("ab0123456789.:/+-–>=xhs²m€ ()→Ctrl"), max_size=120))
def test_no_word_is_lost_whatever_is_written(text: str) -> None:
    digits = [letter for letter in text if letter.isdecimal()]
    assert [letter for letter in read_in_english(text) if letter.isdecimal()] == digits
