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
    distributions = _distributions(ranges)
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


def _distributions(ranges: dict[str, Any]) -> dict[str, BaseDistribution]:
    return {
        each["Name"]: _distribution(kind, each)
        for kind in ("Continuous", "Integer", "Categorical")
        for each in ranges.get(f"{kind}ParameterRanges") or []
    }


def _distribution(kind: str, each: dict[str, Any]) -> BaseDistribution:
    if kind == "Categorical":
        return CategoricalDistribution(each["Values"])
    log = each.get("ScalingType") == "Logarithmic"
    if kind == "Integer":
        return IntDistribution(int(each["MinValue"]), int(each["MaxValue"]), log=log)
    return FloatDistribution(float(each["MinValue"]), float(each["MaxValue"]), log=log)


def _read(parameters: dict[str, str], distributions: dict[str, BaseDistribution]) -> dict[str, Any]:
    kinds = {FloatDistribution: float, IntDistribution: int}
    return {
        name: kinds.get(type(distributions[name]), str)(text) for name, text in parameters.items()
    }
