"""Which placements of a model are tried, in which order, on the devices of this computer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import psutil

from fanlight.domain.errors import ModelError, OutOfMemory
from fanlight.domain.models import LoadOptions
from fanlight.domain.placement import ALL_LAYERS, LEAST_CONTEXT, Placement, on_cards, on_processor, steps_down
from fanlight.engine import devices
from fanlight.engine.devices import ComputeDevice
from fanlight.engine.graphics import find_graphics, hide_where_listing_fails
from fanlight.gguf import memory
from fanlight.gguf.check import Checked
from fanlight.gguf.memory import MemoryPlan
from fanlight.i18n import _, format_decimal, format_number


@dataclass(frozen=True, slots=True)
class Placing:
    """`attempts` in order, the best first; `wanted`: the one that would be best without regard to what has failed
    before. `card_plan`: what the whole model takes on graphics devices. `refusal`: where there is no attempt at all."""

    wanted: Placement
    attempts: tuple[Placement, ...]
    layers: int
    card_plan: MemoryPlan
    cards: tuple[ComputeDevice, ...]
    refusal: ModelError

    def device_names(self, placement: Placement) -> str:
        """For display; "" for the processor."""
        if not placement.on_card:
            return ""
        return ", ".join(card.description for card in self.cards if card.name in placement.devices)


def plan_placing(
    checked: Checked, loading: LoadOptions, find: Callable[[LoadOptions], Sequence[ComputeDevice]] | None = None
) -> Placing:
    """Raises OutOfMemory where not even the processor has room."""
    if not loading.wants_cards and loading.folder is not None:
        hide_where_listing_fails(loading.folder)
    cards = tuple((find or usable_cards)(loading)) if loading.wants_cards else ()
    on_card = memory.plan(checked, loading.context_tokens, on_card=True)
    if loading.tuning.small_cache:
        on_card = on_card.with_small_cache()
    alone = memory.plan(checked, loading.context_tokens)
    layers = len(on_card.layers)
    names = tuple(card.name for card in cards)
    count, encoder = loading.gpu_layers, True
    if count < 0:
        free = [card.free_bytes for card in cards]
        count = on_card.layers_on_cards(free)
        if not count:  # rather some layers than the pictures alone
            count, encoder = on_card.layers_on_cards(free, encoder=False), False
    count = ALL_LAYERS if count > layers else count
    wanted = Placement(alone.context_tokens)
    if cards and count:
        wanted = replace(on_cards(on_card.context_tokens, count, names), encoder_on_card=encoder)
    tries = [one for one in steps_down(wanted, layers, alone.picture_tokens) if one not in loading.died_with]
    refusal = ModelError(
        _("The model cannot be loaded: each way to do it has ended the process that tried."),
        _("Choose another model, or update Fanlight and the driver of the graphics card."),
    )
    attempts: list[Placement] = []
    kept_out: OutOfMemory | None = None
    for one in tries:
        try:
            fitting = one if one.on_card else _within_room(checked, one, loading)
        except OutOfMemory as error:
            kept_out = error
            continue
        if fitting not in loading.died_with:
            attempts.append(fitting)
    if not attempts:
        raise kept_out or refusal
    return Placing(wanted, tuple(attempts), layers, on_card, cards, kept_out or refusal)


def usable_cards(loading: LoadOptions) -> Sequence[ComputeDevice]:
    """Those that llama.cpp can use, or the chosen ones of them."""
    if loading.devices:
        return [card for card in devices.graphics() if card.name in loading.devices]
    if loading.folder is None:
        return devices.distinct(devices.graphics())
    return devices.distinct(find_graphics(loading.folder).usable)


def _within_room(checked: Checked, placement: Placement, loading: LoadOptions) -> Placement:
    """On the processor: with the weights as they are in their file, or the context that there is room for, where the
    user has not chosen it. Raises OutOfMemory."""
    free = psutil.virtual_memory().available
    while True:
        plan = memory.plan(checked, placement.context_tokens)
        if plan.unmapped <= free:
            return placement
        try:
            check_room(plan.as_in_file(), free)
            return replace(placement, repacks=False)
        except OutOfMemory:
            if loading.context_tokens or placement.context_tokens // 2 < LEAST_CONTEXT:
                raise
            placement = replace(on_processor(placement), context_tokens=placement.context_tokens // 2)


def check_room(plan: MemoryPlan, free_bytes: int) -> None:
    """Raises OutOfMemory: the system would rather end the program than refuse memory later."""
    if plan.unmapped > free_bytes:
        text = _("A context of {tokens} tokens needs {needed} GB, and {free} GB are free.")
        raise OutOfMemory(
            text.format(
                tokens=format_number(plan.context_tokens),
                needed=format_decimal(plan.unmapped / 1e9, 1),
                free=format_decimal(free_bytes / 1e9, 1),
            )
        )
