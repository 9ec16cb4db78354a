"""Keys that are heard while another program has the focus: one module a way, best first.

Press and release both are told, once each: hold-to-talk needs them. No way reads any other key than those that were
bound; what hooks into the whole keyboard (pynput, XRecord, evdev) is not used for that reason.
"""

from fanlight.desktop.hotkeys.combination import Combination
from fanlight.desktop.hotkeys.hotkeys import BACKENDS, Hotkeys

__all__ = ["BACKENDS", "Combination", "Hotkeys"]
