"""What the bar says of live captions beside their words."""

from __future__ import annotations

from typing import Literal

from fanlight.i18n import _

CaptionsState = Literal["off", "starting", "listening", "unplugged", "disconnected", "failed"]


def captions_status(
    state: CaptionsState, output: str, *, model_ready: bool, dictating: bool, speaking: bool, silent: bool
) -> str:
    """`dictating`: the user; `speaking`: Fanlight; `silent`: nothing has been played for a while."""
    match state:
        case "off" | "failed":
            return ""
        case "starting":
            return _("Starting…")
        case "unplugged":
            return _("There is no sound output. Captions go on when there is one.")
        case "disconnected":
            return _("The sound server is gone. Captions go on when it is back.")
    if dictating:
        return _("Captions wait while you speak.")
    if speaking:
        return _("Fanlight speaks; its own voice is not written down.")
    if not model_ready:
        return _("Loading the speech model.")
    if silent:
        return _("Nothing is played on “{output}”.").format(output=output)
    return _("What is played on “{output}”").format(output=output)
