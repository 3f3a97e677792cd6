"""Downloads from a server that breaks off, changes its mind or refuses."""

import hashlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from kennel_training.prepare import download as downloads
from tests.conftest import SCRIPTS, read_json
from tests.test_prepare import classes, prepare, tree, zipped


class Server:
    """A loopback web server for one file.

    Attributes:
        break_after: bytes of each answer before the connection ends, None for all.
        pause: seconds between pieces of an answer.
        ranges: whether parts are served.
        status: of every answer, where it is not 0.
        moved_to: the path that every other one leads to, where it is not empty.
        asked: the Range header of each request, empty where there was none.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.etag = '"one"'
        self.break_after: int | None = None
        self.pause = 0.0
        self.ranges = True
        self.status = 0
        self.with_length = True
        self.moved_to = ""
        self.asked: list[str] = []
        self.address = ""

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        wanted = request.headers.get("Range", "")
        self.asked.append(wanted)
        if self.status:
            request.send_error(self.status)
            return
        if self.moved_to and request.path != self.moved_to:
            request.send_response(302)
            request.send_header("Location", self.moved_to)
            request.end_headers()
            return
        start = 0
        if self.ranges and wanted and request.headers.get("If-Range") == self.etag:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        body = self.content[start:]
        request.send_response(206 if start else 200)
        if start:
            end = len(self.content)
            request.send_header("Content-Range", f"bytes {start}-{end - 1}/{end}")
        if self.with_length:
            request.send_header("Content-Length", str(len(body)))
        request.send_header("ETag", self.etag)
        request.end_headers()
        sent = body if self.break_after is None else body[: self.break_after]
        for position in range(0, len(sent), 10_000):
            request.wfile.write(sent[position : position + 10_000])
            if self.pause:
                time.sleep(self.pause)
        request.close_connection = True


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(downloads, "LONGEST_PAUSE", 0.0)
    archive = zipped(tmp_path / "dogs.zip", classes(20))
    one = Server(archive.read_bytes())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            one.answer(self)

        def log_message(self, *_: Any) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one.address = f"http://127.0.0.1:{web.server_port}/dogs.zip"
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield one
    web.shutdown()
    thread.join()
    web.server_close()


def test_a_download_that_breaks_off_goes_on_where_it_was(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    server.break_after = 7000
    status, out = prepare(capsys, f"{server.address}?signature=secret", tmp_path / "data")
    assert status == 0, out
    assert len(tree(tmp_path / "data")) == 40
    assert len(server.content) > 3 * server.break_after
    positions = range(0, len(server.content), 7000)
    assert server.asked == ["", *(f"bytes={n}-" for n in positions[1:])]
    assert "The download broke off" in out
    manifest: Any = read_json(tmp_path / "data/manifest.json")
    assert manifest["source"] == server.address
    assert "secret" not in out
    # What was downloaded is not kept beside the photos, and the second run asks nobody.
    requests = len(server.asked)
    assert prepare(capsys, f"{server.address}?signature=other", tmp_path / "data")[0] == 0
    assert len(server.asked) == requests


def test_a_killed_download_goes_on(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    # Longer photos, so that a part of them can arrive.
    longer = {name: content + bytes(10_000) for name, content in classes(20).items()}
    server.content = zipped(tmp_path / "longer.zip", longer).read_bytes()
    server.pause = 0.03
    data = tmp_path / "data"
    command = [sys.executable, str(SCRIPTS / "prepare.py"), "--source", server.address]
    process = subprocess.Popen([*command, "--data", str(data)])
    part = next_file(tmp_path / "data.preparing/download", ".part", process)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=10)
    arrived = part.stat().st_size
    assert 0 < arrived < len(server.content)
    server.pause = 0.0
    status, out = prepare(capsys, server.address, data)
    assert status == 0, out
    assert server.asked == ["", f"bytes={arrived}-"]
    assert len(tree(data)) == 40


def next_file(folder: Path, suffix: str, process: subprocess.Popen[Any]) -> Path:
    """A file that has content, as soon as there is one."""
    while process.poll() is None:
        for path in folder.glob(f"*{suffix}"):
            if path.stat().st_size:
                return path
        time.sleep(0.01)
    raise AssertionError("the download ended early")


@pytest.mark.parametrize("change", ["content", "no ranges", "no validator"])
def test_parts_of_two_files_are_never_mixed(
    server: Server,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    change: str,
):
    monkeypatch.setattr(downloads, "ATTEMPTS", 1)
    server.break_after = 9000
    if change == "no validator":
        server.etag = 'W/"weak"'
    status, out = prepare(capsys, server.address, tmp_path / "data")
    assert status == 1
    assert "the download broke off at byte 9000" in out
    assert "the same command goes on from there" in out
    server.break_after = None
    if change == "content":
        other = zipped(tmp_path / "other.zip", classes(20, "cat", "dog"))
        server.content, server.etag = other.read_bytes(), '"two"'
    server.ranges = change != "no ranges"
    status, out = prepare(capsys, server.address, tmp_path / "data")
    assert status == 0, out
    assert server.asked[-1] == ("" if change == "no validator" else "bytes=9000-")
    expected = ["cat", "dog"] if change == "content" else ["beagle", "corgi"]
    assert read_json(tmp_path / "data/manifest.json")["classes"] == expected  # type: ignore[index]


def test_an_end_that_nobody_announced_is_noticed_by_the_archive(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    server.with_length, server.break_after = False, 9000
    status, out = prepare(capsys, server.address, tmp_path / "data")
    assert status == 1
    assert "neither a folder nor a whole zip or tar file" in out


def test_the_checksum_decides(server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    right = hashlib.sha256(server.content).hexdigest()
    data = tmp_path / "data"
    status, out = prepare(capsys, server.address, data, "--sha256", "0" * 64)
    assert status == 1
    assert f"the archive has the SHA-256 {right}, not 000" in out
    # The wrong file is gone: another attempt downloads anew.
    status, out = prepare(capsys, server.address, data, "--sha256", right.upper())
    assert status == 0, out
    assert server.asked == ["", ""]


@pytest.mark.parametrize("with_length", [True, False])
def test_a_download_beyond_the_limit_is_refused(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str], with_length: bool
):
    server.with_length = with_length
    limit = ("--max_gigabytes", "0.00001")
    status, out = prepare(capsys, server.address, tmp_path / "data", *limit)
    assert status == 1
    assert "allowed are 1e-05 GB: raise --max_gigabytes" in out


@pytest.mark.parametrize(("code", "attempts"), [(404, 1), (403, 1), (503, 5)])
def test_a_refusal_is_told_in_the_servers_words(
    server: Server,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    code: int,
    attempts: int,
):
    server.status = code
    status, out = prepare(capsys, server.address, tmp_path / "data")
    assert status == 1
    assert f"the server answered {code}" in out
    assert "Traceback" not in out
    assert len(server.asked) == attempts


def test_a_redirect_is_followed_with_the_range(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    server.moved_to, server.break_after = "/elsewhere/photos", 14_000
    status, out = prepare(capsys, server.address, tmp_path / "data")
    assert status == 0, out
    assert server.asked[:4] == ["", "", "bytes=14000-", "bytes=14000-"]


@pytest.mark.parametrize("name", ["my dogs.zip", "h\u00fcnd%20e.zip?a=\u00e9 b"])
def test_an_address_may_have_blanks_and_letters_beyond_ascii(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
):
    address = server.address.replace("dogs.zip", name)
    status, out = prepare(capsys, address, tmp_path / "data")
    assert status == 0, out


def test_the_proxy_of_the_environment_is_used(
    server: Server,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("http_proxy", server.address.removesuffix("/dogs.zip"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    status, out = prepare(capsys, "http://photos.invalid/dogs.zip", tmp_path / "data")
    assert status == 0, out
    assert len(server.asked) == 1
    # Not for whom it is not meant.
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert prepare(capsys, server.address, tmp_path / "direct")[0] == 0


def test_nobody_answering_is_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(downloads, "LONGEST_PAUSE", 0.0)
    status, out = prepare(capsys, "http://127.0.0.1:9/dogs.zip?key=secret", tmp_path / "data")
    assert status == 1
    assert "Connection refused" in out
    assert "secret" not in out
    assert "Traceback" not in out


def test_only_the_web_is_downloaded_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    status, out = prepare(capsys, "file:///etc/passwd", tmp_path / "data")
    assert status == 2
    assert "only http, https and s3 addresses can be downloaded" in out
