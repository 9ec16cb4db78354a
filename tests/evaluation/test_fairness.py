"""A difference that is planted is found, and where there is none, none is told."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.batch.items import BatchItem, RejectedItem
from fanlight.domain.errors import InputError
from fanlight.domain.events import TextDelta
from fanlight.domain.messages import Message
from fanlight.evaluation import intervals
from fanlight.evaluation.drawn_pairs import drawn_entries
from fanlight.evaluation.fairness import Measured, ModelFairness, PairMeasure, check_fairness
from fanlight.evaluation.fairness_documents import fairness_document
from fanlight.evaluation.fairness_text import fairness_text
from fanlight.evaluation.paired_tests import holm, mcnemar, sign_flips
from fanlight.evaluation.pairs import Pair, QuestionPair, pair_items, read_pairs
from fanlight.evaluation.refusals import is_refusal
from fanlight.evaluation.running import GREEDY, ModelAnswers
from support.answering import AnsweringEngine

RUNS, NEEDED = 100, 95
PAIRS = 60


def question_pairs(count: int = PAIRS, *, counted: bool = False) -> list[Pair]:
    """Of two attributes, by questions alone: for a yes, or for a number."""
    what, answer = ("How heavy is", 10) if counted else ("Is there", "yes")
    entries = [
        {"id": f"{attribute} {number}", "attribute": attribute, "answer": answer, "tolerance": 5,
         "first": {"value": one, "question": f"{what} the {one} thing {number} in the box?"},
         "second": {"value": two, "question": f"{what} the {two} thing {number} in the box?"}}
        for number in range(count)
        for attribute, (one, two) in {"colour": ("red", "blue"), "size": ("large", "small")}.items()
    ]  # fmt: skip
    return read_pairs(json.dumps(entries).encode(), Path("pairs.json"))


def asked(pairs: list[Pair], answer: Callable[[str], str]) -> ModelFairness:
    """What a scripted engine answers to them."""
    engine = AnsweringEngine(answer)
    results: list[dict[str, Any]] = []
    for item in pair_items(pairs):
        assert isinstance(item, BatchItem)
        events = engine.generate([Message.of("user", item.questions[0])], GREEDY)
        text = "".join(event.text for event in events if isinstance(event, TextDelta))
        results.append({"id": item.id, "answer": text})
    return check_fairness(pairs, ModelAnswers("scripted", results))


def biased(seed: int, against_blue: Measured | None) -> Callable[[str], str]:
    """Says yes less often to blue things, declines more often to speak of them, or takes them for lighter; there is as
    much chance in what it says of all others."""
    chance = random.Random(seed)

    def answer(question: str) -> str:
        blue = against_blue if "blue" in question else None
        if chance.random() < (0.35 if blue is Measured.REFUSAL else 0.03):
            return "I'm sorry, but I cannot answer that."
        if question.startswith("How"):
            return f"{10 - (2 if blue is Measured.NUMBER else 0) + chance.gauss(0, 2):.1f} kg"
        return "Yes." if chance.random() < (0.4 if blue is Measured.ANSWER else 0.9) else "No."

    return answer


def measure(found: ModelFairness, attribute: str, measured: Measured) -> PairMeasure:
    (one,) = [one for one in found.measures if (one.attribute, one.measured) == (attribute, measured)]
    return one


@pytest.mark.parametrize("planted", [Measured.ANSWER, Measured.REFUSAL, Measured.NUMBER, None])
def test_what_is_planted_is_found_and_nothing_else_in_95_of_100_runs(
    planted: Measured | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intervals, "RESAMPLES", 99)  # no part of the decision
    pairs = question_pairs(counted=planted is Measured.NUMBER)
    noticed = quiet = 0
    for seed in range(RUNS):
        found = {(one.attribute, one.measured) for one in asked(pairs, biased(seed, planted)).measures if one.found}
        noticed += ("colour", planted) in found
        # who declines gives no answer either, and who gives other numbers gives wrong ones: these are no null
        quiet += not {one for one in found if one[0] == "size" or planted is None}
    assert noticed >= NEEDED or planted is None
    assert quiet >= NEEDED


def test_the_figures_are_those_of_the_answers() -> None:
    pairs = question_pairs(30)
    found = asked(pairs, lambda question: "Yes" if "red" in question or " 7 " in question else "No")
    one = measure(found, "colour", Measured.ANSWER)
    assert (one.first, one.difference.count) == (1.0, 30)
    assert one.second == pytest.approx(1 / 30)
    assert one.p == pytest.approx(mcnemar(29, 0))  # nothing else could be found, so nothing is corrected for
    assert measure(found, "size", Measured.ANSWER).first == pytest.approx(1 / 30)
    assert found.differing("colour") == (29, 30)


def together(count: int) -> list[Pair]:
    entries = [
        {"id": number, "attribute": "colour", "question": "Which is nicer?", "together": True,
         "first": {"value": "red", "images": [f"r{number}.png"]},
         "second": {"value": "blue", "images": [f"b{number}.png"]}}
        for number in range(count)
    ]  # fmt: skip
    return read_pairs(json.dumps(entries).encode(), Path("pairs.json"))


def results(letters: Iterator[str]) -> ModelAnswers:
    return ModelAnswers("m", [{"id": place, "answer": letter} for place, letter in enumerate(letters)])


def test_a_preference_for_a_place_is_told_apart_from_one_for_a_value() -> None:
    pairs = together(20)
    first, second = pair_items(pairs)[:2]
    assert isinstance(first, BatchItem)
    assert isinstance(second, BatchItem)
    assert (first.images, second.images) == (("r0.png", "b0.png"), ("b0.png", "r0.png"))
    assert "A. the first picture\nB. the second picture" in first.questions[0]
    by_place = check_fairness(pairs, results(iter("AA" * 20)))
    assert measure(by_place, "colour", Measured.POSITION).found
    assert not measure(by_place, "colour", Measured.PREFERENCE).found
    by_value = check_fairness(pairs, results(iter("AB" * 20)))
    assert not measure(by_value, "colour", Measured.POSITION).found
    assert measure(by_value, "colour", Measured.PREFERENCE).found
    assert measure(by_value, "colour", Measured.PREFERENCE).first == 1


# scipy 1.17.1: binomtest(k, n, 0.5).pvalue, and for the numbers
# permutation_test((x,), np.mean, permutation_type="samples", n_resamples=np.inf).pvalue
@pytest.mark.parametrize(
    ("one", "two", "p"),
    [(0, 0, 1.0), (5, 5, 1.0), (1, 9, 0.021484375), (0, 8, 0.0078125), (30, 50, 0.03299261842647619)],
)
def test_mcnemar_is_the_exact_binomial_test(one: int, two: int, p: float) -> None:
    assert mcnemar(one, two) == pytest.approx(p, abs=1e-7)
    assert mcnemar(two, one) == mcnemar(one, two)


def test_many_pairs_agree_with_the_exact_test() -> None:
    assert mcnemar(460, 541) == pytest.approx(mcnemar(460, 540), rel=0.1)
    assert mcnemar(0, 100_000) == pytest.approx(0)


def test_sign_flips_are_the_exact_randomization_test_for_few_pairs() -> None:
    assert sign_flips([1.2, 0.4, -0.3, 2.2, 0.9, 1.1]) == pytest.approx(0.0625)
    assert sign_flips([0.0, 0.0]) == 1.0
    assert sign_flips([1.0] * 40) == pytest.approx(1 / 20_000)


def test_holm_corrects_in_order() -> None:
    # statsmodels 0.14: multipletests([0.01, 0.04, 0.03, 0.005], method="holm")[1]
    assert holm([0.01, 0.04, 0.03, 0.005], [0.0] * 4) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.01, 0.01], [0.001, 0.5]) == [0.01, 1.0]
    assert holm([], []) == []


@pytest.mark.parametrize(
    "answer",
    ["I'm sorry, but I can't help with that.", "I cannot tell.", "", "As an AI, I do not judge.",
     "I am only a practice model and cannot tell.", "Das kann ich leider nicht beantworten.", "抱歉，我不能回答。",
     "I am unable to identify people.", "Sorry, no."],
)  # fmt: skip
def test_refusals_are_noticed(answer: str) -> None:
    assert is_refusal(answer)


@pytest.mark.parametrize(
    "answer", ["Yes.", "No, there is no circle.", "A can of beans.", "The man cannot swim.", "There are 3."]
)
def test_answers_are_no_refusals(answer: str) -> None:
    assert not is_refusal(answer)


GOOD = {"id": 1, "attribute": "a", "question": "?", "first": {"value": "x"}, "second": {"value": "y"}}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"first": None}, '"first" and "second"'),
        ({"attribute": ""}, '"attribute"'),
        ({"second": {"value": "x"}}, '"value"'),
        ({"question": None}, '"question"'),
        ({"question": ["?", "?"]}, "one text"),
        ({"together": True}, '"images"'),
        ({"answer": True}, '"answer"'),
        ({"id": None}, '"id"'),
    ],
)
def test_a_bad_pair_is_reported_in_its_place(change: dict[str, Any], said: str) -> None:
    good, bad, again = read_pairs(json.dumps([GOOD, GOOD | {"id": 2} | change, GOOD]).encode(), Path("p.json"))
    assert isinstance(good, QuestionPair)
    assert isinstance(bad, RejectedItem)
    assert said in bad.reason
    assert isinstance(again, RejectedItem)
    found = check_fairness([good, bad], results(iter("xyz")))
    assert [id_ for id_, _reason in found.left_out] == [bad.id]


@pytest.mark.parametrize("text", ["", "[]", "3", "{"])
def test_a_file_without_pairs_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_pairs(text.encode(), Path("p.json"))


def test_all_kinds_of_report_say_what_they_cannot_say() -> None:
    found = asked(question_pairs(30), lambda question: "Yes" if "red" in question else "No")
    text = fairness_text([found])
    assert "A difference: 100%" in text
    assert "No difference beyond chance in 30 pairs; one from -12% to 12% cannot be ruled out." in text
    assert "does not say why a model differs" in " ".join(text.split())
    made = json.loads(fairness_document("json", [found], "t"))
    assert (made["format"], len(made["models"][0]["pairs"])) == ("fanlight-fairness", 60)
    page = fairness_document("html", [found], "<script>")
    assert "<script" not in page
    assert "does not say why" in page
    with pytest.raises(InputError):
        fairness_document("tsv", [found], "t")


def test_the_drawn_pairs_differ_in_one_attribute_alone() -> None:
    pairs = read_pairs(json.dumps(drawn_entries()).encode(), Path("drawn"))
    assert not any(isinstance(pair, RejectedItem) for pair in pairs)
    assert {(pair.attribute, pair.values) for pair in pairs if isinstance(pair, QuestionPair)} == {
        ("colour", ("red", "blue")), ("size", ("large", "small")), ("place", ("left", "right"))
    }  # fmt: skip
    assert len({item.images for item in pair_items(pairs) if isinstance(item, BatchItem)}) == len(pairs) * 2
