import numpy as np
from scipy.sparse import csr_array

from faq.classifiers import Background, Classifiers
from faq.lexical import Integers, Vocabulary

TEXTS = ["bi hack nick", "nick bi mat", "mat nick fb", "dat mat khau", "mat khau kho", "khau dai"]
OWNER = np.array([0, 0, 0, 1, 1, 1])
NUMBERS = np.array([10, 20])
ROWS = np.array([0, 1])


def learned() -> tuple[Vocabulary, csr_array, Background]:
    vocabulary, vectors = Vocabulary().learned(TEXTS)
    return vocabulary, vectors, Background.drawn(vectors, NUMBERS[OWNER])


def margins(query: str, owner: Integers = OWNER) -> np.ndarray:
    vocabulary, vectors, background = learned()
    return Classifiers(vectors, owner, NUMBERS, background).margins(vocabulary.query(query), ROWS)


def test_each_entry_knows_its_own_texts() -> None:
    for text, row in zip(TEXTS, OWNER, strict=True):
        found = margins(text)
        assert found[row] > 0 > found[1 - row]


def test_a_word_of_both_entries_counts_for_less_than_one_of_its_own() -> None:
    assert margins("nick")[0] > margins("mat")[0]


def test_words_that_are_unknown_say_nothing() -> None:
    assert np.array_equal(margins("zzzz"), margins(""))


def test_an_entry_is_not_told_apart_from_itself() -> None:
    vocabulary, vectors, background = learned()
    again = Classifiers(vectors[:3], OWNER[:3], NUMBERS[:1], background)
    assert again.margins(vocabulary.query("bi hack nick"), ROWS[:1])[0] > 0


def test_an_entry_may_bring_new_words() -> None:
    vocabulary, _, background = learned()
    extended, vectors = vocabulary.extended(["ipad vo man hinh", "man hinh ipad"])
    new = Classifiers(vectors, np.array([0, 0]), np.array([30]), background)
    row = np.array([0])
    assert new.margins(extended.query("ipad"), row) > new.margins(extended.query("nick"), row)


def test_a_bank_of_one_entry_or_of_no_words_has_no_opinion() -> None:
    vocabulary, vectors = Vocabulary().learned(["bi hack", ""])
    for owner, numbers in ((np.array([0, 0]), np.array([1])), (np.array([0, 1]), NUMBERS)):
        background = Background.drawn(vectors, numbers[owner])
        found = Classifiers(vectors, owner, numbers, background)
        margins = found.margins(vocabulary.query("bi hack"), np.arange(len(numbers)))
        assert np.isfinite(margins).all()
        assert margins[-1] == 0


def test_learning_twice_gives_the_same() -> None:
    assert np.array_equal(margins("mat nick"), margins("mat nick"))
