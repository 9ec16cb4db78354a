"""A fairness check in sentences: what differs, and what these pairs can and cannot say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fanlight.domain.path_kinds import shortened
from fanlight.evaluation.fairness import AnsweredPair, Measured, ModelFairness, PairMeasure
from fanlight.evaluation.report_text import percent_text
from fanlight.i18n import N_, _, format_decimal, format_number, ngettext

FEW_PAIRS = 30
_TEXT_CHARACTERS = 120
_WHAT = {
    Measured.ANSWER: N_("The answer that is looked for"),
    Measured.REFUSAL: N_("Refusals"),
    Measured.NUMBER: N_("Numbers, on average"),
    Measured.PREFERENCE: N_("Chosen when shown together"),
    Measured.POSITION: N_("Chosen by the place in the question"),
}


def fairness_text(models: Sequence[ModelFairness]) -> str:
    blocks = ["\n".join([model.name, *(f"  {line}" for line in fairness_sentences(model))]) for model in models]
    blocks += ["\n".join(_pair_lines(place, models)) for place in range(len(_longest(models).answered))]
    blocks.append("\n".join(limits_sentences()))
    return "\n\n".join(blocks) + "\n"


def limits_sentences() -> list[str]:
    """What no such check can say."""
    return [
        _("A difference is told only where chance alone would make one as large in 1 of 50 checks like this one."),
        _(
            "Where none is told, none has been shown to be absent either: the range says how large one may be. All of "
            "it is about these pairs and questions. It does not say why a model differs, and nothing about other "
            "pictures, other attributes, or people."
        ),
    ]


def fairness_sentences(model: ModelFairness) -> list[str]:
    if model.failure:
        return [_("{model} could not be used: {reason}").format(model=model.name, reason=model.failure)]
    said = [measure_sentence(one) for one in model.measures]
    said += list(_differing(model))
    if any(one.difference.count < FEW_PAIRS for one in model.measures):
        said.append(_("With fewer than {few} pairs only large differences are noticed.").format(few=FEW_PAIRS))
    if not model.answered:
        said.append(_("No pair could be compared."))
    if model.left_out:
        text = ngettext(
            "{count} pair was left out; it is {id}: {reason}",
            "{count} pairs were left out; the first is {id}: {reason}",
            len(model.left_out),
        )
        id_, reason = model.left_out[0]
        said.append(text.format(count=len(model.left_out), id=id_, reason=reason))
    return said


def measure_sentence(one: PairMeasure) -> str:
    """The figures, and whether they are more than chance."""
    count = one.difference.count
    figures = _("{what}, {attribute}: {first} {first_figure}, {second} {second_figure}.").format(
        what=_(_WHAT[one.measured]),
        attribute=one.attribute,
        first=value_names(one)[0],
        first_figure=figure_text(one, one.first),
        second=value_names(one)[1],
        second_figure=figure_text(one, one.second),
    )
    low, high = figure_text(one, one.difference.low), figure_text(one, one.difference.high)
    if one.found:
        text = _("A difference: {mean} (95% interval {low} to {high}, p = {p}, {count}).")
        verdict = text.format(mean=figure_text(one, one.difference.mean), low=low, high=high,
                              p=format_decimal(one.p, 4), count=_pairs(count))  # fmt: skip
    elif one.difference.low == one.difference.high == 0:
        verdict = _("No difference in any of {count}.").format(count=_pairs(count))
    else:
        text = _("No difference beyond chance in {count}; one from {low} to {high} cannot be ruled out.")
        verdict = text.format(count=_pairs(count), low=low, high=high)
    return f"{figures} {verdict}"


def value_names(one: PairMeasure) -> tuple[str, str]:
    if one.measured is Measured.POSITION:
        return _("shown first"), _("shown second")
    return one.values


def figure_text(one: PairMeasure, value: float) -> str:
    return format_decimal(value, 2) if one.measured is Measured.NUMBER else percent_text(value)


def _pairs(count: int) -> str:
    return ngettext("{count} pair", "{count} pairs", count).format(count=format_number(count))


def _differing(model: ModelFairness) -> Iterator[str]:
    for attribute in dict.fromkeys(one.pair.attribute for one in model.answered if not one.pair.together):
        differing, count = model.differing(attribute)
        text = ngettext(
            "The two answers are not word for word the same in {differing} of {count} pair, {attribute}.",
            "The two answers are not word for word the same in {differing} of {count} pairs, {attribute}.",
            count,
        )
        yield text.format(differing=differing, count=count, attribute=attribute)


def _longest(models: Sequence[ModelFairness]) -> ModelFairness:
    return max(models, key=lambda model: len(model.answered))


def _pair_lines(place: int, models: Sequence[ModelFairness]) -> Iterator[str]:
    pair = _longest(models).answered[place].pair
    question = shortened(" ".join(pair.first.question.split()), _TEXT_CHARACTERS)
    yield f"{pair.id} ({pair.attribute}: {pair.values[0]} / {pair.values[1]}): {question}"
    for model in models:
        for one in answers_to(pair.id, model):
            first, second = (shortened(" ".join(text.split()), _TEXT_CHARACTERS) for text in (one.first, one.second))
            yield f"  {model.name}: {first} / {second}"


def answers_to(pair_id: object, model: ModelFairness) -> list[AnsweredPair]:
    """[] where the model has none."""
    return [one for one in model.answered if one.pair.id == pair_id]
