"""The five doors, each from its opening to its end, and every way out of it."""

import pytest

from faq import guides, quiz, reporting
from nlu.text import strip_diacritics
from tests.e2e.person import Person, buttons_of, shown, spoken, text_of
from tests.e2e.processes import Process
from tests.e2e.telegram_emulator import TelegramEmulator

LURE = (
    "em gửi anh xem ảnh mặc đồ ngủ đi, chuyện này chỉ hai đứa mình biết, đừng kể ai nha, "
    "không gửi là anh buồn đó"
)
HARMLESS = "mai 7h học nhóm ở nhà mình nha, nhớ mang sách toán"
THREAT = "chuyển tiền trước 8h tối không tao tung hết ảnh nóng của mày cho cả lớp xem"
OWN_CRISIS = "em không muốn sống nữa"
QUESTION = "bị hack facebook thì phải làm sao"
SEXTORTION = guides.load().get("sextortion")


def step(name: str) -> str:
    return shown(SEXTORTION.step(name).text)


# ------------------------------------------------------------------------------ crisis


def test_after_a_crisis_it_asks_whether_it_is_safe_to_write(person: Person) -> None:
    crisis = person.says("nó bắt em gửi tiền không thì tung ảnh nóng của em lên mạng")
    assert buttons_of(crisis)[-4:] == ["safe", "unsafe", "talk_to_human", "wipe"]
    safe = person.taps(crisis[-1], "safe")
    assert text_of(safe) == spoken("utter_safe_yes")[0]
    assert buttons_of(safe)[0] == "guide:sextortion.start"
    (first,) = person.taps(safe[-1], "guide:sextortion.start")
    assert first["text"] == step("safe")


@pytest.mark.parametrize(
    ("typed", "response"),
    [("có", "utter_safe_yes"), ("không", "utter_safe_no"), ("khong", "utter_safe_no")],
)
def test_the_question_can_be_answered_by_typing(person: Person, typed: str, response: str) -> None:
    person.says("nó bắt em gửi tiền không thì tung ảnh nóng của em lên mạng")
    assert text_of(person.says(typed)) == spoken(response)[0]


# ------------------------------------------------------------------------------ check


@pytest.mark.parametrize("bare", [False, True])
def test_a_lure_is_taken_apart(person: Person, bare: bool) -> None:
    (asked,) = person.says("/kiemtra")
    assert asked["text"] == spoken("utter_ask_pasted")[0]
    checked = person.says(strip_diacritics(LURE) if bare else LURE)
    text = text_of(checked)
    assert text.startswith((spoken("utter_level_careful")[0], spoken("utter_level_suspicious")[0]))
    assert spoken("utter_sign_secrecy")[0] in text
    assert ("chi hai dua" if bare else "chỉ hai đứa") in text
    assert buttons_of(checked)[-3:] == ["need_help_now", "check_message", "wipe"]


def test_a_harmless_message_is_never_called_safe(person: Person) -> None:
    person.says("/kiemtra")
    assert text_of(person.says(HARMLESS)) == spoken("utter_level_none")[0]


def test_a_pasted_threat_is_checked_with_help_under_it(person: Person) -> None:
    person.says("kiểm tra giúp em tin nhắn này")
    checked = person.says(THREAT)
    assert spoken("utter_sign_threat")[0] in text_of(checked)
    assert "need_help_now" in buttons_of(checked)


def test_the_message_can_follow_the_command(person: Person) -> None:
    assert spoken("utter_sign_secrecy")[0] in text_of(person.says(f"/kiemtra {LURE}"))


def test_a_crisis_of_ones_own_is_heard_in_the_check(person: Person) -> None:
    person.says("/kiemtra")
    assert spoken("utter_crisis_self_harm")[0] in text_of(person.says(OWN_CRISIS))


@pytest.mark.parametrize("typed", ["thôi", "dừng lại", "dung"])
def test_the_check_can_be_left(person: Person, typed: str) -> None:
    person.says("/kiemtra")
    assert text_of(person.says(typed)) == spoken("utter_stop")[0]
    assert spoken("utter_level_none")[0] not in text_of(person.says(QUESTION))


def test_another_door_leaves_the_check(person: Person) -> None:
    (asked,) = person.says("/kiemtra")
    assert text_of(person.says("/trinhbao")) == spoken("utter_report")[0]
    assert text_of(person.taps(asked, "need_help_now")) == spoken("utter_need_help_now")[0]
    assert spoken("utter_level_none")[0] not in text_of(person.says(QUESTION))


# ------------------------------------------------------------------------------ guide


def test_a_guide_from_its_door_to_its_summary(person: Person) -> None:
    doors = person.says("hướng dẫn mình từng bước với")
    assert text_of(doors) == spoken("utter_guide")[0]
    (message,) = person.taps(doors[-1], "guide:sextortion.start")
    for place in (3, 1, 1, 1):
        *_, message = person.taps(message, buttons_of([message])[place - 1])
    assert shown(SEXTORTION.tell) in message["text"]
    assert spoken("utter_guide_todo")[0] in message["text"]


