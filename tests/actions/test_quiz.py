import pytest

from actions import texts
from actions.quiz import ActionQuiz, ActionQuizAnswer
from actions.reply import ActionDeny
from faq.quiz import Question, load
from tests.actions.conftest import FakeFaq, Turn, run

FIRST = load().questions[0]


def asked(turn: Turn) -> Question:
    question = load().get(turn.slots["quiz"]["open"])
    assert question is not None
    return question


def test_the_door_offers_the_themes() -> None:
    turn = run(ActionQuiz(), "chơi đố vui", intent="quiz")
    assert turn.text == texts.text_of("utter_quiz")
    themes = [f'/quiz{{"at": "{theme.id}"}}' for theme in load().themes]
    assert turn.payloads == [*themes, '/quiz{"at": "all"}']


def test_a_theme_asks_its_questions_until_none_is_left() -> None:
    theme = load().themes[0].id
    turn = run(ActionQuiz(), at=theme)
    seen = set()
    while turn.slots["quiz"]["open"]:
        question = asked(turn)
        assert question.theme == theme
        assert question.id not in seen
        seen.add(question.id)
        answered = run(ActionQuizAnswer(), at=f"{question.id}.1", **turn.slots)
        turn = run(ActionQuiz(), at="next", **answered.slots)
    assert turn.text == texts.text_of("utter_quiz_done")
    assert len(seen) == sum(question.theme == theme for question in load().questions)


@pytest.mark.parametrize("right", [True, False])
def test_an_answer_is_judged_and_explained(right: bool) -> None:
    place = FIRST.right if right else FIRST.right % len(FIRST.options) + 1
    turn = run(ActionQuizAnswer(), at=f"{FIRST.id}.{place}")
    verdict = "utter_quiz_right" if right else "utter_quiz_wrong"
    assert turn.text.startswith(texts.text_of(verdict))
    assert FIRST.explanation in turn.text
    assert (FIRST.options[FIRST.right - 1] in turn.text) or right
    assert turn.text.endswith(f" {int(right)}/1")


def test_an_answer_counts_once() -> None:
    first = run(ActionQuizAnswer(), at=f"{FIRST.id}.{FIRST.right}")
    again = run(ActionQuizAnswer(), at=f"{FIRST.id}.{FIRST.right}", **first.slots)
    assert again.text.endswith(" 1/1")
    assert again.slots == first.slots


def test_an_old_button_works_after_a_restart_and_one_that_is_gone_asks_anew() -> None:
    assert run(ActionQuizAnswer(), at=f"{FIRST.id}.1").slots["quiz"]["answered"] == [FIRST.id]
    assert asked(run(ActionQuizAnswer(), at="gone.1"))
    assert asked(run(ActionQuizAnswer()))


@pytest.mark.parametrize("form", ["number", "words"])
def test_an_answer_can_be_typed(form: str) -> None:
    text = str(FIRST.right) if form == "number" else FIRST.options[FIRST.right - 1]
    quiz = {"theme": None, "open": FIRST.id, "answered": [], "right": 0}
    turn = run(ActionDeny(FakeFaq()), text, last_outcome="quiz", quiz=quiz)
    assert turn.text.startswith(texts.text_of("utter_quiz_right"))


def test_something_else_is_no_answer() -> None:
    quiz = {"theme": None, "open": FIRST.id, "answered": [], "right": 0}
    turn = run(ActionDeny(FakeFaq()), "không", last_outcome="quiz", quiz=quiz)
    assert turn.response == "utter_deny"


@pytest.mark.parametrize("text", ["1", "nguoi la tren mang"])
def test_a_theme_can_be_typed(text: str) -> None:
    turn = run(ActionDeny(FakeFaq()), text, last_outcome="quiz_menu")
    assert asked(turn).theme == load().themes[0].id


def test_going_on_can_be_typed() -> None:
    quiz = {"theme": "tien", "open": None, "answered": [FIRST.id], "right": 1}
    turn = run(ActionDeny(FakeFaq()), "câu tiếp đi", last_outcome="quiz", quiz=quiz)
    assert asked(turn).theme == "tien"
    other = run(ActionDeny(FakeFaq()), "chu de khac", last_outcome="quiz", quiz=quiz)
    assert other.text == texts.text_of("utter_quiz")
    assert (
        run(ActionDeny(FakeFaq()), "không", last_outcome="quiz", quiz=quiz).response == "utter_deny"
    )


def test_going_on_is_understood_though_it_speaks_of_a_quiz() -> None:
    quiz = {"theme": "tien", "open": None, "answered": [FIRST.id], "right": 1}
    turn = run(ActionQuiz(), "câu tiếp", intent="quiz", last_outcome="quiz", quiz=quiz)
    assert asked(turn).theme == "tien"
