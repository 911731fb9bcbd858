"""
What a page left in the text: the rules for line ends, page edges and blanks, in the order in which they build on one
another: ``find_letter_spacing``, ``find_running_heads``, ``find_line_breaks``, ``find_split_numbers``,
``find_split_words``, ``find_stray_blanks``.
"""

from union_corpus.repairs.blanks import find_letter_spacing, find_split_numbers, find_split_words, find_stray_blanks
from union_corpus.repairs.line_breaks import find_line_breaks
from union_corpus.repairs.page_edges import find_running_heads

__all__ = [
    "find_letter_spacing",
    "find_line_breaks",
    "find_running_heads",
    "find_split_numbers",
    "find_split_words",
    "find_stray_blanks",
]
