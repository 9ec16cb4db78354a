"""What other programs may ask of Fanlight over the session bus: freedesktop.org's `org.freedesktop.Application`, by
which a menu starts the program, brings it forward, or gives it files.

Desktop Entry Specification 1.5, "D-Bus Activation"; the bus starts the program by
packaging/package/org.fanlight.Fanlight.service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fanlight.desktop.addresses import place_of
from fanlight.desktop.bus import APP_ID, DAEMON, DAEMON_PATH, Bus

if TYPE_CHECKING:
    from jeepney import Message

INTERFACE = "org.freedesktop.Application"
OBJECT_PATH = "/" + APP_ID.replace(".", "/")
_IN_TURN = 0
"""One who comes second gets the name when the first one leaves."""
_UNKNOWN, _INVALID = "org.freedesktop.DBus.Error.UnknownMethod", "org.freedesktop.DBus.Error.InvalidArgs"
_INTROSPECTION = f"""<node><interface name="{INTERFACE}">
<method name="Activate"><arg type="a{{sv}}" direction="in"/></method>
<method name="Open"><arg type="as" direction="in"/><arg type="a{{sv}}" direction="in"/></method>
<method name="ActivateAction"><arg type="s" direction="in"/><arg type="av" direction="in"/>
<arg type="a{{sv}}" direction="in"/></method></interface></node>"""

Command = Mapping[str, Any]
"""As `ipc.client` sends it: a verb with what belongs to it."""


class BusService:
    """Has Fanlight's name on the bus, where no other Fanlight has it, and hands on what is asked as a command. `run`
    raises ValueError for one that cannot be run."""

    def __init__(self, bus: Bus, run: Callable[[Command], object]) -> None:
        self._run = run
        bus.answer_calls = self._answer
        bus.call(DAEMON, DAEMON_PATH, DAEMON, "RequestName", "su", (APP_ID, _IN_TURN))

    def _answer(self, message: Message) -> Message:
        from jeepney import HeaderFields, new_error, new_method_return

        fields = message.header.fields
        asked = (fields.get(HeaderFields.interface, INTERFACE), fields.get(HeaderFields.member, ""))
        if asked == ("org.freedesktop.DBus.Introspectable", "Introspect"):
            return new_method_return(message, "s", (_INTROSPECTION,))
        if asked == ("org.freedesktop.DBus.Peer", "Ping"):
            return new_method_return(message)
        if fields.get(HeaderFields.path) != OBJECT_PATH or asked[0] != INTERFACE:
            return new_error(message, _UNKNOWN)
        try:
            self._run(_command(asked[1], message.body))
        except (ValueError, TypeError, IndexError, KeyError, AttributeError) as error:  # what strangers sent
            return new_error(message, _INVALID, "s", (str(error),))
        return new_method_return(message)


def _command(member: str, body: Sequence[Any]) -> Command:
    match member:
        case "Activate":
            return {"do": "show"} | _activation(body[0])
        case "Open":
            files = [_local_path(address) for address in body[0]]
            return ({"do": "open", "files": files} if files else {"do": "show"}) | _activation(body[1])
        case "ActivateAction" if body[0] == "shot":
            return {"do": "shot"}
        case _:
            raise ValueError(f"no method: {member}")


def _activation(platform_data: Mapping[str, tuple[str, Any]]) -> dict[str, Any]:
    """The caller's right to the front, as X11 and as Wayland write it."""
    names = {"desktop-startup-id": "startup_id", "activation-token": "activation_token"}
    return {names[name]: value for name, (_signature, value) in platform_data.items() if name in names}


def _local_path(address: str) -> str:
    """Raises ValueError for a file of another computer."""
    place = place_of(address.encode("utf-8", "surrogatepass"))
    if not isinstance(place, Path):
        raise ValueError(f"no file of this computer: {address}")
    return str(place)
