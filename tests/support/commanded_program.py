"""Programs on an X display that do what a test tells them, line by line."""

from __future__ import annotations

from support import screens


class Program(screens.Program):
    """It says "done" and the first word of each line it is told."""

    def tell(self, words: str) -> None:
        """Do it, and wait until it is done."""
        done = f"done {words.split()[0]}"
        before = self.lines.count(done)
        super().tell(words)
        self.until(done, before + 1)
