"""The numbers that a word processor prints before the paragraphs of a list: how each level counts, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass

HAN_DIGITS = "〇一二三四五六七八九"


@dataclass
class Level:
    """How one level of a list counts; ``%1`` in the pattern is the number of the first level, ``%2`` of the second."""

    start: int = 1
    kind: str = "decimal"
    pattern: str = ""


class ListNumbers:
    """
    The lists of a file, and how far each has been counted.

    Paragraphs name a number; several numbers may count one list on. A number may begin anew where it is first used.
    """

    def __init__(self) -> None:
        self._lists: dict[str, dict[int, Level]] = {}
        self._used: dict[str, str] = {}
        self._anew: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = {}

    def add(self, name: str, level: int, one: Level) -> None:
        """A level of the list ``name``."""
        self._lists.setdefault(name, {})[level] = one

    def use(self, number: str, name: str) -> None:
        """Paragraphs with this number count the list ``name``."""
        self._used[number] = name

    def begin_anew(self, number: str, level: int, start: int) -> None:
        """The first paragraph of this number and level is counted as ``start``, however far its list has come."""
        self._anew[number, level] = start

    def restart(self, name: str) -> None:
        """Count a list from its start again."""
        self._counts.pop(name, None)

    def next(self, number: str, level: int) -> str:
        """
        What is printed before the next paragraph; nothing for bullets and unknown lists.

        >>> numbers = ListNumbers()
        >>> numbers.add("7", 0, Level(1, "chineseCounting", "%1、"))
        >>> numbers.use("1", "7")
        >>> numbers.next("1", 0), numbers.next("1", 0), numbers.next("2", 0)
        ('一、', '二、', '')
        """
        name = self._used.get(number, "")
        levels = self._lists.get(name, {})
        if level not in levels or levels[level].kind in ("bullet", "none"):
            return ""
        counts = self._counts.setdefault(name, {})
        anew = self._anew.pop((number, level), None)
        counts[level] = counts.get(level, levels[level].start - 1) + 1 if anew is None else anew
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        found = levels[level].pattern
        for other in range(level + 1):
            if other in levels:
                count = counts.get(other, levels[other].start)
                found = found.replace(f"%{other + 1}", counted(count, levels[other].kind))
        return found


def counted(number: int, kind: str) -> str:
    """
    A number as a list prints it.

    >>> counted(12, "chineseCounting"), counted(3, "decimalEnclosedCircle"), counted(2, "upperLetter")
    ('十二', '③', 'B')
    """
    if kind.startswith(("chinese", "japaneseCounting", "ideographTraditional", "taiwaneseCounting")):
        return _han_number(number)
    if kind.startswith("decimalEnclosed") and 1 <= number <= 20:
        first = {"decimalEnclosedCircle": "①", "decimalEnclosedParen": "⑴", "decimalEnclosedFullstop": "⒈"}
        return chr(ord(first.get(kind, "①")) + number - 1)
    if kind in ("upperLetter", "lowerLetter") and 1 <= number <= 26:
        return chr((64 if kind == "upperLetter" else 96) + number)
    if kind in ("upperRoman", "lowerRoman") and 1 <= number < 40:
        roman = "X" * (number // 10) + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[number % 10]
        return roman if kind == "upperRoman" else roman.lower()
    if kind == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    return str(number)


def _han_number(number: int) -> str:
    if not 1 <= number < 100:
        return "".join(HAN_DIGITS[int(digit)] for digit in str(number))
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else HAN_DIGITS[tens] + "十") + (HAN_DIGITS[ones] if ones else "")
