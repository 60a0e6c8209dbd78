from __future__ import annotations

import email.utils
import http.client
import json
import random
import secrets
import socket
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any, Callable, Iterator, Mapping

from ._errors import ConnectionFailed, HooklineError, RateLimited, Timeout, Unauthenticated
from ._feed import Feed

FIRST_DELAY = 0.5
#: The longest wait, in seconds. The client passes on an error that asks for a longer one.
LONGEST_DELAY = 30.0
#: Statuses after which the same request may succeed: they are about the moment, not about the request.
PASSING_STATUSES = frozenset({408, 429, 502, 503, 504})
#: An earlier try of this call is still being carried out; its answer comes with the same key.
PASSING_CODES = frozenset({"idempotency_key_in_use"})


@dataclass(frozen=True)
class PublishedEvent:
    id: str
    #: The event with this idempotency key was already stored.
    duplicate: bool


class Hookline:
    """A client of one gateway.

    :param url: the gateway's address, such as ``https://hooks.example.com``
    :param key: an API key or a JWT, or a function that returns it and is called before each try
    :param retries: how many more tries a call gets after a failed connection and after 408, 429, 502, 503 and 504
    :param timeout: how long one try may wait for the gateway, in seconds
    """

    def __init__(
        self, url: str, key: str | Callable[[], str], *, retries: int = 2, timeout: float = 60.0
    ) -> None:
        address = urllib.parse.urlsplit(url)
        if address.scheme not in ("http", "https") or not address.netloc:
            raise ValueError(f"{url!r} is not the address of a gateway, such as https://hooks.example.com")
        self._url = url.rstrip("/")
        self._key = key
        self._retries = retries
        self._timeout = timeout
        # A redirect would send the key to another address.
        self._opener = urllib.request.build_opener(_NoRedirect)

    def publish(
        self,
        type: str,
        data: Any,
        *,
        user_id: str | None = None,
        subject: str | None = None,
        time: str | None = None,
        idempotency_key: str | None = None,
    ) -> PublishedEvent:
        """Publishes an event. It returns when the event is stored.

        All tries have the same idempotency key, so the event is stored once. Pass a key of your own if your program may
        publish the event again.
        """
        optional = {"userId": user_id, "subject": subject, "time": time}
        body = {"type": type, "data": data, **{name: each for name, each in optional.items() if each is not None}}
        answer = self.request("POST", "/api/events", body=body, idempotency_key=idempotency_key)
        return PublishedEvent(answer["data"]["id"], answer["data"]["duplicate"])

    def list(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """The items of a list of the API, page after page: ``list("/api/webhook-events", eventType="github.*")``."""
        while True:
            answer = self.request("GET", path, query=query)
            yield from answer["data"]
            cursor = answer["page"]["nextCursor"]
            if cursor is None:
                return
            query = {**{name: each for name, each in query.items() if name != "offset"}, "cursor": cursor}

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        idempotency_key: str | None = None,
    ) -> dict[str, Any]:
        """Calls the API and returns the body of the answer.

        :raises HooklineError: the gateway answered with an error, or did not answer
        """
        url = self._url + path + _search(query)
        data = None if body is None else json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        headers = {} if data is None else {"Content-Type": "application/json"}
        if method != "GET":
            headers["Idempotency-Key"] = idempotency_key or f"auto_{secrets.token_hex(16)}"
        attempt = 0
        while True:
            try:
                return self._try_once(method, url, headers, data)
            except HooklineError as error:
                may_pass = error.status in PASSING_STATUSES or error.code in PASSING_CODES
                may_pass = may_pass or isinstance(error, ConnectionFailed)
                delay = _delay(error.retry_after, attempt)
                if attempt >= self._retries or not may_pass or delay is None:
                    raise
                time.sleep(delay)
                attempt += 1

    def feed(
        self,
        filter: Mapping[str, Any] | None = None,
        *,
        cursor: str | None = None,
        token: str | Callable[[], str] | None = None,
        on_gap: Callable[[Any], None] | None = None,
    ) -> Feed:
        """Follows the live feed. See :class:`Feed`. It needs the package ``websockets``."""
        return Feed(self._url, token or self._key, filter=filter, cursor=cursor, on_gap=on_gap)

    def _try_once(self, method: str, url: str, headers: dict[str, str], data: bytes | None) -> dict[str, Any]:
        key = self._key if isinstance(self._key, str) else self._key()
        what = f"{method} {url.split('?')[0]}"
        request = urllib.request.Request(
            url, data=data, method=method, headers={**headers, "Authorization": f"Bearer {key}"}
        )
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                text = response.read()
        except urllib.error.HTTPError as error:
            raise _to_error(error.code, error.headers, _read(error)) from None
        except (socket.timeout, TimeoutError) as error:
            raise Timeout("timeout", f"{what} was not answered within {self._timeout} s") from error
        except urllib.error.URLError as error:
            if isinstance(error.reason, (socket.timeout, TimeoutError)):
                raise Timeout("timeout", f"{what} was not answered within {self._timeout} s") from error
            raise ConnectionFailed("connection_failed", f"{what} was not answered: {error.reason}") from error
        except (http.client.HTTPException, OSError) as error:
            raise ConnectionFailed("connection_failed", f"{what} was not answered: {error}") from error
        try:
            answer = json.loads(text)
        except ValueError as error:
            raise HooklineError("unknown", f"{what} was answered with something that is not JSON") from error
        return answer if isinstance(answer, dict) else {"data": answer}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _read(error: urllib.error.HTTPError) -> bytes:
    try:
        return error.read()
    except (http.client.HTTPException, OSError):
        return b""


def _to_error(status: int, headers: Mapping[str, str], text: bytes) -> HooklineError:
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("code"), str) or not isinstance(body.get("error"), str):
        # A proxy answered with a page of its own.
        body = {"code": "unknown", "error": f"The server answered with status {status}"}
    kind = {401: Unauthenticated, 429: RateLimited}.get(status, HooklineError)
    return kind(
        body["code"],
        body["error"],
        status=status,
        details=body.get("details"),
        request_id=body.get("requestId"),
        retry_after=_retry_after(headers.get("retry-after")),
    )


def _retry_after(value: str | None) -> float | None:
    if value is None:
        return None
    if value.isascii() and value.isdigit() and len(value) <= 9:
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _delay(retry_after: float | None, attempt: int) -> float | None:
    """Seconds before the next try: what the gateway asks for, else doubled with each try and spread by half."""
    if retry_after is None:
        return min(LONGEST_DELAY, FIRST_DELAY * 2**attempt) * random.uniform(0.5, 1.0)
    return retry_after if retry_after <= LONGEST_DELAY else None


def _search(query: Mapping[str, Any] | None) -> str:
    sent = {name: _text(each) for name, each in (query or {}).items() if each is not None}
    return "?" + urllib.parse.urlencode(sent) if sent else ""


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
