"""`fanlight models show NAME`: what is known of one model, and how its answers are sampled."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from fanlight import compose
from fanlight.catalog import fit
from fanlight.catalog.rows import files_of, free_memory
from fanlight.cli.output import OK, json_text
from fanlight.cli.streams import put
from fanlight.domain.models import ModelSpec, RecommendedSampling, Sampling
from fanlight.domain.path_kinds import look_at
from fanlight.domain.placement import ALL_LAYERS
from fanlight.domain.tuning import ways_of
from fanlight.engine import families
from fanlight.engine.placing import plan_placing
from fanlight.engine.tuning_store import stored_tuning
from fanlight.gguf.check import Checked, check
from fanlight.gguf.sampling_card import recommended_sampling
from fanlight.i18n import N_, _, format_decimal, format_number
from fanlight.model_settings import sampling_of
from fanlight.settings import Settings

PARAMETERS = {
    "temperature": N_("temperature"),
    "top_k": N_("top-k"),
    "top_p": N_("top-p"),
    "min_p": N_("min-p"),
    "repeat_penalty": N_("repetition penalty"),
    "repeat_tokens": N_("tokens it looks back"),
}
"""Names for display of the parameters that a model's file may recommend."""


def run(options: argparse.Namespace) -> int:
    settings = compose.settings()
    spec = compose.catalog().find(options.name)
    checked = check(spec)
    recommended = recommended_sampling(checked.model).or_else(compose.recommended_by_maker(spec))
    sampling = sampling_of(settings, practice=spec.practice).with_recommended(recommended)
    if options.json:
        put(json_text(_plain(spec, checked, recommended, sampling)))
    else:
        put("\n".join(_lines(spec, checked, settings, recommended, sampling)))
    return OK


def listed(values: dict[str, Any]) -> str:
    """Parameters for display: "temperature 0.6, top-k 20"."""
    return ", ".join(f"{_(PARAMETERS[name])} {_shown(value)}" for name, value in values.items())


def stated(recommended: RecommendedSampling) -> dict[str, Any]:
    """What is recommended, by name."""
    return {name: value for name, value in asdict(recommended).items() if value is not None}


def _shown(value: float) -> str:
    if isinstance(value, int):
        return format_number(value)
    text = format_decimal(value, 2)
    return text if len(text) < 3 or text[-1] != "0" else text[:-1]


def _lines(
    spec: ModelSpec, checked: Checked, settings: Settings, recommended: RecommendedSampling, sampling: Sampling
) -> list[str]:
    judged = fit.judge(checked, free_memory(), settings.context_tokens)
    trained = checked.model.own("context_length", 0)
    lines = [
        f"{spec.name}: {spec.about}" if spec.about else spec.name,
        *(f"  {file}, {fit.size(look_at(file).size)}" for file in files_of(spec.files)),
    ]
    lines += ["", _("It takes: {kinds}").format(kinds=fit.abilities(spec)), judged.words]
    if room := room_on_cards(spec, settings):
        lines.append(room)
    if ways := ways_of(stored_tuning(compose.engine_folder(), spec)):
        lines.append(_("It was tuned for this computer: {ways}").format(ways=" ".join(ways)))
    if trained:
        lines.append(_("It was trained for a context of {count} tokens.").format(count=format_number(trained)))
    if _thinks(checked):
        lines.append(_("It can think before it answers: --think on, off, or a number of tokens."))
    if given := stated(recommended):
        lines.append(_("Its maker recommends: {values}").format(values=listed(given)))
    used = {name: value for name, value in asdict(sampling).items() if name in PARAMETERS}
    if sampling.repeat_penalty == 1:
        del used["repeat_penalty"], used["repeat_tokens"]
    return [*lines, _("Answers are sampled with: {values}").format(values=listed(used))]


def room_on_cards(spec: ModelSpec, settings: Settings) -> str:
    """How many layers the graphics cards have room for now, for display; "" where there are no cards, or none is
    wanted."""
    placing = plan_placing(check(spec), compose.loading_options(settings))
    if not placing.cards:
        return ""
    count = placing.layers if placing.wanted.layers == ALL_LAYERS else placing.wanted.layers
    return _("{device} has room for {count} of its {total} layers.").format(
        device=", ".join(card.description for card in placing.cards),
        count=format_number(count),
        total=format_number(placing.layers),
    )


def _thinks(checked: Checked) -> bool:
    return families.thinking(checked.model.get("tokenizer.chat_template", "")) is not None


def _plain(spec: ModelSpec, checked: Checked, recommended: RecommendedSampling, sampling: Sampling) -> dict[str, Any]:
    projector = spec.files.projector
    return {
        "name": spec.name,
        "model": spec.location,
        "projector": str(projector) if projector else None,
        "context_tokens": checked.model.own("context_length", 0),
        "thinks": _thinks(checked),
        "recommended": stated(recommended),
        "sampling": {name: value for name, value in asdict(sampling).items() if name in PARAMETERS},
    }
