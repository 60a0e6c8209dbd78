import base64
import hashlib
import hmac
import json
import sys
import time
import unittest
from unittest import mock

from hookline import HooklineError, SignatureInvalid, verify, verify_signature

# A published vector of Standard Webhooks. In two halves, so that secret scanners do not report it.
SECRET = "whsec_" + "MfKQ9r8GKYqrTwjU" + "PD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
SECONDS = 1614265330
BODY = b'{"test": 2432232314}'
VALID = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
WRONG = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="
HEADERS = {"webhook-id": ID, "webhook-timestamp": str(SECONDS), "webhook-signature": VALID}

# The published vector of the key pair of the Svix server, for the same message.
PUBLIC_KEY = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
PUBLIC_JWK = {"kty": "OKP", "crv": "Ed25519", "x": "1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4"}
VALID_V1A = "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="
OTHER_KEY = "whpk_" + base64.b64encode(bytes([1] * 32)).decode()

try:
    import cryptography  # noqa: F401

    HAS_CRYPTOGRAPHY = True
except ImportError:
    HAS_CRYPTOGRAPHY = False


def check(headers=None, body=BODY, secret=SECRET, now=SECONDS, **options):
    return verify_signature(body, {**HEADERS, **(headers or {})}, secret, now=now, **options)


def signed(body: bytes, secret: str, seconds: int) -> dict:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"evt_1.{seconds}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(seconds),
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }


def plain(body: bytes, secret: str, seconds: int) -> dict:
    mac = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Webhook-Timestamp": str(seconds), "X-Webhook-Signature": mac}


class VerifyTest(unittest.TestCase):
    def refuses(self, reason, *args, **kwargs):
        with self.assertRaises(SignatureInvalid) as caught:
            check(*args, **kwargs)
        self.assertEqual(caught.exception.reason, reason)
        self.assertIsInstance(caught.exception, HooklineError)

    def test_accepts_the_published_vector_with_any_case_of_headers_and_any_kind_of_bytes(self):
        for body in (BODY, BODY.decode(), bytearray(BODY), memoryview(BODY)):
            verified = check(body=body)
            self.assertEqual((verified.id, verified.timestamp), (ID, SECONDS))
        upper = {name.upper(): [value] for name, value in HEADERS.items()}
        self.assertEqual(verify_signature(BODY, upper, SECRET, now=SECONDS).id, ID)

    def test_returns_the_event_of_a_webhook_that_is_signed_now(self):
        event = {"id": "evt_1", "type": "order.paid", "timestamp": "2026-03-01T12:00:00.000Z", "data": {"name": "Zoë"}}
        body = json.dumps(event).encode()
        self.assertEqual(verify(body, signed(body, SECRET, int(time.time())), SECRET), event)

    def test_accepts_the_plain_signature_of_a_request_that_has_no_other(self):
        for secret in (SECRET, "any text, not only whsec_"):
            headers = plain(BODY, secret, SECONDS)
            verified = verify_signature(BODY, headers, ["another", secret], now=SECONDS)
            self.assertEqual((verified.id, verified.timestamp), (None, SECONDS))

    def test_a_wrong_signature_beside_a_right_plain_one_is_refused(self):
        self.refuses("invalid_signature", {**plain(BODY, SECRET, SECONDS), "webhook-signature": WRONG})

    def test_accepts_one_of_several_signatures_and_one_of_several_secrets(self):
        check({"webhook-signature": f"{WRONG} v2,abc {VALID}"}, secret=["whsec_" + "A" * 32, SECRET])

    def test_refuses_signatures_that_are_wrong_or_malformed(self):
        cases = {
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA=": "invalid_signature",
            WRONG: "invalid_signature",
            VALID.replace("OE=", "OF="): "invalid_signature",
            "v1,dawfeoifkpqwoekfpqoekf": "malformed_signature",
            "v1,": "malformed_signature",
            VALID[:8]: "malformed_signature",
            VALID + "\n": "malformed_signature",
            VALID.replace("v1", "v2"): "malformed_signature",
            VALID[:-1]: "malformed_signature",
            VALID.replace("+", "-").replace("/", "_"): "malformed_signature",
            f"{VALID}, {VALID}": "duplicate_header",
            "": "missing_header",
        }
        for signature, reason in cases.items():
            with self.subTest(signature):
                self.refuses(reason, {"webhook-signature": signature})

    def test_refuses_missing_repeated_and_malformed_headers(self):
        for name in HEADERS:
            self.refuses("missing_header", {name: None})
            self.refuses("duplicate_header", {name: [HEADERS[name], HEADERS[name]]})
        self.refuses("malformed_id", {"webhook-id": "msg.1"})
        for timestamp in ("hello", "1614265330abc", "1614265330.0", "-1614265330", "01614265330", "1e9", "١٦١٤٢٦٥٣٣٠"):
            self.refuses("malformed_timestamp", {"webhook-timestamp": timestamp})

    def test_refuses_times_beyond_the_tolerance(self):
        for offset in (-300, 300):
            check(now=SECONDS + offset)
        self.refuses("timestamp_too_old", now=SECONDS + 301)
        self.refuses("timestamp_too_new", now=SECONDS - 301)
        check(now=SECONDS + 10**9, tolerance_seconds=None)

    def test_refuses_another_body_id_or_timestamp(self):
        self.refuses("invalid_signature", body=BODY.replace(b" ", b""))
        self.refuses("invalid_signature", {"webhook-id": ID + "x"})
        self.refuses("invalid_signature", {"webhook-timestamp": str(SECONDS + 1)})

    def test_mistakes_of_the_receiver_do_not_blame_the_sender(self):
        with self.assertRaisesRegex(TypeError, "Pass the raw body"):
            check(body=json.loads(BODY))
        for secret in ("", "whsec_", [], "whsec_short", SECRET + "\n", SECRET[:-3] + "=", None):
            with self.subTest(repr(secret)):
                with self.assertRaises((ValueError, TypeError)) as caught:
                    check(secret=secret)
                self.assertNotIsInstance(caught.exception, HooklineError)
        for tolerance in (-1, float("nan")):
            with self.assertRaises(ValueError):
                check(tolerance_seconds=tolerance)


