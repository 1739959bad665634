import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.featurizer import BareCountVectorsFeaturizer
from nlu.components.tokenizer import NormalisingTokenizer


class BareCountVectorsFeaturizerTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tokenizer: Any = NormalisingTokenizer(NormalisingTokenizer.get_default_config())
        config: dict[str, Any] = {**BareCountVectorsFeaturizer.get_default_config()}
        self.featurizer = BareCountVectorsFeaturizer.create(
            {**config, "analyzer": "word", "min_ngram": 1, "max_ngram": 2},
            LocalModelStorage(Path(folder.name)),
            Resource("featurizer"),
            ExecutionContext(GraphSchema({})),
        )
        messages = [Message({"text": text}) for text in ("đường về nhà", "tự tử")]
        self.featurizer.train(TrainingData(self.tokenizer.process(messages)))

    def features(self, text: str) -> list[float]:
        (message,) = self.featurizer.process(self.tokenizer.process([Message({"text": text})]))
        _, sentence = message.get_sparse_features("text")
        return sentence.features.toarray()[0].tolist() if sentence else []

    def test_a_text_has_the_same_features_with_and_without_marks(self) -> None:
        self.assertGreater(sum(self.features("đường về nhà")), 0)
        self.assertEqual(self.features("duong ve nha"), self.features("đường về nhà"))

    def test_other_words_have_other_features(self) -> None:
        self.assertNotEqual(self.features("tu tu"), self.features("duong ve nha"))

    def test_the_vocabulary_holds_no_marks(self) -> None:
        vocabulary = self.featurizer.vectorizers["text"].vocabulary_
        self.assertTrue(all(gram.isascii() for gram in vocabulary))
        self.assertIn("duong ve", vocabulary)
