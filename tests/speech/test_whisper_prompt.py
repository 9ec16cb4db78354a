"""The decoder's prompt: what is expected and what was said before, in tokens the model was trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tokenizers

from fanlight.speech.ctranslate import Tokenizer
from fanlight.speech.whisper_prompt import CONTEXT_CHARACTERS, build_prompt, with_every_merge


@pytest.fixture(scope="module")
def published(model_folder: Path) -> Any:
    return tokenizers.Tokenizer.from_file(str(model_folder / "tokenizer.json"))


@pytest.fixture(scope="module")
def repaired(published: Any) -> Any:
    return with_every_merge(published)


@pytest.fixture(scope="module")
def tokenizer(repaired: Any) -> Tokenizer:
    return Tokenizer(repaired, True, task="transcribe", language="en")


def tokens(tokenizer: Any, text: str) -> list[str]:
    return list(tokenizer.encode(text, add_special_tokens=False).tokens)


def test_the_published_tokenizer_still_lacks_its_first_merge(published: Any) -> None:
    """When this fails, `with_every_merge` can go."""
    assert tokens(published, " the") == ["Ġ", "the"]


def test_a_word_with_a_t_in_front_is_the_tokens_that_the_model_writes(repaired: Any) -> None:
    assert tokens(repaired, " the time is told there") == ["Ġthe", "Ġtime", "Ġis", "Ġtold", "Ġthere"]
    assert tokens(repaired, " thereunder") == ["Ġthere", "under"]


def test_all_other_words_are_encoded_as_before(published: Any, repaired: Any) -> None:
    for text in (" Unless a system", "where is Kubernetes?", " ¿Cuántas personas hay en casa?", " 你好", "\n", ""):
        assert tokens(repaired, text) == tokens(published, text)


def test_a_whole_tokenizer_is_left_as_it_is(repaired: Any) -> None:
    assert with_every_merge(repaired) is repaired
    empty = tokenizers.Tokenizer(tokenizers.models.BPE())
    assert with_every_merge(empty) is empty


def test_without_names_and_context_there_is_no_text_before(tokenizer: Tokenizer) -> None:
    assert build_prompt(tokenizer, (), "") == [*tokenizer.sot_sequence, tokenizer.no_timestamps]


def test_names_come_first_then_the_end_of_the_text_before_in_whole_words(tokenizer: Tokenizer) -> None:
    context = "first words " + "and so on " * 40
    prompt = build_prompt(tokenizer, ("Siobhan", "thereunder"), context)
    assert prompt[0] == tokenizer.sot_prev
    text = tokenizer.decode(prompt[1 : prompt.index(tokenizer.sot)])
    assert text.startswith(" Siobhan, thereunder. ")
    assert set(text.removeprefix(" Siobhan, thereunder.").split()) == {"and", "so", "on"}
    assert len(text) <= CONTEXT_CHARACTERS + len(" Siobhan, thereunder. ")


def test_many_names_leave_room_for_the_text(tokenizer: Tokenizer) -> None:
    prompt = build_prompt(tokenizer, tuple(f"Name{i}" for i in range(300)), "the end of what was said")
    assert len(prompt) <= 224 + len(tokenizer.sot_sequence) + 1
    assert "what was said" in tokenizer.decode(prompt[1 : prompt.index(tokenizer.sot)])
