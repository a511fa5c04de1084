"""One request to an address that somebody typed: only to machines it may reach, for seconds, and read for nothing.

The name is looked up once, what it leads to is looked at, and exactly that is connected to: a name that leads elsewhere
a moment later leads nowhere. Nothing that is answered is shown, and no redirect is followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit

TIME = 3.0  # seconds for each step: connecting, greeting, answering
WHOLE = 5.0  # seconds for all of it: twenty hooks that all hang stay within the worker's lease
PORTS = {"https": 443, "http": 80}


class NotReached(Exception):
    """Nobody took it; the message says why, in words that give nothing away of what lies behind."""


def post(address: str, body: bytes, headers: Mapping[str, str], *, inside: bool) -> int:
    """Send it; returns the status of the answer. `inside` lets it go to this network, too. Raises `NotReached`."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    place = parts.path or "/"
    connection = http.client.HTTPConnection(host, port, timeout=TIME)
    connection.default_port = PORTS[parts.scheme]
    try:
        plain = socket.create_connection((_checked(host, port, inside=inside), port), timeout=TIME)
        with plain, _Deadline(plain):
            connection.sock = _greeted(plain, host) if parts.scheme == "https" else plain
            try:
                connection.request("POST", f"{place}?{parts.query}" if parts.query else place, body, dict(headers))
                return connection.getresponse().status
            finally:
                connection.close()
    except ssl.SSLError as error:
        raise NotReached("its certificate is not trusted, or it does not speak TLS") from error
    except TimeoutError as error:
        raise NotReached("it did not answer in time") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotReached("it cannot be reached") from error


def _checked(host: str, port: int, *, inside: bool) -> str:
    """Where the name leads. Every address that it has must be allowed, whichever is tried."""
    found = [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(may_reach(str(each), inside=inside) for each in found):
        raise NotReached("it lies inside a private network, which is not allowed here")
    return str(found[0])


def may_reach(address: str, *, inside: bool) -> bool:
    """Whether a machine of that number may be sent to: one of the public internet; with `inside` any single one."""
    number = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address):  # A number inside another one leads where the inner one does.
        inner = number.ipv4_mapped or number.sixtofour or (number.teredo[1] if number.teredo else None)
        number = inner or number
    if number.is_multicast or number.is_unspecified or number.is_link_local:
        return False  # Link-local is where clouds tell a machine its own secrets.
    return inside or number.is_global


def _greeted(plain: socket.socket, host: str) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


class _Deadline:
    """Inside, the connection is cut when all of its time is over: an answer that drips would never time out."""

    def __init__(self, connection: socket.socket) -> None:
        # A copy: the original is closed, or handed over to TLS, while the time may still run.
        self._copy = connection.dup()
        self._timer = threading.Timer(WHOLE, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._copy.close()

    def _cut(self) -> None:
        with suppress(OSError):
            self._copy.shutdown(socket.SHUT_RDWR)
