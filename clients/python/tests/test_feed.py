import json
import queue
import threading
import unittest

from hookline import FeedUnauthorizedError, Hookline, HooklineError, Unauthenticated

try:
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.server import serve
except ImportError:
    serve = None

READY = {"type": "ready", "cursor": "k-0", "pingSeconds": 25}


def event(sequence, kind="order.paid"):
    content = {"id": f"evt_{sequence}", "type": kind, "data": {"total": sequence}}
    return {"type": "event", "cursor": f"k-{sequence}", "ids": ["1"], "event": content}


def subscribed(message):
    return {"type": "subscribed", "id": message["id"], "cursor": message.get("cursor", "k-0"), "replayed": 0}


@unittest.skipIf(serve is None, "websockets is not installed")
class FeedTest(unittest.TestCase):
    def start(self, script):
        """A WebSocket server. ``script(send, close, message, connection)`` is called for each message of the client."""
        received = []
        connections = []

        def handle(socket):
            connections.append(socket)
            number = len(connections)
            send = lambda message: socket.send(message if isinstance(message, str) else json.dumps(message))
            try:
                for data in socket:
                    message = json.loads(data)
                    received.append(message)
                    script(send, socket.close, message, number)
            except ConnectionClosed:
                pass

        server = serve(handle, "127.0.0.1", 0)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()

        def stop():
            server.shutdown()
            thread.join()

        self.addCleanup(stop)
        hookline = Hookline(f"http://127.0.0.1:{server.socket.getsockname()[1]}", "hl_x")
        return hookline, received

    def test_a_loop_gets_each_event_once_and_in_order_across_reconnects(self):
        def script(send, close, message, connection):
            if message["type"] == "authenticate":
                send(READY)
            elif message["type"] == "subscribe":
                send(subscribed(message))
                if connection == 1:
                    send([event(1), event(2)])
                    close(4200, "restarting")
                else:
                    send([event(2), event(3)])
                    send({"type": "ping", "cursor": "k-9"})

        hookline, received = self.start(script)
        with hookline.feed({"eventType": "order.*"}) as feed:
            ids = []
            for each in feed:
                ids.append((each.id, each.type, each.data["total"], feed.cursor))
                if len(ids) == 3:
                    break
        self.assertEqual(
            ids,
            [
                ("evt_1", "order.paid", 1, "k-0"),
                ("evt_2", "order.paid", 2, "k-1"),
                ("evt_3", "order.paid", 3, "k-2"),
            ],
        )
        subscriptions = [message for message in received if message["type"] == "subscribe"]
        subscribe = {"type": "subscribe", "id": "1", "filter": {"eventType": "order.*"}}
        self.assertEqual(subscriptions, [subscribe, {**subscribe, "cursor": "k-2"}])

    def test_a_gap_is_told_with_its_reason(self):
        def script(send, close, message, connection):
            if message["type"] == "authenticate":
                send(READY)
            elif message["type"] == "subscribe":
                send({**subscribed(message), "gap": {"reason": "too_many"}})
                send(event(1))

        hookline, _ = self.start(script)
        gaps = []
        with hookline.feed(cursor="k-5", on_gap=lambda gap: gaps.append(gap.reason)) as feed:
            next(feed)
        self.assertEqual(gaps, ["too_many"])

    def test_a_refused_key_and_a_refused_filter_end_the_loop_with_the_reason(self):
        def refuse_key(send, close, message, connection):
            close(4001, "the API key is not valid")

        hookline, received = self.start(refuse_key)
        with self.assertRaisesRegex(Unauthenticated, "the API key is not valid"):
            next(hookline.feed())
        self.assertEqual(len(received), 1)

        def refuse_filter(send, close, message, connection):
            if message["type"] == "authenticate":
                send(READY)
            elif message["type"] == "subscribe":
                send({"type": "error", "code": "forbidden", "message": "userId must be your own"})

        hookline, _ = self.start(refuse_filter)
        with self.assertRaisesRegex(HooklineError, "userId must be your own") as caught:
            next(hookline.feed({"userId": "beta"}))
        self.assertEqual(caught.exception.code, "forbidden")

    def test_a_token_function_is_asked_again_and_may_end_the_feed(self):
        def script(send, close, message, connection):
            if message["type"] == "authenticate":
                if message["token"] == "token 1":
                    close(4110, "the token has expired")
                else:
                    send(READY)
            elif message["type"] == "subscribe":
                send(subscribed(message))
                send(event(1))

        hookline, received = self.start(script)
        tokens = iter(["token 1", "token 2"])
        with hookline.feed(token=lambda: next(tokens)) as feed:
            self.assertEqual(next(feed).id, "evt_1")
        self.assertEqual([each["token"] for each in received if each["type"] == "authenticate"], ["token 1", "token 2"])

        def signed_out():
            raise FeedUnauthorizedError("signed out")

        with self.assertRaisesRegex(FeedUnauthorizedError, "signed out"):
            next(hookline.feed(token=signed_out))

        expired, _ = self.start(lambda send, close, message, connection: close(4110, "the token has expired"))
        with self.assertRaisesRegex(Unauthenticated, "pass a function as token"):
            next(expired.feed())

    def test_another_thread_may_close_a_feed_that_waits(self):
        subscribed_once = threading.Event()

        def script(send, close, message, connection):
            if message["type"] == "authenticate":
                send(READY)
            elif message["type"] == "subscribe":
                send(subscribed(message))
                subscribed_once.set()

        hookline, _ = self.start(script)
        feed = hookline.feed()
        results = queue.Queue()
        thread = threading.Thread(target=lambda: results.put(list(feed)))
        thread.start()
        self.assertTrue(subscribed_once.wait(30))
        feed.close()
        self.assertEqual(results.get(timeout=30), [])
        thread.join()

    def test_a_silent_gateway_and_one_that_sends_no_json_are_left(self):
        def script(send, close, message, connection):
            if message["type"] == "authenticate":
                send("<html>" if connection == 1 else {**READY, "pingSeconds": 0.05 if connection == 2 else 25})
            elif message["type"] == "subscribe":
                send(subscribed(message))
                if connection > 2:
                    send(event(1))

        hookline, received = self.start(script)
        with hookline.feed() as feed:
            self.assertEqual(next(feed).id, "evt_1")
        self.assertEqual(len([each for each in received if each["type"] == "authenticate"]), 3)


if __name__ == "__main__":
    unittest.main()
