"""Where the parts of a model go, and what is given up, step by step, where they do not fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from fanlight.i18n import _, format_number

LEAST_CONTEXT = 2048
LEAST_PICTURE_TOKENS = 256
ALL_LAYERS = -1


@dataclass(frozen=True, slots=True)
class Placement:
    """`layers` of the model, counted from the last, are on graphics devices: `ALL_LAYERS` with the output layer, 0
    none, and then no device is used for anything. `cache_on_card`: the KV cache of these layers, too.
    `picture_tokens`: at most so many for a picture; 0 is as many as it likes. `devices` are llama.cpp's names.
    `repacks`: weights that the processor computes with are laid out anew for it, in memory of their own."""

    context_tokens: int
    layers: int = 0
    cache_on_card: bool = False
    encoder_on_card: bool = False
    picture_tokens: int = 0
    devices: tuple[str, ...] = ()
    repacks: bool = True

    @property
    def on_card(self) -> bool:
        return self.layers != 0

    def as_values(self) -> dict[str, Any]:
        return asdict(self)


def on_cards(context_tokens: int, layers: int, devices: tuple[str, ...]) -> Placement:
    """All that belongs to `layers` is on the graphics devices."""
    return Placement(context_tokens, layers, cache_on_card=True, encoder_on_card=True, devices=devices)


def on_processor(placement: Placement) -> Placement:
    return Placement(placement.context_tokens)


def steps_down(first: Placement, layers: int, picture_tokens: int) -> list[Placement]:
    """`first`, and what to try where it does not fit, each with less on the graphics devices than the one before; the
    last is the processor alone. The model has so many `layers`; a picture takes up to `picture_tokens`, 0 where that
    cannot be changed."""
    return list(dict.fromkeys(_steps(first, layers, picture_tokens)))


def _steps(first: Placement, layers: int, picture_tokens: int) -> Iterator[Placement]:
    yield first
    if not first.on_card:
        return
    count = layers + 1 if first.layers == ALL_LAYERS else min(first.layers, layers)
    now = first
    for share in (3, 2):
        if count * share // 4 > 0:
            yield (now := replace(now, layers=count * share // 4))
    yield (now := replace(now, cache_on_card=False))
    yield (now := replace(now, encoder_on_card=False))
    if picture_tokens > LEAST_PICTURE_TOKENS:
        yield (now := replace(now, picture_tokens=max(LEAST_PICTURE_TOKENS, picture_tokens // 4)))
    if now.context_tokens > LEAST_CONTEXT:
        yield (now := replace(now, context_tokens=max(LEAST_CONTEXT, now.context_tokens // 2)))
    if count // 4 > 0:
        yield replace(now, layers=count // 4)
    yield on_processor(first)


def given_up(wanted: Placement, got: Placement, layers: int) -> list[str]:
    """What of `wanted` had to be given up, each in a sentence; the model has so many `layers`."""
    if wanted.on_card and not got.on_card:
        said = [_("The model is computed by the processor alone: the graphics card has no room for it.")]
    else:
        said = _given_up_on_card(wanted, got, layers)
    if wanted.repacks and not got.repacks:
        said.append(_("Memory is short: the weights stay as they are in their file, and computing takes longer."))
    if got.picture_tokens != wanted.picture_tokens:
        said.append(
            _("A picture takes at most {tokens} tokens: there is no memory for more. Fine print may be lost.").format(
                tokens=format_number(got.picture_tokens)
            )
        )
    if got.context_tokens < wanted.context_tokens:
        said.append(
            _("The context has {tokens} tokens instead of {wanted}: there is no memory for more.").format(
                tokens=format_number(got.context_tokens), wanted=format_number(wanted.context_tokens)
            )
        )
    return said


def _given_up_on_card(wanted: Placement, got: Placement, layers: int) -> list[str]:
    said = []
    if got.layers != wanted.layers:
        said.append(
            _("{count} of the model's {total} layers are on the graphics card: it has no room for more.").format(
                count=format_number(got.layers), total=format_number(layers)
            )
        )
    if wanted.cache_on_card and not got.cache_on_card:
        said.append(_("What the model has read is kept in main memory: the graphics card has no room for it."))
    if wanted.encoder_on_card and not got.encoder_on_card:
        said.append(_("Pictures are read by the processor: the graphics card has no room for that."))
    return said
