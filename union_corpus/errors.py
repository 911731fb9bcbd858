"""
The few exceptions of this library, drawn as a tree::

    UnionCorpusError
    ├── EditError              an edit that does not fit the text it is applied to
    ├── LoadError              nothing could be loaded from where we were asked to look
    ├── LexiconError           a word list with a bad line
    ├── MissingDependencyError a library that an extra installs is not here, or another one has taken its name
    ├── FrameError             a table that lacks a column, or cannot be folded as asked
    ├── OptionError            an option with a value that it does not have
    ├── UnitError              two units that do not convert
    └── NotFittedError         a model that was asked before it was fitted

Damage in a report is data and never raises: it becomes a row in ``problems_frame``.
"""


class UnionCorpusError(Exception):
    """Anything this library raises on purpose."""


class EditError(UnionCorpusError, ValueError):
    """An edit that does not fit the text it is applied to."""


class LoadError(UnionCorpusError, OSError):
    """Nothing could be loaded from where we were asked to look, or nothing written where asked."""


class LexiconError(UnionCorpusError, ValueError):
    """A word list with a bad line; the message names file and line."""


class MissingDependencyError(UnionCorpusError, ImportError):
    """A library that an extra installs is not here, or another package has taken its name."""


class FrameError(UnionCorpusError, ValueError):
    """A table that lacks a column, or that cannot be folded as asked without losing a row."""


class OptionError(UnionCorpusError, ValueError):
    """An option with a value that it does not have; the message lists those it has."""


class UnitError(UnionCorpusError, ValueError):
    """Two units that do not convert into one another."""


class NotFittedError(UnionCorpusError, ValueError, AttributeError):
    """A model that was asked for results before it was fitted."""
