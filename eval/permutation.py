"""The paired permutation test, clustered: how often chance alone would make a figure fall so far. Knows nothing of metrics.

Sources: Noreen, *Computer-Intensive Methods for Testing Hypotheses* (1989); for comparing retrieval systems, Smucker, Allan and
Carterette (2007). Under the null hypothesis the two results of a question could as well be swapped; because questions about one
document succeed or fail together, all questions of a document are swapped together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.score_table import SEED, by_cluster

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ENUMERATED = 12  # clusters that differ, up to which every swap is tried
SAMPLES = 4000


def permutation_p(
    before: tuple[Floats, Floats], after: tuple[Floats, Floats], clusters: list[str], sign: int = 1
) -> float:
    """The share of swaps that give a gain as small as the one seen, or smaller (one-sided, the order as seen included).

    before, after: numerators and denominators of the same questions, each of shape (questions,); the figure is the ratio of
    their sums. clusters: one name a question. sign: 1 when a higher figure is better, -1 when a lower one is.
    """
    import numpy as np

    above, below, above_new, below_new = (by_cluster(values, clusters) for values in (*before, *after))
    up, down = above_new - above, below_new - below
    differs = (up != 0) | (down != 0)
    swaps = _cluster_swaps(int(differs.sum()))
    moved_up, moved_down = swaps @ up[differs], swaps @ down[differs]
    old_below, new_below = below.sum() + moved_down, below_new.sum() - moved_down
    possible = (old_below > 0) & (new_below > 0)
    old = (above.sum() + moved_up)[possible] / old_below[possible]
    new = (above_new.sum() - moved_up)[possible] / new_below[possible]
    gains = sign * (new - old)
    return float(np.mean(gains <= gains[0] + 1e-12))


def _cluster_swaps(count: int) -> Floats:
    """Rows of 0 and 1, one a cluster, saying which clusters are swapped; the first row swaps none."""
    import numpy as np

    if count <= ENUMERATED:
        return (np.arange(2**count)[:, None] >> np.arange(count) & 1).astype(np.float64)
    swaps = np.random.default_rng(SEED).integers(0, 2, size=(SAMPLES, count)).astype(np.float64)
    swaps[0] = 0.0
    return swaps
