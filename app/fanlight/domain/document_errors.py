"""What can go wrong with documents: a branch of the tree in `errors`.

InputError
  DocumentError             not a document, damaged, or too large
    PasswordNeeded          it can be read with its password alone
    ProtectedForGood        it is encrypted in a way that nothing here can read
    DocumentPartMissing     what reads PDF documents is not installed
"""

from __future__ import annotations

from fanlight.domain.errors import InputError
from fanlight.domain.installation import and_the_rest_works, how_to_add
from fanlight.i18n import N_, _


class DocumentError(InputError):
    hint = N_("Fanlight reads PDF, office documents, books, web pages, mails, and text files.")


class PasswordNeeded(DocumentError):
    """There was none, or another one is right."""

    hint = N_("Enter its password.")


class ProtectedForGood(DocumentError):
    def __init__(self, subject: str) -> None:
        hint = _("Open it in the program that made it, and save it without protection.")
        super().__init__(_("{subject} is protected by a password.").format(subject=subject), hint)


class DocumentPartMissing(DocumentError):
    def __init__(self, reason: str) -> None:
        message = _("What reads documents like this one is not installed ({reason}).").format(reason=reason)
        super().__init__(message, and_the_rest_works(how_to_add("documents")))
