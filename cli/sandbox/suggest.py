"""Suggests hyperparameters for the next trial of a tuning job, by Optuna's samplers."""

from typing import Any

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.trial import TrialState, create_trial


def suggest(
    strategy: str, seed: int, minimize: bool, ranges: dict[str, Any], trials: list[dict[str, Any]]
) -> dict[str, str]:
    """Suggest a value for each hyperparameter, as SageMaker writes it.

    Arguments:
        strategy: SageMaker's; ``Random`` looks at no trial, all others learn from them.
        seed: another for each trial; one that failed is not among ``trials``.
        minimize: whether a smaller objective is better.
        ranges: SageMaker's ``ParameterRanges``.
        trials: ``{"parameters", "value"}`` of each so far; ``value`` is None while it runs.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    distributions = dict(_distributions(ranges))
    sampler: BaseSampler = (
        RandomSampler(seed) if strategy == "Random" else TPESampler(seed=seed, constant_liar=True)
    )
    study = optuna.create_study(direction="minimize" if minimize else "maximize", sampler=sampler)
    for trial in trials:
        value = trial["value"]
        study.add_trial(
            create_trial(
                state=TrialState.RUNNING if value is None else TrialState.COMPLETE,
                value=value,
                params=_read(trial["parameters"], distributions),
                distributions=distributions,
            )
        )
    return {name: str(value) for name, value in study.ask(distributions).params.items()}


def _distributions(ranges: dict[str, Any]) -> list[tuple[str, BaseDistribution]]:
    def scale(each: dict[str, Any]) -> bool:
        return each.get("ScalingType") == "Logarithmic"

    return [
        *(
            (
                each["Name"],
                FloatDistribution(
                    float(each["MinValue"]), float(each["MaxValue"]), log=scale(each)
                ),
            )
            for each in ranges.get("ContinuousParameterRanges") or []
        ),
        *(
            (
                each["Name"],
                IntDistribution(int(each["MinValue"]), int(each["MaxValue"]), log=scale(each)),
            )
            for each in ranges.get("IntegerParameterRanges") or []
        ),
        *(
            (each["Name"], CategoricalDistribution(each["Values"]))
            for each in ranges.get("CategoricalParameterRanges") or []
        ),
    ]


def _read(parameters: dict[str, str], distributions: dict[str, BaseDistribution]) -> dict[str, Any]:
    kinds = {FloatDistribution: float, IntDistribution: int}
    return {
        name: kinds.get(type(distributions[name]), str)(text) for name, text in parameters.items()
    }
