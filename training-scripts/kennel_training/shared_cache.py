"""Chunks of features shared through S3 by jobs that know nothing of each other.

An object appears whole or not at all and is named after its content's origin, so jobs need no
locks: who comes second finds the chunk or loses the race to an equal one. No failure in here fails
a job; it is said once and the job goes on without sharing.
"""

import hashlib
import logging
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from kennel_training.s3 import S3Location, error_code, explain, make_client, s3_errors

CONNECTIONS = 8
DIGEST = "sha256"
# What S3 answers where another job has stored, or is storing, the same chunk.
ALREADY_THERE = ("PreconditionFailed", "ConditionalRequestConflict")
MISSING = ("NoSuchKey", "404")
# The SDK's own check of what it received.
CORRUPT = ("FlexibleChecksumError", "IncompleteReadError", "ResponseStreamingError")

log = logging.getLogger(__name__)


class SharedCache:
    """Chunks below an address in S3, by folder and name."""

    def __init__(self, location: S3Location) -> None:
        self._location = location
        self._client: Any = None
        self._pool = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="shared-cache")
        self._uploads: list[Future[bool]] = []
        self._there: set[str] = set()
        self._damaged: set[str] = set()
        self._readable = self._writable = True
        self._fetched = 0

    @property
    def active(self) -> bool:
        """Whether chunks may still arrive from other jobs."""
        return self._readable

    def fetch(
        self, folder: str, wanted: Collection[str], keep: Callable[[str, bytes], None]
    ) -> None:
        """Download what there is of ``wanted``; ``keep`` gets each verified content."""
        if not self._readable:
            return
        found = self._list(folder)
        if found is None:
            return
        self._there |= found
        names = [name for name in wanted if name in found]
        for name, content in zip(
            names, self._pool.map(lambda name: self._download(folder, name), names), strict=True
        ):
            if content is not None:
                self._fetched += 1
                keep(name, content)

    def lacks(self, name: str) -> bool:
        """Whether it is worth offering this chunk."""
        return self._writable and name not in self._there

    def offer(self, folder: str, name: str, content: bytes) -> None:
        """Upload a chunk in the background, unless it is there already."""
        if self.lacks(name):
            self._there.add(name)
            self._uploads.append(self._pool.submit(self._upload, folder, name, content))

    def reject(self, name: str) -> None:
        """Note that the object of this name is of no use: what is offered next replaces it."""
        self._there.discard(name)
        self._damaged.add(name)

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

    def _s3(self) -> Any:
        if self._client is None:
            self._client = make_client(CONNECTIONS)
        return self._client

    def _list(self, folder: str) -> set[str] | None:
        """Names below ``folder``.

        Listed rather than tried one by one: without the right to list, S3 answers a missing object
        as a forbidden one.
        """
        prefix = self._location.key(f"{folder}/")
        try:
            pages = (
                self._s3()
                .get_paginator("list_objects_v2")
                .paginate(Bucket=self._location.bucket, Prefix=prefix)
            )
            return {
                entry["Key"].removeprefix(prefix)
                for page in pages
                for entry in page.get("Contents", [])
            }
        except s3_errors() as error:
            self._readable = self._writable = False
            self._warn(explain(error, "s3:ListBucket", self._location))
            return None

    def _download(self, folder: str, name: str) -> bytes | None:
        if not self._readable:
            return None
        try:
            answer = self._s3().get_object(
                Bucket=self._location.bucket, Key=self._location.key(f"{folder}/{name}")
            )
            content: bytes = answer["Body"].read()
        except s3_errors() as error:
            if error_code(error) in MISSING:
                # Expired between the listing and now.
                self._there.discard(name)
            elif error_code(error) in CORRUPT:
                self._replace(folder, name)
            elif self._readable:
                self._readable = False
                self._warn(explain(error, "s3:GetObject", self._location))
            return None
        if answer.get("Metadata", {}).get(DIGEST) != hashlib.sha256(content).hexdigest():
            self._replace(folder, name)
            return None
        return content

    def _replace(self, folder: str, name: str) -> None:
        log.warning("Warning: %s/%s/%s is damaged and is replaced", self._location, folder, name)
        self.reject(name)

    def _upload(self, folder: str, name: str, content: bytes) -> bool:
        if not self._writable:
            return False
        # The first one stays; only a damaged object is replaced.
        condition = {} if name in self._damaged else {"IfNoneMatch": "*"}
        try:
            self._s3().put_object(
                Bucket=self._location.bucket,
                Key=self._location.key(f"{folder}/{name}"),
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
