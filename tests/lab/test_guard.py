"""The guard: requests of others are refused before anything is read."""

import asyncio

import pytest
from starlette.responses import PlainTextResponse

from backspike.lab.guard import LIMIT, Guard

RIGHT = {"host": "127.0.0.1:8000", "x-lab-token": "secret"}


def _answer(query=b"", **headers):
    """Status and headers of the answer to a request; a body is never there to be read."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        raise AssertionError("the body was read")

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/run",
        "query_string": query,
        "headers": [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ],
    }
    asyncio.run(Guard(PlainTextResponse("in"), "secret", 8000)(scope, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"])


def test_a_page_of_the_server_gets_in_and_nothing_is_kept():
    status, headers = _answer(**RIGHT)
    assert status == 200
    assert headers[b"cache-control"] == b"no-store"
    assert headers[b"x-frame-options"] == b"DENY"
    assert headers[b"referrer-policy"] == b"no-referrer"
    assert _answer(**RIGHT | {"origin": "http://127.0.0.1:8000"})[0] == 200
    assert _answer(**RIGHT | {"host": "localhost:8000"})[0] == 200
    assert _answer(b"token=secret", host="127.0.0.1:8000")[0] == 200
    assert _answer(**RIGHT, content_length=str(LIMIT))[0] == 200


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"host": "example.org"}, 403),
        ({"host": "127.0.0.1:8001"}, 403),
        ({"host": "127.0.0.1"}, 403),
        ({"origin": "http://example.org"}, 403),
        ({"origin": "http://127.0.0.1:8001"}, 403),
        ({"origin": "https://127.0.0.1:8000"}, 403),
        ({"origin": "null"}, 403),
        ({"x-lab-token": ""}, 403),
        ({"x-lab-token": "secre"}, 403),
        ({"x-lab-token": "sécret"}, 403),
        ({"content-length": str(LIMIT + 1)}, 413),
        ({"content-length": "-1"}, 413),
        ({"transfer-encoding": "chunked"}, 413),
    ],
)
def test_others_are_refused(changed, status):
    answered, headers = _answer(**RIGHT | changed)
    assert answered == status
    assert headers[b"cache-control"] == b"no-store"


def test_without_host_or_token_nobody_gets_in():
    assert _answer(x_lab_token="secret")[0] == 403
    assert _answer(host="127.0.0.1:8000")[0] == 403
    assert _answer(b"token=other", host="127.0.0.1:8000")[0] == 403
