"""
Choosing what stood where bytes were lost: many short lattices at once, first by pairs of characters, then by the model.

Each slot of a run has its options, often some hundred characters. Pairs of characters speak against most of them, and
pairs are looked up by the thousand; the few options that stay are judged by the whole language model. What comes out
is the chance of an option over all readings of its run, not only the best reading.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from union_corpus.language_model import load_model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from union_corpus.language_model import Model, Trie

Found = TypeVar("Found")

# By pairs: so many options of a slot go on to the model, and are what its neighbours are judged after and before, unless
# they are less likely than the best by this factor. Longer options than a float can count have this chance.
_KEPT, _FAR, _LEAST = 24, 3e-3, 1e-20

# Runs of slots with so few options go to the model at once.
_FEW = 6

# By the model: of so many readings of a run each is followed, unless it is less likely than the best by this factor. How
# likely a reading is takes in how well it goes on by pairs, without which three times as many had to be followed.
_BEAM, _HOPELESS = 16, 5e-3
# A reading does not go on by an option that pairs make less likely than the best of its run by this factor.
_OUT = 1e-2
# What is less likely than the best reading by this factor before readings that end alike are added up is not counted.
_NEGLIGIBLE = 1e-3

# So many runs are read side by side.
_SIDE_BY_SIDE = 256

# Pairs are looked up in a square of the most frequent characters; all others share one row and one column.
_FREQUENT, _RARE = 2500, -15.0


class Ends(NamedTuple):
    """Of each option the place of its first and last character in the square of pairs, and the chance of the rest."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    inner: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Options:
    """
    What can have stood in a place: strings, and the log of how likely each is apart from its surroundings.

    Whoever makes options keeps them, so that their numbers are worked out once; these are the same for every model
    that has the packaged one as its first part.
    """

    strings: tuple[str, ...]
    priors: Sequence[float]

    def with_priors(self, log_priors: NDArray[np.float64]) -> Options:
        """The same strings, each as likely as given."""
        other = Options(self.strings, log_priors)  # type: ignore[arg-type]
        # What does not depend on the priors need not be worked out again.
        vars(other).update(codes=self.codes, lengths=self.lengths, chars=self.chars, log_priors=log_priors)
        return other

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        import numpy as np

        return np.fromiter(map(len, self.strings), dtype=np.int64, count=len(self.strings))

    @cached_property
    def codes(self) -> NDArray[np.uint32]:
        """The code points of all strings, one after the other."""
        import numpy as np

        return np.frombuffer("".join(self.strings).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)

    @cached_property
    def chars(self) -> NDArray[np.int64]:
        """The character numbers of all strings, one a row."""
        import numpy as np

        chars = np.zeros((len(self.strings), max(self.lengths)), dtype=np.int64)
        chars[np.arange(chars.shape[1]) < self.lengths[:, None]] = load_model().ids("".join(self.strings))
        return chars

    @cached_property
    def log_priors(self) -> NDArray[np.float64]:
        import numpy as np

        return np.array(self.priors)

    @cached_property
    def ends(self) -> Ends:
        import numpy as np

        trie = load_model().parts[0][1]
        square, _ = _squares(trie)
        rows = _places(trie)[load_model().ids("".join(self.strings))]
        ends = np.cumsum(self.lengths)
        begins = ends - self.lengths
        within = np.ones(len(rows))
        within[1:] = square[rows[:-1], rows[1:]]
        within[begins] = 1.0
        inner = np.multiply.reduceat(within, begins) * np.exp(self.log_priors)
        return Ends(rows[begins], rows[ends - 1], np.maximum(inner, _LEAST).astype(np.float32))


class Run(NamedTuple):
    """Slots that are decided together, and the characters that stand before them."""

    history: str
    slots: Sequence[Options]


class Choice(NamedTuple):
    """The number of the likeliest option of a slot, and its chance over all readings."""

    number: int
    chance: float


# A search that asks for runs to be chosen, is sent the choices, and so on, until it ends with what it found.
Search = Generator[Sequence[Run], list[list[Choice]], Found]


def searched(searches: Sequence[Search[Found]], model: Model) -> list[Found]:
    """
    What each of several searches finds; what they ask for at the same time is chosen side by side.

    A choice costs little more for a hundred runs than for one.
    """
    found: dict[int, Found] = {}
    asking: dict[int, Sequence[Run]] = {}

    def resume(number: int, choices: list[list[Choice]] | None) -> None:
        try:
            asking[number] = searches[number].send(choices)  # type: ignore[arg-type]
        except StopIteration as stop:
            found[number] = stop.value

    for number in range(len(searches)):
        resume(number, None)
    while asking:
        answered, asking = asking, {}
        choices = choose([run for runs in answered.values() for run in runs], model)
        done = 0
        for number, runs in answered.items():
            resume(number, choices[done : done + len(runs)])
            done += len(runs)
    return [found[number] for number in range(len(searches))]


