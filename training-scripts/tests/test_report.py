"""The report of a run: what it shows, and that nobody's names can do harm in it."""

import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from kennel_training.common.epoch import Epoch
from kennel_training.common.run_record import RunRecord
from kennel_training.data.dataset import Dataset, Photo
from kennel_training.data.skipped import SkippedFiles
from kennel_training.data.transform import Preprocessing
from kennel_training.head.evaluation import evaluate
from kennel_training.head.fit import Head
from kennel_training.head.metrics import describe
from kennel_training.head.reliability import describe_reliability, fit_temperature
from kennel_training.ranks.placement import find_placement
from kennel_training.reports import report
from kennel_training.reports.card import describe_limits
from kennel_training.reports.matrix import lay_out
from kennel_training.reports.report import FinishedRun, write_report
from kennel_training.settings.training import read_settings
from tests.conftest import environment, read_json

HOSTILE = '<script>alert("1")</script> $x^2$ \' & {{ 7 * 7 }}'
PHOTOS_A_CLASS = 6
MEGABYTE = 1_000_000

Make = Callable[..., FinishedRun]


class Elements(HTMLParser):
    """Names and attributes of a page's elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


@pytest.fixture
def make_run(tmp_path: Path) -> Make:
    """A finished run of made-up figures on one real photo."""
    file = tmp_path / "photo.jpg"
    noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    Image.fromarray(noise).save(file)

    def make(
        count: int, name: str = "class", price: float | None = None, finetuned: bool = False
    ) -> FinishedRun:
        classes = tuple(f"{number:04} {name}" for number in range(count))
        splits = {
            split: tuple(
                Photo(file, f"{split}/{classes[label]}/{i}.jpg", label, f"{split}{label}{i}")
                for label in range(count)
                for i in range(PHOTOS_A_CLASS)
            )
            for split in ("train", "valid", "test")
        }
        labels = np.repeat(np.arange(count), PHOTOS_A_CLASS)
        generator = torch.Generator().manual_seed(0)
        logits = torch.randn(len(labels), count, generator=generator)
        # Every third photo is left to chance, the others are right.
        sure = np.flatnonzero(np.arange(len(labels)) % 3)
        logits[sure, labels[sure]] += 8
        result = evaluate(logits, labels)
        skipped = SkippedFiles(10)
        skipped.add(f"train/{name}.jpg", f"truncated {name}")
        dataset = Dataset(classes, splits, ((f"train/{name}", f"test/{name}"),))
        history = tuple(Epoch(n, 2 / n, 2.5 / n, 1 - 1 / n) for n in (1, 2, 3))
        folders = ("--model_dir", str(tmp_path / "model"), "--output_dir", str(tmp_path / "output"))
        settings = read_settings(["--data", str(tmp_path), *folders], environment(tmp_path))
        calibration = describe_reliability(logits, labels, fit_temperature(logits, labels))
        head = Head(torch.zeros(count, 4), torch.zeros(count), 3, history)
        metrics = describe(settings, dataset, "0" * 64, "fp32", head, result, calibration, skipped)
        return FinishedRun(
            settings,
            classes,
            Preprocessing.for_image_size(64),
            "1" * 64,
            metrics,
            history if finetuned else (),
            history,
            splits["test"],
            result,
            RunRecord(hourly_price=price).to_json("cpu"),
        )

    return make


def written(run: FinishedRun) -> str:
    write_report(run)
    return (run.settings.output_dir / "report.html").read_text()


def test_the_report_stands_alone_and_runs_nothing(make_run: Make):
    page = written(make_run(8, price=3.6))
    elements = Elements(page)
    assert "script" not in elements.names
    assert "link" not in elements.names
    for name, value in elements.attributes:
        assert not name.startswith("on")
        if name in ("src", "href", "xlink:href"):
            assert value.startswith(("#", "data:image/jpeg;base64,")), value
    assert "default-src 'none'" in page
    # matplotlib's identifiers would collide between plots.
    identifiers = [value for name, value in elements.attributes if name == "id"]
    assert len(identifiers) == len(set(identifiers))
    # Colours come from the page's style, so that a dark screen has its own.
    assert "var(--blue)" in page
    assert not re.search(r"(?:fill|stroke): #", page)


@pytest.mark.parametrize(
    ("count", "side", "numbers"), [(2, 44, True), (8, 44, True), (133, 13, False)]
)
def test_the_matrix_shows_every_class_and_every_mistake(
    make_run: Make, count: int, side: int, numbers: bool
):
    run = make_run(count)
    matrix = lay_out(run.result.confusion, run.classes)
    assert (matrix.side, matrix.numbers, matrix.left_out) == (side, numbers, 0)
    assert [name for name, _, _ in matrix.rows] == list(run.classes)
    np.testing.assert_array_equal([counts for _, _, counts in matrix.rows], run.result.confusion)
    page = written(run)
    cells = Counter(re.findall(r'<td class="(right|wrong)', page))
    right = int((np.diag(run.result.confusion) > 0).sum())
    assert cells["right"] == right
    assert cells["wrong"] == int((run.result.confusion > 0).sum()) - right
    assert f"{run.classes[1]} predicted as {run.classes[1]}: " in page


def test_size_is_bounded_whatever_the_number_of_classes(make_run: Make):
    run = make_run(300)
    page = written(run)
    assert len(page) < 2 * MEGABYTE
    assert page.count("<img") == 12 * 2
    matrix = lay_out(run.result.confusion, run.classes)
    assert len(matrix.rows) == 150
    assert matrix.left_out == 150
    assert "150 classes with the fewest mistakes are left out" in page
    crowded = lay_out(np.full((150, 150), 2) + np.eye(150, dtype=int), run.classes[:150])
    left = np.array([counts for _, _, counts in crowded.rows])
    assert np.count_nonzero(left) == 6000
    assert (np.diag(left) == 3).all()


def test_names_of_classes_and_files_are_only_text(make_run: Make):
    page = written(make_run(4, HOSTILE))
    elements = Elements(page)
    assert "script" not in elements.names
    assert "<script" not in page
    assert "{{ 7 * 7 }}" in page
    assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt; $x^2$ &#39; &amp;" in page


def test_a_name_without_a_spelling_is_shown_with_question_marks(make_run: Make):
    run = make_run(2, "caf\udce9")
    assert "0000 caf?" in written(run)
    # The files for programs lose nothing.
    mistakes = read_json(run.settings.output_dir / "mistakes.json")
    assert mistakes[0]["class"].endswith("caf\udce9")


def test_the_worst_classes_come_first_with_their_mistakes(make_run: Make):
    run = make_run(8)
    page = written(run)
    mistakes = read_json(run.settings.output_dir / "mistakes.json")
    wrong = int(run.result.confusion.sum() - np.trace(run.result.confusion))
    assert len(mistakes) == wrong
    assert f"{wrong} of {8 * PHOTOS_A_CLASS} test photos are named wrongly" in page
    assert mistakes[0].keys() == {"photo", "class", "predicted", "probability"}
    by_probability = [mistake["probability"] for mistake in mistakes]
    assert by_probability == sorted(by_probability, reverse=True)
    section = page[page.index("<h2>Worst classes") :]
    headings = re.findall(r"<h3><bdi>(.*?)</bdi></h3>", section)
    recall = {name: figures["recall"] for name, figures in run.metrics["per_class"].items()}
    assert [recall[name] for name in headings] == sorted(recall[name] for name in headings)
    assert set(headings) == {mistake["class"] for mistake in mistakes}
    assert page.count("data:image/jpeg;base64,") == wrong


def test_a_photo_that_is_gone_leaves_a_gap(make_run: Make):
    run = make_run(8)
    run.test_photos[0].path.unlink()
    page = written(run)
    assert "data:image" not in page
    assert '<div class="gone">' in page


def test_cost_is_told_where_the_price_is_known(make_run: Make, monkeypatch: pytest.MonkeyPatch):
    assert "pass it with --hourly_price" in written(make_run(2))
    times = iter((0.0, 90.0))
    monkeypatch.setattr("kennel_training.common.run_record.time.monotonic", lambda: next(times))
    run = make_run(2, price=0.4)
    monkeypatch.undo()
    assert run.took["price"]["cost"] == 0.01
    assert "$0.0100: 1 min 30 s on 1 \u00d7 this machine at $0.4 an hour" in written(run)


def test_the_price_of_a_job_follows_its_instances(tmp_path: Path):
    config = tmp_path / "input/config"
    config.mkdir(parents=True)
    (config / "resourceconfig.json").write_text(
        '{"current_host": "algo-1", "hosts": ["algo-1", "algo-2"], '
        '"current_instance_type": "ml.m5.2xlarge"}'
    )
    placement = find_placement(tmp_path, {})
    took = RunRecord(placement.instance_type, placement.instances).to_json("cpu")
    assert took["machine"]["instance_type"] == "ml.m5.2xlarge"
    assert took["machine"]["instances"] == 2
    assert took["price"]["hourly"] == 0.461
    assert RunRecord("ml.new", 1, 2.0).to_json("cpu")["price"]["source"] == "--hourly_price"
    assert RunRecord("ml.new").to_json("cpu")["price"]["cost"] is None


def test_a_report_that_fails_is_a_warning_and_leaves_no_old_one(
    make_run: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    run = make_run(2)
    written(run)

    def broken(*_: object, **__: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(report, "render_page", broken)
    write_report(run)
    assert "report.html could not be written: MemoryError" in caplog.text
    assert not (run.settings.output_dir / "report.html").exists()


def test_the_card_names_the_limits_that_the_run_shows(make_run: Make):
    run = make_run(8)
    limits = " ".join(describe_limits(run.metrics))
    low, high = run.metrics["test_accuracy_interval"]
    assert f"between {100 * low:.1f} and {100 * high:.1f} %" in limits
    assert "Fewer than 10 test photos, so little is known of 0000 class" in limits
    assert "1 photo stands in two splits" in limits
    assert "1 file could not be read" in limits
    page = written(run)
    assert "grants no rights to the photos behind the weights" in page


def test_fine_tuning_has_curves_of_its_own(make_run: Make):
    run = make_run(2, finetuned=True)
    page = written(run)
    for title in ("Loss of fine-tuning", "Accuracy of fine-tuning", "Loss of the head"):
        assert f"<figcaption>{title}</figcaption>" in page
    epochs = read_json(run.settings.output_dir / "finetuning.json")
    assert [epoch["number"] for epoch in epochs] == [1, 2, 3]
    assert "of fine-tuning" not in written(make_run(2))


def test_lists_of_bad_files_and_duplicates_are_there(make_run: Make):
    page = written(make_run(2))
    assert '<td class="name"><bdi>train/class.jpg</bdi></td>' in page
    assert "truncated class" in page
    assert "<bdi>test/class</bdi>" in page
