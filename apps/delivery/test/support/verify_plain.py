"""Verifies the plain signature over the raw body, as a receiver in Python would.

A receiver must not verify `json.dumps` of the parsed body: it prints spaces that were not sent.
Reads the body from stdin; takes the secret, the signature and the timestamp as arguments. Exits with 0 if it is right.
"""

import hashlib
import hmac
import sys
import time


def verify_webhook(body: bytes, secret: str, signature: str, timestamp: int) -> bool:
    if int(time.time()) - timestamp > 300:
        return False
    signed = str(timestamp).encode() + b"." + body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(signature, expected)


if __name__ == "__main__":
    _, given_secret, given_signature, given_timestamp = sys.argv
    right = verify_webhook(sys.stdin.buffer.read(), given_secret, given_signature, int(given_timestamp))
    sys.exit(0 if right else 1)
