import numpy as np
import pytest

from faq.lexical import LexicalIndex, character_tokens, word_tokens

TEXTS = ["bi hack nick", "mat nick facebook", "dat mat khau", "mat khau manh"]
GROUPS = np.array([0, 0, 1, 1])


def test_words_and_pairs_of_words() -> None:
    assert word_tokens("bi hack nick") == ("bi", "hack", "nick", "bi hack", "hack nick")
    assert word_tokens("") == ()


def test_runs_of_characters_stay_within_a_word() -> None:
    assert character_tokens("ab c") == (" ab", "ab ", " ab ", " c ")


@pytest.mark.parametrize("tokens", [word_tokens, character_tokens])
def test_a_text_resembles_itself_most(tokens: object) -> None:
    index = LexicalIndex(TEXTS, GROUPS, tokens)  # type: ignore[arg-type]
    for place, text in enumerate(TEXTS):
        scores = index.query(text).texts()
        assert scores.argmax() == place
        assert scores.max() == pytest.approx(1)


def test_a_group_is_found_by_any_of_its_words() -> None:
    index = LexicalIndex(TEXTS, GROUPS, word_tokens)
    assert index.query("facebook hack").groups().argmax() == 0
    assert index.query("khau").groups().argmax() == 1


def test_rare_words_count_more() -> None:
    scores = LexicalIndex(TEXTS, GROUPS, word_tokens).query("mat facebook").groups()
    assert scores[0] > scores[1]


@pytest.mark.parametrize("query", ["", "zzz"])
def test_what_is_not_known_scores_nothing(query: str) -> None:
    found = LexicalIndex(TEXTS, GROUPS, word_tokens).query(query)
    assert not found.texts().any()
    assert not found.groups().any()


def test_texts_without_words_are_found_by_nothing() -> None:
    index = LexicalIndex(["", ""], np.array([0, 1]), word_tokens)
    assert index.query("x").groups().tolist() == [0, 0]
