import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer

from hookline import ConnectionFailed, Hookline, HooklineError, PublishedEvent, RateLimited, Timeout, Unauthenticated


class Gateway:
    """An HTTP server whose n-th answer is the n-th of the list, or its last."""

    def __init__(self, *answers):
        self.seen = []
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self):
                length = int(self.headers.get("content-length", 0))
                body = json.loads(self.rfile.read(length)) if length else None
                gateway.seen.append((self.command, self.path, dict(self.headers), body))
                answer = answers[min(len(gateway.seen), len(answers)) - 1]
                if answer is None:
                    self.connection.close()
                    return
                if callable(answer):
                    answer(self)
                    return
                status, content, headers = answer
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                for name, value in {**headers, "content-length": str(len(data))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PATCH = handle_any

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def json_answer(status, content, **headers):
    return (status, content, {name.replace("_", "-"): value for name, value in headers.items()})


PUBLISHED = json_answer(202, {"data": {"id": "evt_1", "duplicate": False}})


class ClientTest(unittest.TestCase):
    def start(self, *answers):
        gateway = Gateway(*answers)
        self.addCleanup(gateway.close)
        return gateway

    def test_publish_sends_the_event_with_the_key_and_an_idempotency_key(self):
        gateway = self.start(PUBLISHED)
        hookline = Hookline(gateway.url + "/hooks/", lambda: "hl_x")
        published = hookline.publish("order.paid", {"name": "Zoë"}, user_id="acme", subject="7")
        self.assertEqual(published, PublishedEvent("evt_1", False))
        method, path, headers, body = gateway.seen[0]
        self.assertEqual((method, path), ("POST", "/hooks/api/events"))
        self.assertEqual(body, {"type": "order.paid", "data": {"name": "Zoë"}, "userId": "acme", "subject": "7"})
        self.assertEqual(headers["Authorization"], "Bearer hl_x")
        self.assertRegex(headers["Idempotency-Key"], "^auto_[0-9a-f]{32}$")

    def test_all_tries_of_a_write_have_the_same_idempotency_key(self):
        gateway = self.start(None, json_answer(503, {}, retry_after="0"), PUBLISHED)
        Hookline(gateway.url, "hl_x").publish("order.paid", {})
        keys = {headers["Idempotency-Key"] for _, _, headers, _ in gateway.seen}
        self.assertEqual((len(gateway.seen), len(keys)), (3, 1))
        Hookline(gateway.url, "hl_x").publish("order.paid", {}, idempotency_key="order-1")
        self.assertEqual(gateway.seen[-1][2]["Idempotency-Key"], "order-1")

    def test_a_write_whose_earlier_try_is_still_running_is_tried_again(self):
        running = {"error": "still running", "code": "idempotency_key_in_use"}
        gateway = self.start(json_answer(409, running, retry_after="0"), PUBLISHED)
        Hookline(gateway.url, "hl_x").publish("order.paid", {})
        self.assertEqual(len(gateway.seen), 2)

    def test_an_error_answer_is_an_error_with_its_fields(self):
        details = [{"path": "body/type", "message": "is missing"}]
        content = {"error": "body/type is missing", "code": "invalid_request", "details": details, "requestId": "req_7"}
        gateway = self.start(json_answer(400, content))
        with self.assertRaises(HooklineError) as caught:
            Hookline(gateway.url, "hl_x").publish("", {})
        error = caught.exception
        self.assertEqual(str(error), "body/type is missing")
        fields = (error.code, error.status, error.details, error.request_id, error.retry_after)
        self.assertEqual(fields, ("invalid_request", 400, details, "req_7", None))
        self.assertEqual(len(gateway.seen), 1)

    def test_errors_have_their_classes_and_a_page_of_a_proxy_is_unknown(self):
        cases = [
            (json_answer(401, {"error": "no", "code": "unauthenticated"}), Unauthenticated, "unauthenticated"),
            (json_answer(429, {"error": "no", "code": "rate_limited"}, retry_after="3600"), RateLimited, "rate_limited"),
            (json_answer(500, b"<h1>Oops</h1>"), HooklineError, "unknown"),
            (json_answer(302, b"", location="http://127.0.0.1:1/"), HooklineError, "unknown"),
            (json_answer(200, b"<h1>Welcome</h1>"), HooklineError, "unknown"),
        ]
        for answer, kind, code in cases:
            gateway = self.start(answer)
            with self.assertRaises(kind) as caught:
                Hookline(gateway.url, "hl_x").request("GET", "/api/keys")
            self.assertEqual((caught.exception.code, len(gateway.seen)), (code, 1))

    def test_a_call_ends_with_the_last_error_when_its_tries_are_used_up(self):
        gateway = self.start(json_answer(502, b"", retry_after="0"))
        with self.assertRaises(HooklineError):
            Hookline(gateway.url, "hl_x").request("GET", "/api/keys")
        self.assertEqual(len(gateway.seen), 3)

    def test_a_connection_that_fails_and_one_that_is_silent_are_told_apart(self):
        with self.assertRaises(ConnectionFailed):
            Hookline("http://127.0.0.1:1", "hl_x", retries=0).request("GET", "/api/keys")
        release = threading.Event()
        gateway = self.start(lambda _handler: release.wait(30))
        with self.assertRaises(Timeout):
            Hookline(gateway.url, "hl_x", timeout=0.1).request("GET", "/api/keys")
        release.set()
        self.assertEqual(len(gateway.seen), 1)

    def test_a_list_is_read_page_by_page(self):
        first = json_answer(200, {"data": [{"id": "a"}], "page": {"nextCursor": "next"}})
        last = json_answer(200, {"data": [{"id": "b"}], "page": {"nextCursor": None}})
        gateway = self.start(first, last)
        items = Hookline(gateway.url, "hl_x").list("/api/webhook-events", eventType="github.*", offset=0, processed=True)
        self.assertEqual([each["id"] for each in items], ["a", "b"])
        paths = [path for _, path, _, _ in gateway.seen]
        start = "/api/webhook-events?eventType=github.%2A"
        self.assertEqual(paths, [f"{start}&offset=0&processed=true", f"{start}&processed=true&cursor=next"])

    def test_an_address_that_is_not_a_url_is_refused_at_once(self):
        for url in ("localhost:3000", "ftp://example.com", ""):
            with self.assertRaises(ValueError):
                Hookline(url, "hl_x")


if __name__ == "__main__":
    unittest.main()
