"""What a picture takes in each detail, said before it is sent: tokens are counted by the model, seconds are estimated
from what pictures have taken since it was loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fanlight.domain.detail import DETAIL_NAMES, Detail, side_of, within
from fanlight.domain.events import ImageReady, SizeCounted, Timings
from fanlight.domain.messages import Picture

_MOST_SIZES = 512
_LEAST_TOKENS = 32
"""From which on the time of a prefill says how long a token takes."""


@dataclass(frozen=True, slots=True)
class PictureCost:
    """In one detail. 0 is not known; `seconds`: until the model has it, encoded and evaluated."""

    width: int
    height: int
    tokens: int = 0
    seconds: float = 0.0


class PictureCosts:
    """Of one model, on the GUI thread."""

    def __init__(self, longest_side: Callable[[], int]) -> None:
        self._longest_side = longest_side
        self._tokens: dict[tuple[int, int, bool], int] = {}
        self._encoding = self._evaluating = 0.0
        """Seconds for a token."""

    def forget(self) -> None:
        """Another model is loaded, or the same one elsewhere."""
        self._tokens.clear()
        self._encoding = self._evaluating = 0.0

    def note(self, event: ImageReady | SizeCounted | Timings) -> None:
        match event:
            case ImageReady(tokens=tokens, seconds=seconds):
                if tokens and seconds:
                    self._encoding = seconds / tokens
            case SizeCounted(width, height, low, tokens):
                if len(self._tokens) >= _MOST_SIZES:
                    self._tokens.clear()
                self._tokens[width, height, low] = tokens
            case Timings(evaluated_tokens=tokens, prefill_seconds=seconds):
                if tokens >= _LEAST_TOKENS and seconds:
                    self._evaluating = seconds / tokens

    def unknown_sizes(self, pictures: Sequence[Picture]) -> list[tuple[int, int, bool]]:
        """For `TokenCountJob`: all that have not been counted."""
        sizes = [size for picture in pictures for size in sizes_of(picture, self._longest_side()).values()]
        return [size for size in dict.fromkeys(sizes) if size not in self._tokens]

    def of(self, picture: Picture) -> dict[Detail, PictureCost]:
        return {detail: self._cost(*size) for detail, size in sizes_of(picture, self._longest_side()).items()}

    def _cost(self, width: int, height: int, low: bool) -> PictureCost:
        tokens = self._tokens.get((width, height, low), 0)
        seconds = tokens * (self._encoding + self._evaluating) if self._encoding else 0.0
        return PictureCost(width, height, tokens, seconds)


def together(costs: Sequence[Mapping[Detail, PictureCost]]) -> dict[Detail, PictureCost]:
    """Of pictures that are the parts of one, from top to bottom. What is not known of one is not known of all."""
    whole = {}
    for detail in DETAIL_NAMES:
        parts = [one[detail] for one in costs]
        tokens, seconds = [one.tokens for one in parts], [one.seconds for one in parts]
        whole[detail] = PictureCost(
            max(one.width for one in parts),
            sum(one.height for one in parts),
            sum(tokens) if all(tokens) else 0,
            sum(seconds) if all(seconds) else 0.0,
        )
    return whole


def sizes_of(picture: Picture, longest_side: int) -> dict[Detail, tuple[int, int, bool]]:
    """What is sent of it in each detail: its width, its height, and whether that is low detail."""
    whole = (picture.width, picture.height)
    return {detail: (*within(whole, side_of(detail, longest_side, *whole)), detail == "low") for detail in DETAIL_NAMES}


def has_one_detail(costs: Mapping[Detail, PictureCost]) -> bool:
    """The model takes the same for different numbers of pixels: fewer would only be scaled up again."""
    tokens, sizes = {cost.tokens for cost in costs.values()}, {(cost.width, cost.height) for cost in costs.values()}
    return len(tokens) == 1 and 0 not in tokens and len(sizes) > 1
