"""Sends AWS requests with botocore, which checks each and speaks each service's protocol."""

import io
import threading
import zipfile
from pathlib import Path
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

# Every archive of the same files has the same bytes.
OLDEST_DATE = (1980, 1, 1, 0, 0, 0)
CONFIG = Config(
    s3={"addressing_style": "path"}, retries={"mode": "standard", "total_max_attempts": 5}
)


class Caller:
    """Clients of any service, made when they are needed."""

    def __init__(self) -> None:
        """Make none yet."""
        self.session = botocore.session.get_session()
        self.clients: dict[tuple[str, str, str], Any] = {}
        self.making = threading.Lock()

    def call(
        self, url: str, region: str, service: str, operation: str, request: dict[str, Any]
    ) -> dict[str, Any]:
        """Send a request to an account's address.

        In a request ``{"$": "file", "path"}`` stands for a file's content and ``{"$": "archive",
        "path"}`` for a folder as a ZIP archive.

        Returns:
            ``{"answer"}``, or ``{"error": {"code", "message"}}`` where it is refused.
        """
        try:
            client = self.client_of(url, region, service)
            return {"answer": getattr(client, xform_name(operation))(**with_contents(request))}
        except ClientError as error:
            details = error.response["Error"]
            message = details.get("Message", str(error))
            return {"error": {"code": details.get("Code", ""), "message": message}}
        except (BotoCoreError, OSError, AttributeError) as error:
            return {"error": {"code": type(error).__name__, "message": str(error)}}

    def client_of(self, url: str, region: str, service: str) -> Any:
        """Make a client, once."""
        with self.making:
            if (url, region, service) not in self.clients:
                self.clients[url, region, service] = self.session.create_client(
                    service,
                    region,
                    endpoint_url=url,
                    aws_access_key_id="sandbox",
                    aws_secret_access_key="sandbox",
                    config=CONFIG,
                )
            return self.clients[url, region, service]


def with_contents(value: Any) -> Any:
    """Put contents in the place of their marks."""
    match value:
        case {"$": "file", "path": path}:
            return Path(path).read_bytes()
        case {"$": "archive", "path": path}:
            return zipped(Path(path))
        case dict():
            return {name: with_contents(each) for name, each in value.items()}
        case list():
            return [with_contents(each) for each in value]
        case _:
            return value


def zipped(folder: Path) -> bytes:
    """Pack a folder; a file is an archive already."""
    if folder.is_file():
        return folder.read_bytes()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(str(file.relative_to(folder)), OLDEST_DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
    return content.getvalue()
