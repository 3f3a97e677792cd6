"""Precedence and refusal of settings."""

import json
from pathlib import Path

import pytest

from kennel_training.common.errors import SettingsError
from kennel_training.settings.training import Settings, read_settings


@pytest.fixture
def data(base: Path) -> Path:
    folder = base / "input/data/training"
    folder.mkdir(parents=True)
    return folder


def hyperparameters(base: Path, **content: object) -> None:
    path = base / "input/config/hyperparameters.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({k.replace("__", "-"): v for k, v in content.items()}))


def read(base: Path, *arguments: str, **variables: str) -> Settings:
    return read_settings(arguments, {"SAGEMAKER_BASE_DIR": str(base), **variables})


def problems(base: Path, *arguments: str, **variables: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        read(base, *arguments, **variables)
    return caught.value.problems


def test_defaults_lie_below_the_base_directory(base: Path, data: Path):
    settings = read(base)
    assert settings.data == data
    assert settings.model_dir == base / "model"
    assert settings.output_dir == base / "output/data"
    assert settings.checkpoint_dir == base / "checkpoints"
    assert (settings.backbone, settings.weights) == ("resnet50", "imagenet")


@pytest.mark.usefixtures("data")
def test_each_source_beats_the_next(base: Path):
    variables = {"SM_HP_EPOCHS": "2", "SM_MODEL_DIR": str(base / "from-variable")}
    assert read(base).epochs == 20
    assert read(base, **variables).epochs == 2
    assert read(base, **variables).model_dir == base / "from-variable"
    hyperparameters(base, epochs="3", model_dir=str(base / "from-file"))
    assert read(base, **variables).epochs == 3
    assert read(base, **variables).model_dir == base / "from-file"
    assert read(base, "--epochs", "4", **variables).epochs == 4
    assert read(base, "--model_dir", str(base / "x"), **variables).model_dir == base / "x"


@pytest.mark.usefixtures("data")
def test_the_last_of_a_repeated_option_counts(base: Path):
    # kennel-train puts its arguments behind the stack's options.
    settings = read(base, "--batch_size", "16", "--epochs", "2", "--epochs", "5", "--batch-size=8")
    assert (settings.epochs, settings.batch_size) == (5, 8)


def test_the_channel_variable_names_the_data(base: Path, tmp_path: Path):
    assert read(base, SM_CHANNEL_TRAINING=str(tmp_path)).data == tmp_path


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("option", ["--batch-size", "--batch_size"])
def test_hyphen_and_underscore_are_alike_on_the_command_line(base: Path, option: str):
    assert read(base, option, "7").batch_size == 7
    assert read(base, f"{option}=8").batch_size == 8


@pytest.mark.usefixtures("data")
def test_hyphen_and_underscore_are_alike_in_the_file(base: Path):
    hyperparameters(base, batch__size="9", learning_rate="0.5")
    assert (read(base).batch_size, read(base).learning_rate) == (9, 0.5)


@pytest.mark.usefixtures("data")
def test_hyperparameters_may_be_json_encoded_once_more(base: Path):
    hyperparameters(base, backbone='"resnet18"', batch_size='"32"', epochs=6)
    settings = read(base)
    assert (settings.backbone, settings.batch_size, settings.epochs) == ("resnet18", 32, 6)


@pytest.mark.usefixtures("data")
def test_keys_of_sagemaker_itself_are_not_hyperparameters(base: Path):
    hyperparameters(base, sagemaker_program="train.py", _tuning_objective_metric="loss")
    assert read(base).epochs == 20


@pytest.mark.usefixtures("data")
def test_an_unknown_hyperparameter_is_refused_with_a_suggestion(base: Path):
    hyperparameters(base, learning_rat="0.1")
    assert problems(base) == (
        "hyperparameter 'learning_rat' (hyperparameters.json) does not exist; "
        "did you mean learning_rate?",
    )


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("lr", "learning_rate"),
        ("wd", "weight_decay"),
        ("bs", "batch_size"),
        ("Seed", "seed"),
        ("EPOCHS", "epochs"),
        ("num-workers", "workers"),
        ("n_epochs", "epochs"),
        ("test-batch-size", "batch_size"),
        ("learning-rates", "learning_rate"),
        ("data-dir", "data"),
        ("arch", "backbone"),
        ("img-size", "image_size"),
        ("check", "checkpoint_dir"),
        ("pretrained", "weights"),
    ],
)
def test_an_option_a_slip_away_from_a_known_one_is_named(base: Path, given: str, meant: str):
    (problem,) = problems(base, f"--{given}", "1")
    assert problem == f"option --{given} does not exist; did you mean --{meant}?"
    hyperparameters(base, **{given.replace("-", "_"): "1"})
    assert problems(base)[0].endswith(f"did you mean {meant}?")


