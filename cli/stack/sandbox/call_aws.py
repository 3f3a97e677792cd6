"""Sends AWS requests with botocore, which checks each and speaks each service's protocol.

Standard input: a line for each request, ``{"id", "service", "operation", "request"}``. In a request
``{"$": "file", "path"}`` stands for a file's content and ``{"$": "archive", "path"}`` for a folder
as a ZIP archive. Standard output: a line for each, ``{"id", "answer"}`` or ``{"id", "error":
{"code", "message"}}``, in the order in which they are answered. The end of the input ends it.
"""

import io
import json
import signal
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

THREADS = 8
# Every archive of the same files has the same bytes.
OLDEST_DATE = (1980, 1, 1, 0, 0, 0)


def read(value: dict[str, Any]) -> Any:
    """Put contents in the place of their marks."""
    match value.get("$"):
        case "file":
            return Path(value["path"]).read_bytes()
        case "archive":
            return zipped(Path(value["path"]))
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


def main() -> None:
    """Answer each request, several at once."""
    # The process that asks decides when to stop: no request is interrupted half-way.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    session = botocore.session.get_session()
    clients: dict[str, Any] = {}
    making, printing = Lock(), Lock()
    config = Config(
        s3={"addressing_style": "path"}, retries={"mode": "standard", "total_max_attempts": 5}
    )

    def client_of(service: str) -> Any:
        with making:
            if service not in clients:
                clients[service] = session.create_client(service, config=config)
            return clients[service]

    def call(line: str) -> None:
        message = json.loads(line)
        answer: dict[str, Any] = {"id": message["id"]}
        try:
            request = json.loads(line, object_hook=read)["request"]
            operation = getattr(client_of(message["service"]), xform_name(message["operation"]))
            answer["answer"] = operation(**request)
        except ClientError as error:
            details = error.response["Error"]
            answer["error"] = {
                "code": details.get("Code", ""),
                "message": details.get("Message", str(error)),
            }
        except (BotoCoreError, OSError, AttributeError) as error:
            answer["error"] = {"code": type(error).__name__, "message": str(error)}
        with printing:
            print(json.dumps(answer, default=str), flush=True)

    with ThreadPoolExecutor(THREADS) as threads:
        for line in sys.stdin:
            threads.submit(call, line)


if __name__ == "__main__":
    main()
