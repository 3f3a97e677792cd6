"""Tuning runs: what they try, keep, report and write."""

import contextlib
import json
import re
import shutil
import signal
from pathlib import Path

import optuna
import pytest
from optuna.trial import TrialState

from kennel_training.common.errors import TrainingError
from kennel_training.main import main as train
from kennel_training.tuning import search as tuning
from kennel_training.tuning.main import main
from kennel_training.tuning.settings import read_tuning_settings
from tests.conftest import arguments, environment, make_dataset, read_json
from tests.ranks import start_rank

pytestmark = pytest.mark.usefixtures("shallow_network")


def tune(capsys: pytest.CaptureFixture[str], command: list[str], base: Path) -> tuple[int, str]:
    """Run in this process; the status and everything printed."""
    status = main(command, environment(base))
    captured = capsys.readouterr()
    return status, captured.out + captured.err


def studies(folder: Path) -> list[optuna.Study]:
    storage = f"sqlite:///{folder / 'checkpoints/tuning.sqlite3'}"
    names = optuna.get_all_study_names(storage)
    return [optuna.load_study(study_name=name, storage=storage) for name in names]


@pytest.fixture(scope="module")
def tuned(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished search of 12 trials, and what it printed; nobody writes there."""
    folder = tmp_path_factory.mktemp("tuned")
    command = arguments(photos, folder, "--trials", "12", "--epochs", "6")
    with (folder / "out.txt").open("w") as out, contextlib.redirect_stdout(out):
        assert main(command, environment(folder / "ml")) == 0
    return folder


def test_the_best_trial_becomes_the_model(tuned: Path):
    content = read_json(tuned / "output/tuning.json")
    complete = [t for t in content["trials"] if t["state"] == "complete"]
    best = min(complete, key=lambda trial: trial["validation_loss"])
    assert content["best"] == best
    metrics = read_json(tuned / "model/metrics.json")
    for name, value in best["settings"].items():
        assert metrics["settings"][name] == value
    # Fitted again from the same features: the very same losses.
    assert metrics["valid_loss"] == round(best["validation_loss"], 6)
    history = read_json(tuned / "output/history.json")
    losses = {str(epoch["number"]): epoch["validation_loss"] for epoch in history}
    assert losses == best["validation_loss_by_epoch"]
    assert (tuned / "model/model.onnx").is_file()


def test_trials_stay_within_their_ranges_and_differ(tuned: Path):
    content = read_json(tuned / "output/tuning.json")
    assert len(content["trials"]) == 12
    assert len({json.dumps(trial["settings"]) for trial in content["trials"]}) == 12
    for trial in content["trials"]:
        settings = trial["settings"]
        assert 0.0001 <= settings["learning_rate"] <= 0.1
        assert 0.0001 <= settings["weight_decay"] <= 0.1
        assert settings["batch_size"] in (32, 64, 128, 256)
        assert 3 <= settings["patience"] <= 10
    # On a log scale about a third falls into each decade; on a linear one a tenth below 0.01.
    assert sum(trial["settings"]["learning_rate"] < 0.01 for trial in content["trials"]) >= 3


def test_hopeless_trials_are_given_up(tuned: Path):
    (study,) = studies(tuned)
    pruned = study.get_trials(states=(TrialState.PRUNED,))
    assert pruned
    for trial in pruned:
        assert tuning.UNPRUNED_EPOCHS < len(trial.intermediate_values) < 6
        assert trial.number >= tuning.UNPRUNED_TRIALS


def test_the_page_stands_alone_and_shows_every_plot(tuned: Path):
    page = (tuned / "output/tuning.html").read_text()
    assert page.count("<svg") == 6
    for title in ("trial", "epoch", "learning rate", "batch size", "weight decay", "patience"):
        assert f"<figcaption>Validation loss by {title}</figcaption>" in page
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    best = read_json(tuned / "output/tuning.json")["best"]
    assert f"<td>{best['validation_loss']:.4f}</td>" in page


def test_other_photos_are_another_search(
    tuned: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    shutil.copytree(tuned / "checkpoints", tmp_path / "checkpoints")
    data = make_dataset(tmp_path / "more", {"train": 6, "valid": 3, "test": 2})
    assert tune(capsys, arguments(data, tmp_path, "--trials", "2"), base)[0] == 0
    assert sorted(len(study.trials) for study in studies(tmp_path)) == [2, 12]


def test_parallel_trials_give_what_each_gives_alone(
    photos: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    command = arguments(photos, tmp_path, "--trials", "8", "--jobs", "3")
    status, out = tune(capsys, command, base)
    assert status == 0, out
    content = read_json(tmp_path / "output/tuning.json")
    assert len(content["trials"]) == 8
    metrics = read_json(tmp_path / "model/metrics.json")
    # The final fit runs alone.
    assert metrics["valid_loss"] == round(content["best"]["validation_loss"], 6)


def test_the_test_split_is_touched_once_and_last(tuned: Path):
    out = (tuned / "out.txt").read_text()
    assert out.count("test photos") == 1
    assert out.index("Tried 12 settings") < out.index("Epoch 1:") < out.index("test photos")
    assert len(re.findall(r"^Trial \d+: ", out, re.M)) == 12
    assert len(re.findall(r"^Testing Accuracy: ", out, re.M)) == 1
    assert "| Trial | Validation loss | Accuracy | Best epoch | Learning rate |" in out
    # Only the final fit prints epochs, so a tuning job's objective is the model's.
    assert len(re.findall(r"^Epoch 1: ", out, re.M)) == 1


def test_another_test_split_changes_nothing_but_its_figures(
    tuned: Path, photos: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    data = tmp_path / "photos"
    shutil.copytree(photos, data)
    # Every test photo is in the wrong class now.
    (data / "test/across").rename(data / "test/other")
    (data / "test/upright").rename(data / "test/across")
    (data / "test/other").rename(data / "test/upright")
    status, out = tune(capsys, arguments(data, tmp_path, "--trials", "12", "--epochs", "6"), base)
    assert status == 0, out

    def found(folder: Path) -> list[tuple[object, ...]]:
        trials = read_json(folder / "output/tuning.json")["trials"]
        return [(t["settings"], t["state"], t["validation_loss_by_epoch"]) for t in trials]

    assert found(tmp_path) == found(tuned)
    model = (tuned / "model/model.onnx").read_bytes()
    assert (tmp_path / "model/model.onnx").read_bytes() == model
    before, after = (read_json(f / "model/metrics.json") for f in (tuned, tmp_path))
    assert after["test_accuracy"] == pytest.approx(1 - before["test_accuracy"])
    assert after["calibration"]["temperature"] == before["calibration"]["temperature"]


def test_poison_in_the_test_split_is_met_only_at_the_end(
    photos: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    data = tmp_path / "photos"
    shutil.copytree(photos, data)
    for photo in (data / "test").glob("*/*.jpg"):
        # The head of a photo, so that only decoding can tell.
        photo.write_bytes(photo.read_bytes()[:700])
    command = arguments(data, tmp_path, "--trials", "2", "--max_bad", "0")
    status, out = tune(capsys, command, base)
    assert status == 1
    assert out.index("Tried 2 settings") < out.index("Epoch 3:") < out.index("Skipped test/")
    assert "Testing Loss" not in out
    assert "more than --max-bad 0 allows" in (base / "output/failure").read_text()
    assert not list((tmp_path / "model").iterdir())


def test_a_stopped_search_goes_on_and_a_second_one_waits_its_turn(
    photos: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    command = arguments(photos, tmp_path, "--jobs", "2")
    endless = [*command, "--trials", "100000"]
    process = start_rank(endless, environment(base), base, program="kennel_training.tuning.main")
    process.await_line("Trial 3: ")
    status, out = tune(capsys, command, base)
    assert status == 1
    assert f"another tune.py is at work in {tmp_path / 'checkpoints'}: wait for its end" in out
    process.send_signal(signal.SIGTERM)
    outcome = process.finish()
    assert outcome.status == 143
    message = "Stopped by SIGTERM; the same command goes on from the finished trials\n"
    assert outcome.error.endswith(message)
    assert not list((tmp_path / "model").iterdir())

    (study,) = studies(tmp_path)
    done = sum(trial.state.is_finished() for trial in study.trials)
    status, out = tune(capsys, [*command, "--trials", str(done + 1)], base)
    assert status == 0, out
    assert "train photos: all from the cache" in out
    assert f"Going on from {done} finished trials; 1 are left" in out
    assert "Tried 1 settings" in out
    (study,) = studies(tmp_path)
    states = [trial.state for trial in study.trials]
    assert TrialState.RUNNING not in states
    tried = [json.dumps(trial.params) for trial in study.trials if trial.params]
    assert len(set(tried)) == len(tried)
    assert (tmp_path / "model/model.onnx").is_file()


def test_hyperparameters_of_a_tuning_job_are_read_and_checked(
    photos: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    config = base / "input/config"
    config.mkdir(parents=True)
    given = {
        "learning_rate": "0.001:0.01",
        "batch-size": "32,64",
        "trials": "7",
        "data": str(photos),
    }
    (config / "hyperparameters.json").write_text(json.dumps(given))
    settings = read_tuning_settings([], environment(base))
    assert settings.space.learning_rate == (0.001, 0.01)
    assert settings.space.batch_size == (32, 64)
    assert settings.trials == 7
    # train.py tries nothing: a range there is a mistake.
    assert train([], environment(base)) == 2
    assert "--learning_rate '0.001:0.01' (hyperparameters.json): not a number" in (
        capsys.readouterr().err
    )
    assert "hyperparameter 'trials'" in (base / "output/failure").read_text()


def test_settings_that_all_fail_are_named(
    photos: Path,
    tmp_path: Path,
    base: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    def hopeless(*_: object, **__: object) -> None:
        raise TrainingError("the loss of epoch 1 is not a finite number")

    monkeypatch.setattr(tuning, "fit_head", hopeless)
    status, out = tune(capsys, arguments(photos, tmp_path, "--trials", "2"), base)
    assert status == 1
    assert "no trial came to an end with a finite loss: lower the learning rates" in out
    assert "--learning_rate 0.0001:0.1" in out
    assert not list((tmp_path / "model").iterdir())


@pytest.mark.parametrize(
    ("option", "text", "reason"),
    [
        ("--learning_rate", "0.1:0.001", "the lower end comes first"),
        ("--learning_rate", "0.1:", "not a number"),
        ("--weight_decay", "0:0.1", "a log scale has no 0"),
        ("--batch_size", "32,32", "a value occurs twice"),
        ("--batch_size", "32;64", "not a whole number"),
        ("--patience", "0:3", "out of range"),
        ("--trials", "0", "out of range"),
        ("--jobs", "many", "not a whole number"),
    ],
)
def test_wrong_ranges_are_named(
    photos: Path,
    base: Path,
    capsys: pytest.CaptureFixture[str],
    option: str,
    text: str,
    reason: str,
):
    status, out = tune(capsys, ["--data", str(photos), option, text], base)
    assert status == 2
    assert f"{option} {text!r}: {reason}, allowed is " in out
    assert f"for example {option} " in out


def test_one_value_is_fixed(photos: Path, base: Path):
    command = ["--data", str(photos), "--learning-rate", "0.01", "--batch_size", "8"]
    settings = read_tuning_settings([*command, "--weight_decay", "0"], environment(base))
    assert settings.space.learning_rate == (0.01, 0.01)
    assert settings.space.weight_decay == (0, 0)
    assert settings.space.batch_size == (8,)
    assert settings.training.batch_size == 8


def test_a_damaged_storage_is_kept_aside(
    photos: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    storage = tmp_path / "checkpoints/tuning.sqlite3"
    storage.parent.mkdir()
    storage.write_bytes(b"damaged" * 1000)
    status, out = tune(capsys, arguments(photos, tmp_path, "--trials", "1"), base)
    assert status == 0, out
    assert f"Warning: {storage} is damaged, kept as tuning.damaged; starting again" in out
    assert (storage.parent / "tuning.damaged").read_bytes() == b"damaged" * 1000
    assert len(studies(tmp_path)) == 1


def test_a_storage_that_cannot_be_opened_is_named(
    photos: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    storage = tmp_path / "checkpoints/tuning.sqlite3"
    storage.mkdir(parents=True)
    status, out = tune(capsys, arguments(photos, tmp_path, "--trials", "2"), base)
    assert status == 1
    assert f"{storage}, which keeps the trials, cannot be used (" in out
    assert "Traceback" not in out
