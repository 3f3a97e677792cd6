"""Limits that AWS states in its documentation only, not in its service models.

Source: the members' documentation in the same service models, and where they say nothing the
services' user guides: S3 (object tags, bucket names), IAM (quotas of policies), Lambda (quotas),
EC2 (user data).
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

# Says what is wrong with a value, as the end of a sentence, or None. A value of another type breaks
# another rule.
Limit = Callable[[Any], str | None]


def matching(pattern: str, says: str) -> Limit:
    """Limit texts to those that match all of the pattern."""
    compiled = re.compile(pattern)
    return lambda value: None if not isinstance(value, str) or compiled.fullmatch(value) else says


def among(*values: Any) -> Limit:
    """Limit a value to those listed."""
    return lambda value: None if value in values else f"not one of {', '.join(map(str, values))}"


def between(least: int, most: int) -> Limit:
    """Limit a number to a range."""
    return lambda value: (
        None
        if not isinstance(value, int | float) or least <= value <= most
        else f"out of range: {least} to {most} is allowed"
    )


def percent(least: int, most: int) -> Limit:
    """Limit a part of an endpoint's capacity; counts of instances are not limited here."""
    return lambda value: (
        between(least, most)(value.get("Value"))
        if isinstance(value, dict) and value.get("Type") == "CAPACITY_PERCENT"
        else None
    )


def at_most(most: int, unit: str, measure: Callable[[str], int]) -> Limit:
    """Limit the size of a text."""
    return lambda value: (
        None
        if not isinstance(value, str) or measure(value) <= most
        else f"too long: at most {most} {unit} are allowed"
    )


def without_spaces(text: str) -> int:
    """Count the characters that IAM counts."""
    return len(re.sub(r"\s", "", text))


SECURITY_GROUP_TEXT = matching(
    r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}",
    "not made of at most 255 letters, digits, spaces or ._-:/()#,@[]+=&;{}!$*",
)
METRIC_PERIOD: Limit = lambda value: (  # noqa: E731
    None if value in (10, 20, 30) or value % 60 == 0 else "not 10, 20, 30 or a multiple of 60"
)
# CloudWatch Logs' list for PutRetentionPolicy.
RETENTION_DAYS = among(
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922),
    *(3288, 3653),
)

# By service, structure and member.
LIMITS: dict[tuple[str, str, str], Limit] = {
    ("application-autoscaling", "PutScheduledActionRequest", "Schedule"): matching(
        r"(at|rate|cron)\(.+\)", "not at(…), rate(…) or cron(…)"
    ),
    ("cloudwatch", "MetricDataQuery", "Id"): matching(
        r"[a-z][a-zA-Z0-9_]*",
        "not a lower-case letter with letters, digits and underscores after it",
    ),
    ("cloudwatch", "MetricStat", "Period"): METRIC_PERIOD,
    ("cloudwatch", "PutDashboardInput", "DashboardName"): matching(
        r"[A-Za-z0-9_-]{1,255}", "not made of 1 to 255 letters, digits, hyphens or underscores"
    ),
    ("cloudwatch", "PutMetricAlarmInput", "Period"): METRIC_PERIOD,
    ("cloudwatch", "PutMetricAlarmInput", "TreatMissingData"): among(
        "breaching", "notBreaching", "ignore", "missing"
    ),
    ("ec2", "CreateSecurityGroupRequest", "Description"): SECURITY_GROUP_TEXT,
    ("ec2", "CreateSecurityGroupRequest", "GroupName"): SECURITY_GROUP_TEXT,
    ("ec2", "InstanceMetadataOptionsRequest", "HttpPutResponseHopLimit"): between(1, 64),
    ("ec2", "IpRange", "Description"): SECURITY_GROUP_TEXT,
    ("ec2", "Ipv6Range", "Description"): SECURITY_GROUP_TEXT,
    ("ec2", "RunInstancesRequest", "UserData"): at_most(
        16_384, "bytes", lambda text: len(text.encode())
    ),
    ("iam", "CreateRoleRequest", "AssumeRolePolicyDocument"): at_most(
        2048, "characters", without_spaces
    ),
    ("iam", "PutRolePolicyRequest", "PolicyDocument"): at_most(
        10_240, "characters", without_spaces
    ),
    ("lambda", "CreateFunctionRequest", "FunctionName"): matching(
        r".{1,64}", "not 1 to 64 characters long"
    ),
    ("lambda", "CreateFunctionRequest", "MemorySize"): between(128, 10_240),
    ("lambda", "CreateFunctionRequest", "Timeout"): between(1, 900),
    ("logs", "PutRetentionPolicyRequest", "retentionInDays"): RETENTION_DAYS,
    ("s3", "CreateBucketRequest", "Bucket"): matching(
        r"(?=.{3,63}$)[a-z0-9][a-z0-9.-]*[a-z0-9]",
        "not made of 3 to 63 lower-case letters, digits, dots and hyphens",
    ),
    ("s3", "PutObjectRequest", "Tagging"): lambda value: (
        None
        if len(parse_qsl(value, keep_blank_values=True)) <= 10
        else "too many: an object has at most 10 tags"
    ),
    ("sagemaker", "ProductionVariantServerlessConfig", "MemorySizeInMB"): among(
        1024, 2048, 3072, 4096, 5120, 6144
    ),
    ("sagemaker", "RollingUpdatePolicy", "MaximumBatchSize"): percent(5, 50),
    ("sagemaker", "StoppingCondition", "MaxRuntimeInSeconds"): between(1, 28 * 24 * 3600),
    ("sagemaker", "TrafficRoutingConfig", "CanarySize"): percent(1, 50),
    ("sagemaker", "TrafficRoutingConfig", "LinearStepSize"): percent(10, 50),
    ("sns", "CreateTopicInput", "Name"): matching(
        r"[A-Za-z0-9_-]{1,256}", "not made of 1 to 256 letters, digits, hyphens or underscores"
    ),
    ("sqs", "CreateQueueRequest", "QueueName"): matching(
        r"[A-Za-z0-9_-]{1,80}", "not made of 1 to 80 letters, digits, hyphens or underscores"
    ),
}
