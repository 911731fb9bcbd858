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
_KEPT, _FAR, _LEAST = 24, 3e-3, 1e-30

# Runs of slots with so few options go to the model at once; up to so many columns are looked up one by one.
_FEW, _COLUMNS = 6, 150

# By the model: of so many readings of a run each is followed, unless it is less likely than the best by this factor.
_BEAM, _HOPELESS = 48, 1e-3
# A reading does not go on by an option that its last character makes less likely than the best by this factor.
_OUT = 5e-4
# What is less likely than the best reading by this factor before readings that end alike are added up is not counted.
_NEGLIGIBLE = 3e-5

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
    priors: tuple[float, ...]

    def with_priors(self, log_priors: NDArray[np.float64]) -> Options:
        """The same strings, each as likely as given."""
        other = Options(self.strings, tuple(log_priors.tolist()))
        # What does not depend on the priors need not be worked out again.
        vars(other).update(lengths=self.lengths, chars=self.chars, log_priors=log_priors)
        return other

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        import numpy as np

        return np.array([len(string) for string in self.strings])

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
    chosen: list[list[Choice]] = []
    open_parts: list[_Part] = []
    for number, run in enumerate(runs):
        kept = _kept_by_pairs(run, model)
        chosen.append([Choice(int(some[0]), 1.0) for some in kept])
        open_parts += _open_parts(number, run, kept, model.order - 1)
    # Parts of about the same length side by side, the longest first, so that those not yet over come first.
    open_parts.sort(key=lambda part: -len(part.run.slots))
    for first in range(0, len(open_parts), _SIDE_BY_SIDE):
        parts = open_parts[first : first + _SIDE_BY_SIDE]
        weighed = _weighed([part.run for part in parts], [part.kept for part in parts], model)
        for part, choices in zip(parts, weighed, strict=True):
            chosen[part.number][part.begin : part.begin + len(choices)] = choices
    return chosen


class _Part(NamedTuple):
    """Slots of a run, from the slot ``begin`` on, that pairs of characters leave open, and the options they leave."""

    number: int
    begin: int
    run: Run
    kept: Sequence[NDArray[np.int64]]


def _open_parts(number: int, run: Run, kept: Sequence[NDArray[np.int64]], reach: int) -> Iterator[_Part]:
    """What pairs of characters leave open of a run: parts with so many sure characters between that the model forgets."""
    before = run.history
    at = 0
    while at < len(kept):
        if len(kept[at]) == 1:
            before += run.slots[at].strings[int(kept[at][0])]
            at += 1
            continue
        end, quiet = at + 1, ""
        while end < len(kept) and len(quiet) < reach:
            quiet = quiet + run.slots[end].strings[int(kept[end][0])] if len(kept[end]) == 1 else ""
            end += 1
        yield _Part(number, at, Run(before[-reach:], run.slots[at:end]), kept[at:end])
        before, at = quiet, end


# -- by pairs --------------------------------------------------------------------------------------------------------


def _kept_by_pairs(run: Run, model: Model) -> list[NDArray[np.int64]]:
    """The numbers of the options of each slot that pairs of characters do not speak against."""
    import numpy as np

    if all(len(options.strings) <= _FEW for options in run.slots):
        return [np.arange(len(options.strings)) for options in run.slots]
    trie = model.parts[0][1]
    after, before = _squares(trie)
    slots = [options.ends for options in run.slots]
    rows = _places(trie)[model.ids(run.history[-1:] or "\n")]
    sure, first = np.ones(1, dtype=np.float32), np.zeros(1, dtype=np.int64)
    weight = sure
    reached = []
    for slot in slots:
        if len(slot.inner) == 1:
            reached.append(sure)
            rows, weight = slot.last, sure
            continue
        chance = _summed(weight, after, rows, slot.first) * slot.inner
        chance /= chance.max()
        reached.append(chance)
        top = _likeliest(chance)
        rows, weight = slot.last[top], chance[top]
    kept = []
    onward: NDArray[np.float32] = np.ones(len(slots[-1].last), dtype=np.float32)
    for at in range(len(slots) - 1, -1, -1):
        slot = slots[at]
        top = first if len(slot.inner) == 1 else _likeliest(reached[at] * onward)
        kept.append(top)
        if at and len(slots[at - 1].inner) == 1:
            onward = sure
        elif at:
            onward = _summed((onward * slot.inner)[top], before, slot.first[top], slots[at - 1].last)
            onward /= onward.max()
    return kept[::-1]


def _summed(
    weight: NDArray[np.float32], square: NDArray[np.float32], rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.float32]:
    """The weighted sum of some rows, in some columns."""
    if len(columns) < _COLUMNS:
        return weight @ square[rows[:, None], columns]
    # Whole rows lie together in memory, single cells do not: adding up all of them is faster.
    return (weight @ square[rows])[columns]


def _likeliest(worth: NDArray[np.float32]) -> NDArray[np.int64]:
    """Where the greatest values stand, those far less than the best left out."""
    import numpy as np

    top = np.arange(len(worth)) if len(worth) <= _KEPT else (-worth).argpartition(_KEPT - 1)[:_KEPT]
    chances = worth[top]
    return top[chances > chances.max() * _FAR]


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
    """The kept options of one step of all runs, one after the other."""

    run: NDArray[np.int64]
    number: NDArray[np.int64]
    chars: NDArray[np.int64]
    lengths: NDArray[np.int64]
    prior: NDArray[np.float64]
    ends: Ends


