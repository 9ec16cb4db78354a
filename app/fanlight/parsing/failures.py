"""Why a parsing process gave no result. Whoever asked makes a sentence of it: `explained`."""

from __future__ import annotations

from fanlight.i18n import N_, _


class ParsingFailure(Exception):
    """There is no result. `message` and `hint` are source texts; `message` may use {subject} and {reason}."""

    message = N_("{subject} cannot be read.")
    hint = N_("The log has the details. Another copy of the file may work.")

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason

    def explained(self, subject: str) -> tuple[str, str]:
        """(sentence, what to do) about `subject`, which is a file's name in quotation marks, or "The picture"."""
        return _(self.message).format(subject=subject, reason=self.reason), _(self.hint)


class ParserCrashed(ParsingFailure):
    message = N_("{subject} cannot be read: the process that decodes it ended unexpectedly.")
    hint = N_("The file is probably damaged. Copy or download it again.")


class ParserOverdue(ParsingFailure):
    """`reason`: the seconds that were waited."""

    message = N_("{subject} cannot be read: it was not decoded within {reason} s.")
    hint = N_("The file is damaged or very large. Copy it again, or make it smaller first.")


class ParserOutOfMemory(ParsingFailure):
    message = N_("There is not enough memory to read {subject}.")
    hint = N_("Close other programs, or make the file smaller first.")


class ParserUnavailable(ParsingFailure):
    message = N_("{subject} cannot be read: the process that decodes files cannot be started ({reason}).")
    hint = N_("Close other programs and try again. `fanlight doctor` says what is missing.")


class ParsingStopped(ParsingFailure):
    """Fanlight itself ended it: a flag was set, or the program is closing."""

    message = N_("{subject} was not read to its end.")
    hint = N_("Try again.")


class InputRefused(ParsingFailure):
    """The function raised a FanlightError: the name of its class, and its own words, in the user's language already."""

    def __init__(self, error: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.error, self._hint = error, hint

    def explained(self, subject: str) -> tuple[str, str]:  # noqa: ARG002 - its words name it
        return self.reason, self._hint
