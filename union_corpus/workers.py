"""The same function over many things, in their order, on one or several processes, holding only a few at a time."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from union_corpus.errors import UnionCorpusError

Given = TypeVar("Given")
Made = TypeVar("Made")


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """
    The cycle collector off for the length of one file.

    A report makes tens of thousands of small frozen objects and no cycles, and looking through them again and again
    takes a sixth of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def map_in_order(function: Callable[[Given], Made], things: Iterable[Given], *, workers: int = 1) -> Iterator[Made]:
    """
    Results in the order of ``things``, whatever the number of workers.

    With one worker nothing is started. With more, ``function`` and the things must be picklable; at most four things
    a worker are under way at once, so a long stream is never held whole.
    """
    if not isinstance(workers, int):
        raise TypeError(f"workers is a number of processes, not {workers!r}")
    if workers <= 1:
        yield from map(function, things)
        return
    import multiprocessing
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    # Not fork: a parent with threads (Jupyter, pyarrow) may hang in the child.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting: deque[Future[Made]] = deque()
        try:
            for thing in things:
                waiting.append(pool.submit(function, thing))
                if len(waiting) >= 4 * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise UnionCorpusError(
                "a worker process ended before its work did; a script must start its work under "
                'if __name__ == "__main__": (a notebook need not), and where memory is short, workers=1 takes least'
            ) from error
