"""Query to passages, ranked and read by the network. Knows nothing of what is made of them."""

from assistant.retrieval.candidates import interleave_hits, retrieve_passages
from assistant.retrieval.ranking import Ranker, RankingWeights
from assistant.retrieval.types import ReadHit, Retrieved

__all__ = ["Ranker", "RankingWeights", "ReadHit", "Retrieved", "interleave_hits", "retrieve_passages"]
