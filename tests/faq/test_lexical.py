import numpy as np
import pytest

from faq.lexical import Documents, Vocabulary, grouped, word_tokens

TEXTS = ["bi hack nick", "mat nick facebook", "dat mat khau", "mat khau manh"]
GROUPS = np.array([0, 0, 1, 1])
ALL = np.arange(4)


def test_words_and_pairs_of_words() -> None:
    assert word_tokens("bi hack nick") == ("bi", "hack", "nick", "bi hack", "hack nick")
    assert word_tokens("") == ()


def words() -> tuple[Vocabulary, Documents]:
    vocabulary, vectors = Vocabulary().learned(TEXTS)
    return vocabulary, Documents(grouped(vectors, GROUPS, 2))


def test_a_text_resembles_itself_most() -> None:
    vocabulary, vectors = Vocabulary().learned(TEXTS)
    documents = Documents(vectors)
    for place, text in enumerate(TEXTS):
        scores = documents.similarity(vocabulary.query(text), ALL)
        assert scores.argmax() == place
        assert scores.max() == pytest.approx(1)
        assert documents.nearest(vocabulary.query(text), 1).tolist() == [place]


def test_a_group_is_found_by_any_of_its_words() -> None:
    vocabulary, documents = words()
    for query, group in (("facebook hack", 0), ("khau", 1)):
        assert documents.similarity(vocabulary.query(query), np.array([0, 1])).argmax() == group
        assert documents.nearest(vocabulary.query(query), 1).tolist() == [group]


def test_rare_words_count_more() -> None:
    vocabulary, documents = words()
    scores = documents.similarity(vocabulary.query("mat facebook"), np.array([0, 1]))
    assert scores[0] > scores[1]


@pytest.mark.parametrize("query", ["", "zzz"])
def test_what_is_not_known_scores_nothing(query: str) -> None:
    vocabulary, documents = words()
    assert not documents.similarity(vocabulary.query(query), np.array([0, 1])).any()
    assert documents.nearest(vocabulary.query(query), 5).size == 0


def test_texts_without_words_are_found_by_nothing() -> None:
    vocabulary, vectors = Vocabulary().learned(["", ""])
    documents = Documents(vectors)
    assert documents.nearest(vocabulary.query("x"), 2).size == 0


def test_words_learned_later_leave_documents_as_they_are() -> None:
    vocabulary, documents = words()
    extended, vectors = vocabulary.extended(["nick ipad"])
    later = Documents(vectors)
    assert later.nearest(extended.query("ipad"), 1).tolist() == [0]
    assert documents.nearest(extended.query("ipad"), 1).size == 0
    assert vocabulary.query("ipad").tokens.size == 0
    before = documents.similarity(vocabulary.query("nick"), np.array([0, 1]))
    assert np.array_equal(before, documents.similarity(extended.query("nick"), np.array([0, 1])))


def test_common_words_are_left_out_where_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = ["chung rieng", *["chung"] * 50]
    vocabulary, vectors = Vocabulary().learned(texts)
    documents = Documents(vectors)
    query = vocabulary.query("chung rieng")
    assert documents.nearest(query, 3).size == 3
    monkeypatch.setattr("faq.lexical._BUDGET", 10)
    assert documents.nearest(query, 3).tolist() == [0]
    assert documents.nearest(vocabulary.query("chung"), 3).size == 3
