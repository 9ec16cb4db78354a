"""Notes: what is put before a conversation, what is proposed, what they take."""

from __future__ import annotations

import pytest

from fanlight.domain.notes import MOST_CHARACTERS, about_tokens, proposed_note, with_line, with_notes


def test_notes_come_behind_the_standing_instruction() -> None:
    text = with_notes("Be brief.", "- My cat is called Mia.\n")
    assert text.startswith("Be brief.\n\nNotes that the user keeps for you:\n- My cat is called Mia.\n\n")
    assert "NOTE:" in text
    assert with_notes("Be brief.", " \n ") == "Be brief."
    assert with_notes("", "x").startswith("Notes")
    assert len(with_notes("", "x" * (MOST_CHARACTERS + 500))) < MOST_CHARACTERS + 400


@pytest.mark.parametrize(
    ("question", "answer", "line"),
    [
        ("My cat is Mia.", "Nice!\nNOTE: The user's cat is called Mia.", "The user's cat is called Mia."),
        ("x", "**NOTE:** likes tea", "Likes tea"),
        ("x", "- NOTE: a lot\nand then more\nNOTE: the last one counts", "The last one counts"),
        ("Remember that I am a nurse", "", "I am a nurse"),
        ("Hello. Please remember: answers in metres", "Yes.", "Answers in metres"),
        ("Keep in mind that the shop closes at 6.", "", "The shop closes at 6."),
        ("Merk dir, dass ich Anna heiße", "", "Ich Anna heiße"),
        ("Do you remember that I am a nurse?", "", ""),
        ("I cannot remember names", "", ""),
        ("Note the red car.", "", ""),
        ("What is this?", "A note: it is red.", ""),
        ("x", "NOTE:", ""),
        ("x", "NOTE: " + "y" * 400, ""),
        ("", "", ""),
    ],
)
def test_a_line_is_proposed_by_a_clear_rule(question: str, answer: str, line: str) -> None:
    assert proposed_note(question, answer) == line


def test_a_line_is_added_once() -> None:
    notes = with_line("", "I am a nurse")
    assert notes == "- I am a nurse\n"
    assert with_line(notes, "i am a NURSE") == notes
    assert with_line("# Me\nold", "new") == "# Me\nold\n- new\n"


def test_tokens_are_about_right() -> None:
    assert (about_tokens(""), about_tokens("  \n"), about_tokens("word word"), about_tokens("日本語")) == (0, 0, 3, 3)
