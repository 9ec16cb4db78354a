"""Which certificates are accepted: those of the system, or of a file that the user names."""

from __future__ import annotations

import os
import ssl

_NAMED = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""As other programs read them. A company that reads all traffic gives out such a file."""


def tls_context() -> ssl.SSLContext:
    """A file that cannot be read is left out: connections then say what is wrong."""
    for name in _NAMED:
        if path := os.environ.get(name, "").strip():
            context = ssl.create_default_context()
            try:
                context.load_verify_locations(cafile=path)
            except (OSError, ValueError):
                continue
            return context
    try:
        import truststore
    except ImportError:
        return ssl.create_default_context()
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
