"""The server, as other programs see it."""

import json
import socket
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlsplit

import pytest

from backspike.golden.errors import UserError
from backspike.lab.blocks import source
from backspike.lab.server import Laboratory

pytestmark = pytest.mark.slow


def _ask(laboratory, method, path, body=None, **headers):
    """Status and text of an answer; the token goes along unless there is another."""
    parts = urlsplit(laboratory.address("reward"))
    connection = HTTPConnection(parts.hostname, parts.port, timeout=120)
    token = {"X-Lab-Token": parse_qs(parts.query)["token"][0]}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, token | named)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_only_the_files_of_blocks_are_given_away(laboratory):
    status, text = _ask(laboratory, "POST", "/source", json.dumps({"block": "walker"}))
    assert status == 200
    assert json.loads(text) == {"file": "hdl/delivery/list_walker.py", "text": source("walker")}
    for block in ("../lab/server.py", "hdl/core.py", "", None, ["walker"]):
        assert _ask(laboratory, "POST", "/source", json.dumps({"block": block}))[0] == 404


def test_only_this_machine_by_its_name_its_pages_and_its_token(laboratory):
    path = "/scene/reward"
    assert _ask(laboratory, "GET", path)[0] == 200
    for refused in (
        {"Host": "example.org"},
        {"Origin": "http://example.org"},
        {"X-Lab-Token": "other"},
    ):
        status, text = _ask(laboratory, "GET", path, **refused)
        assert status == 403
        assert "script" not in text
    status, _ = _ask(laboratory, "POST", "/run", "x" * (1 << 17))
    assert status == 413


def test_it_listens_to_no_other_address(laboratory):
    port = urlsplit(laboratory.address("reward")).port
    with socket.socket() as other:
        other.settimeout(2)
        assert other.connect_ex(("127.0.0.2", port)) != 0


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/scene/none", None, 404),
        ("GET", "/scene/..%2f..%2fserver.py", None, 404),
        ("GET", "/run", None, 405),
        ("POST", "/run", "[]", 400),
        ("POST", "/run", "{", 400),
        ("POST", "/run", "[" * 60000, 400),
        ("POST", "/run", '{"scene": ["reward"]}', 404),
        ("POST", "/run", '{"scene": "reward", "edits": 3}', 400),
    ],
)
def test_what_is_no_request_is_refused(laboratory, method, path, body, status):
    assert _ask(laboratory, method, path, body)[0] == status


def test_a_rule_is_answered_with_mistakes_or_microcode(laboratory):
    status, text = _ask(
        laboratory, "POST", "/rule", json.dumps({"scene": "reward", "text": "dw = x1*y0"})
    )
    assert status == 200
    assert len(json.loads(text)["rows"]) == 3
    _, text = _ask(laboratory, "POST", "/rule", json.dumps({"scene": "reward", "text": "<script>"}))
    assert json.loads(text)["mistakes"][0]["position"] == 0


def test_a_port_that_is_taken_is_told(laboratory):
    port = urlsplit(laboratory.address("reward")).port
    with pytest.raises(UserError, match=f"port {port} cannot be listened to: "):
        Laboratory(port)