@pytest.mark.parametrize(
    ("typed", "after"), [("chưa", "evidence"), ("gui roi", "paid"), ("2", "paid")]
)
def test_answers_can_be_typed(person: Person, typed: str, after: str) -> None:
    (doors,) = person.says("/huongdan")
    (first,) = person.taps(doors, "guide:sextortion.start")
    person.taps(first, "guide:sextortion.safe.3")
    assert text_of(person.says(typed)) == step(after)


def test_a_guide_is_left_for_a_question_and_taken_up_again(person: Person) -> None:
    (doors,) = person.says("/huongdan")
    (first,) = person.taps(doors, "guide:sextortion.start")
    person.taps(first, "guide:sextortion.safe.3")
    assert text_of(person.says(QUESTION)) != step("money")
    (doors,) = person.says("/huongdan")
    assert buttons_of([doors])[0] == "guide:sextortion.again"
    assert text_of(person.taps(doors, "guide:sextortion.again")) == step("money")


def test_a_guide_is_left_by_typing(person: Person) -> None:
    (doors,) = person.says("/huongdan")
    person.taps(doors, "guide:bullying.start")
    left = person.says("thôi")
    assert text_of(left) == spoken("utter_stop")[0]
    assert buttons_of(left)[0] == "guide:bullying.again"


def test_a_crisis_is_heard_in_a_guide(person: Person) -> None:
    (doors,) = person.says("/huongdan")
    person.taps(doors, "guide:bullying.start")
    assert spoken("utter_crisis_self_harm")[0] in text_of(person.says(OWN_CRISIS))


def test_a_step_pressed_twice_is_the_same_step(person: Person) -> None:
    (doors,) = person.says("/huongdan")
    (first,) = person.taps(doors, "guide:sextortion.start")
    (second,) = person.taps(first, "guide:sextortion.safe.3")
    person.taps(second, "guide:sextortion.money.2")
    (again,) = person.taps(doors, "guide:sextortion.safe.3")
    assert again["text"] == second["text"]


# ------------------------------------------------------------------------------ report


def test_reporting_asks_what_is_not_told(person: Person) -> None:
    (what,) = person.says("em muốn trình báo")
    (where,) = person.taps(what, "report:scam")
    assert where["text"] == spoken("utter_report_where")[0]
    told = person.taps(where, "report:scam.zalo")
    case = reporting.load().case("scam")
    assert case is not None
    assert shown(case.where) in told[0]["text"]
    assert shown(case.never) in told[-1]["text"]


@pytest.mark.parametrize("bare", [False, True])
def test_what_the_sentence_tells_is_not_asked(person: Person, bare: bool) -> None:
    sentence = "em muốn báo công an vụ bị lừa tiền trên zalo"
    told = person.says(strip_diacritics(sentence) if bare else sentence)
    platform = reporting.load().platform("zalo")
    assert platform is not None
    assert shown(platform.steps) in told[0]["text"]


def test_the_report_is_answered_by_typing_and_left(person: Person) -> None:
    person.says("/trinhbao")
    assert text_of(person.says("ảnh bị phát tán")) == spoken("utter_report_where")[0]
    assert text_of(person.says("thôi")) == spoken("utter_stop")[0]
    assert text_of(person.says("facebook")) != spoken("utter_report_where")[0]


# ------------------------------------------------------------------------------ quiz


def test_a_quiz_counts_and_explains(person: Person) -> None:
    (themes,) = person.says("/thutai")
    (asked,) = person.taps(themes, "quiz:tien")
    name = buttons_of([asked])[0].removeprefix("quiz_answer:").rpartition(".")[0]
    question = quiz.load().get(name)
    assert question is not None
    answered = person.says(str(question.right))
    assert text_of(answered).startswith(spoken("utter_quiz_right")[0])
    assert text_of(answered).endswith(" 1/1")
    again = person.taps(asked, f"quiz_answer:{name}.{question.right}")
    assert text_of(again).endswith(" 1/1")
    (following,) = person.taps(answered[-1], "quiz:next")
    assert following["text"] != asked["text"]
    assert text_of(person.says("dừng")) == spoken("utter_stop")[0]


def test_a_question_in_the_middle_of_the_quiz_is_answered(person: Person) -> None:
    (themes,) = person.says("/thutai")
    person.taps(themes, "quiz:all")
    assert "feedback_up" in buttons_of(person.says(QUESTION))[0]


# ------------------------------------------------------------------------------ restart


def test_old_buttons_work_after_a_restart(
    person: Person, telegram: TelegramEmulator, rasa: Process, bot: Process
) -> None:
    rasa.stop()
    rasa.start()
    old = {"message_id": 123_456}
    assert text_of(person.taps(old, "guide:sextortion.money.1")) == step("evidence")
    first = quiz.load().questions[0]
    assert shown(first.explanation) in text_of(person.taps(old, f"quiz_answer:{first.id}.1"))
    assert spoken("utter_report_keep")[0] in text_of(person.taps(old, "report:scam.zalo"))
    assert text_of(person.taps(old, "unsafe")) == spoken("utter_safe_no")[0]
    assert text_of(person.taps(old, "check_message")) == spoken("utter_ask_pasted")[0]
