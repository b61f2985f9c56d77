"""Downloads from a server on this machine: good, broken and wrong ones."""

import gzip
import hashlib
import http.server
import random
import re
import threading

import pytest

from backspike.experiments.data.download import RemoteFile, fetch
from backspike.experiments.data.source import DataError

CONTENT = random.Random(0).randbytes(300_000)
PACKED = gzip.compress(CONTENT)
NAME = "data.gz"


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves `PACKED` in several states of repair, by folder."""

    def do_GET(self):
        self.server.requests.append(self.path)
        folder = self.path.split("/")[1]
        body = {"wrong": gzip.compress(b"other"), "junk": b"<html>moved</html>"}.get(folder, PACKED)
        if folder == "missing":
            self.send_error(404)
            return
        self.send_response(200)
        if folder != "short":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if folder in ("short", "broken") else body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.requests = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def remote(server, *folders, md5_of_content=True):
    base = f"http://127.0.0.1:{server.server_port}"
    return RemoteFile(
        name=NAME,
        mirrors=tuple(f"{base}/{folder}/" for folder in folders),
        md5=hashlib.md5(CONTENT if md5_of_content else PACKED).hexdigest(),
        md5_of_content=md5_of_content,
    )


@pytest.mark.parametrize("md5_of_content", [True, False])
def test_a_download_is_kept(server, tmp_path, md5_of_content):
    file = remote(server, "good", md5_of_content=md5_of_content)
    folder = tmp_path / "cache/data"
    for _ in range(2):
        assert fetch(file, folder).read_bytes() == PACKED
    assert server.requests == ["/good/data.gz"]
    assert [path.name for path in folder.iterdir()] == [NAME]


def test_the_next_mirror_is_tried(server, tmp_path):
    file = remote(server, "missing", "broken", "short", "wrong", "junk", "good", "unused")
    assert fetch(file, tmp_path).read_bytes() == PACKED
    assert [path.split("/")[1] for path in server.requests] == [
        *("missing", "broken", "short", "wrong", "junk", "good")
    ]


@pytest.mark.parametrize(
    ("folder", "md5_of_content", "reason"),
    [
        ("missing", True, r"HTTP 404 Not Found"),
        ("broken", True, r"the transfer failed after \d{5,} bytes \(\w+\)"),
        ("short", True, r"download: truncated gzip file \(\d+ bytes\)"),
        ("short", False, r"wrong checksum of \d+ bytes, expected \w{32}, got \w{32}"),
        ("wrong", True, r"wrong checksum of \d+ bytes, expected \w{32}, got \w{32}"),
        ("junk", True, r"wrong checksum of 18 bytes, expected \w{32}, got \w{32}"),
    ],
)
def test_failures_are_explained_and_leave_nothing(server, tmp_path, folder, md5_of_content, reason):
    host = re.escape(f"127.0.0.1:{server.server_port}")
    message = (
        rf"^data\.gz could not be downloaded \({host}: {reason}\); "
        r"get it by other means and name its folder with --data-dir$"
    )
    with pytest.raises(DataError, match=message):
        fetch(remote(server, folder, md5_of_content=md5_of_content), tmp_path)
    assert not list(tmp_path.iterdir())


def test_no_server_is_explained(server, tmp_path):
    file = remote(server, "good")
    server.shutdown()
    server.server_close()
    with pytest.raises(DataError, match=r": the transfer failed after 0 bytes \(\w+\)\); get "):
        fetch(file, tmp_path)
    assert not list(tmp_path.iterdir())


def test_interrupt_leaves_nothing(server, tmp_path, monkeypatch):
    file = remote(server, "good")

    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("backspike.experiments.data.download.hashlib.md5", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fetch(file, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_explained(server, tmp_path):
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(DataError, match=r"cannot write to .*/cache/mnist \(Not a directory\)"):
        fetch(remote(server, "good"), tmp_path / "cache/mnist")


def test_bar_shows_progress(server, tmp_path, capsys):
    fetch(remote(server, "good"), tmp_path, progress=True)
    assert "data.gz: 100%" in capsys.readouterr().err
