"""Spoken answers keep their meaning: operators, HTML, formulas, and sentences of every script."""

from __future__ import annotations

import shutil
import threading

import pytest

from fanlight import i18n
from fanlight.i18n import texts_in
from fanlight.synthesis.backend import without_commands
from fanlight.synthesis.espeak import Espeak
from fanlight.synthesis.spoken_formula import spoken_formula
from fanlight.synthesis.spoken_text import SpokenText


def spoken(text: str) -> list[str]:
    speech = SpokenText()
    return [sentence.text for sentence in (*speech.feed(text), *speech.finish())]


@pytest.mark.parametrize(
    "text",
    [
        "2**10 = 1024", "2**10 = 1024 and 2**20 = 1048576", "2*n and 3*m", "If a<b and c>d then stop",
        "Use vector<int> here", "Dict<String, List<int>>", "Press <Enter> now", "5 > 3 and a<b>c", "<b>bold</b>",
        "f(*args, **kwargs) works", "int *p is a pointer", "a ~~ b", "Set m[i][j] to 0", "C:\\Users\\me is a folder",
        "snake_case and _private", "It costs $5 or $6", "From $5 to US$10 and 3$",
    ],
)  # fmt: skip
def test_what_is_no_mark_is_spoken_as_written(text: str) -> None:
    assert spoken(text) == [text]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("**Note. Read it.** Yes. 2** is kept", ["Note.", "Read it.", "Yes.", "2** is kept"]),
        ("3*4*5 = 60", ["3 times 4 times 5 = 60"]),
        ("A **bold *and soft* word** ends", ["A bold and soft word ends"]),
        ("One\\\ntwo. Three.\\\nFour", ["One two.", "Three.", "Four"]),
        ("It began in\n1990. Then it grew.", ["It began in 1990.", "Then it grew."]),
        ("- It began in\n  1990. Then\n- more", ["It began in 1990.", "Then", "more"]),
        ("1. One\n2. Two", ["1: One", "2: Two"]),
        ("Steps\n1. One\n2. Two", ["Steps", "1: One", "2: Two"]),
        ("1990. It began", ["1990: It began"]),
        ("Done ✅! I 👍🏽 like 👩‍👩‍👧 it ❤️. 🎉\n\n🇫🇷", ["Done!", "I like it."]),
        ("Step 1️⃣ at 25 °C costs 5 € ©", ["Step 1 at 25 °C costs 5 € ©"]),
        ("Mt. Everest and Gen. Lee met Jan. 5. Then", ["Mt. Everest and Gen. Lee met Jan. 5.", "Then"]),
    ],
)
def test_only_marks_are_left_out(text: str, said: list[str]) -> None:
    assert spoken(text) == said


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        (r"\( \frac{a}{b} \leq 24 \)", "a over b is at most 24"),
        (r"$x^2$", "x squared"),
        (r"$x^{n+1}$", "x to the power of n plus 1"),
        (r"$$\sqrt{2} \approx 1.41$$", "square root of 2 is about 1.41"),
        (r"\[ \sqrt[3]{8} = 2 \]", "root 3 of 8 equals 2"),
        (r"$\frac12 \cdot \pi r^2$", "1 over 2 times pi r squared"),
        (r"$\alpha \neq \Delta_1$", "alpha is not equal to delta 1"),
        (r"$\sum_{i=1}^{n} i$", "sum from i equals 1 to n of i"),
        (r"$\int_0^1 x^3\,dx$", "integral from 0 to 1 of x cubed d x"),
        (r"$\text{area of it} = \mathrm{width}$", "area of it equals width"),
        (r"$90^\circ$", "90 degrees"),
        (r"$\left( a - b \right)$", "( a minus b )"),
        (r"$\begin{matrix} a & b \\ c & d \end{matrix}$", "formula"),
        (r"$\hat{x}$", "formula"),
        (r"$\frac{a}$", "formula"),
        ("$" + "{" * 50 + "x" + "}" * 50 + "$", "formula"),
        ("$" + "x+" * 60 + "x$", "formula"),
    ],
)
def test_simple_formulas_are_said_and_others_announced(formula: str, words: str) -> None:
    assert spoken_formula(formula, texts_in("en")) == words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"So \( a \geq 2 \). Then $b^2$ follows.", ["So a is at least 2.", "Then b squared follows."]),
        ("So:\n\\[\n\\frac{a}{b}\n= 2\n\\]\nDone.", ["So:", "a over b equals 2", "Done."]),
        ("So:\n\n$$\n- x\n$$\n\nDone.", ["So:", "minus x", "Done."]),
        ("1. $$x = 1$$\n2. Two", ["1: x equals 1", "2: Two"]),
        ("$$\nnever closed\n\nEnd.", ["formula", "End."]),
        ("So:\n\\begin{align}\na &= b \\\\\n&= c\n\\end{align}\nDone.", ["So:", "formula", "Done."]),
        ("\\begin{equation} x = 1 \\end{equation}\n\nDone.", ["x equals 1", "Done."]),
        ("It costs $5. Then $6. End", ["It costs $5.", "Then $6.", "End"]),
    ],
)
def test_formulas_in_an_answer(text: str, said: list[str]) -> None:
    assert spoken(text) == said


