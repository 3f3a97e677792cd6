"""S3 as this program uses it: addresses, a client, and its errors in the user's words."""

import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kennel_training.common.errors import TrainingError

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")

CONNECT_SECONDS = 5
READ_SECONDS = 30
ATTEMPTS = 4


@dataclass(frozen=True)
class S3Location:
    """A bucket and a prefix in it, without slashes at its ends; the prefix may be empty."""

    bucket: str
    prefix: str

    @classmethod
    def parse(cls, text: str) -> "S3Location":
        """Read ``s3://bucket/prefix``.

        Raises:
            ValueError: whose message is the reason.
        """
        scheme, separator, rest = text.partition("://")
        if scheme != "s3" or not separator:
            raise ValueError("not an address in S3")
        bucket, _, prefix = rest.partition("/")
        if not _BUCKET.fullmatch(bucket):
            raise ValueError(f"{bucket!r} cannot be a bucket")
        return cls(bucket, prefix.strip("/"))

    def key(self, name: str) -> str:
        """The object key of ``name`` below the prefix."""
        return f"{self.prefix}/{name}" if self.prefix else name

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")


def make_client(connections: int, environment: Mapping[str, str] = os.environ) -> Any:
    """An S3 client for this many threads, with time limits that a job can afford.

    SageMaker names the region in AWS_REGION, which boto3 itself does not read.
    """
    # Loading the SDK takes half a second, which runs without S3 need not spend.
    import boto3
    from botocore.config import Config

    # It tells at length where credentials come from.
    logging.getLogger("botocore").setLevel(logging.WARNING)
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=connections,
    )
    region = environment.get("AWS_DEFAULT_REGION") or environment.get("AWS_REGION")
    return boto3.client("s3", region_name=region or None, config=config)


def list_objects(client: Any, location: S3Location, folder: str = "") -> dict[str, dict[str, Any]]:
    """S3's entries by their name below ``folder/`` of the location, or below the location itself.

    Raises one of ``s3_errors``.
    """
    prefix = location.key(f"{folder}/" if folder else "")
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=location.bucket, Prefix=prefix)
    entries = (entry for page in pages for entry in page.get("Contents", []))
    return {entry["Key"].removeprefix(prefix): entry for entry in entries}


def s3_errors() -> tuple[type[Exception], ...]:
    """What a call to S3 may raise, apart from mistakes in this program."""
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

    return BotoCoreError, ClientError, HTTPClientError, OSError


def error_code(error: Exception) -> str:
    """S3's own name of an error such as ``AccessDenied``; the class's name where S3 gave none."""
    response = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code") or type(error).__name__)


@contextmanager
def explained(permission: str, location: S3Location, title: str = "") -> Iterator[None]:
    """Turn what S3 raises inside into a TrainingError; ``explain`` has the arguments."""
    from boto3.exceptions import Boto3Error

    try:
        yield
    except (*s3_errors(), Boto3Error) as error:
        # Transfers wrap the cause in text.
        cause = error.__context__ if isinstance(error, Boto3Error) else error
        raise TrainingError(title + explain(cause or error, permission, location)) from None


def explain(error: Exception, permission: str, location: S3Location) -> str:
    """What went wrong and how to put it right.

    Args:
        error: one of ``s3_errors``.
        permission: the IAM action that the call needs, such as ``s3:GetObject``.
        location: what the call was about.
    """
    code = error_code(error)
    if code in ("AccessDenied", "403", "Forbidden", "AllAccessDisabled"):
        whole_bucket = permission == "s3:ListBucket"
        objects = "" if whole_bucket else f"/{location.key('*')}"
        return (
            f"access to {location} is denied: the role needs {permission} on "
            f"arn:aws:s3:::{location.bucket}{objects} (and the bucket's KMS key, where it has one)"
        )
    if code in ("NoSuchBucket", "404"):
        return f"there is no bucket {location.bucket}"
    if code in ("PermanentRedirect", "301", "AuthorizationHeaderMalformed", "IllegalLocation"):
        return (
            f"the bucket {location.bucket} is in another region: set AWS_DEFAULT_REGION "
            "to the bucket's region"
        )
    if code in ("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"):
        return (
            f"there are no credentials for {location}: give the job a role, or sign in with the "
            "AWS CLI"
        )
    if code in ("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"):
        return f"the credentials for {location} are not valid ({code}): sign in again"
    text = " ".join(str(error).split())
    return f"{location} cannot be used ({text[:300]})"
