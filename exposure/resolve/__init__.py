"""Names and identifiers -> entities, always with the reason; and any two lists of names, scored and matched."""

from exposure.resolve.judgements import Judgements
from exposure.resolve.pairs import Reference, match_names, score_pairs

__all__ = ["Judgements", "Reference", "match_names", "score_pairs"]
