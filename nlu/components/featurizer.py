"""Count vectors of the text as it reads without diacritics."""

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import (
    CountVectorsFeaturizer,
)
from rasa.shared.nlu.constants import TEXT

from nlu.text import strip_diacritics


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class BareCountVectorsFeaturizer(CountVectorsFeaturizer):
    """Rasa's count vectors, on tokens whose diacritics were taken off.

    Used beside the featurizer that keeps them: a third of the messages is typed without.
    """

    def _process_tokens(self, tokens: list[str], attribute: str = TEXT) -> list[str]:
        processed = super()._process_tokens(tokens, attribute)
        return [strip_diacritics(t) for t in processed] if attribute == TEXT else processed
