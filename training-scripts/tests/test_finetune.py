"""Fine-tuning trains the last blocks, and only them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from kennel_training.common import ending
from kennel_training.common.checkpoint import Checkpoint
from kennel_training.data.dataset import Dataset, index_dataset
from kennel_training.data.decoding import Decoder
from kennel_training.data.skipped import SkippedFiles
from kennel_training.data.transform import Preprocessing
from kennel_training.networks.backbones import Backbone, load_backbone
from kennel_training.networks.finetune import FinetuneSettings, Finetuning

pytestmark = pytest.mark.usefixtures("shallow_network")

SETTINGS = FinetuneSettings(
    blocks=2, epochs=2, batch_size=8, learning_rate=0.001, views=2, precision="fp32", seed=0
)


@pytest.fixture
def data(photos: Path) -> Dataset:
    return index_dataset(photos, SkippedFiles(0), 2)


def finetune(
    data: Dataset,
    folder: Path,
    settings: FinetuneSettings = SETTINGS,
    name: str = "shufflenet_v2_x0_5",
) -> Backbone:
    backbone = load_backbone(name, "none", seed=0)
    finetuning = Finetuning(
        backbone,
        2,
        settings,
        torch.device("cpu"),
        Decoder(Preprocessing.for_image_size(32), 2, SkippedFiles(0)),
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


class Stop(BaseException):
    """Stands for a SIGTERM."""


# One that leaves out parts of itself at random, and the own one; inside of an epoch and at its end.
@pytest.mark.parametrize(
    ("name", "stop", "inside"), [("efficientnet_b0", 2, 14), ("efficientnet_lite0", 4, 24)]
)
def test_a_long_epoch_goes_on_inside_to_the_same_weights(
    data: Dataset,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    stop: int,
    inside: int,
):
    settings = replace(SETTINGS, batch_size=7)  # 24 photos, so the last batch is a smaller one
    caplog.set_level("INFO")
    whole = finetune(data, tmp_path / "whole", settings, name).fingerprint()
    assert "of the next" not in caplog.text
    figures = [line for line in caplog.messages if line.startswith("Fine-tuning epoch")]

    monkeypatch.setattr("kennel_training.networks.finetune.SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    save, saves = Checkpoint.save, 0

    def save_and_stop(self: Checkpoint, state: dict[str, Any]) -> None:
        nonlocal saves
        save(self, state)
        saves += 1
        if saves in (stop, stop + 3):
            raise Stop

    monkeypatch.setattr(Checkpoint, "save", save_and_stop)
    caplog.clear()
    for _ in range(2):
        ending.forget(ending.CHECKPOINT)
        with pytest.raises(Stop):
            finetune(data, tmp_path / "parts", settings, name)
        assert ending.resumption() == "goes on from the checkpoint"
    assert finetune(data, tmp_path / "parts", settings, name).fingerprint() == whole
    told = [line for line in caplog.messages if line.startswith("Fine-tuning epoch")]
    assert told == figures
    assert f"after epoch 0 and {inside} photos of the next" in caplog.text


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
