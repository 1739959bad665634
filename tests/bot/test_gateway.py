import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.flood import Flood
from bot.gateway import Chat, Gateway
from bot.messages import Button, Message, Turn
from bot.texts import URGENT
from bot.usage import Usage
from tests.bot.conftest import FakeChat, FakeServers

CRISIS = "nó bắt em chuyển tiền không thì tung ảnh của em"


@pytest.fixture(autouse=True)
def simple_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the gate see a crisis in one sentence only: its phrases have tests of their own."""
    from safety.crisis import Crisis

    monkeypatch.setattr(
        "bot.gateway.detect",
        lambda text: Crisis("sextortion", "self") if CRISIS in text else None,
    )


def lines(turn: Turn) -> list[str]:
    return [message.text for message in turn.messages]


async def test_a_question_gets_rasas_reply(gateway: Gateway, chat: Chat) -> None:
    turn = await gateway.text(chat, " nick bị hack ")
    assert lines(turn) == ["**nick bị hack**"]
    assert (turn.kind, turn.intent, turn.outcome) == ("ask_faq", "ask_faq", "answer")
    assert (turn.topic, turn.faq, turn.confidence) == ("games", "games-1", 0.8)


async def test_placeholders_are_filled_in(
    gateway: Gateway, chat: Chat, servers: FakeServers
) -> None:
    servers.reply = lambda _: {"messages": [{"text": " Gọi {contact:111} "}]}
    turn = await gateway.text(chat, "a")
    assert lines(turn) == ["Gọi số 111"]
    assert (turn.kind, turn.outcome) == ("text", "talk")


async def test_a_button_that_no_channel_could_offer_is_left_out(
    gateway: Gateway, chat: Chat, servers: FakeServers
) -> None:
    buttons = [{"title": "a", "payload": "/restart"}, {"title": "b", "payload": "/help"}]
    servers.reply = lambda _: {"messages": [{"text": "a", "buttons": buttons}]}
    turn = await gateway.text(chat, "a")
    assert turn.messages == (Message("a", (Button("b", "/help"),)),)


@pytest.mark.parametrize("typed", ["/start", "/start@bot", "/start abc"])
async def test_a_command_is_sent_as_its_payload(
    gateway: Gateway, chat: Chat, servers: FakeServers, typed: str
) -> None:
    turn = await gateway.text(chat, typed)
    assert servers.asked == [{"sender": "sender-1", "payload": "/start"}]
    assert turn.kind == "command"


@pytest.mark.parametrize("typed", ["/intent{}", '/faq{"n": 1}', "/restart", "//start"])
async def test_a_typed_payload_is_sent_as_text(
    gateway: Gateway, chat: Chat, servers: FakeServers, typed: str
) -> None:
    await gateway.text(chat, typed)
    assert servers.asked == [
        {"sender": "sender-1", "text": typed.lstrip("/"), "metadata": {"crisis": None}}
    ]


@pytest.mark.parametrize("typed", ["", "😀😀", "\x00\ud83d", "...", "/"])
async def test_signs_without_words_do_not_reach_rasa(
    gateway: Gateway, chat: Chat, servers: FakeServers, typed: str
) -> None:
    turn = await gateway.text(chat, typed)
    assert lines(turn) == ["[utter_gateway_no_words]"]
    assert not servers.asked


async def test_rasa_gets_the_head_of_a_long_text_and_the_gate_all_of_it(
    gateway: Gateway, chat: Chat, servers: FakeServers
) -> None:
    await gateway.text(chat, "a" * 10_000)
    assert servers.asked[0]["text"] == "a" * 2000
    await gateway.text(chat, "a " * 5_000 + CRISIS)
    assert len(servers.asked[1]["text"]) == 2000
    assert servers.asked[1]["metadata"] == {
        "crisis": {"kind": "sextortion", "about": "self", "sure": True}
    }


@pytest.mark.parametrize(
    "reply",
    [None, {"messages": []}, {"messages": [{"text": " "}]}, [], {"messages": [{"text": 1}]}],
)
async def test_no_message_goes_unanswered(
    gateway: Gateway, chat: Chat, servers: FakeServers, reply: Any
) -> None:
    if reply is None:
        servers.down = True
    servers.reply = lambda _: reply
    for turn in (await gateway.text(chat, "a"), await gateway.press(chat, "/quiz")):
        assert lines(turn) == ["[utter_gateway_unavailable]"]
        assert turn.outcome == "unavailable"


async def test_not_even_a_bug_leaves_anybody_without_an_answer(
    gateway: Gateway, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_text: str) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(gateway, "_render", fail)
    assert (await gateway.text(chat, "a")).outcome == "unavailable"
    assert (await gateway.text(chat, CRISIS)).outcome == "crisis_local"


@pytest.mark.parametrize("broken", ["read", "detect"])
async def test_a_message_that_cannot_be_read_is_answered_and_not_logged(
    gateway: Gateway,
    chat: Chat,
    monkeypatch: pytest.MonkeyPatch,
    broken: str,
) -> None:
    def fail(text: str) -> Any:
        raise ZeroDivisionError(text)

    monkeypatch.setattr(f"bot.gateway.{broken}", fail)
    with capture_logs() as logged:
        turns = [
            await gateway.text(chat, "secret"),
            await gateway.media(chat, "secret", deleted=True),
        ]
        assert await gateway.edited(chat, "secret") is None
    assert [lines(turn) for turn in turns] == [["[utter_gateway_unavailable]"]] * 2
    assert [entry["kind"] for entry in logged] == ["text", "media", "edited"]
    assert "secret" not in str(logged)


async def test_a_slow_rasa_is_not_waited_for(
    gateway: Gateway, chat: Chat, servers: FakeServers
) -> None:
    servers.delay_s = 10
    assert (await gateway.text(chat, "a")).outcome == "unavailable"


@pytest.mark.parametrize("typed", [CRISIS, f"/sos {CRISIS}", f"/start {CRISIS}", f"/{CRISIS}"])
async def test_a_crisis_reaches_rasa_as_metadata(
    gateway: Gateway, chat: Chat, servers: FakeServers, typed: str
) -> None:
    turn = await gateway.text(chat, typed)
    assert servers.asked == [
        {
            "sender": "sender-1",
            "text": CRISIS,
            "metadata": {"crisis": {"kind": "sextortion", "about": "self", "sure": True}},
        }
    ]
    assert turn.kind == "crisis_sextortion"


@pytest.mark.parametrize("trouble", ["down", "slow", "silent", "another intent", "no intent"])
async def test_a_crisis_is_answered_without_rasa(
    gateway: Gateway, chat: Chat, servers: FakeServers, trouble: str
) -> None:
    servers.down = trouble == "down"
    servers.delay_s = 10 if trouble == "slow" else 0
    servers.reply = lambda _: {
        "messages": [] if trouble == "silent" else [{"text": "a"}],
        "intent": None if trouble == "no intent" else "crisis_abuse",
    }
    turn = await gateway.text(chat, CRISIS)
    assert lines(turn) == ["[utter_crisis_sextortion] số 111"]
    assert turn.messages[0].buttons == (Button("Ẩn nhanh", "/wipe"),)
    assert (turn.kind, turn.outcome) == ("crisis_sextortion", "crisis_local")
    assert turn.latency_ms < 300


@pytest.mark.parametrize("trouble", ["down", "slow"])
@pytest.mark.parametrize("payload", URGENT)
async def test_what_cannot_wait_is_answered_without_rasa(
    gateway: Gateway, chat: Chat, servers: FakeServers, trouble: str, payload: str
) -> None:
    servers.down = trouble == "down"
    servers.delay_s = 10 if trouble == "slow" else 0
    turn = await gateway.press(chat, payload)
    assert lines(turn) == [f"[{URGENT[payload]}]"]
    assert turn.outcome == "crisis_local"
    assert turn.latency_ms < 300


async def test_what_tells_who_somebody_is_does_not_reach_rasa(
    gateway: Gateway, chat: Chat, servers: FakeServers
) -> None:
    await gateway.text(chat, "em tên Trần Bảo Ngọc, sđt 0912345678")
    await gateway.text(chat, f"{CRISIS}, gọi em số 0912345678")
    assert servers.asked[0]["text"] == "em tên [tên], sđt [số]"
    assert "0912" not in servers.asked[1]["text"]


async def test_what_follows_the_check_command_is_checked(
    gateway: Gateway, chat: Chat, servers: FakeServers
) -> None:
    turn = await gateway.text(chat, "/kiemtra chúc mừng bạn trúng thưởng")
    assert [asked.get("payload") or asked.get("text") for asked in servers.asked] == [
        "/check_message",
        "chúc mừng bạn trúng thưởng",
    ]
    assert lines(turn) == ["**chúc mừng bạn trúng thưởng**"]


async def test_a_slow_rasa_still_hears_of_the_crisis(
    gateway: Gateway, chat: Chat, servers: FakeServers
) -> None:
    heard: list[str] = []
    servers.delay_s = 0.4

    def reply(body: dict[str, Any]) -> dict[str, Any]:
        heard.append(body["text"])
        return {"messages": [{"text": "a"}], "intent": "crisis_sextortion"}

    servers.reply = reply
    assert (await gateway.text(chat, CRISIS)).outcome == "crisis_local"
    await asyncio.sleep(0.6)
    assert heard == [CRISIS]
    assert not gateway._late


@pytest.mark.parametrize(
    ("complete", "line"),
    [(True, "[utter_gateway_wiped]"), (False, "[utter_gateway_wiped_partly]")],
)
async def test_a_wipe_deletes_and_forgets(
    gateway: Gateway, fake_chat: FakeChat, servers: FakeServers, complete: bool, line: str
) -> None:
    fake_chat.complete = complete
    for turn in (
        await gateway.text(fake_chat.chat, "/xoa"),
        await gateway.press(fake_chat.chat, "/wipe"),
    ):
        assert lines(turn) == [line]
        assert (turn.kind, turn.outcome) == ("wipe", "wipe")
    assert fake_chat.wipes == 2
    assert servers.forgotten == ["sender-1", "sender-1"]
    assert not servers.asked


async def test_a_wipe_works_without_rasa(
    gateway: Gateway, fake_chat: FakeChat, servers: FakeServers
) -> None:
    servers.down = True
    assert (await gateway.text(fake_chat.chat, "/xoa")).outcome == "wipe"


async def test_a_wipe_with_a_crisis_does_both(gateway: Gateway, fake_chat: FakeChat) -> None:
    turn = await gateway.text(fake_chat.chat, f"/xoa {CRISIS}")
    assert fake_chat.wipes == 1
    assert turn.kind == "crisis_sextortion"


async def test_a_flood_is_warned_once_then_met_with_silence(
    make_gateway: Callable[..., Gateway], chat: Chat, servers: FakeServers
) -> None:
    gateway = make_gateway(Flood(2))
    turns = [await gateway.text(chat, "a") for _ in range(5)]
    assert [turn.outcome for turn in turns] == ["answer", "answer", "flood", "flood", "flood"]
    assert [lines(turn) for turn in turns[2:]] == [["[utter_gateway_flood]"], [], []]
    assert len(servers.asked) == 2
    assert lines(await gateway.press(chat, "/quiz")) == []
    assert lines(await gateway.media(chat, "", deleted=True)) == []


async def test_a_crisis_help_and_a_wipe_always_pass(
    make_gateway: Callable[..., Gateway], fake_chat: FakeChat
) -> None:
    gateway, chat = make_gateway(Flood(1)), fake_chat.chat
    for _ in range(3):
        await gateway.text(chat, "a")
    assert (await gateway.text(chat, CRISIS)).messages
    assert (await gateway.media(chat, CRISIS, deleted=True)).messages
    assert (await gateway.text(chat, "/sos")).outcome == "answer"
    assert (await gateway.press(chat, "/need_help_now")).outcome == "answer"
    assert (await gateway.text(chat, "/xoa")).outcome == "wipe"
    assert (await gateway.press(chat, "/wipe")).outcome == "wipe"


@pytest.mark.parametrize(
    ("deleted", "line"), [(True, "[utter_gateway_media]"), (False, "[utter_gateway_media_kept]")]
)
async def test_media_is_never_looked_at(
    gateway: Gateway, chat: Chat, servers: FakeServers, deleted: bool, line: str
) -> None:
    turn = await gateway.media(chat, "xem ảnh này giúp em", deleted=deleted)
    assert lines(turn) == [line]
    assert (turn.kind, turn.outcome) == ("media", "media")
    assert not servers.asked


async def test_a_crisis_in_a_caption_comes_first(gateway: Gateway, chat: Chat) -> None:
    turn = await gateway.media(chat, CRISIS, deleted=True)
    assert lines(turn) == [f"**{CRISIS}**", "[utter_gateway_media]"]


async def test_an_edited_message_is_answered_only_in_a_crisis(
    gateway: Gateway, chat: Chat, servers: FakeServers
) -> None:
    assert await gateway.edited(chat, "nick bị hack") is None
    assert await gateway.edited(chat, "/start") is None
    assert not servers.asked
    turn = await gateway.edited(chat, CRISIS)
    assert turn is not None
    assert turn.kind == "crisis_sextortion"


async def test_turns_with_a_reply_are_reported(
    gateway: Gateway, chat: Chat, usage: Usage, servers: FakeServers
) -> None:
    gateway.record(chat, await gateway.text(chat, "a"))
    gateway.record(chat, Turn((), "text", "flood"))
    await usage.settle()
    assert [row["outcome"] for row in servers.usage] == ["answer"]
