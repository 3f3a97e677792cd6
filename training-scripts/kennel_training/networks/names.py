"""Names of the backbones; kept apart from them so that settings are checked before torch loads."""

BACKBONE_NAMES: tuple[str, ...] = (
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "mobilenet_v3_small",
    "mobilenet_v3_large",
    "shufflenet_v2_x0_5",
    "shufflenet_v2_x1_0",
    "efficientnet_lite0",
    "efficientnet_b0",
    "efficientnet_b1",
)
