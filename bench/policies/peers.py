"""Asks one peer about every document of a corpus, in one process.

    python peers.py TOOL < CORPUS.json > ANSWERS.json

The corpus is a list of {"id", "text"}, the answers are a list of {"id", "status", "fullAccess",
"invokeUnscoped", "findings"}. Which finding counts as what is decided here, and explained in
README.md.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

INVOKE_ACTIONS = [
    "sagemaker:InvokeEndpoint",
    "sagemaker:InvokeEndpointAsync",
    "sagemaker:InvokeEndpointWithResponseStream",
    "sagemaker:InvokeEndpointWithBidirectionalStream",
]

Document = dict[str, str]
Answer = dict[str, Any]
Judge = Callable[[Sequence[Document]], list[Answer]]


def answer(document: Document, status: str, full: str, invoke: str, findings: list[str]) -> Answer:
    """One document's answer.

    `status` is judged, rejected (the peer says that the document is malformed) or crashed.
    `full` and `invoke` are named (a finding says so), generic (a finding only says that something
    is not scoped) or no.
    """
    return {
        "id": document["id"],
        "status": status,
        "fullAccess": full,
        "invokeUnscoped": invoke,
        "findings": findings,
    }


def one_by_one(judge: Callable[[Document], Answer]) -> Judge:
    """Judges documents one after another; an exception is that document's answer."""

    def judge_all(documents: Sequence[Document]) -> list[Answer]:
        answers = []
        for document in documents:
            try:
                answers.append(judge(document))
            except Exception as error:  # noqa: BLE001 - whatever a peer throws is what is measured here
                answers.append(answer(document, "crashed", "no", "no", [type(error).__name__]))
        return answers

    return judge_all


def strongest(named: bool, generic: bool) -> str:
    """The stronger of two kinds of finding."""
    return "named" if named else "generic" if generic else "no"


def cloudsplaining() -> Judge:
    """scan-policy-file, configured to report the four invoke actions as well."""
    from cloudsplaining.command.scan_policy_file import scan_policy

    exclusions: dict[str, list[str]] = {
        name: [] for name in ("policies", "roles", "users", "groups")
    }
    exclusions |= {"include-actions": INVOKE_ACTIONS, "exclude-actions": [""]}
    wanted = {action.lower() for action in INVOKE_ACTIONS}
    unscoped = ("InfrastructureModification", "ResourceExposure")

    def judge(document: Document) -> Answer:
        try:
            policy = json.loads(document["text"])
        except json.JSONDecodeError:
            return answer(document, "rejected", "no", "no", ["not JSON"])
        results = scan_policy(policy, exclusions)
        found = {
            name: result["findings"]
            for name, result in results.items()
            if isinstance(result, dict) and result.get("findings")
        }
        listed = {action.lower() for name in unscoped for action in found.get(name, [])}
        is_unscoped = any(name in found for name in unscoped)
        return answer(
            document,
            "judged",
            strongest("ServiceWildcard" in found, is_unscoped),
            strongest(bool(listed & wanted), is_unscoped or "ServiceWildcard" in found),
            sorted(found),
        )

    return one_by_one(judge)


def parliament() -> Judge:
    """analyze_policy_string with the community auditors."""
    import parliament as library

    malformed = {
        "MALFORMED",
        "MALFORMED_JSON",
        "EXCEPTION",
        "DUPLICATE_SID",
        "INVALID_VERSION",
        "INVALID_ARN",
        "UNKNOWN_OPERATOR",
    }
    unscoped = {"RESOURCE_STAR", "RESOURCE_EFFECTIVELY_STAR", "NOTRESOURCE_WITH_ALLOW"}
    wide = {"PERMISSIONS_MANAGEMENT_ACTIONS", "PRIVILEGE_ESCALATION"}
    wanted = {action.lower() for action in INVOKE_ACTIONS}

    def judge(document: Document) -> Answer:
        policy = library.analyze_policy_string(document["text"], include_community_auditors=True)
        issues = {finding.issue for finding in policy.findings}
        stars = [finding for finding in policy.findings if finding.issue == "RESOURCE_STAR"]
        listed = {str(action).lower() for star in stars for action in star.detail}
        return answer(
            document,
            "rejected" if issues & malformed else "judged",
            strongest(False, bool(issues & (unscoped | wide))),
            strongest(bool(listed & wanted), bool(issues & unscoped)),
            sorted(issues),
        )

    return one_by_one(judge)


def checkov() -> Judge:
    """All checks of the terraform_plan framework on one plan for each document, in one run."""
    os.environ["PARALLELIZATION_TYPE"] = "none"
    from checkov.runner_filter import RunnerFilter
    from checkov.terraform.plan_runner import Runner

    # "*" as an action, and all of IAM.
    full = {"CKV_AWS_62", "CKV_AWS_63", "CKV2_AWS_40"}
    # Permission management and writing without constraint; "*" for what could be scoped.
    unscoped = {"CKV_AWS_289", "CKV_AWS_290", "CKV_AWS_355"}

    def judge_all(documents: Sequence[Document]) -> list[Answer]:
        failed: dict[str, set[str]] = {}
        judged: set[str] = set()
        with tempfile.TemporaryDirectory() as folder:
            files = [
                write_plan(Path(folder), number, each) for number, each in enumerate(documents)
            ]
            report = Runner().run(
                root_folder=None,
                files=files,
                runner_filter=RunnerFilter(framework=["terraform_plan"]),
            )
        for record in report.passed_checks + report.failed_checks:
            judged.add(Path(record.file_path).name)
        for record in report.failed_checks:
            failed.setdefault(Path(record.file_path).name, set()).add(record.check_id)
        answers = []
        for file, document in zip(files, documents, strict=True):
            found = failed.get(Path(file).name, set())
            answers.append(
                answer(
                    document,
                    "judged" if Path(file).name in judged else "rejected",
                    strongest(bool(found & full), bool(found & unscoped)),
                    # No check of checkov says which action it is about.
                    strongest(False, bool(found & (unscoped | full))),
                    sorted(found),
                )
            )
        return answers

    return judge_all


def write_plan(folder: Path, number: int, document: Document) -> str:
    """A Terraform plan that creates one policy."""
    values = {"name": "judged", "policy": document["text"]}
    resource = {
        "address": "aws_iam_policy.judged",
        "mode": "managed",
        "type": "aws_iam_policy",
        "name": "judged",
    }
    planned = {**resource, "schema_version": 0, "values": values}
    change = {"actions": ["create"], "before": None, "after": values, "after_unknown": {}}
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": [planned]}},
        "resource_changes": [{**resource, "change": change}],
        "configuration": {"root_module": {"resources": [{**resource, "expressions": {}}]}},
    }
    path = folder / f"{number}.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    return str(path)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    peer = {"checkov": checkov, "cloudsplaining": cloudsplaining, "parliament": parliament}
    # cloudsplaining prints remarks while it judges.
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        result = peer[sys.argv[1]]()(json.load(sys.stdin))
    json.dump(result, sys.stdout)
