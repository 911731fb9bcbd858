"""
Whether the text layer of a page says what the page shows, or was made with wrong character codes and needs OCR.

Text that is only garbled, so that it can be read back without a picture (GBK bytes shown as Latin letters), is usable:
the repairs read it.
"""

from __future__ import annotations

import re

# Shares of the characters that may have no meaning, stand in no word, or have no code that the font vouches for.
ODD_SHARE, LONELY_SHARE, UNMAPPED_SHARE = 0.1, 0.2, 0.2
# Bits a character of text that no script writes so; natural logs a Han character below which Han characters stand in no
# order at all (lists of names reach -12), or below which they are no sentences though they have their marks.
SENSELESS_BITS, SENSELESS_LOG, SENSELESS_PROSE_LOG = 15.0, -13.0, -6.5
FEWEST, FEWEST_HAN, FEWEST_PROSE = 20, 20, 60
PROSE_MARKS = 0.02
# So much of a page is looked at.
SAMPLE = 1500
# Private use, lost codes, controls, and letters that no language mixes into its words.
ODD = re.compile("[\ufffd\ue000-\uf8ff\x00-\x1f\x7f-\x9f\u0180-\u01cc\u01dd-\u02c6\u02c8\u02ca-\u02ff\u0300-\u036f]")
HAN = re.compile("[\u4e00-\u9fff]")
MARK = re.compile("[，。；]|(?<=[\u4e00-\u9fff])[,;](?=[\u4e00-\u9fff])")
# Latin letters beyond ASCII that stand beside no plain one, which they do in the words of every language.
LONELY = re.compile("(?<![a-zA-Z])[\u00a1-\u017f]+(?![a-zA-Z])")


def unusable(text: str, *, unmapped: float = 0.0) -> str | None:
    """
    Why the characters of a page cannot be what it shows; None where they look like text.

    ``unmapped`` is the share of them whose code the font does not vouch for.

    >>> unusable("全市各级工会组织职工开展劳动竞赛，共有会员一百二十三万人，比上年增长百分之五。")
    >>> unusable("某区总工会".translate({ord(char): 0xE000 + n for n, char in enumerate("某区总工会")}) * 5)
    '25 of 25 characters have no meaning (private use, lost codes, loose letters)'
    """
    solid = "".join(text.split())[:SAMPLE]
    if len(solid) < FEWEST:
        return None
    if unmapped > UNMAPPED_SHARE:
        return f"the font does not tell which characters {unmapped:.0%} of its signs are"
    odd, lonely = len(ODD.findall(solid)), sum(map(len, LONELY.findall(solid)))
    if (odd > ODD_SHARE * len(solid) or lonely > LONELY_SHARE * len(solid)) and not _reads_back(solid):
        return (
            f"{odd or lonely:,} of {len(solid):,} characters have no meaning (private use, lost codes, loose letters)"
        )
    return _senseless(solid) if lonely <= LONELY_SHARE * len(solid) else None


def _senseless(solid: str) -> str | None:
    from union_corpus.decoding.hypotheses import code_points, world_table
    from union_corpus.language_model import load_model

    bits = float(world_table()[code_points(solid)].mean())
    if bits > SENSELESS_BITS:
        return f"the characters make no sense ({bits:.1f} bits a character; Chinese takes about 10)"
    han = [match.start() for match in HAN.finditer(solid)]
    if len(han) < FEWEST_HAN:
        return None
    average = float(load_model().scores(solid)[han].mean())
    prose = len(han) >= FEWEST_PROSE and len(MARK.findall(solid)) >= PROSE_MARKS * len(solid)
    if average < (SENSELESS_PROSE_LOG if prose else SENSELESS_LOG):
        return f"the characters make no sense ({average:.1f} a character in natural logs; Chinese has about -4)"
    return None


def _reads_back(solid: str) -> bool:
    """True where Latin letters are the bytes of Chinese text, so that the repairs can read them."""
    for codec in ("cp1252", "latin-1"):
        raw = solid.encode(codec, "replace")
        for encoding in ("gb18030", "cp950", "utf-8"):
            found = raw.decode(encoding, "replace")
            if len(HAN.findall(found)) > 0.6 * len(found) and _senseless(found) is None:
                return True
    return False
