from __future__ import annotations

from typing import Any


class HooklineError(Exception):
    """Base class of all errors of this package. Match on ``code``: codes are stable, messages may change."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int | None = None,
        details: Any = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        #: The HTTP status. None when there was no answer.
        self.status = status
        #: More about the error. For ``invalid_request``: the list of refused fields.
        self.details = details
        #: Identifies the request in Hookline's logs.
        self.request_id = request_id
        #: How long to wait before the next try, in seconds, from the header ``Retry-After``.
        self.retry_after = retry_after


class RateLimited(HooklineError):
    """429: too many requests."""


class Unauthenticated(HooklineError):
    """401: the key is missing, wrong, expired or revoked."""


class Timeout(HooklineError):
    """A try took longer than ``timeout``. The gateway may have carried out the call."""


class ConnectionFailed(HooklineError):
    """The connection failed, or broke before the whole answer had arrived."""


class SignatureInvalid(HooklineError):
    """A received message must not be trusted: answer 400 or 401. ``reason`` says why."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__("signature_invalid", message)
        self.reason = reason
