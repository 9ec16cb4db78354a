"""The tokenizer: byte-level BPE over questions and answers; digits stay apart, so numbers are read one by one."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from recipe.dialogue import turns
from recipe.offtopic import offtopic
from recipe.scenes import scene

PAD, BOS, END, USER, MODEL, IMAGE_START, IMAGE_END, IMAGE = SPECIALS = (
    "<pad>",
    "<bos>",
    "<end>",
    "<user>",
    "<model>",
    "<image>",
    "</image>",
    "<picture>",
)
FILE = Path(__file__).resolve().parent.parent / ".work" / "tokenizer.json"


def train(vocabulary: int, conversations: int = 14_000) -> Tokenizer:
    """A new tokenizer, from questions and answers without digits."""
    random = Random("tokenizer")
    texts: list[str] = []
    for _ in range(conversations):
        for turn in turns(random, scene(random), 5):
            texts += [re.sub(r"\d", "", turn.question), re.sub(r"\d", "", turn.answer)]
        texts.append(re.sub(r"\d", "", offtopic(random)))
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=vocabulary,
            special_tokens=list(SPECIALS),
            show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        ),
    )
    return tokenizer


@cache
def tokenizer(vocabulary: int = 1280) -> Tokenizer:
    """The tokenizer of this training; trained and kept in .work the first time."""
    if not FILE.exists():
        FILE.parent.mkdir(exist_ok=True)
        draft = FILE.with_suffix(".new")
        train(vocabulary).save(str(draft))
        draft.replace(FILE)
    return Tokenizer.from_file(str(FILE))


def encode(text: str) -> list[int]:
    """Ids of plain text; a special's name in it stays text only if split before, so questions never hold one."""
    ids: list[int] = tokenizer().encode(text, add_special_tokens=False).ids
    return ids


def special(name: str) -> int:
    """The id of a special token."""
    found = tokenizer().token_to_id(name)
    assert found is not None
    return int(found)
