"""INT8: what it writes, and that it writes nothing when too much accuracy is lost."""

import contextlib
import io
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from kennel_training.common.errors import TrainingError
from kennel_training.data.dataset import Photo
from kennel_training.data.decoding import Decoder
from kennel_training.data.transform import Preprocessing, decode, plain_view
from kennel_training.head.evaluation import Evaluation, evaluate
from kennel_training.main import main as train
from kennel_training.quantization import comparison as quantization_report
from kennel_training.quantization import quantize as quantization
from kennel_training.quantization.comparison import Comparison, Measured
from kennel_training.quantization.main import main
from kennel_training.quantization.paired import Paired, Z
from kennel_training.quantization.quantize import spread
from kennel_training.quantization.settings import read_quantization_settings
from tests.conftest import arguments, environment, make_dataset, read_json

pytestmark = pytest.mark.usefixtures("shallow_network")


@pytest.fixture(scope="module")
def trained(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the stripes; nobody writes there."""
    folder = tmp_path_factory.mktemp("trained")
    command = arguments(photos, folder, "--backbone", "resnet18", "--epochs", "10")
    assert train(command, environment(folder)) == 0
    return folder / "model"


@pytest.fixture(autouse=True, scope="module")
def _short_rounds() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quantization_report, "SECONDS_A_ROUND", 0.01)
        yield


Quantize = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def int8(photos: Path, trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its INT8 form, with what was printed beside it; nobody writes there."""
    folder = tmp_path_factory.mktemp("int8")
    out = io.StringIO()
    command = ["--data", str(photos), "--model_dir", str(trained), "--workers", "3"]
    with contextlib.redirect_stdout(out):
        assert main([*command, "--int8_dir", str(folder / "model")], environment(folder)) == 0
    (folder / "out.txt").write_text(out.getvalue())
    return folder / "model"


@pytest.fixture
def quantize(
    photos: Path, trained: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> Quantize:
    """Runs quantize.py on the trained model; the status and everything printed."""

    def run(*more: str) -> tuple[int, str]:
        command = [
            *("--data", str(photos), "--model_dir", str(trained)),
            *("--int8_dir", str(tmp_path / "int8"), *more),
        ]
        status = main(command, environment(base))
        captured = capsys.readouterr()
        return status, captured.out + captured.err

    return run


def pixels(data: Path, split: str, preprocessing: Preprocessing) -> np.ndarray:
    files = sorted((data / split).glob("*/*.jpg"))
    views = [plain_view(decode(path.read_bytes(), preprocessing), preprocessing) for path in files]
    return np.stack(views)


def test_the_int8_model_keeps_the_contract_and_the_accuracy(
    int8: Path, photos: Path, trained: Path
):
    out = (int8.parent / "out.txt").read_text()
    assert sorted(path.name for path in int8.iterdir()) == [
        "classes.json",
        "metrics.json",
        "model.onnx",
        "origin.json",
        "preprocess.json",
    ]
    for name in ("classes.json", "origin.json", "preprocess.json"):
        assert (int8 / name).read_bytes() == (trained / name).read_bytes()
    assert (int8 / "model.onnx").stat().st_size < 0.3 * (trained / "model.onnx").stat().st_size

    before, metrics = read_json(trained / "metrics.json"), read_json(int8 / "metrics.json")
    details = metrics["quantization"]
    assert (before["precision"], metrics["precision"]) == ("fp32", "int8")
    assert details["float_model"]["test_accuracy"] == before["test_accuracy"]
    assert details["accuracy_drop_points"] <= 0.5
    mistakes = sum(pair["photos"] for pair in metrics["confused"])
    assert mistakes == round(8 * (1 - metrics["test_accuracy"]))
    assert "calibration" not in metrics
    assert details["calibration_photos"] == 24
    assert len(details["photos_per_second"]) == quantization_report.SPEED_ROUNDS
    assert f"{before['test_accuracy']:.4f} in FP32, {metrics['test_accuracy']:.4f} in INT8" in out
    assert "times as fast" in out
    assert "MB in INT8" in out

    # The files alone, read as a server reads them, in any batch.
    session = onnxruntime.InferenceSession(int8 / "model.onnx")
    inputs = pixels(photos, "test", Preprocessing(**read_json(int8 / "preprocess.json")))
    scores = session.run(["logits"], {"image": inputs})[0]
    classes = read_json(int8 / "classes.json")
    truth = [p.parent.name for p in sorted((photos / "test").glob("*/*.jpg"))]
    right = [classes[s.argmax()] == name for s, name in zip(scores, truth, strict=True)]
    assert np.mean(right) == pytest.approx(metrics["test_accuracy"], abs=1e-6)
    assert np.allclose(session.run(["logits"], {"image": inputs[:1]})[0], scores[:1], atol=1e-3)


def test_pixels_normalisation_and_head_stay_in_float(int8: Path, trained: Path):
    graph = onnx.load(int8 / "model.onnx").graph
    (image,), (logits,) = graph.input, graph.output
    assert (image.name, image.type.tensor_type.elem_type) == ("image", onnx.TensorProto.UINT8)
    assert (logits.name, logits.type.tensor_type.elem_type) == ("logits", onnx.TensorProto.FLOAT)
    weights = {i.name: i for i in graph.initializer}
    (head,) = (node for node in graph.node if node.op_type == "Gemm")
    assert weights[head.input[1]].data_type == onnx.TensorProto.FLOAT
    assert np.array_equal(
        onnx.numpy_helper.to_array(weights[head.input[1]]),
        next(
            onnx.numpy_helper.to_array(i)
            for i in onnx.load(trained / "model.onnx").graph.initializer
            if i.name == head.input[1]
        ),
    )

    # Up to the first activation that is quantized, only the normalisation.
    names = [node.op_type for node in graph.node]
    before = names[: names.index("QuantizeLinear")]
    wanted = ["Cast", "Div", "Div", "Sub", "Transpose"]
    assert sorted(n for n in before if n != "DequantizeLinear") == wanted
    quantized = [
        onnx.numpy_helper.to_array(i)
        for i in graph.initializer
        if i.data_type == onnx.TensorProto.INT8 and len(i.dims) == 4
    ]
    assert len(quantized) == names.count("Conv") == 12
    # 7 bits, so that sums cannot saturate on any processor.
    assert max(np.abs(weight.astype(int)).max() for weight in quantized) <= 64
    scales = [i for i in graph.initializer if i.name.endswith("conv1.weight_scale")]
    assert all(scale.dims for scale in scales), "one scale a channel"


@pytest.fixture
def _always_wrong(monkeypatch: pytest.MonkeyPatch):
    """A quantization that turns the best class into the worst."""

    def write(source: Path, target: Path, _batches: object) -> int:
        model = onnx.load(source)
        (head,) = (node for node in model.graph.node if node.op_type == "Gemm")
        next(a for a in head.attribute if a.name == "alpha").f = -1.0
        next(a for a in head.attribute if a.name == "beta").f = -1.0
        onnx.save(model, target)
        return 0

    monkeypatch.setattr(quantization, "quantize_graph", write)


@pytest.mark.usefixtures("_always_wrong")
def test_a_worse_model_is_refused_and_nothing_is_written_over(
    quantize: Quantize, trained: Path, tmp_path: Path
):
    accuracy = read_json(trained / "metrics.json")["test_accuracy"]
    drop = 100 * (2 * accuracy - 1)
    assert drop > 50
    folder = tmp_path / "int8"
    shutil.copytree(trained, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    status, out = quantize("--max-drop", f"{drop - 1:g}")
    assert status == 1
    assert f"INT8 loses {drop:.2f} percentage points of test accuracy" in out
    assert f"more than --max-drop {drop - 1:g} allows and not by chance" in out
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before

    assert quantize("--max-drop", f"{drop:g}")[0] == 0
    metrics = read_json(folder / "metrics.json")
    assert metrics["test_accuracy"] == pytest.approx(1 - accuracy)
    assert metrics["quantization"]["accuracy_drop_points"] == pytest.approx(drop)
    assert metrics["quantization"]["agreement"] == 0


def test_calibration_sees_training_photos_and_the_comparison_test_photos(
    quantize: Quantize, monkeypatch: pytest.MonkeyPatch
):
    seen: list[set[str]] = []
    real = Decoder.batches

    def spy(self: Decoder, parts: Sequence[Sequence[Photo]], views: Sequence[int]) -> Any:
        seen.append({photo.name for part in parts for photo in part})
        return real(self, parts, views)

    monkeypatch.setattr(Decoder, "batches", spy)
    status, out = quantize("--calibration_photos", "7", "--max-drop", "100")
    assert status == 0, out
    calibrated, compared = seen
    assert len(calibrated) == 7
    assert {name.split("/")[0] for name in calibrated} == {"train"}
    assert {name.split("/")[1] for name in calibrated} == {"across", "upright"}
    assert {name.split("/")[0] for name in compared} == {"test"}


def test_photos_are_spread_over_the_classes():
    photos = [Photo(Path(), str(i), i // 10, "") for i in range(50)]
    assert [photo.label for photo in spread(photos, 5)] == [0, 1, 2, 3, 4]
    assert spread(photos, 50) == photos
    assert spread(photos, 1000) == photos


def comparison(
    paired: Paired, rates: tuple[tuple[float, ...], ...] = ((1.0,), (1.0,))
) -> Comparison:
    """Where the float model names all photos rightly but those that INT8 alone does."""
    truth = np.zeros(paired.photos, np.int64)

    def result(wrong: int) -> Evaluation:
        logits = torch.zeros(paired.photos, 2)
        logits[:wrong, 1] = 1
        logits[wrong:, 0] = 1
        return evaluate(logits, truth)

    before, after = result(paired.gained), result(paired.lost)
    both = (Measured(each, 1, r) for each, r in zip((before, after), rates, strict=True))
    return Comparison(*both, paired, 1.0, 0.0)


@pytest.mark.parametrize(
    ("photos", "lost", "gained", "written"),
    [
        (372, 8, 5, True),  # 0.8 points, by chance in 29 % of such cases
        (8, 1, 0, True),
        (8, 4, 0, True),
        (8, 5, 0, False),
        (400, 2, 0, True),
        (372, 30, 10, False),
        (100_000, 480, 20, True),  # established, and within 0.5 points
        (100_000, 560, 20, False),
    ],
)
def test_a_loss_is_refused_where_it_is_too_large_and_not_by_chance(
    photos: int, lost: int, gained: int, written: bool
):
    settings = read_quantization_settings(["--data", ".", "--model_dir", "."], {})
    one = comparison(Paired(photos, lost, gained))
    with contextlib.nullcontext() if written else pytest.raises(TrainingError, match="95% conf"):
        quantization.require_accuracy(one, settings)


def test_few_photos_are_not_taken_for_a_proof(caplog: pytest.LogCaptureFixture):
    settings = read_quantization_settings(["--data", ".", "--model_dir", "."], {})
    quantization.require_accuracy(comparison(Paired(10_000, 0, 0)), settings)
    assert caplog.text == ""
    quantization.require_accuracy(comparison(Paired(8, 0, 0)), settings)
    assert "8 test photos cannot show that INT8 keeps within --max-drop 0.5" in caplog.text


def test_the_test_and_the_bound_are_those_of_the_books():
    # By hand: (C(5,4) + C(5,5)) / 2^5; and z^2 / (n + z^2) where no photo differs.
    assert Paired(20, 4, 1).p_value == 6 / 32
    assert Paired(20, 0, 0).p_value == 1
    assert Paired(8, 0, 0).largest_drop == pytest.approx(100 * Z**2 / (8 + Z**2))
    # The drop on other photos stays below it in 95 of 100 cases.
    generator = np.random.default_rng(0)
    for n, lost, gained in ((30, 0.1, 0.05), (372, 0.02, 0.015), (100, 0.3, 0.1)):
        draws = generator.multinomial(n, [lost, gained, 1 - lost - gained], 1000)
        bounds = [Paired(n, int(b), int(c)).largest_drop for b, c, _ in draws]
        held = np.mean([bound >= 100 * (lost - gained) for bound in bounds])
        assert 0.92 <= held <= 0.99


def test_speeds_do_not_contradict_each_other():
    # The median of the rounds' ratios would be 1.11.
    rates = ((59.2, 30.0, 90.0), (40.0, 52.8, 100.0))
    lines = comparison(Paired(8, 0, 0), rates).lines()
    assert any("59.2 a second in FP32, 52.8 in INT8, 0.89 times as fast" in line for line in lines)
    assert any("Warning: INT8 is slower than FP32 here" in line for line in lines)


def test_the_model_can_be_replaced_by_its_int8_form(
    quantize: Quantize, trained: Path, int8: Path, tmp_path: Path
):
    model = tmp_path / "model"
    shutil.copytree(trained, model)
    same = ("--model_dir", str(model), "--int8_dir", str(model), "--workers", "1")
    status, out = quantize(*same)
    assert status == 0, out
    assert read_json(model / "metrics.json")["precision"] == "int8"
    # And the same photos give the same model, whatever the number of workers.
    assert (model / "model.onnx").read_bytes() == (int8 / "model.onnx").read_bytes()
    status, out = quantize(*same)
    assert status == 1
    assert f"{model} holds an INT8 model already" in out


def test_other_photos_than_those_of_the_training_are_told(quantize: Quantize, tmp_path: Path):
    other = make_dataset(tmp_path / "other", {"train": 5, "valid": 1, "test": 3})
    status, out = quantize("--data", str(other), "--max-drop", "100")
    assert status == 0, out
    assert f"trained with other photos than those in {other}" in out


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("model.onnx", None, "has no model.onnx: pass a folder that train.py wrote"),
        ("classes.json", "{", "classes.json is not JSON"),
        ("classes.json", '{"a": 1}', "is not a JSON array of class names"),
        ("classes.json", '["across", "other"]', r"have other classes (other, upright)"),
        ("classes.json", '["upright", "across"]', "have other classes (in another order)"),
        ("metrics.json", "[]", "metrics.json is not a JSON object"),
        ("preprocess.json", '{"crop": 64}', "which this version does not know"),
        (
            "preprocess.json",
            '{"version": 1, "exif_orientation": true, "resize": 73, "crop": 64, "filter": "box"}',
            "which this version does not know",
        ),
    ],
)
def test_a_folder_that_is_no_model_is_one_message(
    quantize: Quantize, trained: Path, tmp_path: Path, name: str, content: str | None, message: str
):
    model = tmp_path / "model"
    shutil.copytree(trained, model)
    (model / name).unlink()
    if content is not None:
        (model / name).write_text(content)
    status, out = quantize("--model_dir", str(model))
    assert status == 1
    assert message in out
    assert "Traceback" not in out
    assert not list((tmp_path).glob("int8/*"))


def test_a_damaged_graph_is_one_message(quantize: Quantize, trained: Path, tmp_path: Path):
    model = tmp_path / "model"
    shutil.copytree(trained, model)
    (model / "model.onnx").write_bytes(b"no graph")
    status, out = quantize("--model_dir", str(model))
    assert status == 1
    assert f"{model / 'model.onnx'} cannot be quantized" in out
    assert "Traceback" not in out


def test_wrong_settings_are_all_told(quantize: Quantize):
    status, out = quantize("--max-drop", "-1", "--calibration_photos", "0", "--epochs", "3")
    assert status == 2
    assert "--max_drop '-1': out of range, allowed is a number from 0 up to 100" in out
    assert "--calibration_photos '0'" in out
    assert "option --epochs does not exist" in out
    assert "3 wrong settings" in out
