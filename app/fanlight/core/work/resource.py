"""What a worker's thread owns: something slow to load and heavy to keep, such as a model."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic
from typing import Generic, Protocol, TypeVar

from fanlight.domain.errors import FanlightError
from fanlight.domain.stop import StopFlag

log = logging.getLogger(__name__)


class Resource(Protocol):
    """Loaded, used and closed on one thread."""

    def close(self) -> None: ...


R = TypeVar("R", bound=Resource)
Load = Callable[[Callable[[float], None], StopFlag], R]
"""Called on the worker's thread with a progress callback (0 to 1) and a flag that is set when the load is not wanted
any more. Raises FanlightError."""


class Source(Generic[R]):
    """One configuration of the resource. Jobs of equal `key` share what was loaded."""

    __slots__ = ("error", "key", "load", "stop")

    def __init__(self, load: Load[R], key: object) -> None:
        self.load, self.key = load, key
        self.stop = StopFlag()
        """Set when nothing of this configuration is wanted any more."""
        self.error: Exception | None = None
        """Why it could not be loaded. The worker's thread alone uses this."""


class NothingToLoad:
    """For workers that need no resource, such as file work."""

    def close(self) -> None:
        pass


class ResourceHolder(Generic[R]):
    """The resource of one thread, which alone uses this object. `changed` is called with whether it is in memory."""

    def __init__(self, name: str, changed: Callable[[bool], object]) -> None:
        self._name, self._changed = name, changed
        self._source: Source[R] | None = None
        self._resource: R | None = None

    @property
    def loaded(self) -> bool:
        return self._resource is not None

    def use(self, source: Source[R], load: Callable[[Source[R]], R]) -> R:
        """The resource of `source`; one of another key is closed before it is loaded. Raises what loading raises."""
        if self._source is not None and self._source.key != source.key:
            self.free()
        if self._resource is None:
            started = monotonic()
            self._resource, self._source = load(source), source
            log.info("%s: loaded after %.1f s", self._name, monotonic() - started)
            self._changed(True)
        return self._resource

    def free(self) -> None:
        """Close it, if there is one."""
        resource, self._resource, self._source = self._resource, None, None
        if resource is not None:
            attempt(self._name, resource.close)
            self._changed(False)


def attempt(name: str, call: Callable[[], object]) -> Exception | None:
    """Run `call` at the top of a thread: what it raises is logged and returned, and the thread goes on."""
    started = monotonic()
    try:
        call()
    except FanlightError as error:
        log.info("%s: after %.1f s: %s", name, monotonic() - started, error)
        return error
    except Exception as error:
        log.exception("%s: a job ended after %.1f s with a bug", name, monotonic() - started)
        return error
    return None