@pytest.mark.usefixtures("data")
def test_an_option_like_no_other_lists_all(base: Path):
    (problem,) = problems(base, "--device", "cuda")
    assert "option --device does not exist; allowed are data, model_dir, " in problem


@pytest.mark.usefixtures("data")
def test_every_problem_is_reported_at_once(base: Path):
    hyperparameters(base, seed="-1", colour="red")
    found = problems(base, "--epochs", "many", "--backbone", "vgg", "--epoch", "5", "stray")
    assert len(found) == 6
    text = "\n".join(found)
    assert "--epochs 'many': not a whole number, allowed is a whole number from 1 to 10000" in text
    assert "for example --epochs 20" in text
    assert "--backbone 'vgg': allowed is resnet18 | " in text
    assert "--seed '-1' (hyperparameters.json): out of range" in text
    assert "hyperparameter 'colour'" in text
    assert "option --epoch does not exist; did you mean --epochs?" in text
    assert "'stray' belongs to no option" in text


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--epochs", "0"),
        ("--epochs", "1.5"),
        ("--batch-size", "-3"),
        ("--learning_rate", "0"),
        ("--learning_rate", "nan"),
        ("--learning_rate", "inf"),
        ("--weight_decay", "-0.1"),
        ("--image-size", "8"),
        ("--views", "0"),
        ("--workers", "0"),
        ("--max-bad", "-1"),
        ("--precision", "fp16"),
        ("--backend", "mpi"),
        ("--unfreeze", "some"),
        ("--weights", "nowhere.pth"),
        ("--weights", ""),
        ("--data", "no such folder"),
        ("--model_dir", __file__),
    ],
)
def test_a_wrong_value_names_key_allowed_and_example(base: Path, option: str, value: str):
    (problem,) = problems(base, option, value)
    name = option.replace("-", "_").replace("__", "--", 1)
    assert problem.startswith(f"{name} {value!r}:")
    assert "allowed is" in problem
    assert f"for example {name}" in problem


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("content", ["{", "[1]", '"text"'])
def test_a_damaged_hyperparameter_file_is_named(base: Path, content: str):
    path = base / "input/config/hyperparameters.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    (problem,) = problems(base)
    assert str(path) in problem
    assert "allowed is a JSON object" in problem


def test_missing_data_says_where_it_was_looked_for(base: Path):
    (problem,) = problems(base)
    assert f"--data '{base}/input/data/training' (default): no such folder" in problem


@pytest.mark.usefixtures("data")
def test_an_option_without_its_value_is_named(base: Path):
    hyperparameters(base, colour="red")
    found = problems(base, "--epochs", "--seed", "1")
    assert len(found) == 2
    assert "hyperparameter 'colour'" in found[0]
    assert found[1] == "--epochs: expected one argument; see --help"


def test_help_names_every_setting(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as stopped:
        read_settings(["--help"], {})
    assert stopped.value.code == 0
    out = capsys.readouterr().out
    for option in ("--data", "--batch-size", "--learning_rate", "--weights", "--max-bad"):
        assert option in out
