"""A start for the text: words for kinds and colours lie where the picture tokens' codes for them lie, and in two layers
one head looks for what is alike and brings its whole code.

Left to itself the text learned to sum up a picture (what is there, how many), and after 3,000 steps still answered
"where is the star?" with any shape's place: nothing in a sum leads to matching one word with one token.
"""

from __future__ import annotations

import torch
from tokenizers import Tokenizer

from recipe.net import Block, Net
from recipe.palette import COLOURS
from recipe.scenes import KINDS
from recipe.symbols import PARTS, encoder

LAYERS, HEAD = (1, 2), 3


def spellings(word: str) -> list[str]:
    """As it stands in a text: singular and plural, with and without the space before."""
    forms = [form for each in (word, word + "s") for form in (each, each.title(), each.upper())]
    return [start + form for start in ("", " ") for form in forms]


@torch.no_grad()
def seed_matching_heads(net: Net, tokenizer: Tokenizer) -> None:
    """Changes `net` in place: embeddings of words that are one token, and one head each of LAYERS."""
    shape = net.shape
    rows = torch.from_numpy(encoder(shape.width))
    wanted = [*range(*PARTS["kind"].indices(len(rows))), *range(*PARTS["colour"].indices(len(rows)))]
    for index, word in zip(wanted, (*KINDS, *COLOURS), strict=True):
        for spelling in spellings(word):
            ids = tokenizer.encode(spelling, add_special_tokens=False).ids
            if len(ids) == 1:
                net.token_embd.weight[ids[0]] += rows[index]
    size = shape.width // shape.heads
    here = slice(HEAD * size, HEAD * size + size)
    matched = rows[wanted] / rows[wanted].norm(dim=1, keepdim=True)  # (13, width)
    told = rows[: PARTS["span"].stop]
    told = told / told.norm(dim=1, keepdim=True)  # (34, width)
    for layer in LAYERS:
        block = net.blk[layer]
        assert isinstance(block, Block)
        looks = torch.zeros(size, shape.width)
        looks[size - len(wanted) :] = matched  # the last pairs hardly turn with the position
        block.attn_q.weight[here] = looks
        block.attn_k.weight[here] = looks
        block.attn_v.weight[here] = 0
        block.attn_v.weight[here][: len(told)] = told * 0.5
        brought = torch.linalg.qr(torch.randn(shape.width, size))[0] * 0.5
        block.attn_output.weight[:, here] = brought