def _slots(runs: Sequence[Run], kept: Sequence[Sequence[NDArray[np.int64]]], step: int) -> _Slots:
    import numpy as np

    found = [(row, kept[row][step], run.slots[step]) for row, run in enumerate(runs) if len(run.slots) > step]
    counts = [len(some) for _, some, _ in found]
    stops = np.cumsum(counts)
    chars = np.zeros((stops[-1], max(options.chars.shape[1] for _, _, options in found)), dtype=np.int64)
    for end, (_, some, options) in zip(stops, found, strict=True):
        chars[end - len(some) : end, : options.chars.shape[1]] = options.chars[some]
    ends = zip(*(options.ends for _, _, options in found), strict=True)
    return _Slots(
        run=np.repeat([row for row, _, _ in found], counts),
        number=np.concatenate([some for _, some, _ in found]),
        chars=chars,
        lengths=np.concatenate([options.lengths[some] for _, some, options in found]),
        prior=np.concatenate([options.log_priors[some] for _, some, options in found]),
        ends=Ends(
            *(np.concatenate([part[some] for (_, some, _), part in zip(found, parts, strict=True)]) for parts in ends)
        ),
    )


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


def _weighed(runs: Sequence[Run], kept: Sequence[Sequence[NDArray[np.int64]]], model: Model) -> list[list[Choice]]:
    """The likeliest of the kept options of each slot, and its chance over all readings of the model."""
    import numpy as np

    histories = [model.ids(run.history) for run in runs]
    lasts = _places(model.parts[0][1])[model.ids("".join(run.history[-1:] or "\n" for run in runs))]
    readings = _Readings(
        np.arange(len(runs)), lasts, [memory.begun(histories) for _, memory in _memories(model)], np.ones(len(runs))
    )
    steps: list[tuple[_Readings, _Slots, _Edges]] = []
    for step in range(len(runs[0].slots)):
        slots = _slots(runs, kept, step)
        before, (readings, edges) = readings, _stepped(readings, slots, model)
        steps.append((before, slots, edges))
    choices: list[list[Choice]] = [[] for _ in runs]
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


def _stepped(readings: _Readings, slots: _Slots, model: Model) -> tuple[_Readings, _Edges]:
    """All readings gone on by every option of their run's next slot; those that now end alike are one."""
    import numpy as np

    counts = np.bincount(slots.run, minlength=int(readings.run.max()) + 1)
    own = counts[readings.run]
    source = np.repeat(np.arange(len(own)), own)
    option = np.arange(len(source)) + np.repeat(
        (np.cumsum(counts) - counts)[readings.run] - (np.cumsum(own) - own), own
    )
    if len(model.parts) == 1:
        source, option = _paired(readings, slots, source, option, np.repeat(own > _FEW, own), model)
    entries, score = _gone_on(readings, source, slots, option, model)
    weight = np.exp(score + slots.prior[option])
    run = readings.run[source]
    chance = readings.chance[source] * weight
    counted = np.flatnonzero(chance > _NEGLIGIBLE * _of_best(run, chance))
    source, option, run = source[counted], option[counted], run[counted]
    weight, chance = weight[counted], chance[counted]
    entries = [part[:, counted] for part in entries]
    known = np.zeros(len(source), dtype=np.int64)
    for part in entries:
        known = known * _PRIME + _remembered(part)
    # The run comes first, so that readings stay in the order of their runs.
    _, first, target = np.unique((run << 48) | (known & _LOW), return_index=True, return_inverse=True)
    chance = _sums(target, chance, len(first))
    run = run[first]
    chance /= _of_best(run, chance)
    followed = chance > _HOPELESS
    best = np.flatnonzero(followed)
    best = best[np.lexsort((-chance[best], run[best]))]
    begins = _begins(run[best])
    rank = np.arange(len(best)) - np.repeat(begins, np.diff(np.append(begins, len(best))))
    followed[best[rank >= _BEAM]] = False
    number = np.cumsum(followed) - 1
    stays = followed[target]
    edges = _Edges(source[stays], number[target[stays]], option[stays], weight[stays])
    first = first[followed]
    last = slots.ends.last[option[first]]
    return _Readings(run[followed], last, [part[:, first] for part in entries], chance[followed]), edges


def _paired(
    readings: _Readings,
    slots: _Slots,
    source: NDArray[np.int64],
    option: NDArray[np.int64],
    many: NDArray[np.bool_],
    model: Model,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    The readings and options that may follow each other.

    Where the options are many, those are left out that pairs of characters all but rule out. The pairs are those of the
    packaged model: what the user's own reports speak for, or one of a few options, is not judged by them.
    """
    square, _ = _squares(model.parts[0][1])
    ends = slots.ends
    chance = readings.chance[source] * square[readings.last[source], ends.first[option]] * ends.inner[option]
    stays = ~many | (chance > _OUT * _of_best(readings.run[source], chance))
    return source[stays], option[stays]


def _gone_on(
    readings: _Readings, source: NDArray[np.int64], slots: _Slots, option: NDArray[np.int64], model: Model
) -> tuple[list[NDArray[np.int64]], NDArray[np.float64]]:
    """What is remembered after each option, and its log probability."""
    import numpy as np

    entries = [part[:, source] for part in readings.entries]
    score = np.zeros(len(source))
    for place in range(slots.chars.shape[1]):
        longer = np.flatnonzero(slots.lengths[option] > place)
        chars = slots.chars[option[longer], place]
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


def _of_best(runs: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each value the greatest of its run; never nought."""
    import numpy as np

    begins = _begins(runs)
    most = np.maximum(np.maximum.reduceat(values, begins), 1e-300)
    return np.repeat(most, np.diff(np.append(begins, len(runs))))
