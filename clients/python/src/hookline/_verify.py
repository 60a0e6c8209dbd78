from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from dataclasses import dataclass
from typing import Any, Iterable, Mapping

from ._errors import SignatureInvalid

DEFAULT_TOLERANCE_SECONDS = 300
# It detects a truncated secret.
MIN_SECRET_BYTES = 16

_ID = re.compile(r"[\x21-\x2d\x2f-\x7e]{1,256}")
_SECONDS = re.compile(r"0|[1-9][0-9]{0,11}")
_V1 = re.compile(r"v1,([A-Za-z0-9+/]{43}=)")
_HEX = re.compile(r"[0-9a-f]{64}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


@dataclass(frozen=True)
class VerifiedSignature:
    #: ``webhook-id``: the same for every attempt at one event. None for the plain signature, which does not cover it:
    #: take the id from the body.
    id: str | None
    #: When the message was signed, in seconds since 1970.
    timestamp: int


def verify(
    body: bytes | str,
    headers: Mapping[str, Any],
    secret: str | Iterable[str],
    *,
    tolerance_seconds: float | None = DEFAULT_TOLERANCE_SECONDS,
    now: float | None = None,
) -> Any:
    """Verifies a webhook and returns its parsed body: ``{"id", "type", "timestamp", "data"}``.

    The signature is the ``v1`` of Standard Webhooks (``webhook-signature``) or, if the request has none, the plain one
    (``x-webhook-signature``).

    :param body: the raw body, as it was received
    :param secret: the endpoint's secret, or several of which any one may have signed
    :param tolerance_seconds: how far the time of the signature may be in the past or the future. None: any time
    :raises SignatureInvalid: the message must not be trusted
    :raises TypeError, ValueError: a mistake of the caller, such as a parsed body or an empty secret
    """
    verify_signature(body, headers, secret, tolerance_seconds=tolerance_seconds, now=now)
    return json.loads(body)


def verify_signature(
    body: bytes | str,
    headers: Mapping[str, Any],
    secret: str | Iterable[str],
    *,
    tolerance_seconds: float | None = DEFAULT_TOLERANCE_SECONDS,
    now: float | None = None,
) -> VerifiedSignature:
    """Like :func:`verify`, for a body that is not an event of Hookline."""
    if isinstance(body, str):
        raw = body.encode()
    elif isinstance(body, (bytes, bytearray, memoryview)):
        raw = bytes(body)
    else:
        raise TypeError(f"Pass the raw body, bytes or text, and not {type(body).__name__}: a parsed body cannot be verified")
    # Every comparison with NaN is false, so NaN would silently switch the check off.
    if tolerance_seconds is not None and not tolerance_seconds >= 0:
        raise ValueError("tolerance_seconds must be None or a number from 0")
    secrets = [secret] if isinstance(secret, str) else list(secret)
    if not secrets:
        raise ValueError("Pass a secret")

    is_plain = not _values(headers, "webhook-signature") and bool(_values(headers, "x-webhook-signature"))
    prefix = "x-webhook-" if is_plain else "webhook-"
    message_id = None if is_plain else _single(headers, "webhook-id")
    timestamp = _single(headers, prefix + "timestamp")
    received = _single(headers, prefix + "signature")
    if message_id is not None and not _ID.fullmatch(message_id):
        raise SignatureInvalid("malformed_id", 'webhook-id is not visible ASCII without "."')
    seconds = _check_timestamp(prefix + "timestamp", timestamp, tolerance_seconds, time.time() if now is None else now)
    if is_plain:
        candidates = [received] if _HEX.fullmatch(received) else []
    else:
        candidates = [match[1] for match in map(_V1.fullmatch, received.split(" ")) if match]
    if not candidates:
        raise SignatureInvalid("malformed_signature", f"{prefix}signature has no signature of a known form")

    head = timestamp if is_plain else f"{message_id}.{timestamp}"
    signed = head.encode() + b"." + raw
    matched = False
    # No early exit: the time must not reveal which secret or which signature matched.
    for each in secrets:
        digest = hmac.new(_text_key(each) if is_plain else _decoded_key(each), signed, hashlib.sha256).digest()
        expected = digest.hex() if is_plain else base64.b64encode(digest).decode()
        for candidate in candidates:
            matched = hmac.compare_digest(candidate, expected) or matched
    if not matched:
        raise SignatureInvalid("invalid_signature", "No signature matches: another secret, or not the raw body")
    return VerifiedSignature(message_id, seconds)


def _check_timestamp(name: str, value: str, tolerance: float | None, now: float) -> int:
    if not _SECONDS.fullmatch(value):
        raise SignatureInvalid("malformed_timestamp", f"{name} is not a whole number of seconds since 1970")
    seconds = int(value)
    age = int(now // 1) - seconds
    if tolerance is not None and abs(age) > tolerance:
        reason = "timestamp_too_new" if age < 0 else "timestamp_too_old"
        raise SignatureInvalid(reason, f"Signed {age} s ago, ±{tolerance} s are allowed: check both clocks")
    return seconds


def _single(headers: Mapping[str, Any], name: str) -> str:
    """The one value of a header. Servers join repeated headers with a comma and a space."""
    values = _values(headers, name)
    if len(values) > 1 or any(", " in value for value in values):
        raise SignatureInvalid("duplicate_header", f"{name} occurs more than once")
    if not values or values[0] == "":
        raise SignatureInvalid("missing_header", f"{name} is missing or empty")
    return values[0]


def _values(headers: Mapping[str, Any], name: str) -> list[str]:
    values: list[str] = []
    for key, value in headers.items():
        if key.lower() == name and value is not None:
            values.extend([value] if isinstance(value, str) else value)
    return values


def _decoded_key(secret: str) -> bytes:
    text = secret.removeprefix("whsec_") if isinstance(secret, str) else ""
    key = b""
    # The padding may be missing, but what is there must be right.
    if _BASE64.fullmatch(text) and not (text.endswith("=") and len(text) % 4):
        try:
            key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
        except binascii.Error:
            pass
    if len(key) < MIN_SECRET_BYTES:
        raise ValueError("The secret is not whsec_ and the base64 of 16 or more bytes: was it copied completely?")
    return key


def _text_key(secret: str) -> bytes:
    if not isinstance(secret, str) or not secret:
        raise ValueError("The secret is empty")
    return secret.encode()
