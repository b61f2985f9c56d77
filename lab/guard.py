"""The guard of the server: only pages that it made itself, in a browser on this machine, get in."""

import secrets
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["TOKEN_HEADER", "Guard"]

#: Header of the token in requests that a page makes.
TOKEN_HEADER = "X-Lab-Token"
#: Bytes of a request's body.
LIMIT = 1 << 16

#: Nothing is kept, framed, guessed or told to others.
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Guard:
    """An application behind checks of every request.

    Its ``Host`` must be this machine's, which refuses names that others let point here; its
    ``Origin``, if it has one, too, which refuses pages of others; and it must have the token, which
    refuses other users of the machine. What is too long is refused before it is read.

    Parameters
    ----------
    app : ASGIApp
    token : str
        In the address, or in :data:`TOKEN_HEADER`.
    port : int
        That the server listens to.
    """

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self._app, self._token = app, token
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._origins = {f"http://{host}" for host in self._hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have the application answer it."""
        if scope["type"] != "http":
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        status, reason = self._refusal(scope)
        answer = PlainTextResponse(reason, status) if status else self._app
        await answer(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> tuple[int, str]:
        """Status and reason of a request that is refused; status 0 of others."""
        headers = Headers(scope=scope)
        if headers.get("host") not in self._hosts:
            return 403, "only this machine may connect, by its own name"
        if headers.get("origin", next(iter(self._origins))) not in self._origins:
            return 403, "only pages of the laboratory may ask"
        given = headers.get(TOKEN_HEADER)
        if given is None:
            query = parse_qs(scope["query_string"].decode("latin-1"))
            given = query.get("token", [""])[0]
        if not secrets.compare_digest(given.encode(), self._token.encode()):
            return 403, "the address has no valid token: open the one that the command printed"
        length = headers.get("content-length", "" if "transfer-encoding" in headers else "0")
        if not length.isdecimal() or int(length) > LIMIT:
            return 413, f"a request must say its length, of at most {LIMIT} bytes"
        return 0, ""
