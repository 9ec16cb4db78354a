"""Which certificates are accepted: those of the system, and of files that the user names."""

from __future__ import annotations

import os
import ssl
from contextlib import suppress

_NAMED = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""As other programs read them. A company that reads all traffic gives out such a file."""


def tls_context() -> ssl.SSLContext:
    """A file that cannot be read is left out: connections then say what is wrong."""
    named = [path for name in _NAMED if (path := os.environ.get(name, "").strip())]
    if not named:
        try:
            import truststore

            return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        except ImportError:
            pass
    context = ssl.create_default_context()
    for path in named:
        with suppress(OSError, ValueError):
            context.load_verify_locations(cafile=path)
    return context
