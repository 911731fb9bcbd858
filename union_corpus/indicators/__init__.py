"""
Indicators: every number in a report named, dated and defensible.

``find_indicators`` gives one ``Indicator`` a figure. A figure whose digits were masked (xxxx人) or blanked (共有员工人) is a
row without a value, never a zero; one that fails a check keeps its printed value and says why.
"""

from union_corpus.indicators.finding import Indicator, find_indicators

__all__ = ["Indicator", "find_indicators"]
