"""A quantization from its arguments to its exit status."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from kennel_training.command import run_command
from kennel_training.common.errors import TrainingError
from kennel_training.data.dataset import index_dataset
from kennel_training.data.locate import find_photos
from kennel_training.data.skipped import SkippedFiles
from kennel_training.model.directory import held_model_directory
from kennel_training.model.trained_model import TrainedModel, read_model_directory
from kennel_training.quantization.settings import QuantizationSettings, read_quantization_settings
from kennel_training.s3.folders import copied


def _quantize(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    settings = read_quantization_settings(arguments, environment)
    with copied(settings.s3_folders):
        settings = replace(settings, data=find_photos(settings.data))
        model = read_model_directory(settings.model_dir)
        if "quantization" in model.metrics:
            raise TrainingError(
                f"{settings.model_dir} holds an INT8 model already: pass the model that it was "
                "made from with --model_dir"
            )
        with held_model_directory("--int8_dir", settings.int8_dir):
            _quantize_model(settings, model)


main = partial(run_command, _quantize)


def _quantize_model(settings: QuantizationSettings, model: TrainedModel) -> None:
    skipped = SkippedFiles(settings.max_bad)
    dataset = index_dataset(settings.data, skipped, settings.workers)
    if dataset.classes != model.classes:
        theirs = set(dataset.classes).symmetric_difference(model.classes)
        raise TrainingError(
            f"{settings.data} and {settings.model_dir} have other classes "
            f"({', '.join(sorted(theirs)[:5]) or 'in another order'}): pass the photos that the "
            "model was trained with"
        )
    # Loading ONNX Runtime takes a second; whatever is wrong so far has been said without it.
    from kennel_training.quantization.quantize import quantize

    quantize(settings, model, dataset, skipped)
