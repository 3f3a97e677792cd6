"""Copying a prepared folder to S3: only what is not there yet, checked on arrival."""

import hashlib
import logging
from pathlib import Path
from typing import Any

from kennel_training.common.ahead import map_ahead
from kennel_training.common.errors import TrainingError
from kennel_training.common.progress import Progress
from kennel_training.data.dataset import some
from kennel_training.prepare.manifest import MANIFEST, Manifest
from kennel_training.s3.client import S3Location, explained, list_objects, make_client, s3_errors

CONNECTIONS = 16

log = logging.getLogger(__name__)


def upload(data: Path, manifest: Manifest, location: S3Location) -> None:
    """Copy all files of the manifest and then the manifest itself, the sign that all are there.

    Raises:
        TrainingError: when S3 refuses, naming the permission that is missing.
    """
    client = make_client(CONNECTIONS)
    with explained("s3:ListBucket", location):
        there = list_objects(client, location)
    names = list(manifest["files"])
    strangers = sorted(there.keys() - set(names) - {MANIFEST})
    if strangers:
        log.warning(
            "Warning: %s holds other files (%d), which a training job would also read: %s",
            location,
            len(strangers),
            some(strangers),
        )

    def copy(name: str) -> int:
        """Send one file unless it is there; how many were sent."""
        path, sha256 = data / name, manifest["files"][name]["sha256"]
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise TrainingError(f"{path} has changed since it was prepared: prepare it again")
        if name in there and _same(client, location, there[name], content, sha256):
            return 0
        _put(client, location, name, content)
        return 1

    sent = 0
    with Progress("Uploading photos", len(names)) as progress:
        for one in map_ahead(copy, names, CONNECTIONS, 4 * CONNECTIONS):
            sent += one
            progress.advance(1)
    _put(client, location, MANIFEST, (data / MANIFEST).read_bytes())
    already = len(names) - sent
    log.info("Uploaded to %s: %d files sent, %d were there already", location, sent, already)


def _same(
    client: Any, location: S3Location, there: dict[str, Any], content: bytes, sha256: str
) -> bool:
    if there["Size"] != len(content):
        return False
    if there["ETag"].strip('"') == hashlib.md5(content, usedforsecurity=False).hexdigest():
        return True
    # With a KMS key the ETag is not a checksum.
    try:
        head = client.head_object(Bucket=location.bucket, Key=there["Key"])
    except s3_errors():
        return False
    return head.get("Metadata", {}).get("sha256") == sha256


def _put(client: Any, location: S3Location, name: str, content: bytes) -> None:
    with explained("s3:PutObject", location):
        client.put_object(
            Bucket=location.bucket,
            Key=location.key(name),
            Body=content,
            # S3 refuses what does not arrive as it was sent.
            ChecksumAlgorithm="SHA256",
            Metadata={"sha256": hashlib.sha256(content).hexdigest()},
        )