def choose(runs: Sequence[Run], model: Model) -> list[list[Choice]]:
    """
    The likeliest option of every slot of every run, in the order given.

    >>> from union_corpus.language_model import load_model
    >>> slots = [Options(("代", "袋"), (0.0, 0.0)), Options(("表大会",), (0.0,))]
    >>> [choice.number for choice in choose([Run("职工", slots)], load_model())[0]]
    [0, 0]
    """
    kept = [_kept_by_pairs(run, model) for run in runs]
    chosen = [[Choice(int(some.numbers[0]), 1.0) for some in slots] for slots in kept]
    open_parts = [
        part
        for number, (run, slots) in enumerate(zip(runs, kept, strict=True))
        for part in _open_parts(number, run, slots, model.order - 1)
    ]
    # Parts of about the same length side by side, the longest first, so that those not yet over come first.
    open_parts.sort(key=lambda part: -len(part.kept))
    for first in range(0, len(open_parts), _SIDE_BY_SIDE):
        parts = open_parts[first : first + _SIDE_BY_SIDE]
        for part, choices in zip(parts, _weighed(parts, model), strict=True):
            chosen[part.number][part.begin : part.begin + len(choices)] = choices
    return chosen


class _Kept(NamedTuple):
    """Options of a slot that pairs of characters leave: their numbers, and how well each goes on, the best 1."""

    options: Options
    numbers: NDArray[np.int64]
    onward: NDArray[np.float32]


class _Part(NamedTuple):
    """Slots of a run, from the slot ``begin`` on, that pairs of characters leave open, and what stands before them."""

    number: int
    begin: int
    history: str
    kept: Sequence[_Kept]


def _open_parts(number: int, run: Run, kept: Sequence[_Kept], reach: int) -> Iterator[_Part]:
    """What pairs of characters leave open of a run: parts with so many sure characters between that the model forgets."""
    before = run.history
    at = 0
    while at < len(kept):
        if len(kept[at].numbers) == 1:
            before += kept[at].options.strings[int(kept[at].numbers[0])]
            at += 1
            continue
        end, quiet = at + 1, ""
        while end < len(kept) and len(quiet) < reach:
            some = kept[end]
            quiet = quiet + some.options.strings[int(some.numbers[0])] if len(some.numbers) == 1 else ""
            end += 1
        yield _Part(number, at, before[-reach:], kept[at:end])
        before, at = quiet, end


class _Pool:
    """The numbers of all options that some parts have, one after the other, so that many are looked up at once."""

    def __init__(self, parts: Sequence[_Part]) -> None:
        import numpy as np

        distinct = list({id(some.options): some.options for part in parts for some in part.kept}.values())
        sizes = [len(options.strings) for options in distinct]
        begins = (np.cumsum(sizes) - sizes).tolist()
        self.begins = {id(options): begin for options, begin in zip(distinct, begins, strict=True)}
        ends = [options.ends for options in distinct]
        self.first, self.last, self.inner = (np.concatenate(parts) for parts in zip(*ends, strict=True))
        self.lengths = np.concatenate([options.lengths for options in distinct])
        self.log_priors = np.concatenate([options.log_priors for options in distinct])
        self.chars = np.zeros((len(self.lengths), int(self.lengths.max())), dtype=np.int64)
        for options, begin in zip(distinct, begins, strict=True):
            self.chars[begin : begin + len(options.chars), : options.chars.shape[1]] = options.chars


# -- by pairs --------------------------------------------------------------------------------------------------------


