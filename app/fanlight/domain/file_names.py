"""What names of files are made of."""

from __future__ import annotations

import re

SHA256 = re.compile(r"[0-9a-f]{64}")
"""In hexadecimal."""
WINDOWS_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""No file can be called so on Windows."""
