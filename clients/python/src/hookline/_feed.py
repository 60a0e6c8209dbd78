from __future__ import annotations

import json
import random
import threading
import time
import urllib.parse
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Any, Callable, Iterator, Mapping

from ._errors import HooklineError, Unauthenticated

#: From connecting to ``ready``, in seconds.
CONNECT_TIMEOUT = 15.0
FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
#: After a connection that was live this long, in seconds, the next wait is a short one again.
GOOD_AFTER = 10.0
#: More than the gateway sends again after a reconnect.
REMEMBERED_IDS = 25_000
#: A payload in a frame has up to 256 KB.
MAX_FRAME_BYTES = 4 * 1024 * 1024
EXPIRED = 4110


class FeedUnauthorizedError(HooklineError):
    """Raise it in ``token`` to end a feed. After any other error the feed tries again."""

    def __init__(self, message: str = "There is no token for the feed") -> None:
        super().__init__("unauthenticated", message)


@dataclass(frozen=True)
class FeedEvent:
    id: str
    type: str
    #: The payload. None, and ``data_omitted``, if it is larger than 256 KB.
    data: Any
    data_omitted: bool
    #: The position after this event. Pass it as ``cursor`` to continue there.
    cursor: str
    #: All attributes, as the gateway sends them.
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class FeedGap:
    """Events were missed and the feed cannot send them: read them with ``list("/api/webhook-events")``."""

    reason: str


