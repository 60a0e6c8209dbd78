from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from dataclasses import dataclass
from typing import Any, Callable, Iterable, Mapping, Union

from ._errors import SignatureInvalid

DEFAULT_TOLERANCE_SECONDS = 300
# It detects a truncated secret.
MIN_SECRET_BYTES = 16
# Each costs a pass over the body. An endpoint has far fewer keys.
MAX_ED25519_SIGNATURES = 16

#: A public key of ed25519: ``whpk_…`` or a JWK.
PublicKey = Union[str, Mapping[str, Any]]

_ID = re.compile(r"[\x21-\x2d\x2f-\x7e]{1,256}")
_SECONDS = re.compile(r"0|[1-9][0-9]{0,11}")
_V1 = re.compile(r"v1,([A-Za-z0-9+/]{43}=)")
_V1A = re.compile(r"v1a,([A-Za-z0-9+/]{86}==)")
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
    secret: str | Iterable[str] = (),
    *,
    public_keys: PublicKey | Iterable[PublicKey] = (),
    tolerance_seconds: float | None = DEFAULT_TOLERANCE_SECONDS,
    now: float | None = None,
) -> Any:
    """Verifies a webhook and returns its parsed body: ``{"id", "type", "timestamp", "data"}``.

    The signature is that of Standard Webhooks (``webhook-signature``: ``v1`` by a secret, ``v1a`` by a public key) or, if
    the request has none, the plain one (``x-webhook-signature``).

    :param body: the raw body, as it was received
    :param secret: the endpoint's secret, or several of which any one may have signed
    :param public_keys: public keys for ``v1a``: ``whpk_…`` or JWKs, as ``GET /keys/<endpoint id>`` has them. They need the
        package ``cryptography``. Never take a key from the request
    :param tolerance_seconds: how far the time of the signature may be in the past or the future. None: any time
    :raises SignatureInvalid: the message must not be trusted
    :raises TypeError, ValueError: a mistake of the caller, such as a parsed body or an empty secret
    :raises ImportError: public keys were passed, and ``cryptography`` is not installed
    """
    verify_signature(
        body, headers, secret, public_keys=public_keys, tolerance_seconds=tolerance_seconds, now=now
    )
    return json.loads(body)


def verify_signature(
    body: bytes | str,
    headers: Mapping[str, Any],
    secret: str | Iterable[str] = (),
    *,
    public_keys: PublicKey | Iterable[PublicKey] = (),
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
    keys = [public_keys] if isinstance(public_keys, (str, Mapping)) else list(public_keys)
    if not secrets and not keys:
        raise ValueError("Pass a secret or a public key")
    # Before anything of the request is read: a missing package must not depend on what is sent.
    verify_ed25519 = _ed25519_verifiers(keys)

    is_plain = bool(secrets) and not _values(headers, "webhook-signature") and bool(_values(headers, "x-webhook-signature"))
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
        candidates = _matches(_V1, received)
    signatures = [] if is_plain else _matches(_V1A, received)[:MAX_ED25519_SIGNATURES]
    if not candidates and not signatures:
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
    for is_signed_by in verify_ed25519:
        for signature in signatures:
            matched = is_signed_by(signature, signed) or matched
    if not matched:
        raise SignatureInvalid("invalid_signature", "No signature matches: another secret, or not the raw body")
    return VerifiedSignature(message_id, seconds)


def _matches(pattern: re.Pattern[str], received: str) -> list[str]:
    return [match[1] for match in map(pattern.fullmatch, received.split(" ")) if match]


def _ed25519_verifiers(keys: list[PublicKey]) -> list[Callable[[str, bytes], bool]]:
    """For each public key, what tells whether a signature in base64 is of that key."""
    if not keys:
        return []
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        raise ImportError(
            "Signatures by public key (v1a) need the package cryptography: pip install 'hookline[v1a]'"
        ) from error

    def verifier(key: PublicKey) -> Callable[[str, bytes], bool]:
        public_key = Ed25519PublicKey.from_public_bytes(_public_key_bytes(key))

        def is_signed(signature: str, message: bytes) -> bool:
            raw = base64.b64decode(signature)
            # Another spelling of the same bytes, with unused bits that are set, is refused.
            if base64.b64encode(raw).decode() != signature:
                return False
            try:
                public_key.verify(raw, message)
            except InvalidSignature:
                return False
            return True

        return is_signed

    return [verifier(key) for key in keys]


def _public_key_bytes(key: PublicKey) -> bytes:
    text = key.removeprefix("whpk_") if isinstance(key, str) else key.get("x")
    raw = b""
    if isinstance(text, str):
        try:
            # A JWK has the alphabet of URLs and no padding.
            standard = text.replace("-", "+").replace("_", "/").rstrip("=")
            raw = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
        except binascii.Error:
            pass
    if len(raw) != 32:
        raise ValueError("A public key is whpk_… or a JWK of ed25519")
    return raw


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