def _kept_by_pairs(run: Run, model: Model) -> list[_Kept]:
    """The options of each slot that pairs of characters do not speak against."""
    import numpy as np

    if all(len(options.strings) <= _FEW for options in run.slots):
        return [_all_of(options) for options in run.slots]
    trie = model.parts[0][1]
    after, before = _squares(trie)
    one = np.ones(1, dtype=np.float32)
    rows, weight = _places(trie)[model.ids(run.history[-1:] or "\n")], one
    reached = []
    for options in run.slots:
        slot = options.ends
        if len(slot.inner) == 1:
            reached.append(one)
            rows, weight = slot.last, one
            continue
        # Whole rows lie together in memory, single cells do not: adding up all of them is faster.
        chance = (weight @ after[rows])[slot.first] * slot.inner
        reached.append(chance)
        top, weight = _likeliest(chance)
        rows = slot.last[top]
    kept = []
    onward = np.ones(len(run.slots[-1].strings), dtype=np.float32)
    for at in range(len(run.slots) - 1, -1, -1):
        options = run.slots[at]
        slot = options.ends
        if len(slot.inner) == 1:
            kept.append(_all_of(options))
            rows, weight = slot.first, one
        else:
            top, _ = _likeliest(reached[at] * onward)
            onward = onward[top] / onward[top].max()
            kept.append(_Kept(options, top, onward))
            rows, weight = slot.first[top], onward * slot.inner[top]
        if at and len(run.slots[at - 1].strings) > 1:
            onward = (weight @ before[rows])[run.slots[at - 1].ends.last]
    if len(model.parts) > 1:
        # Pairs of the packaged model do not tell how well a name goes on that only the user's own reports have.
        kept = [some._replace(onward=np.ones_like(some.onward)) for some in kept]
    return kept[::-1]


def _all_of(options: Options) -> _Kept:
    import numpy as np

    return _Kept(options, np.arange(len(options.strings)), np.ones(len(options.strings), dtype=np.float32))


