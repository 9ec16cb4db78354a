"""Global hotkeys: keys that reach Fanlight while another program has the focus. One module a backend, best first.

Press and release are both reported, once each: push-to-talk needs them. No backend reads any key but those that were
bound; what hooks into the whole keyboard (pynput, XRecord, evdev) is not used for that reason.
"""

from fanlight.desktop.hotkeys.combination import Combination
from fanlight.desktop.hotkeys.hotkeys import BACKENDS, Hotkeys

__all__ = ["BACKENDS", "Combination", "Hotkeys"]
