"""The committed pair: torch and llama.cpp agree, and its answers are as good as the card says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("llama_cpp")

from recipe import draw, evaluate, export, run, scenes  # noqa: E402

QUESTIONS = (
    "How many red circles are there?",
    "Describe the picture.",
    "what colour is the star",
    "What is the capital of France?",
)


@pytest.fixture(scope="module")
def pair() -> Iterator[run.Pair]:
    with run.Pair() as opened:
        yield opened


def test_torch_and_llama_cpp_compute_the_same(tmp_path: Path) -> None:
    """The committed weights, dequantised, exported unquantised: the same logits and the same greedy answer."""
    net, tokenizer = export.read()
    export.write(net, tokenizer, tmp_path, quantise=False)
    ids = tokenizer.get_vocab()
    image = ids["<picture>"]
    random = Random("same")
    with run.Pair(tmp_path) as opened, torch.no_grad():
        for question in QUESTIONS:
            scene = scenes.shapes_scene(random)
            shown = draw.worn(draw.picture(scene, random)[0], random)
            pixels = torch.from_numpy(np.array(draw.square(shown)))[None]
            text = run.prompt([(question, None)])
            start = [
                ids["<bos>"],
                ids["<user>"],
                ids["<image>"],
                *[image] * net.shape.image_tokens,
                ids["</image>"],
            ]
            tokens = start + tokenizer.encode(question).ids + [ids["<model>"]]
            eyes = net.eye(pixels)[1]
            ours = net(torch.tensor([tokens]), eyes, image)[0, -1].numpy()
            assert np.abs(opened.logits(text, [shown]) - ours).max() < 0.02
            said: list[int] = []
            while (token := int(net(torch.tensor([tokens + said]), eyes, image)[0, -1].argmax())) != ids[
                "<end>"
            ] and len(said) < 60:
                said.append(token)
            assert opened.answer(text, [shown], 60)[1] == said


def test_the_pair_is_small_and_belongs_together() -> None:
    assert sum((export.HOME / name).stat().st_size for name in (export.TEXT, export.EYE)) <= 16 * 2**20
    net, _ = export.read()
    assert net.shape.width == net.eye.mm[2].out_features


def test_answers_and_refusals_are_as_good_as_the_card_says(pair: run.Pair) -> None:
    table = evaluate.measure(pair, 24, "suite", show=10)
    inside = [value for kind, value in table.items() if not kind.startswith("refuse")]
    outside = [value for kind, value in table.items() if kind.startswith("refuse")]
    # A little below what the card says, for this is a small sample.
    assert sum(right for right, _ in inside) / sum(asked for _, asked in inside) >= 0.93
    assert sum(right for right, _ in outside) / sum(asked for _, asked in outside) >= 0.95


def test_without_a_picture_it_says_so(pair: run.Pair) -> None:
    for question in ("How many shapes are there?", "hello", "What colour is the circle?"):
        assert "cannot tell" in pair.answer(run.prompt([(question, None)], picture_first=False), [])[0]


def test_the_chat_template_gives_the_prompt() -> None:
    jinja2 = pytest.importorskip("jinja2")
    template = jinja2.Environment(autoescape=False).from_string(export.TEMPLATE)
    messages = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "How many shapes? "}]},
        {"role": "assistant", "content": "There is 1 shape."},
        {"role": "user", "content": "What colour is it?"},
    ]
    expected = run.prompt([("How many shapes?", "There is 1 shape."), ("What colour is it?", None)])
    assert template.render(messages=messages, add_generation_prompt=True, bos_token="") == expected
