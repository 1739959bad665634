"""What the measurements of the search start from: the trained encoder and its ranking."""

from common.settings import Settings
from faq.encoder import Encoder, EncoderError, load
from faq.ranking import Ranking, ranking_path


def encoder_and_ranking(settings: Settings) -> tuple[Encoder, Ranking]:
    """Loads both.

    Raises:
        SystemExit: If either is missing; the message says what to do.
    """
    try:
        encoder = load(settings)
    except EncoderError as error:
        raise SystemExit(str(error)) from None
    ranking = Ranking.load(ranking_path(settings))
    if ranking is None:
        raise SystemExit("There is no ranking. Run: python -m faq train-encoder")
    return encoder, ranking
