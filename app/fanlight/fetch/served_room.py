"""Which messages of a conversation fit into a server's context. It says how long that is only when they do not."""

from __future__ import annotations

from collections.abc import Sequence

from fanlight.domain.budget import FILLED, dropped_notice, fit_or_least, left_out, still_there
from fanlight.domain.messages import DocumentPart, ImagePart, Message, TextPart
from fanlight.domain.served_chat import ServedOverflow
from fanlight.i18n import _

_MOST_KEPT = 0.9  # where the server's counts contradict themselves
_UNKNOWN = 0.5  # where it counts nothing
_PICTURE_BYTES, _MESSAGE_BYTES = 3000, 20
"""What weighs as much as a picture, and as the frame of a message."""


class ServedRoom:
    """What was left out once stays out, so that the server has what follows in its cache."""

    def __init__(self) -> None:
        self._dropped: dict[int, Message] = {}
        self._context_tokens = 0

    def kept(self, messages: Sequence[Message]) -> list[int]:
        """Indices of the messages to send."""
        if not still_there(self._dropped, messages):
            self._dropped = {}
        return [index for index in range(len(messages)) if index not in self._dropped]

    def notice(self, count: int) -> str:
        """What to say of so many messages that are left out."""
        if not count:
            return ""
        if self._context_tokens:
            return dropped_notice(count, self._context_tokens)
        return _("The oldest messages no longer fit into the context of the server.")

    def shrink(self, messages: Sequence[Message], overflow: ServedOverflow) -> bool:
        """Leave out further turns; False where only what must stay was sent."""
        sent = self.kept(messages)
        chosen = [messages[index] for index in sent]
        weights = [_weight(message) for message in chosen]
        self._context_tokens = overflow.have
        share = min(FILLED * overflow.have / overflow.need, _MOST_KEPT) if overflow.need else _UNKNOWN
        staying = fit_or_least(chosen, weights, int(sum(weights) * (share or _UNKNOWN)))
        kept = {sent[index] for index in staying}
        self._dropped = left_out(messages, kept)
        return len(kept) < len(sent)


def _weight(message: Message) -> int:
    weight = _MESSAGE_BYTES
    for part in message.parts:
        if isinstance(part, ImagePart):
            weight += _PICTURE_BYTES
        elif isinstance(part, TextPart | DocumentPart):
            weight += len(part.text.encode())
    return weight
