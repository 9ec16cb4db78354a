"""An answer as it is spoken: where sentences end, what is read of Markdown, and that pieces do not matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.synthesis.spoken_text import HEADING_PAUSE, ITEM_PAUSE, PARAGRAPH_PAUSE, SpokenSentence, SpokenText


def spoken(text: str) -> list[str]:
    speech = SpokenText()
    return [sentence.text for sentence in (*speech.feed(text), *speech.finish())]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Dr. Smith met Mrs. Jones. They left.", ["Dr. Smith met Mrs. Jones.", "They left."]),
        ("Use a tool, e.g. Pliers, i.e. this one. Done.", ["Use a tool, e.g. Pliers, i.e. this one.", "Done."]),
        ("It costs 3.50 or 1.000.000. Cheap.", ["It costs 3.50 or 1.000.000.", "Cheap."]),
        ("There are 5. They are red.", ["There are 5.", "They are red."]),
        ("See no. 7 and fig. 2 on p. 9. She said no. Then", ["See no. 7 and fig. 2 on p. 9.", "She said no.", "Then"]),
        ("The U.S. Army and J. Smith. I am I. Yes.", ["The U.S. Army and J. Smith.", "I am I.", "Yes."]),
        ("Wait... what? Yes.", ["Wait... what?", "Yes."]),
        ("He asked “why?” and left. “Go.” Now.", ["He asked “why?” and left.", "“Go.”", "Now."]),
        ("Das ist z.B. Hier bzw. dort. Gut.", ["Das ist z.B. Hier bzw. dort.", "Gut."]),
        ("今日は。元気です！はい", ["今日は。", "元気です！", "はい"]),
        ("Look at file.txt or main.py. Then go.", ["Look at file.txt or main.py.", "Then go."]),
        ("One line\ngoes on. Here\nit ends.", ["One line goes on.", "Here it ends."]),
        ("One.\n\nTwo", ["One.", "Two"]),
    ],
)
def test_a_sentence_ends_where_a_reader_would_stop(text: str, said: list[str]) -> None:
    assert spoken(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It is **bold**, *soft* and ~~gone~~. __Yes__ _no_.", ["It is bold, soft and gone.", "Yes no."]),
        ("**Note.** Read it. *Really?* Yes.", ["Note.", "Read it.", "Really?", "Yes."]),
        ("Keep snake_case and 2 * 3 and 4*5.", ["Keep snake_case and 2 times 3 and 4 times 5."]),
        ("Call `f.x()`. Or ``a`b``.", ["Call f.x().", "Or a`b."]),
        ("Run `a. B` now. Or not.", ["Run a. B now.", "Or not."]),
        ("See [the guide](https://x.org/a.b). Then [Dr. No? Yes](y).", ["See the guide.", "Then Dr. No? Yes."]),
        ("At https://www.example.com/a.b?c=d. And <http://y.org/x>.", ["At example.com.", "And y.org."]),
        ("[https://x.org/a](https://x.org/a) is it.", ["x.org is it."]),
        ("![A red circle](a.png) and ![](b.png).", ["picture: A red circle and picture."]),
        ("[![Build](b.svg)](https://x.org) passes.", ["picture: Build passes."]),
        ("Escaped \\*stars\\* &amp; more.<br>Next", ["Escaped *stars* & more.<br>Next"]),
        ("Unclosed `code. Here it ends.", ["Unclosed `code.", "Here it ends."]),
        ("From [0, 1) it goes. Up.", ["From [0, 1) it goes.", "Up."]),
        ("[x]: https://x.org\n\nDone.", ["Done."]),
        ("…\n\n---\n\n* * *\n\n!!!", []),
    ],
)
def test_marks_are_not_read(text: str, said: list[str]) -> None:
    assert spoken(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("So:\n\n```python\nprint(1)\n\n# Two. Three\n```\nThat is all.", ["So:", "Code, 3 lines.", "That is all."]),
        ("~~~\nx\n~~~", ["Code, 1 line."]),
        ("````\n```\n````\nOn", ["Code, 1 line.", "On"]),
        ("```\nnever closed", ["Code, 1 line."]),
        ("So:\n\n    a = 1\n\n    b. C = 2\n\nEnd.", ["So:", "Code, 3 lines.", "End."]),
        ("> Quoted. Twice.\n> On\n\nMine.", ["Quoted.", "Twice.", "On", "Mine."]),
        ("# Title here ##\nText. More", ["Title here", "Text.", "More"]),
        ("Title\n=====\nText", ["Title", "Text"]),
        ("- one\n- two. Three\n  goes on\n", ["one", "two.", "Three goes on"]),
        ("1. First\n2) Second. Third\n", ["1: First", "2: Second.", "Third"]),
        ("- [ ] Buy\n- [x] Sell", ["To do: Buy", "Done: Sell"]),
        ("- a\n\n  still a\n\n      more a\n\nOut.\n\n    code", ["a", "still a", "more a", "Out.", "Code, 1 line."]),
        ("- ```\n  x\n  ```\n- # Two. Three", ["Code, 1 line.", "Two.", "Three"]),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |\n| 3. Four | 4 |\n\nEnd.", ["Table, 2 rows.", "End."]),
        ("a | b\n--|--\n1 | 2\nEnd", ["Table, 1 row.", "End"]),
        ("Yes. It is a | b.\nAnd c.", ["Yes.", "It is a | b.", "And c."]),
        ("a | b\nno table. Here.", ["a | b no table.", "Here."]),
        ("Text\n| a |\n|---|\n| b |", ["Text", "Table, 1 row."]),
    ],
)
def test_blocks_are_said_as_what_they_are(text: str, said: list[str]) -> None:
    assert spoken(text) == said


def test_headings_items_and_paragraphs_are_followed_by_a_pause() -> None:
    speech = SpokenText()
    said = speech.feed("# Head\n- one\n- two. Three\n\nText. End.\n\n") + speech.finish()
    assert said == [
        SpokenSentence("Head", HEADING_PAUSE),
        SpokenSentence("one", ITEM_PAUSE),
        SpokenSentence("two.", 0.0),
        SpokenSentence("Three", ITEM_PAUSE),
        SpokenSentence("Text.", 0.0),
        SpokenSentence("End.", PARAGRAPH_PAUSE),
    ]


def test_a_sentence_is_said_as_soon_as_the_next_one_begins() -> None:
    speech = SpokenText()
    assert speech.feed("There are 12") == []
    assert speech.feed(" shapes.") == []
    assert speech.feed(" T") == [SpokenSentence("There are 12 shapes.", language="en")]
    assert speech.feed("wo.\n") == []
    assert speech.feed("\n") == [SpokenSentence("Two.", PARAGRAPH_PAUSE, "en")]
    assert speech.feed("- One. A") == [SpokenSentence("One.", language="en")]


def test_a_very_long_sentence_is_cut_at_a_clause() -> None:
    clause = "and this goes on and on without any end in sight, "
    said = spoken(clause * 20)
    assert all(len(sentence) <= 400 for sentence in said)
    assert all(sentence.endswith(",") for sentence in said)
    assert " ".join(said) == (clause * 20).strip()


PIECES = [
    "Dr. ", "No. ", "Yes! ", "3.5 ", "e.g. ", "a", "B", " ", "\n", "\n\n", "- ", "1. ", "# ", "> ", "```", "\n```\n",
    "`", "``", "|", "|---|\n", "| a | b |\n", "[", "](", ")", "![", "**", "*", "_", "\\", "…", "。", "    ", "---\n",
    "https://x.y/z. ", "word word. ", "[x] ", "~~~\n", "=== \n", "“Go.” ", ", ", "\t", "\r\n", "<b>",
    "(", "]: ", "long word " * 30, "$", "$$", "\\(", "\\)", "\\[", "\\]", "x^2", "1990. ", "2**10", "\\\n", "है।", "，",
]  # fmt: skip


def test_spaces_between_sentences_do_not_move_the_cut_of_a_long_one() -> None:
    text = "。" + " " * 4 + "long word " * 60
    speech = SpokenText()
    whole = [*speech.feed(text), *speech.finish()]
    speech = SpokenText()
    assert [*(said for letter in text for said in speech.feed(letter)), *speech.finish()] == whole


@given(st.lists(st.sampled_from(PIECES), max_size=25), st.data())
def test_where_the_stream_is_cut_makes_no_difference(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    speech = SpokenText()
    whole = [*speech.feed(text), *speech.finish()]
    for cuts in (range(len(text) + 1), sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))):
        speech, said, at = SpokenText(), list[SpokenSentence](), 0
        for cut in (*cuts, len(text)):
            said += speech.feed(text[at:cut])
            at = cut
        assert [*said, *speech.finish()] == whole


@given(st.text(alphabet="ab .!*_`[]()|#->\\\n1$^{}", max_size=120))
def test_any_text_is_spoken(text: str) -> None:
    assert all(any(letter.isalnum() for letter in sentence) for sentence in spoken(text))
