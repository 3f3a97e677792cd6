"""Photos that lie in S3: a folder of them, or an archive."""

import hashlib
from pathlib import Path

from kennel_training.common.errors import TrainingError
from kennel_training.prepare.download import download
from kennel_training.s3.client import S3Location, error_code, explain, make_client, s3_errors
from kennel_training.s3.folders import CONNECTIONS, S3Folder, download_folder

# As long as S3 allows, for a large archive on a slow line.
SIGNED_SECONDS = 12 * 3600


def fetch_from_s3(address: str, folder: Path, largest: int) -> Path:
    """Copy what is at ``s3://BUCKET/KEY`` below ``folder``; goes on with what an earlier run left.

    Where the key is an object's, that is the archive; otherwise all below it is a folder.

    Raises:
        TrainingError: when S3 refuses, or nothing is there.
    """
    location = S3Location.parse(address)
    client = make_client(CONNECTIONS)
    place = {"Bucket": location.bucket, "Key": location.prefix}
    try:
        if location.prefix:
            client.head_object(**place)
            url = client.generate_presigned_url("get_object", place, ExpiresIn=SIGNED_SECONDS)
            return download(url, folder, largest)
    except s3_errors() as error:
        if error_code(error) not in ("404", "NoSuchKey"):
            raise TrainingError(explain(error, "s3:GetObject", location)) from None
    name = hashlib.sha256(address.encode()).hexdigest()[:16]
    copy = folder / name
    copy.mkdir(parents=True, exist_ok=True)
    download_folder(client, S3Folder("source", location, copy, written=False))
    return copy
