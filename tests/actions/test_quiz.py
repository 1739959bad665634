from actions import texts
from actions.quiz import ActionQuiz, ActionQuizAnswer
from tests.actions.conftest import FakeFaq, entry, run


def test_the_quiz_asks_a_question_of_the_bank(faq: FakeFaq) -> None:
    faq.entries[12] = entry(12)
    turn = run(ActionQuiz(faq), intent="quiz")
    prompt, question = turn.messages
    assert prompt["text"] == texts.text_of("utter_quiz")
    assert prompt["buttons"] == []
    assert question["text"] == "**Question 12?**"
    assert turn.payloads == ['/quiz_answer{"n": 12}', "/quiz"]
    assert turn.outcome["kind"] == "quiz"


def test_an_empty_bank_has_no_quiz(faq: FakeFaq) -> None:
    turn = run(ActionQuiz(faq), intent="quiz")
    assert turn.text == texts.text_of("utter_quiz_none")
    assert turn.slots == {"last_outcome": "quiz"}


def test_the_answer_of_the_quiz_is_the_entry(faq: FakeFaq) -> None:
    faq.entries[12] = entry(12)
    action = ActionQuizAnswer(faq)
    assert action.name() == "action_quiz_answer"
    assert run(action, intent="quiz_answer", n=12).text == "Answer."
