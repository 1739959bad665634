from datetime import date

import pytest

from faq.bank import Review
from faq.stats import describe
from tests.faq.conftest import entry, small_bank, with_entries


def test_topics_add_up() -> None:
    figures = describe(small_bank())
    assert list(figures["by_topic"]) == ["accounts", "jobs", "sextortion"]
    for name, total in figures["all"].items():
        assert total == sum(row[name] for row in figures["by_topic"].values())
    assert figures["all"]["pairs"] == 6
    assert figures["all"]["variants"] == 30
    assert figures["all"]["unreviewed"] == 6


def test_only_what_is_published_counts() -> None:
    draft = with_entries("accounts", entry(), entry("accounts-password", status="draft"))
    assert describe([draft, with_entries("jobs")])["all"]["pairs"] == 1


def test_words_are_those_of_question_variants_and_answer() -> None:
    one = entry(question="Một hai?", variants=["ba bốn năm"], answer="Gọi {contact:111} nhé.")
    figures = describe([with_entries("accounts", one)])
    assert figures["all"]["words"] == 2 + 3 + 3
    assert figures["reading"]["answer_words_longest"] == 3


def test_reviewed_and_high_risk_are_told() -> None:
    review = Review(by="tư vấn viên", on=date(2026, 1, 2))
    done = entry(reviewed=review, risk="high")
    figures = describe([with_entries("accounts", done, entry("accounts-password"))])
    assert (figures["all"]["unreviewed"], figures["all"]["high_risk"]) == (1, 1)


@pytest.mark.parametrize(
    ("variant", "style"),
    [
        ("Mất máy rồi làm sao đây bạn?", "diacritics"),
        ("Mat may roi lam sao day ban", "no_diacritics"),
        ("mat may r lm s h", "teencode"),
    ],
)
def test_styles_of_variants(variant: str, style: str) -> None:
    figures = describe([with_entries("accounts", entry(variants=[variant]))])["variant_style"]
    spelled = ("diacritics", "no_diacritics", "teencode")
    assert {name for name in spelled if figures[name]} == {style}


def test_stories_and_short_variants() -> None:
    variants = ["mất nick", "mất nick " * 11, "mất cái nick rồi bạn ơi"]
    figures = describe([with_entries("accounts", entry(variants=variants))])["variant_style"]
    assert (figures["story"], figures["short"]) == (0.333, 0.333)


def test_sentences_are_counted_apart() -> None:
    answer = "**Bạn dừng lại.** Rồi bạn kể:\n- với cô giáo của bạn\n- hay với bà"
    reading = describe([with_entries("accounts", entry(answer=answer))])["reading"]
    assert reading["sentence_words_median"] == 3
    assert reading["sentence_words_longest"] == 5
