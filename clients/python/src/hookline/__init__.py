"""Publish events to Hookline, verify its webhooks, and follow its live feed."""

from ._client import Hookline, PublishedEvent
from ._errors import (
    ConnectionFailed,
    HooklineError,
    RateLimited,
    SignatureInvalid,
    Timeout,
    Unauthenticated,
)
from ._feed import Feed, FeedEvent, FeedGap, FeedUnauthorizedError
from ._verify import VerifiedSignature, verify, verify_signature

__all__ = [
    "ConnectionFailed",
    "Feed",
    "FeedEvent",
    "FeedGap",
    "FeedUnauthorizedError",
    "Hookline",
    "HooklineError",
    "PublishedEvent",
    "RateLimited",
    "SignatureInvalid",
    "Timeout",
    "Unauthenticated",
    "VerifiedSignature",
    "verify",
    "verify_signature",
]
