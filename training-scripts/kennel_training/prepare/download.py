"""Downloads that go on where they broke off, and are never taken for whole when they are not."""

import hashlib
import json
import logging
import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from kennel_training.common import ending
from kennel_training.common.errors import TrainingError
from kennel_training.common.files import require_room, write_whole
from kennel_training.common.progress import Progress
from kennel_training.prepare.settings import GIGABYTE, is_url

# What a kill may lose.
CHUNK = 1 << 16
MEGABYTE = 10**6
CONNECT_SECONDS = 10
READ_SECONDS = 60
# Attempts in a row that bring nothing new.
ATTEMPTS = 5
REDIRECTS = 5
LONGEST_PAUSE = 8.0

log = logging.getLogger(__name__)


class _TryAgainError(Exception):
    """The server may do better next time."""


def download(url: str, folder: Path, largest: int) -> Path:
    """Download to ``folder``; goes on with what an earlier run has left there.

    Raises:
        TrainingError: when the server refuses, the file is too large, or the disk is full.
    """
    name = hashlib.sha256(url.split("?")[0].encode()).hexdigest()[:16]
    transfer = _Transfer(url, folder / name, largest)
    if transfer.target.is_file():
        ending.keep(ending.PREPARED)
        return transfer.target
    folder.mkdir(parents=True, exist_ok=True)
    failures = 0
    while True:
        before = transfer.received
        try:
            transfer.go_on()
            transfer.part.replace(transfer.target)
            return transfer.target
        except (urllib3.exceptions.HTTPError, _TryAgainError) as error:
            # The text of MaxRetryError itself holds the whole address, perhaps with a signature.
            cause = error.reason if isinstance(error, urllib3.exceptions.MaxRetryError) else error
            reason = " ".join(str(cause).split())
        failures = 1 if transfer.received > before else failures + 1
        if failures >= ATTEMPTS:
            raise TrainingError(
                f"the download broke off at byte {transfer.received} "
                f"({reason[:300]}): the same command goes on from there"
            )
        log.warning("The download broke off (%s); going on", reason[:200])
        time.sleep(min(LONGEST_PAUSE, 0.25 * 2**failures))


class _Transfer:
    """One file: what has arrived of it, and what the server said about it."""

    def __init__(self, url: str, target: Path, largest: int) -> None:
        self._url = url
        self.target = target
        self.part = target.with_suffix(".part")
        self._note = target.with_suffix(".json")
        self._largest = largest

    @property
    def received(self) -> int:
        """Bytes that have arrived so far, in this run or an earlier one."""
        return self.part.stat().st_size if self.part.is_file() else 0

    def go_on(self) -> None:
        """Ask for the rest and write it, to the end.

        Raises:
            _TryAgainError: or what urllib3 raises, where another attempt may help.
            TrainingError: where none will.
        """
        validator = self._validator()
        start = self.received if validator else 0
        headers = {"Accept-Encoding": "identity", "User-Agent": "kennel"}
        if start:
            headers |= {"Range": f"bytes={start}-", "If-Range": validator}
        with _pool(self._url) as pool:
            response = pool.request(
                "GET",
                self._url,
                headers=headers,
                preload_content=False,
                decode_content=False,
                retries=urllib3.Retry(
                    total=None, connect=0, read=0, status=0, other=0, redirect=REDIRECTS
                ),
            )
            try:
                self._receive(response, start)
            finally:
                response.close()

    def _receive(self, response: Any, start: int) -> None:
        final = response.url or self._url
        if is_url(final) and self._url.lower().startswith("https://") > final.lower().startswith(
            "https://"
        ):
            raise TrainingError(f"the server leads from https to {final.split('?')[0]}: refused")
        start, total = self._begin(response, start)
        if total is not None and start == total:
            return
        self._require_room(start, total)
        # Before the first byte, so that what arrives can be continued.
        self._write_note(response)
        left = None if total is None else total - start
        with (
            Progress("Downloading", None if total is None else total // MEGABYTE, "MB") as progress,
            self.part.open("r+b" if start else "wb", buffering=0) as file,
        ):
            file.seek(start)
            progress.advance(start // MEGABYTE)
            done = start
            for content in response.stream(CHUNK):
                self._write(file, content)
                progress.advance((done + len(content)) // MEGABYTE - done // MEGABYTE)
                done += len(content)
                ending.keep(ending.PREPARED)
                if done > self._largest:
                    raise TrainingError(self._too_large(done))
        if left is not None and done - start != left:
            raise _TryAgainError(f"{done - start} of {left} bytes arrived")

    def _begin(self, response: Any, start: int) -> tuple[int, int | None]:
        """Where the answer starts in the file, and how long the file is, where that is known."""
        status = response.status
        if status == 200:
            length = response.headers.get("Content-Length", "")
            return 0, int(length) if length.isdecimal() else None
        sent = response.headers.get("Content-Range", "")
        match = re.fullmatch(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)", sent)
        total = int(match[2]) if match and match[2] != "*" else None
        if status == 206 and match and match[1] == str(start):
            return start, total
        if status == 416 and total == start:
            return start, total
        if status in (206, 416):
            self.part.unlink(missing_ok=True)
            raise _TryAgainError(f"the server answered another range, {sent!r}; starting again")
        if status in (408, 425, 429) or status >= 500:
            raise _TryAgainError(f"the server answered {status} {response.reason}")
        raise TrainingError(
            f"{self._url.split('?')[0]} cannot be downloaded: the server answered {status} "
            f"{response.reason}"
        )

    def _require_room(self, start: int, total: int | None) -> None:
        if total is None:
            return
        if total > self._largest:
            raise TrainingError(self._too_large(total))
        require_room("--data", self.target.parent, total - start)

    def _too_large(self, size: int) -> str:
        return (
            f"the download has {size} bytes or more, allowed are {self._largest / GIGABYTE:g} GB: "
            "raise --max_gigabytes if that is right"
        )

    def _write(self, file: Any, content: bytes) -> None:
        left = memoryview(content)
        try:
            while left:
                # Unbuffered, so that the file's length is what has arrived.
                left = left[file.write(left) :]
        except OSError as error:
            raise TrainingError(f"cannot write {self.part}: {error.strerror or error}") from None

    def _write_note(self, response: Any) -> None:
        headers = response.headers
        etag = headers.get("ETag", "")
        # A weak one does not promise the same bytes.
        validator = etag if etag and not etag.startswith("W/") else headers.get("Last-Modified", "")
        write_whole(self._note, json.dumps({"validator": validator}).encode())

    def _validator(self) -> str:
        try:
            return str(json.loads(self._note.read_text(encoding="utf-8"))["validator"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""


def _pool(url: str) -> urllib3.PoolManager:
    """Connections through the proxy that ``http_proxy`` and the like name, if they do."""
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    address = urlsplit(url)
    proxy = getproxies().get(address.scheme)
    if proxy and not proxy_bypass(address.netloc.rpartition("@")[2]):
        return urllib3.ProxyManager(proxy, timeout=timeout)
    return urllib3.PoolManager(timeout=timeout)


def require_checksum(path: Path, sha256: str, downloaded: bool) -> None:
    """Compare a file with the checksum that it should have; a wrong download is removed.

    Raises:
        TrainingError: when they differ.
    """
    with path.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if actual != sha256:
        if downloaded:
            path.unlink()
        raise TrainingError(
            f"the archive has the SHA-256 {actual}, not {sha256} as --sha256 says: "
            "it is damaged, or another one"
        )
