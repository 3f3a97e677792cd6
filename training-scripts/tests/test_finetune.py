"""Fine-tuning trains the last blocks, and only them."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from kennel_training.backbones import Backbone, load_backbone
from kennel_training.checkpoint import Checkpoint
from kennel_training.dataset import Dataset, index_dataset
from kennel_training.finetune import FinetuneSettings, Finetuning
from kennel_training.skipped import SkippedFiles
from kennel_training.transform import Preprocessing

SETTINGS = FinetuneSettings(
    blocks=2, epochs=2, batch_size=8, learning_rate=0.001, views=2, precision="fp32", seed=0
)


@pytest.fixture
def data(photos: Path) -> Dataset:
    return index_dataset(photos, SkippedFiles(0), 2)


def finetune(data: Dataset, folder: Path, settings: FinetuneSettings = SETTINGS) -> Backbone:
    backbone = load_backbone("shufflenet_v2_x0_5", "none", seed=0)
    finetuning = Finetuning(
        backbone,
        2,
        settings,
        Preprocessing.for_image_size(64),
        torch.device("cpu"),
        2,
        SkippedFiles(0),
    )
    checkpoint = Checkpoint(folder, "finetune", "key")
    return finetuning.run(data.splits["train"], data.splits["valid"], checkpoint)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_the_last_blocks_change_and_the_others_keep_every_bit(
    data: Dataset, tmp_path: Path, precision: str
):
    before = load_backbone("shufflenet_v2_x0_5", "none", seed=0)
    after = finetune(data, tmp_path, replace(SETTINGS, precision=precision))
    changed = [
        any(
            not torch.equal(one, other)
            for one, other in zip(old.state_dict().values(), new.state_dict().values(), strict=True)
        )
        for old, new in zip(before.blocks(), after.blocks(), strict=True)
    ]
    assert changed == [False] * (len(changed) - 2) + [True] * 2
    assert not after.training
    assert not any(parameter.requires_grad for parameter in after.parameters())
    assert {p.dtype for p in after.parameters()} == {torch.float32}


def test_seed_precision_and_blocks_decide_the_weights(data: Dataset, tmp_path: Path):
    fingerprint = finetune(data, tmp_path / "a").fingerprint()
    assert finetune(data, tmp_path / "b").fingerprint() == fingerprint
    for name, other in (("seed", 1), ("precision", "bf16"), ("blocks", 1)):
        changed = replace(SETTINGS, **{name: other})
        assert finetune(data, tmp_path / name, changed).fingerprint() != fingerprint, name


@pytest.mark.parametrize(
    ("name", "other"),
    [
        *(("blocks", None), ("epochs", 3), ("batch_size", 4), ("learning_rate", 0.1)),
        *(("views", 1), ("precision", "bf16"), ("seed", 1)),
    ],
)
def test_every_setting_has_a_checkpoint_of_its_own(name: str, other: object):
    settings = (SETTINGS, replace(SETTINGS, **{name: other}))
    one, two = (each.key("data", "weights", Preprocessing(73, 64)) for each in settings)
    assert one != two
