"""What the desktop refuses, or does not offer: keys, pictures of the screen, the start at login.

FanlightError (`errors`)
  HotkeyError           a global hotkey
    HotkeyTaken         another program, or Fanlight itself, uses it
    HotkeyUnavailable   no such key, or this system offers no global hotkeys
  CaptureError          the screen could not be captured
    CaptureDenied       the system, or the user, does not allow it
    CaptureUnavailable  this system has no way to do it
    CaptureTimedOut     the system never answered
    CaptureEmpty        no pixels came, or none were asked for
    CaptureBusy         another program holds the keyboard or the mouse
    ScreenLocked        there is only a screen lock to see
  InsertionError        dictated text could not be inserted into another program
  SelectionError        text that is selected in another program could not be read
  ScanError             a scanner cannot be used
  CameraError           a camera cannot be used
  LoginError            the start at login could not be changed
  FanlightReplaced      its own files were replaced while it was open
"""

from __future__ import annotations

from fanlight.domain.errors import FanlightError
from fanlight.i18n import N_, _


class HotkeyError(FanlightError):
    """The hotkey is not bound."""


class ScanError(FanlightError):
    """A page was not scanned."""

    hint = N_("See that it is switched on and connected.")


class CameraError(FanlightError):
    """There is no picture from a camera."""

    hint = N_("See that it is connected, and choose “Look Again”.")


class HotkeyTaken(HotkeyError):
    """`offer` is a combination that is free, as the settings write it; "" where there is none. `own`: Fanlight itself
    uses `combination` for something else."""

    hint = N_("Choose another combination in the settings.")

    def __init__(self, combination: str, offer: str = "", *, own: bool = False) -> None:
        message = (
            _("{combination} is already used by Fanlight itself.")
            if own
            else _("{combination} is already used by another program.")
        )
        free = _("{combination} is free.").format(combination=offer) if offer else _(self.hint)
        waits = "" if own else _(" Until you choose another one, Fanlight tries again from time to time.")
        super().__init__(message.format(combination=combination), free + waits)
        self.combination, self.offer, self.own = combination, offer, own


class HotkeyUnavailable(HotkeyError):
    hint = N_("Choose another combination in the settings.")


class CaptureError(FanlightError):
    """The screen could not be captured."""

    hint = N_("Take a screenshot with the system's own key, and paste it into Fanlight.")


class CaptureDenied(CaptureError):
    hint = N_("Allow Fanlight to record the screen in the system's privacy settings, then restart Fanlight.")


class CaptureUnavailable(CaptureError):
    pass


class CaptureTimedOut(CaptureError):
    hint = N_("Try again; if that does not help, log out and back in, or paste a screenshot into Fanlight.")


class CaptureEmpty(CaptureError):
    hint = N_("Choose a part of a screen that is switched on.")


class CaptureBusy(CaptureError):
    hint = N_("Close its menu and press the key again, or take the picture after a delay.")


class ScreenLocked(CaptureError):
    hint = N_("If the screen is locked, unlock it, then capture again.")

    def __init__(self, *, told: bool = False) -> None:
        """`told`: by the lock itself."""
        if told:
            super().__init__(_("The screen is locked."), _("Unlock it, then capture again."))
        else:
            super().__init__(_("Another program covers the screen and holds the mouse."))


class InsertionError(FanlightError):
    hint = N_("“Copy a Recent Dictation” in the tray's menu has the text.")


class SelectionError(FanlightError):
    """What is selected in another program cannot be used."""

    hint = N_("Copy the text in its program, and paste it into Fanlight.")


class LoginError(FanlightError):
    hint = N_("Add `fanlight --hidden` to the startup programs in your desktop's settings.")


class FanlightReplaced(FanlightError):
    hint = N_("Quit it and start it again; what you have written is kept. Until then some things may not work.")

    def __init__(self) -> None:
        super().__init__(_("Fanlight was updated or removed while it was open."))