class Feed(Iterator[FeedEvent]):
    """The live feed: a loop over it gets each event once and in order, until it is closed.

    After every kind of failure it connects again and continues where it was. ``cursor`` is the position after the last
    event that the loop has finished with; store it to continue there in another process.
    """

    def __init__(
        self,
        url: str,
        token: str | Callable[[], str],
        *,
        filter: Mapping[str, Any] | None = None,
        cursor: str | None = None,
        on_gap: Callable[[FeedGap], None] | None = None,
    ) -> None:
        try:
            from websockets.sync.client import connect
        except ImportError as error:
            raise ImportError("The live feed needs websockets: pip install 'hookline[feed]'") from error
        self._connect = connect
        self._url = _feed_url(url)
        self._token = token
        self._filter = dict(filter or {})
        self._on_gap = on_gap
        #: The position after the last event that the loop has finished with.
        self.cursor = cursor
        self._position = cursor
        self._buffer: deque[FeedEvent] = deque()
        self._in_hand: FeedEvent | None = None
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._socket: Any = None
        self._silence = CONNECT_TIMEOUT
        self._attempt = 0
        self._live_since: float | None = None
        self._bye_delay: float | None = None
        self._closed = threading.Event()

    def __iter__(self) -> Feed:
        return self

    def __enter__(self) -> Feed:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __next__(self) -> FeedEvent:
        """:raises HooklineError: the gateway refused the key or the filter"""
        if self._in_hand is not None:
            self.cursor, self._in_hand = self._in_hand.cursor, None
        while not self._closed.is_set():
            if self._buffer:
                self._in_hand = self._buffer.popleft()
                return self._in_hand
            self.cursor = self._position
            try:
                if self._socket is None:
                    self._open()
                self._receive()
            except (_ConnectionEnded, OSError, TimeoutError) as end:
                self._leave()
                if not self._closed.is_set():
                    self._wait(end)
            except HooklineError:
                self.close()
                raise
        raise StopIteration

    def close(self) -> None:
        """Ends the feed. Another thread may call it."""
        self._closed.set()
        self._leave()

    def _open(self) -> None:
        token = self._obtain_token()
        from websockets.exceptions import WebSocketException

        try:
            self._socket = self._connect(
                self._url, open_timeout=CONNECT_TIMEOUT, close_timeout=1, max_size=MAX_FRAME_BYTES, ping_interval=None
            )
        except WebSocketException as error:
            raise _ConnectionEnded(None, str(error)) from error
        self._silence = CONNECT_TIMEOUT
        self._send({"type": "authenticate", "token": token})

    def _obtain_token(self) -> str:
        if isinstance(self._token, str):
            return self._token
        try:
            return self._token()
        except FeedUnauthorizedError:
            raise
        except Exception as error:
            raise _ConnectionEnded(None, f"could not obtain a token: {error}") from error

    def _receive(self) -> None:
        """Reads one frame, which has one message or several."""
        from websockets.exceptions import ConnectionClosed

        try:
            frame = self._socket.recv(timeout=self._silence)
        except ConnectionClosed as closed:
            code, reason = (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (None, "")
            self._check_close(code, reason or f"the connection ended with {code}")
            raise _ConnectionEnded(code, reason) from None
        try:
            messages = json.loads(frame)
        except ValueError:
            raise _ConnectionEnded(None, "the gateway sent a frame that is not JSON") from None
        for message in messages if isinstance(messages, list) else [messages]:
            if isinstance(message, dict):
                self._handle(message)

    def _check_close(self, code: int | None, reason: str) -> None:
        if code == EXPIRED and isinstance(self._token, str):
            raise Unauthenticated("unauthenticated", f"{reason}: pass a function as token, which obtains a new one")
        if code is not None and 4000 <= code < 4100:
            kind = Unauthenticated if code == 4001 else HooklineError
            raise kind("unauthenticated" if code == 4001 else "feed_closed", reason)

    def _handle(self, message: Mapping[str, Any]) -> None:
        kind = message.get("type")
        if kind == "ready":
            self._silence = message["pingSeconds"] * 2
            subscribe = {"type": "subscribe", "id": "1", "filter": self._filter}
            self._send(subscribe if self._position is None else {**subscribe, "cursor": self._position})
        elif kind == "subscribed":
            self._live_since = time.monotonic()
            self._position = message["cursor"]
            if self._on_gap and message.get("gap"):
                self._on_gap(FeedGap(message["gap"]["reason"]))
        elif kind == "event":
            self._position = message["cursor"]
            self._take(message["event"], message["cursor"])
        elif kind == "ping":
            self._position = message["cursor"]
            self._send({"type": "pong"})
        elif kind == "expiring" and not isinstance(self._token, str):
            self._renew_token()
        elif kind == "bye":
            self._bye_delay = message["reconnectMs"] / 1000
        elif kind == "error":
            code = "forbidden" if message["code"] == "forbidden" else "invalid_request"
            raise HooklineError(code, message["message"])

    def _renew_token(self) -> None:
        """Extends the session. When that fails, the gateway ends the connection and the next one obtains a token."""
        try:
            self._send({"type": "authenticate", "token": self._obtain_token()})
        except _ConnectionEnded:
            pass

    def _take(self, event: Mapping[str, Any], cursor: str) -> None:
        if event["id"] in self._seen:
            return
        self._seen[event["id"]] = None
        if len(self._seen) > REMEMBERED_IDS:
            self._seen.popitem(last=False)
        omitted = bool(event.get("dataOmitted", False))
        self._buffer.append(FeedEvent(event["id"], event["type"], event["data"], omitted, cursor, event))

    def _send(self, message: Mapping[str, Any]) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            self._socket.send(json.dumps(message))
        except ConnectionClosed:
            # `recv` reports it, with the code.
            pass

    def _leave(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            try:
                socket.close()
            except OSError:
                pass

    def _wait(self, end: BaseException) -> None:
        if self._live_since is not None and time.monotonic() - self._live_since >= GOOD_AFTER:
            self._attempt = 0
        self._live_since = None
        at_once = isinstance(end, _ConnectionEnded) and end.code is not None and (
            4200 <= end.code < 4300 or end.code == EXPIRED
        )
        if self._bye_delay is not None:
            delay = self._bye_delay
        elif at_once and self._attempt == 0:
            delay = random.uniform(0, 0.25)
        else:
            delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(self._attempt, 30)) * random.uniform(0.5, 1.0)
        self._bye_delay = None
        self._attempt += 1
        self._closed.wait(delay)


class _ConnectionEnded(Exception):
    def __init__(self, code: int | None, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def _feed_url(url: str) -> str:
    address = urllib.parse.urlsplit(url)
    scheme = "ws" if address.scheme == "http" else "wss"
    return urllib.parse.urlunsplit((scheme, address.netloc, address.path.rstrip("/") + "/ws/webhooks", "", ""))
