"""What is given up where a model does not fit, and how it is said."""

from __future__ import annotations

from dataclasses import replace

from fanlight.domain.placement import ALL_LAYERS, Placement, given_up, on_cards, steps_down

FIRST = on_cards(8192, ALL_LAYERS, ("Vulkan0",))


def test_each_step_asks_for_less_of_the_card_and_the_last_for_none() -> None:
    steps = list(steps_down(FIRST, 31, 4096))
    assert [step.layers for step in steps] == [-1, 24, 16, 16, 16, 16, 16, 8, 0]
    assert [step.cache_on_card for step in steps].index(False) == 3
    assert [step.encoder_on_card for step in steps].index(False) == 4
    assert [step.picture_tokens for step in steps].index(1024) == 5
    assert [step.context_tokens for step in steps].index(4096) == 6
    assert steps[-1] == Placement(8192)
    assert len(set(steps)) == len(steps)


def test_a_pair_without_choices_has_fewer_steps() -> None:
    assert [step.layers for step in steps_down(replace(FIRST, context_tokens=2048), 1, 0)] == [-1, 1, 1, 1, 0]
    assert list(steps_down(Placement(512), 32, 4096)) == [Placement(512)]
    assert [step.layers for step in steps_down(replace(FIRST, layers=2), 32, 0)][-1] == 0


def test_each_thing_that_is_given_up_is_a_sentence() -> None:
    assert given_up(FIRST, FIRST, 32) == []
    said = [given_up(FIRST, step, 31) for step in steps_down(FIRST, 31, 4096)]
    assert said[1] == ["24 of the model's 31 layers are on the graphics card: it has no room for more."]
    assert "main memory" in said[3][-1]
    assert "by the processor" in said[4][-1]
    assert "1,024 tokens" in said[5][-1]
    assert "4,096 tokens instead of 8,192" in said[6][-1]
    assert said[-1] == ["The model is computed by the processor alone: the graphics card has no room for it."]


def test_a_smaller_context_on_the_processor_is_said_too() -> None:
    assert len(given_up(Placement(8192), Placement(4096), 32)) == 1
