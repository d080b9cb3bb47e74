"""Pictures of pages made easier to read: seals taken off, faint ink made dark, room around text that a margin cuts off.

Knows nothing of OCR, files or layout.
"""

from __future__ import annotations

from typing import Any

# Round seals are 3.8 to 5 cm wide, an A4 page 29.7 cm high; the red letters of a letterhead are at most 2.2 cm, its rule is long.
_PAGE_CM, _SEAL_CM = 29.7, (2.9, 6.5)
# Red ink: how much more red than green and blue, and how red at least.
_REDDER, _RED = 50, 110
_FEWEST_RED = 0.0005
# The distance from paper to ink below which ink is made darker, and below which there is none.
_FAINT, _BLANK = 110, 15
_STRIP, _TOUCHES, _ROOM = 6, 0.004, 0.02


def retouch_picture(picture: Any) -> tuple[Any, int]:
    """The picture (height, width, 3; uint8) as it reads best, and by how many pixels it grew on every side."""
    return with_room(with_dark_ink(without_seals(picture)))


def without_seals(picture: Any) -> Any:
    """Red ink of round seals as pale as its red light, so that black letters under it stay; other red stays as it is."""
    import cv2
    import numpy as np

    red, green, blue = (picture[..., channel].astype(np.int16) for channel in range(3))
    ink = (red - np.maximum(green, blue) > _REDDER) & (red > _RED)
    if ink.mean() < _FEWEST_RED:
        return picture
    unit = max(picture.shape[:2]) / _PAGE_CM
    size = max(3, int(unit * 0.25))
    whole = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    result = picture
    for left, top, width, height, _ in cv2.connectedComponentsWithStats(whole)[2][1:]:
        if not all(_SEAL_CM[0] * unit <= side <= _SEAL_CM[1] * unit for side in (width, height)):
            continue
        result = picture.copy() if result is picture else result
        part, red_ink = result[top : top + height, left : left + width], ink[top : top + height, left : left + width]
        part[red_ink] = np.minimum(255, part[red_ink][:, :1].astype(np.int16) + 30).astype(np.uint8)
    return result


def with_dark_ink(picture: Any) -> Any:
    """A page whose ink is hardly darker than its paper with the whole range from black to white."""
    import cv2
    import numpy as np

    ink, paper = _ink_and_paper(picture)
    if not _BLANK <= paper - ink < _FAINT:
        return picture
    steps = (np.arange(256) - ink) * (255.0 / (paper - ink))
    return cv2.LUT(picture, np.clip(steps, 0, 255).astype(np.uint8))


def _ink_and_paper(picture: Any) -> tuple[float, float]:
    """How bright the darkest and the most common points are."""
    import numpy as np

    sample = picture[::4, ::4].mean(axis=2)
    ink, paper = np.percentile(sample, (0.5, 60))
    return float(ink), float(paper)


def with_room(picture: Any) -> tuple[Any, int]:
    """A page with ink at its very edge gets a margin in the colour of its paper: letters without one are not found."""
    import cv2

    _, paper = _ink_and_paper(picture)
    edges = (picture[:_STRIP], picture[-_STRIP:], picture[:, :_STRIP], picture[:, -_STRIP:])
    if all((edge.mean(axis=2) < paper - 70).mean() <= _TOUCHES for edge in edges):
        return picture, 0
    room = max(16, int(max(picture.shape[:2]) * _ROOM))
    return cv2.copyMakeBorder(picture, room, room, room, room, cv2.BORDER_CONSTANT, value=(int(paper),) * 3), room