@pytest.mark.parametrize(
    "sentences",
    [
        ["वह घर गया।", "फिर वह सो गया।"], ["هل هذا صحيح؟", "نعم."], ["وہ گھر گیا۔", "پھر سو گیا۔"],
        ["Նա գնաց։", "Հետո քնեց։"], ["እሱ ሄደ።", "ከዚያ ተኛ።"], ["今天很好。", "你呢？"], ["好！", "走吧。"],
        ["သူသွားသည်။", "ပြန်လာသည်။"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("gap", [" ", "\n"])
def test_sentences_of_every_script_end(sentences: list[str], gap: str) -> None:
    assert spoken(gap.join(sentences)) == sentences


def test_marks_of_other_scripts_need_no_space() -> None:
    assert spoken("वह गया।फिर आया।") == ["वह गया।", "फिर आया।"]
    assert spoken("今天很好。你呢？好") == ["今天很好。", "你呢？", "好"]


@pytest.mark.parametrize(
    ("clause", "most"),
    [("他今天早上去了那个很远的地方，", 150), ("वह सुबह बहुत दूर एक गाँव में गया, ", 400),
     ("ذهب في الصباح إلى مكان بعيد، ", 400),
     ("今朝とても遠い所へ行った、", 150), ("Նա առավոտյան գնաց հեռու, ", 400)],
)  # fmt: skip
def test_long_clauses_are_cut_at_their_commas(clause: str, most: int) -> None:
    speech = SpokenText()
    early = speech.feed(clause * 40)
    said = [sentence.text for sentence in (*early, *speech.finish())]
    assert early
    assert all(len(one) <= most and one.endswith(clause.strip()[-1]) for one in said)
    assert "".join(said).replace(" ", "") == (clause * 40).replace(" ", "")


def test_no_word_is_cut() -> None:
    words = " ".join(["गाँव"] * 300)
    assert {word for one in spoken(words) for word in one.split()} == {"गाँव"}
    assert spoken("汉" * 600) == ["汉" * 600]
    assert all("10：30" in one for one in spoken("他在10：30走了，" * 60))


def test_two_brackets_reach_no_program() -> None:
    assert without_commands("See [[My Note]] and [[[x]]]") == "See [ [My Note]] and [ [ [x]]]"


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")
def test_espeak_reads_what_two_brackets_enclose_as_words() -> None:
    noted, plain = (
        Espeak().synthesize(text, "en-us", 1.0, threading.Event()).seconds
        for text in ("See [[My Note]] again.", "See My Note again.")
    )
    assert noted == pytest.approx(plain, rel=0.35)


def test_texts_of_another_language_leave_the_one_in_use() -> None:
    if "de" not in i18n.languages():
        pytest.skip("the catalogs are not compiled")
    before = i18n.language_in_use()
    assert texts_in("de").gettext("times") == "mal"
    assert texts_in("en").gettext("times") == "times"
    assert texts_in("xx").gettext("times") == i18n._("times")
    assert i18n.language_in_use() == before
    assert [one.text for one in SpokenText("de").feed("```\nx\n```\n2 * 3 sind\n\n")] == [
        "Code, 1 Zeile.",
        "2 mal 3 sind",
    ]


def languages(text: str, question: str = "") -> list[str]:
    speech = SpokenText(question)
    return [sentence.language for sentence in (*speech.feed(text), *speech.finish())]


def test_each_sentence_has_its_language_or_that_of_the_answer() -> None:
    assert languages("Das ist nicht das Haus. OK. वह गया। 42! Und das ist es auch.") == ["de", "de", "hi", "de", "de"]
    assert languages("Berlin.\n\n```\nx\n```", "de") == ["de", "de"]
    assert languages("The answer is in the text. Ok.", "de") == ["en", "en"]
    assert languages("OK.") == [""]


def test_phrases_are_in_the_language_of_the_answer() -> None:
    if "de" not in i18n.languages():
        pytest.skip("the catalogs are not compiled")
    assert spoken("Das ist der Code für die Datei:\n\n```\nx\n```")[-1] == "Code, 1 Zeile."
    assert spoken("Das ist 2 * 3 und nicht mehr.") == ["Das ist 2 mal 3 und nicht mehr."]
    assert spoken("Das ist ![](x.png) und nicht mehr.") == ["Das ist Bild und nicht mehr."]
