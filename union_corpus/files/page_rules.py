"""The rules drawn on a PDF page: lines, and the sides of boxes, that run level or upright."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from union_corpus.files.ruled_tables import MOST_RULES, NEAR, SHORTEST, Rule

# Objects of a page that are looked at, and forms (pages inside a page) inside one another.
MOST_OBJECTS = 20_000
MOST_DEPTH = 3

Matrix = tuple[float, float, float, float, float, float]
UNCHANGED: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def page_rules(page: Any, shown: tuple[float, float, float, float]) -> list[Rule]:
    """Thin boxes of the rules of a page, in points from the upper left corner of what is shown; none of a drawing."""
    import pypdfium2.raw as raw

    count = raw.FPDFPage_CountObjects(page)
    if count > MOST_OBJECTS:
        return []
    found: list[Rule] = []
    for index in range(count):
        for left, low, right, high in _object_rules(raw.FPDFPage_GetObject(page, index), UNCHANGED, 0):
            found.append((left - shown[0], shown[3] - high, right - shown[0], shown[3] - low))
        if len(found) > MOST_RULES:
            return []
    return found


def _object_rules(thing: Any, outer: Matrix, depth: int) -> Iterator[Rule]:
    import pypdfium2.raw as raw

    kind = raw.FPDFPageObj_GetType(thing)
    if kind == raw.FPDF_PAGEOBJ_PATH:
        yield from _path_rules(thing, _times(_matrix(thing), outer))
    elif kind == raw.FPDF_PAGEOBJ_FORM and depth < MOST_DEPTH:
        inner = _times(_matrix(thing), outer)
        for index in range(min(raw.FPDFFormObj_CountObjects(thing), MOST_OBJECTS)):
            yield from _object_rules(raw.FPDFFormObj_GetObject(thing, index), inner, depth + 1)


def _path_rules(path: Any, matrix: Matrix) -> Iterator[Rule]:
    import pypdfium2.raw as raw

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(path, fill, stroke):
        return
    for part in _parts(path, matrix):
        xs, ys = [x for x, _ in part], [y for _, y in part]
        box = min(xs), min(ys), max(xs), max(ys)
        if _is_rule(box):
            yield box
        elif stroke.value:
            for (x, y), (next_x, next_y) in pairwise(part):
                side = min(x, next_x), min(y, next_y), max(x, next_x), max(y, next_y)
                if _is_rule(side):
                    yield side


def _is_rule(box: Rule) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    return min(width, height) <= NEAR and max(width, height) >= SHORTEST


def _parts(path: Any, matrix: Matrix) -> list[list[tuple[float, float]]]:
    """The points of each part of a path that is drawn without lifting the pen; none of one with curves."""
    import pypdfium2.raw as raw

    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    parts: list[list[tuple[float, float]]] = []
    count = raw.FPDFPath_CountSegments(path)
    if count > 4 * MOST_RULES:
        return []
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_BEZIERTO or not raw.FPDFPathSegment_GetPoint(segment, x, y):
            return []
        point = a * x.value + c * y.value + e, b * x.value + d * y.value + f
        if kind == raw.FPDF_SEGMENT_MOVETO or not parts:
            parts.append([point])
        else:
            parts[-1].append(point)
        if raw.FPDFPathSegment_GetClose(segment):
            parts[-1].append(parts[-1][0])
    return parts


def _matrix(thing: Any) -> Matrix:
    import pypdfium2.raw as raw

    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(thing, matrix):
        return UNCHANGED
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does what ``first`` does and then what ``then`` does."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m
