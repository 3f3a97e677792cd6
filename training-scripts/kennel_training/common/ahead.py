"""Work in threads or processes, a bounded number of items ahead of whoever takes the results."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_ahead(
    work: Callable[[Item], Result], items: Iterable[Item], workers: int | Executor, ahead: int
) -> Iterator[Result]:
    """Results in the order of ``items``, which are read in the caller's thread.

    Args:
        work: called by one of the workers; what it raises is raised here.
        items: read no further than ``ahead`` beyond the last result that was taken.
        workers: how many threads work at once, or a pool, which stays open.
        ahead: how many items may be under way or finished and waiting.
    """
    pool = ThreadPoolExecutor(workers) if isinstance(workers, int) else workers
    pending: deque[Future[Result]] = deque()
    try:
        for item in items:
            pending.append(pool.submit(work, item))
            if len(pending) >= ahead:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for future in pending:
            future.cancel()
        if pool is not workers:
            pool.shutdown(wait=False)
