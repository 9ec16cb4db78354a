"""Drafts: what is expected of an answer, when that is computed ahead, and that the answer and the cache are right."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

import pytest

from fanlight.domain.models import ModelSpec, Sampling
from fanlight.engine import drafts
from fanlight.engine.cached_draft import CachedDraft
from fanlight.engine.context import Context
from fanlight.engine.drafts import DraftedTokens, Expectation
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.sequence_state import SequenceState
from support.asking import GREEDY, assistant, hear, user


def test_what_followed_the_same_words_is_expected_once_some_of_it_came() -> None:
    expectation = Expectation(list(range(20)))
    drafted = []
    for token in (2, 3, 4, 5, 6, 7, 8):
        expectation.add(token)
        drafted.append(expectation.draft())
    assert drafted == [[], [], [], [], [], [], [9, 10, 11]]
    expectation.judge(right=True)
    assert expectation.draft() == list(range(9, 16))
    expectation.add(99)
    assert expectation.draft() == []


def test_after_a_wrong_draft_more_has_to_come_as_expected() -> None:
    expectation = Expectation(list(range(40)))
    expectation.judge(right=False)
    drafted = 0
    for token in range(2, 12):
        expectation.add(token)
        drafted += bool(expectation.draft())
    assert drafted == 0
    for token in range(12, 15):
        expectation.add(token)
        drafted += bool(expectation.draft())
    assert drafted > 0


def test_an_answer_that_repeats_itself_is_expected_to_and_a_picture_is_not() -> None:
    picture: object = object()
    expectation = Expectation([1, 2, 3, picture, 4])  # type: ignore[list-item]
    for token in (1, 2, 3, 5, 6, 7, 8, 9) * 2:
        expectation.add(token)
    assert expectation.draft() == [1, 2, 3]
    expectation = Expectation([1, 2, 3, 4, 5, 6, 7, 8, picture, 4])  # type: ignore[list-item]
    for token in range(1, 9):
        expectation.add(token)
    assert expectation.draft() == []


class FakeState(SequenceState):
    """Keeps where it was truncated."""

    def __init__(self) -> None:
        self.truncated: list[int] = []

    def truncate(self, position: int) -> bool:
        self.truncated.append(position)
        return True


def test_what_is_not_accepted_of_a_draft_leaves_the_cache() -> None:
    state = FakeState()
    draft = CachedDraft(state)
    draft.begin([5, 6, 7])
    assert draft.accept(5)
    assert draft.row == 1
    assert not draft.accept(7)
    assert state.truncated == []
    draft.drop(101)
    assert (state.truncated, draft.row, draft.is_empty) == ([101], -1, True)
    draft.begin([8])
    assert draft.accept(8)
    draft.drop(102)
    assert (state.truncated, draft.row) == ([101], -1)


class FakeContext(Context):
    """Takes `alone` seconds for a token and `together` for several."""

    def __init__(self, alone: float, together: float) -> None:
        self.items, self.room = list(range(100)), 10_000
        self.alone, self.together, self.now, self.computed = alone, together, 0.0, 0
        self.draft = CachedDraft(FakeState())
        self.recurrent, self._window, self._cells = False, 0, [0]

    def _record(self, token: int) -> None:
        self.items.append(token)

    def drop_draft(self) -> None:
        self.draft.drop(len(self.items))

    def add_token(self, token: int) -> bool:
        self.drop_draft()
        self._record(token)
        self.now += self.alone
        self.computed += 1
        return True

    def add_drafted(self, token: int, draft: Sequence[int]) -> bool:
        self._record(token)
        self.draft.begin(draft)
        self.now += self.together
        self.computed += 1
        return True


@pytest.mark.parametrize(("together", "most"), [(2.0, 30), (30.0, 98)])
def test_drafts_are_made_as_long_as_they_save_time(together: float, most: int) -> None:
    context = FakeContext(1.0, together)
    tokens = DraftedTokens(context, greedy=False, clock=lambda: context.now)
    for token in range(1, 100):
        assert tokens.add(token)
    assert context.items[100:] == list(range(1, 100))
    assert context.computed <= most
    assert context.now < 99 * 1.35


def test_a_greedy_answer_has_none() -> None:
    context = FakeContext(1.0, 1.0)
    tokens = DraftedTokens(context, greedy=True)
    for token in range(1, 50):
        tokens.add(token)
    assert context.computed == 49


SAID = {
    "right": "one two three four five six seven eight nine ten " * 4,
    "wrong": "one two three four five six seven one two three four five nine one two three four five six eight one",
}


@pytest.mark.parametrize("text", SAID.values(), ids=SAID.keys())
def test_what_is_drafted_changes_neither_the_answer_nor_what_follows(
    spec: ModelSpec, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """A grammar says what is answered, so that nothing hangs on a rounding."""
    monkeypatch.setattr(drafts, "_LOSS", 1e9)
    text = text.strip()
    bound = Sampling(temperature=0.7, seed=1, grammar=f'root ::= "{text}"')
    computed: list[int] = []
    for name in ("add_token", "add_drafted"):
        real = getattr(Context, name)

        def counted(*given: object, real: object = real) -> object:
            computed.append(1)
            return real(*given)  # type: ignore[operator]

        monkeypatch.setattr(Context, name, counted)
    with closing(LlamaEngine.load(spec)) as engine:
        question = user("Count.")
        heard = hear(engine.generate([question], bound))
        assert heard.text == text
        assert len(computed) < heard.end.timings.generated_tokens
        talk = [question, assistant(heard.text), user("And then?")]
        length = len(engine.cached)
        after = hear(engine.generate(talk, replace(GREEDY, max_tokens=8)))
        assert after.end.timings.reused_tokens == length
        left = engine.generate([question], bound)  # with a draft in the cache, perhaps
        for _event in zip(range(40), left, strict=False):
            pass
        assert hear(engine.generate([user("Something else.")], bound)).text == text
        assert engine._context.used == sum(1 for _item in engine.cached)
