"""What the network says of a passage; knows nothing of how it was computed or of what is done with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PassageReading:
    """A passage read for one question; arrays have one value a character of the passage's text.

    relevance: log-odds that the passage answers; start, end: logits that the answer begins with, ends with the character
    (-30 where no word piece begins or ends); evidence: probability that the character belongs to the answer.
    """

    relevance: float
    start: Floats
    end: Floats
    evidence: Floats
