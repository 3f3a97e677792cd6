"""``moto_server.py FOLDER``: moto on a free loopback port, and what only its process knows.

Prints ``{"port": …}`` on one line, serves, and ends when its standard input does. Beside AWS's
requests it answers some of the sandbox's own, with arguments and answers in JSON: ``POST
/_kennel/validate`` (a request as validate_requests.py takes it: the violations), ``…/suggest`` and
``…/call`` (the arguments of suggest.py's and call_aws.py's functions: what they return), and
``…/unpack-function`` (puts the code of a Lambda function, which moto keeps in memory, in a folder).
"""

import io
import json
import logging
import os
import shutil
import sys
import threading
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

SERVICE_MODELS = Path(__file__).resolve().parents[2] / "infra/offline/service-models"
sys.path.insert(0, str(SERVICE_MODELS))

from call_aws import Caller  # noqa: E402
from validate_requests import Validator  # noqa: E402

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class Application:
    """moto, with the sandbox's own questions before it."""

    def __init__(self) -> None:
        """Load nothing yet: moto loads a service with its first request."""
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.validator = Validator()
        self.caller = Caller()
        self.lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        own: dict[str, Callable[..., Any]] = {
            "/_kennel/validate": self.validate,
            "/_kennel/unpack-function": unpack_function,
            "/_kennel/suggest": suggest,
            "/_kennel/call": self.caller.call,
        }
        answer = own.get(environ["PATH_INFO"])
        if answer is None:
            return self.moto(environ, start_response)
        arguments = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        body = json.dumps(answer(**arguments), default=str).encode()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    def validate(self, **request: Any) -> Any:
        """What AWS would refuse in a request."""
        with self.lock:
            return self.validator.validate(**request)


def suggest(**search: Any) -> dict[str, str]:
    """Hyperparameters for the next trial."""
    # Optuna takes a second to load, and few need it.
    import suggest

    return suggest.suggest(**search)


def unpack_function(region: str, name: str, version: str, folder: str) -> None:
    """Unpack the zip file that a version of a function was made of."""
    made = lambda_backends[DEFAULT_ACCOUNT_ID][region].get_function(name, version)
    zipfile.ZipFile(io.BytesIO(made.code_bytes)).extractall(folder)


def end_with_standard_input() -> None:
    """End once whoever started this has ended, however it has, and take its folder along."""
    sys.stdin.buffer.read()
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    os._exit(0)


def main() -> None:
    """Serve until the standard input ends."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    server = make_server(
        "127.0.0.1",
        0,
        Application(),
        threaded=True,
        request_handler=MotoRequestHandler,
    )
    print(json.dumps({"port": server.server_port}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