@unittest.skipUnless(HAS_CRYPTOGRAPHY, "the package cryptography is not installed")
class PublicKeyTest(unittest.TestCase):
    def check(self, signature=VALID_V1A, keys=PUBLIC_KEY, **options):
        return check({"webhook-signature": signature}, secret=(), public_keys=keys, **options)

    def refuses(self, reason, *args, **kwargs):
        with self.assertRaises(SignatureInvalid) as caught:
            self.check(*args, **kwargs)
        self.assertEqual(caught.exception.reason, reason)

    def test_accepts_the_published_vector_with_the_key_in_every_form(self):
        for keys in (PUBLIC_KEY, PUBLIC_JWK, [PUBLIC_JWK], (OTHER_KEY, PUBLIC_KEY)):
            with self.subTest(repr(keys)):
                self.assertEqual(self.check(keys=keys).id, ID)

    def test_accepts_a_right_signature_among_wrong_ones_and_beside_one_by_secret(self):
        self.check(f"{WRONG} {VALID_V1A}")
        check({"webhook-signature": f"{VALID} {VALID_V1A}"}, public_keys=OTHER_KEY)
        check({"webhook-signature": f"{WRONG} {VALID_V1A}"}, public_keys=PUBLIC_KEY)

    def test_refuses_another_key_another_body_and_another_spelling_of_the_signature(self):
        self.refuses("invalid_signature", keys=OTHER_KEY)
        self.refuses("invalid_signature", body=BODY + b" ")
        self.refuses("invalid_signature", VALID_V1A.replace("Ag==", "Ah=="))
        self.refuses("malformed_signature", VALID_V1A.replace("v1a", "v1"))
        self.refuses("malformed_signature", VALID_V1A[:-1])

    def test_a_public_key_alone_does_not_accept_a_signature_by_secret_nor_the_plain_one(self):
        self.refuses("invalid_signature", VALID)
        with self.assertRaises(SignatureInvalid):
            verify_signature(BODY, plain(BODY, SECRET, SECONDS), public_keys=PUBLIC_KEY, now=SECONDS)

    def test_a_key_that_is_none_is_a_mistake_of_the_receiver(self):
        for key in ("whpk_", "whpk_short", PUBLIC_KEY[:-4], {"kty": "OKP"}, {"x": "?"}, SECRET):
            with self.subTest(repr(key)):
                with self.assertRaises(ValueError):
                    self.check(keys=key)


class WithoutCryptographyTest(unittest.TestCase):
    def test_public_keys_without_the_package_are_an_error_that_names_it(self):
        with mock.patch.dict(sys.modules, {"cryptography": None, "cryptography.exceptions": None}):
            with self.assertRaisesRegex(ImportError, r"pip install 'hookline\[v1a\]'"):
                check(public_keys=PUBLIC_KEY)
            check()


if __name__ == "__main__":
    unittest.main()
