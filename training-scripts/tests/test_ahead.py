"""Work ahead: in order, bounded, and what fails is told."""

import threading
from collections.abc import Iterator

import pytest

from kennel_training.common.ahead import map_ahead


def test_results_keep_the_order_of_the_items():
    second_done = threading.Event()

    def work(item: int) -> int:
        # The first one ends after the second.
        if item == 0:
            assert second_done.wait(10)
        if item == 1:
            second_done.set()
        return item * item

    assert list(map_ahead(work, range(5), workers=2, ahead=4)) == [0, 1, 4, 9, 16]


def test_items_are_read_no_further_than_allowed():
    read: list[int] = []

    def items() -> Iterator[int]:
        for item in range(10):
            read.append(item)
            yield item

    results = map_ahead(str, items(), workers=1, ahead=3)
    assert next(results) == "0"
    assert read == [0, 1, 2]


def test_what_the_work_raises_is_raised_in_its_turn():
    def work(item: int) -> float:
        return 1 / item

    results = map_ahead(work, (1, 2, 0, 4), workers=2, ahead=4)
    assert [next(results), next(results)] == [1, 0.5]
    with pytest.raises(ZeroDivisionError):
        next(results)
