"""A session bus of the test's own: nobody else is on it, and it starts no services."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={path}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""


class SessionBus:
    """`address` is what DBUS_SESSION_BUS_ADDRESS holds. Needs the program dbus-daemon."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fanlight-bus-"))  # short: a socket's path has 107 characters
        path = self.folder / "bus"
        (self.folder / "bus.conf").write_text(CONFIG.format(path=path))
        reader, writer = os.pipe()
        command = ["dbus-daemon", f"--config-file={self.folder / 'bus.conf'}", "--nofork", f"--print-address={writer}"]
        self._process = subprocess.Popen(command, pass_fds=(writer,))
        os.close(writer)
        with os.fdopen(reader) as said:
            self.address = said.readline().strip()
        assert self.address, "dbus-daemon did not start"

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(10)

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)
