"""Downloads that go on where they broke off, and are never taken for whole when they are not."""

import contextlib
import hashlib
import http.client
import json
import logging
import re
import string
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import Request, build_opener

from kennel_training.common import ending
from kennel_training.common.errors import TrainingError
from kennel_training.common.files import require_room, sha256_of, write_whole
from kennel_training.common.progress import Progress
from kennel_training.prepare.settings import GIGABYTE, is_url

# What stays as it is in an address, the sign of what is escaped already among it.
UNQUOTED = string.punctuation

# What a kill may lose.
CHUNK = 1 << 16
MEGABYTE = 10**6
SILENT_SECONDS = 30
# Attempts in a row that bring nothing new.
ATTEMPTS = 5
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
        except (_TryAgainError, OSError, http.client.HTTPException) as error:
            cause = error.reason if isinstance(error, URLError) else error
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
        address = urlsplit(url)
        # Without a name and a password in front of the server's name; as browsers send it, a text
        # with blanks or letters beyond ASCII.
        self._url = address._replace(
            netloc=address.netloc.rpartition("@")[2],
            path=quote(address.path, safe=UNQUOTED),
            query=quote(address.query, safe=UNQUOTED),
        ).geturl()
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
            _TryAgainError: or what urllib raises, where another attempt may help.
            TrainingError: where none will.
        """
        validator = self._validator()
        start = self.received if validator else 0
        headers = {"Accept-Encoding": "identity", "User-Agent": "kennel"}
        if start:
            headers |= {"Range": f"bytes={start}-", "If-Range": validator}
        try:
            # A new one each time: it reads the proxies of the environment.
            response = build_opener().open(
                Request(self._url, headers=headers), None, SILENT_SECONDS
            )
        except HTTPError as error:
            response = error
        with contextlib.closing(response):
            self._receive(response, start)

    def _receive(self, response: Any, start: int) -> None:
        final = response.geturl()
        if not is_url(final) or self._url.lower()[:6] == "https:" != final.lower()[:6]:
            raise TrainingError(f"the server leads from https to {final.split('?')[0]}: refused")
        start, total = self._begin(response, start)
        if start == total:
            return
        if total is not None:
            self._require_size(total)
            require_room("--data", self.target.parent, total - start)
        # Before the first byte, so that what arrives can be continued.
        self._write_note(response)
        done = start
        with (
            Progress("Downloading", None if total is None else total // MEGABYTE, "MB") as progress,
            self.part.open("r+b" if start else "wb") as file,
        ):
            file.seek(start)
            progress.advance(start // MEGABYTE)
            while content := response.read(CHUNK):
                try:
                    file.write(content)
                    # So that the file's length is what has arrived.
                    file.flush()
                except OSError as error:
                    reason = error.strerror or error
                    raise TrainingError(f"cannot write {self.part}: {reason}") from None
                progress.advance((done + len(content)) // MEGABYTE - done // MEGABYTE)
                done += len(content)
                ending.keep(ending.PREPARED)
                self._require_size(done)
        if total is not None and done != total:
            raise _TryAgainError(f"{done - start} of {total - start} bytes arrived")

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

    def _require_size(self, size: int) -> None:
        if size > self._largest:
            raise TrainingError(
                f"the download has {size} bytes or more, allowed are "
                f"{self._largest / GIGABYTE:g} GB: raise --max_gigabytes if that is right"
            )

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


def require_checksum(path: Path, sha256: str, downloaded: bool) -> None:
    """Compare a file with the checksum that it should have; a wrong download is removed.

    Raises:
        TrainingError: when they differ.
    """
    actual = sha256_of(path)
    if actual != sha256:
        if downloaded:
            path.unlink()
        raise TrainingError(
            f"the archive has the SHA-256 {actual}, not {sha256} as --sha256 says: "
            "it is damaged, or another one"
        )
