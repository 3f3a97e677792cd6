"""Chunks of features shared through S3 by jobs that know nothing of each other.

An object appears whole or not at all and is named after its content's origin, so jobs need no
locks: who comes second finds the chunk or loses the race to an equal one. No failure in here fails
a job; it is said once and the job goes on without sharing.
"""

import hashlib
import logging
from collections.abc import Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from typing import Any

from kennel_training.features.chunk import LONGEST_DIGESTS, read_digests
from kennel_training.s3.client import (
    S3Location,
    error_code,
    explain,
    list_objects,
    make_client,
    s3_errors,
)

CONNECTIONS = 8
DIGEST = "sha256"
# What S3 answers where another job has stored, or is storing, the same chunk.
ALREADY_THERE = ("PreconditionFailed", "ConditionalRequestConflict")
MISSING = ("NoSuchKey", "404")
# The SDK's own check of what it received.
CORRUPT = ("FlexibleChecksumError", "IncompleteReadError", "ResponseStreamingError")
# What it answers when the first bytes of an empty object are asked for.
EMPTY = ("InvalidRange", "416")

log = logging.getLogger(__name__)


class SharedCache:
    """Chunks below an address in S3, by folder and name."""

    def __init__(self, location: S3Location) -> None:
        self._location = location
        self._pool = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="shared-cache")
        self._uploads: list[Future[bool]] = []
        # Paths are FOLDER/NAME.
        self._there: set[str] = set()
        self._damaged: set[str] = set()
        self._digests: dict[str, tuple[str, ...]] = {}
        self._readable = self._writable = True
        self._fetched = 0

    @property
    def active(self) -> bool:
        """Whether chunks may still arrive from other jobs."""
        return self._readable

    def look(self, folder: str) -> None:
        """Learn which chunks there are now."""
        if self._readable:
            self._there |= {f"{folder}/{name}" for name in self._list(folder)}

    def fetch(
        self, folder: str, wanted: Collection[str], here: Collection[str]
    ) -> Iterator[tuple[str, bytes]]:
        """Paths and verified contents of those chunks that hold one of the ``wanted`` photos.

        Each chunk that nothing is known of yet costs a request for its index, once in a run.

        Args:
            folder: as ``look`` has seen it.
            wanted: digests of photos.
            here: paths of chunks that need not be looked at.
        """
        left = set(wanted)
        if not left or not self._readable:
            return
        paths = sorted(p for p in self._there.difference(here) if p.startswith(f"{folder}/"))
        unknown = [path for path in paths if path not in self._digests]
        self._digests.update(zip(unknown, self._pool.map(self._index, unknown), strict=True))
        chosen = []
        for path in paths:
            if not left.isdisjoint(self._digests[path]):
                chosen.append(path)
                left.difference_update(self._digests[path])
        for path, content in zip(chosen, self._pool.map(self._download, chosen), strict=True):
            if content is not None:
                self._fetched += 1
                yield path, content

    def offer(self, path: str, content: bytes) -> None:
        """Upload a chunk in the background, unless it is there already."""
        if self._writable and path not in self._there:
            self._there.add(path)
            self._uploads.append(self._pool.submit(self._upload, path, content))

    def reject(self, path: str) -> None:
        """Note that this object is of no use: what is offered next replaces it."""
        self._there.discard(path)
        self._damaged.add(path)

    def finish(self) -> None:
        """Wait for the uploads and say what was shared."""
        stored = sum(upload.result() for upload in self._uploads)
        self._uploads.clear()
        if self._readable or self._writable:
            log.info(
                "Shared cache %s: %d chunks fetched, %d stored",
                self._location,
                self._fetched,
                stored,
            )

    def abandon(self) -> None:
        """Give up what has not been uploaded yet; the next run offers it again."""
        self._readable = self._writable = False
        self._pool.shutdown(wait=False, cancel_futures=True)

    @cached_property
    def _client(self) -> Any:
        return make_client(CONNECTIONS)

    def _list(self, folder: str) -> set[str]:
        """Names below ``folder``.

        Listed rather than tried one by one: without the right to list, S3 answers a missing object
        as a forbidden one.
        """
        try:
            return set(list_objects(self._client, self._location, folder))
        except s3_errors() as error:
            self._readable = self._writable = False
            self._warn(explain(error, "s3:ListBucket", self._location))
            return set()

    def _index(self, path: str) -> tuple[str, ...]:
        """The photos in a chunk; none where it cannot be read."""
        answer = self._get(path, Range=f"bytes=0-{LONGEST_DIGESTS - 1}")
        if answer is None:
            return ()
        try:
            return read_digests(answer[0])
        except ValueError:
            self._replace(path)
            return ()

    def _download(self, path: str) -> bytes | None:
        answer = self._get(path)
        if answer is None:
            return None
        content, digest = answer
        if digest != hashlib.sha256(content).hexdigest():
            self._replace(path)
            return None
        return content

    def _get(self, path: str, **options: str) -> tuple[bytes, str | None] | None:
        """Content, or a part of it, and the SHA-256 of the whole as it was when it was stored."""
        if not self._readable:
            return None
        try:
            answer = self._client.get_object(
                Bucket=self._location.bucket, Key=self._location.key(path), **options
            )
            return answer["Body"].read(), answer.get("Metadata", {}).get(DIGEST)
        except s3_errors() as error:
            if error_code(error) in MISSING:
                # Expired between the listing and now.
                self._there.discard(path)
            elif error_code(error) in (*CORRUPT, *EMPTY):
                self._replace(path)
            elif self._readable:
                self._readable = False
                self._warn(explain(error, "s3:GetObject", self._location))
            return None

    def _replace(self, path: str) -> None:
        log.warning("Warning: %s/%s is damaged and is replaced", self._location, path)
        self.reject(path)

    def _upload(self, path: str, content: bytes) -> bool:
        if not self._writable:
            return False
        # The first one stays; only a damaged object is replaced.
        condition = {} if path in self._damaged else {"IfNoneMatch": "*"}
        try:
            self._client.put_object(
                Bucket=self._location.bucket,
                Key=self._location.key(path),
                Body=content,
                Metadata={DIGEST: hashlib.sha256(content).hexdigest()},
                **condition,
            )
        except s3_errors() as error:
            if error_code(error) not in ALREADY_THERE and self._writable:
                self._writable = False
                self._warn(explain(error, "s3:PutObject", self._location))
            return False
        return True

    def _warn(self, reason: str) -> None:
        if self._readable:
            rest = "adds nothing to"
        else:
            rest = "takes nothing from" if self._writable else "does without"
        log.warning("Warning: %s. Training goes on and %s the shared cache.", reason, rest)
