from collections.abc import Callable
from dataclasses import replace

import pytest

from faq.search import Searcher
from faq.store import IndexEntry

Make = Callable[[list[IndexEntry]], Searcher]


@pytest.fixture(scope="module", name="searcher")
def _searcher(make_searcher: Make, entries: list[IndexEntry]) -> Searcher:
    return make_searcher(entries)


@pytest.mark.parametrize(
    ("query", "entry_id"),
    [
        ("bi hack nick fb", "accounts-hacked"),
        ("BỊ HACK NICK FB!!!", "accounts-hacked"),
        ("em bị hack nick", "accounts-hacked"),
        ("có người rủ sang campuchia làm việc", "jobs-cambodia"),
        ("no doa dang anh nong doi tien", "sextortion-pay"),
        ("giúp bạn bị tống tình sao đây", "sextortion-friend"),
    ],
)
def test_the_right_entry_comes_first(searcher: Searcher, query: str, entry_id: str) -> None:
    assert searcher.search(query).hits[0].entry_id == entry_id


def test_a_known_text_is_answered_with_full_confidence(searcher: Searcher) -> None:
    result = searcher.search("Acc bay màu cứu e")
    assert (result.decision, result.confidence) == ("answer", 1.0)
    hit = result.hits[0]
    assert (hit.number, hit.topic, hit.confidence) == (1, "accounts", 1.0)
    assert hit.question == "Tài khoản của mình bị hack thì làm sao?"


@pytest.mark.parametrize(
    "query", ["", "   ", "\U0001f600\U0001f600", "!?", "\u202e\u200b", "\ud83d"]
)
def test_a_query_without_a_word_finds_nothing(searcher: Searcher, query: str) -> None:
    result = searcher.search(query)
    assert (result.decision, result.hits, result.confidence) == ("abstain", [], 0.0)


@pytest.mark.parametrize("query", ["今天天气怎么样", "xqzjw", "zzzz " * 2000, "\x00\x07qqq"])
def test_a_query_of_unknown_words_is_not_answered(searcher: Searcher, query: str) -> None:
    assert searcher.search(query).decision == "abstain"


def test_a_query_of_two_words_gets_choices_unless_the_bank_holds_it(
    make_searcher: Make, entries: list[IndexEntry]
) -> None:
    assert make_searcher(entries).search("bi hack").decision == "choices"
    known = replace(entries[0], texts=(*entries[0].texts, "bi hack"))
    assert make_searcher([known, *entries[1:]]).search("Bi HACK!").decision == "answer"


def test_a_huge_query_counts_by_its_beginning(searcher: Searcher) -> None:
    assert searcher.search("bị hack nick fb " + "a" * 10_000).hits[0].entry_id == "accounts-hacked"


def test_hits_are_limited_and_best_first(searcher: Searcher) -> None:
    for limit in (1, 2, 5):
        result = searcher.search("bị lừa tiền", limit=limit)
        confidences = [hit.confidence for hit in result.hits]
        assert len(confidences) == limit
        assert confidences == sorted(confidences, reverse=True)
        assert result.confidence == confidences[0]


def test_the_limit_does_not_change_the_decision(searcher: Searcher) -> None:
    for query in ("bị lừa tiền", "nick", "đi làm xa"):
        assert searcher.search(query, limit=1).decision == searcher.search(query).decision


def test_an_empty_bank_finds_nothing(make_searcher: Make) -> None:
    empty = make_searcher([])
    assert empty.search("bị hack").decision == "abstain"
    assert empty.related(1) == []


def test_a_bank_of_one_pair(make_searcher: Make, entries: list[IndexEntry]) -> None:
    one = make_searcher(entries[:1])
    assert [hit.entry_id for hit in one.search("bị hack nick").hits] == ["accounts-hacked"]
    assert one.related(1) == []


def test_a_variant_of_ten_thousand_characters(
    make_searcher: Make, entries: list[IndexEntry]
) -> None:
    long = replace(entries[0], texts=(*entries[0].texts, "nick của em " * 900))
    searcher = make_searcher([long, *entries[1:]])
    assert searcher.search("bi hack nick fb").hits[0].entry_id == "accounts-hacked"
    assert searcher.search("dat mat khau manh").hits[0].entry_id == "accounts-password"


def test_related_entries_are_others_nearest_first(
    make_searcher: Callable[[list[IndexEntry]], Searcher],
    entries: list[IndexEntry],
    searcher: Searcher,
) -> None:
    alike = replace(entries[0], number=7, id="alike", texts=entries[0].texts[1:4])
    related = make_searcher([*entries, alike]).related(1)
    assert len(related) == 2
    assert related[0].entry_id == "alike"
    assert 5 not in [hit.number for hit in searcher.related(5, limit=10)]
    assert searcher.related(999) == []


def test_a_short_question_goes_on_about_what_was_shown(
    make_searcher: Make, entries: list[IndexEntry]
) -> None:
    searcher = make_searcher(entries)
    vague = "thế còn tiền thì sao ạ"
    for number, topic in ((3, "jobs"), (5, "sextortion")):
        assert searcher.search(vague, after=number).hits[0].topic == topic
    known = searcher.search("bi hack nick fb", after=3)
    assert known.hits[0].entry_id == "accounts-hacked"
    assert searcher.search(vague, after=999) == searcher.search(vague)
