import pytest

from faq import bank
from faq.encoder import Encoder
from faq.evaluation import Question
from faq.examples import development, development_examples, left_out_examples, negatives
from faq.index import FEATURES
from faq.store import IndexEntry


def test_what_is_left_out_is_not_in_the_index(encoder: Encoder, entries: list[IndexEntry]) -> None:
    seen: list[int] = []

    def encoder_for(part: list[IndexEntry], _fold: int) -> Encoder:
        seen.append(sum(len(entry.texts) for entry in part))
        return encoder

    examples = left_out_examples(entries, encoder_for)  # type: ignore[arg-type]
    known = [example for example in examples if example.right]
    assert len(known) == 30
    assert sum(36 - count for count in seen) == 30
    words = FEATURES.index("words")
    assert all(example.features[:, words].max() < 0.99 for example in known)
    assert len(examples) - len(known) == len(negatives())


def test_development_questions_know_every_right_entry(
    entries: list[IndexEntry], encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def question(text: str, *expected: str) -> Question:
        return Question(id=text, text=text, style="s", expected=expected)

    asked = [
        question("nick bị lấy mất", "accounts-hacked", "accounts-password"),
        question("rủ sang cam", "jobs-cambodia", "not-published"),
        question("cái khác", "not-published"),
    ]
    monkeypatch.setattr("faq.examples.development", lambda: asked)
    examples = development_examples(entries, encoder)
    assert [len(example.right) for example in examples[:2]] == [2, 1]
    assert len(examples) == 2 + len(negatives())
    assert not any(example.right for example in examples[2:])


def test_development_questions_are_answered_by_the_bank_and_not_in_it() -> None:
    entries = [entry for file in bank.read(bank.BANK) for entry in file.entries]
    known = {entry.id for entry in entries}
    texts = {text for entry in entries for text in (entry.question, *entry.variants)}
    questions = development()
    assert len(questions) == len({question.id for question in questions}) > 600
    assert all(known.issuperset(question.expected) and question.expected for question in questions)
    assert texts.isdisjoint(question.text for question in questions)


def test_negatives_are_many_and_different() -> None:
    assert len(negatives()) >= 500
    assert len(set(negatives())) == len(negatives())