def _likeliest(worth: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Where the greatest values stand, those far less than the best left out, and how they compare to the best."""
    if len(worth) <= _KEPT:
        chances = worth / worth.max()
        near = (chances > _FAR).nonzero()[0]
        return near, chances[near]
    top = worth.argpartition(-_KEPT)[-_KEPT:]
    chances = worth[top]
    chances /= chances.max()
    near = chances > _FAR
    return top[near], chances[near]


@cache
def _squares(trie: Trie) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Chance of a frequent character (column) after another (row), and the same turned over."""
    import numpy as np

    place = _places(trie)
    kept = np.flatnonzero(place < _FREQUENT)
    square = np.full((_FREQUENT + 1, _FREQUENT + 1), np.exp(_RARE), dtype=np.float32)
    alone = np.exp(trie.log_probs[0][kept])
    square[np.ix_(place[kept], place[kept])] = alone[None, :] * np.exp(trie.backoffs[0][kept])[:, None]
    square[_FREQUENT, place[kept]] = alone
    history, char = trie.keys[1] // trie.size, trie.keys[1] % trie.size
    both = (place[history] < _FREQUENT) & (place[char] < _FREQUENT)
    square[place[history[both]], place[char[both]]] = np.exp(trie.log_probs[1][both])
    return square, np.ascontiguousarray(square.T)


@cache
def _places(trie: Trie) -> NDArray[np.int64]:
    """Character number → row of the square of pairs."""
    import numpy as np

    frequency = trie.log_probs[0]
    place = np.full(len(frequency), _FREQUENT, dtype=np.int64)
    order = np.argsort(-frequency, kind="stable")[:_FREQUENT]
    place[order] = np.arange(len(order))
    return place


# -- by the model ----------------------------------------------------------------------------------------------------


class _Memory:
    """What an n-gram model remembers of some readings: the entries of their last one, two, three … characters, or -1."""

    def __init__(self, trie: Trie) -> None:
        import numpy as np

        self.trie = trie
        # An entry that is not known, -1, has no back-off.
        self.backoffs = [np.append(backoffs, np.float32(0.0)) for backoffs in trie.backoffs]
        # Of every entry whether a longer one goes on from it; none does from -1.
        self.leads_on = [np.zeros(len(keys) + 1, dtype=bool) for keys in trie.keys]
        for leads_on, longer in zip(self.leads_on, trie.keys[1:], strict=False):
            leads_on[longer // trie.size] = True

    def begun(self, histories: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
        """The entries of some histories, one a column, the shortest in the first row."""
        import numpy as np

        lengths = range(1, self.trie.order)
        entries = np.full((len(lengths), len(histories)), -1, dtype=np.int64)
        for n in lengths:
            long = [number for number, ids in enumerate(histories) if len(ids) >= n]
            if long:
                entries[n - 1, long] = self.trie.find(np.array([histories[number][-n:] for number in long]))
        return entries

    def go_on(
        self, entries: NDArray[np.int64], chars: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The entries and the log probability after one more character each."""
        import numpy as np

        trie = self.trie
        score = trie.log_probs[0][chars]
        grown = np.empty_like(entries)
        grown[:1] = chars
        grown[1:] = -1
        for n in range(1, trie.order):
            history = entries[n - 1]
            score += self.backoffs[n - 1][history]
            # Most histories of three characters lead nowhere, and need not be looked up.
            asked = np.flatnonzero(self.leads_on[n - 1][history])
            found = trie.look_up(n, history[asked] * trie.size + chars[asked])
            is_known = found >= 0
            known, found = asked[is_known], found[is_known]
            score[known] = trie.log_probs[n][found]
            if n + 1 < trie.order:
                grown[n, known] = found
        return grown, score


@lru_cache(maxsize=2)
def _memories(model: Model) -> list[tuple[float, _Memory]]:
    return [(share, _Memory(trie)) for share, trie in model.parts]


class _Slots(NamedTuple):
    """The kept options of one step of all parts, one after the other: their part, number and place in the pool."""

    run: NDArray[np.int64]
    number: NDArray[np.int64]
    place: NDArray[np.int64]
    onward: NDArray[np.float32]


def _slots(parts: Sequence[_Part], pool: _Pool, step: int) -> _Slots:
    import numpy as np

    found = [part.kept[step] for part in parts if len(part.kept) > step]
    counts = [len(some.numbers) for some in found]
    run = np.repeat(np.arange(len(found)), counts)
    number = np.concatenate([some.numbers for some in found])
    begins = np.array([pool.begins[id(some.options)] for some in found])
    return _Slots(run, number, number + begins[run], np.concatenate([some.onward for some in found]))


class _Readings(NamedTuple):
    """The readings that are followed, in the order of their runs: how each ends, what is remembered of it, its chance."""

    run: NDArray[np.int64]
    last: NDArray[np.int64]
    entries: list[NDArray[np.int64]]
    chance: NDArray[np.float64]


class _Edges(NamedTuple):
    """One step of all readings: which went on to which, by which option, and how likely that was."""

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    option: NDArray[np.int64]
    weight: NDArray[np.float64]


def _weighed(parts: Sequence[_Part], model: Model) -> list[list[Choice]]:
    """The likeliest of the kept options of each slot, and its chance over all readings of the model."""
    import numpy as np

    pool = _Pool(parts)
    histories = [model.ids(part.history) for part in parts]
    lasts = _places(model.parts[0][1])[model.ids("".join(part.history[-1:] or "\n" for part in parts))]
    readings = _Readings(
        np.arange(len(parts)), lasts, [memory.begun(histories) for _, memory in _memories(model)], np.ones(len(parts))
    )
    steps: list[tuple[_Readings, _Slots, _Edges]] = []
    for step in range(len(parts[0].kept)):
        slots = _slots(parts, pool, step)
        before, (readings, edges) = readings, _stepped(readings, slots, pool, model)
        steps.append((before, slots, edges))
    choices: list[list[Choice]] = [[] for _ in parts]
    onward = np.ones(len(readings.run))
    ended = np.ones(len(readings.run), dtype=bool)
    for before, slots, edges in reversed(steps):
        value = edges.weight * np.where(ended, 1.0, onward)[edges.target]
        shares = _sums(edges.option, before.chance[edges.source] * value, len(slots.run))
        begins = _begins(slots.run)
        totals = np.add.reduceat(shares, begins)
        most = np.maximum.reduceat(shares, begins)
        counts = np.diff(np.append(begins, len(shares)))
        best = np.flatnonzero(shares == np.repeat(most, counts))
        # Of several that are as likely, the first.
        best = best[np.searchsorted(best, begins)]
        found = zip(slots.run[best].tolist(), slots.number[best].tolist(), (most / totals).tolist(), strict=True)
        for run, number, chance in found:
            choices[run].append(Choice(number, chance))
        onward = _sums(edges.source, value, len(before.run))
        onward /= _of_best(before.run, onward)
        # A run that was over before this step has nothing behind it.
        ended = ~np.isin(before.run, slots.run)
    return [found[::-1] for found in choices]


def _stepped(readings: _Readings, slots: _Slots, pool: _Pool, model: Model) -> tuple[_Readings, _Edges]:
    """All readings gone on by every option of their run's next slot; those that now end alike are one."""
    import numpy as np

    counts = np.bincount(slots.run, minlength=int(readings.run.max()) + 1)
    own = counts[readings.run]
    source = np.repeat(np.arange(len(own)), own)
    option = np.arange(len(source)) + np.repeat(
        (np.cumsum(counts) - counts)[readings.run] - (np.cumsum(own) - own), own
    )
    if len(model.parts) == 1:
        source, option = _paired(readings, slots, source, option, pool, model)
    entries, score = _gone_on(readings, source, slots.place[option], pool, model)
    weight = np.exp(score + pool.log_priors[slots.place[option]])
    run = readings.run[source]
    chance = readings.chance[source] * weight
    worth = chance * slots.onward[option]
    counted = np.flatnonzero(worth > _NEGLIGIBLE * _of_best(run, worth))
    source, option, run = source[counted], option[counted], run[counted]
    weight, chance, worth = weight[counted], chance[counted], worth[counted]
    entries = [part[:, counted] for part in entries]
    known = np.zeros(len(source), dtype=np.int64)
    for part in entries:
        known = known * _PRIME + _remembered(part)
    # The run comes first, so that readings stay in the order of their runs.
    _, first, target = np.unique((run << 48) | (known & _LOW), return_index=True, return_inverse=True)
    chance, worth = (_sums(target, values, len(first)) for values in (chance, worth))
    run = run[first]
    chance /= _of_best(run, chance)
    followed = worth > _HOPELESS * _of_best(run, worth)
    best = np.flatnonzero(followed)
    best = best[np.lexsort((-worth[best], run[best]))]
    followed[best[_ranks(run[best]) >= _BEAM]] = False
    number = np.cumsum(followed) - 1
    stays = followed[target]
    edges = _Edges(source[stays], number[target[stays]], option[stays], weight[stays])
    first = first[followed]
    last = pool.last[slots.place[option[first]]]
    return _Readings(run[followed], last, [part[:, first] for part in entries], chance[followed]), edges


def _paired(
    readings: _Readings,
    slots: _Slots,
    source: NDArray[np.int64],
    option: NDArray[np.int64],
    pool: _Pool,
    model: Model,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    The readings and options that may follow each other: those left out that pairs of characters all but rule out.

    The pairs are those of the packaged model: what the user's own reports speak for is not judged by them.
    """
    square, _ = _squares(model.parts[0][1])
    place = slots.place[option]
    worth = readings.chance[source] * square[readings.last[source], pool.first[place]]
    worth *= pool.inner[place] * slots.onward[option]
    stays = worth > _OUT * _of_best(readings.run[source], worth)
    return source[stays], option[stays]


def _gone_on(
    readings: _Readings, source: NDArray[np.int64], place: NDArray[np.int64], pool: _Pool, model: Model
) -> tuple[list[NDArray[np.int64]], NDArray[np.float64]]:
    """What is remembered after each option, and its log probability."""
    import numpy as np

    entries = [part[:, source] for part in readings.entries]
    score = np.zeros(len(source))
    lengths = pool.lengths[place]
    for at in range(int(lengths.max())):
        longer = np.flatnonzero(lengths > at)
        chars = pool.chars[place[longer], at]
        parts = []
        for part, (share, memory) in zip(entries, _memories(model), strict=True):
            part[:, longer], log_prob = memory.go_on(part[:, longer], chars)
            parts.append(log_prob + np.log(share))
        score[longer] += np.logaddexp.reduce(parts)
    return entries, score


# Several models' memories as one number: a product may run over, which tells as much.
_PRIME, _LOW = 0x9E3779B97F4A7C15 >> 1, (1 << 48) - 1


def _remembered(entries: NDArray[np.int64]) -> NDArray[np.int64]:
    """The longest known history of each reading as one number; it tells the shorter ones."""
    import numpy as np

    known = np.zeros(entries.shape[1], dtype=np.int64)
    for row, found in enumerate(entries):
        known = np.where(found >= 0, found * len(entries) + row, known)
    return known


def _sums(places: NDArray[np.int64], values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """The values summed up by place."""
    import numpy as np

    return np.bincount(places, values, minlength=size).astype(np.float64, copy=False)


def _begins(runs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each run begins among numbers in the order of their runs."""
    import numpy as np

    return np.flatnonzero(np.diff(runs, prepend=-1))


def _ranks(runs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which of its run each is, from nought on."""
    import numpy as np

    begins = _begins(runs)
    return np.arange(len(runs)) - np.repeat(begins, np.diff(np.append(begins, len(runs))))


def _of_best(runs: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each value the greatest of its run; never nought."""
    import numpy as np

    begins = _begins(runs)
    most = np.maximum(np.maximum.reduceat(values, begins), 1e-37)
    return np.repeat(most, np.diff(np.append(begins, len(runs))))
