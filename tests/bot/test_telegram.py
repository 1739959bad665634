import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from telegram import Update
from telegram.error import BadRequest, NetworkError, TimedOut

from bot import telegram as channel_module
from bot.gateway import Gateway
from bot.identity import Identity
from bot.store import Store
from bot.telegram import ALLOWED_UPDATES, TelegramBot, TelegramChannel, create_bot, describe
from bot.texts import Texts
from bot.usage import Usage
from bot.wipe import SentMessages
from tests.bot.conftest import FakeServers
from tests.e2e.telegram_emulator import PRIVATE_CHAT, Failure, TelegramEmulator

GROUP = -1_000_000_001


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(channel_module, "_TYPING_AFTER_S", 0.05)


@pytest.fixture
def sent(store: Store, identity: Identity) -> SentMessages:
    return SentMessages(store, identity)


@pytest.fixture
def channel(
    bot: TelegramBot, gateway: Gateway, texts: Texts, identity: Identity, sent: SentMessages
) -> TelegramChannel:
    return TelegramChannel(bot, gateway, texts, identity, sent)


@pytest.fixture
def settle(bot: TelegramBot, channel: TelegramChannel) -> Callable[[], Any]:
    """Returns what handles everything that waits, one after another."""
    offset = 0

    async def handle_all() -> None:
        nonlocal offset
        for update in await bot.get_updates(offset=offset, allowed_updates=ALLOWED_UPDATES):
            offset = update.update_id + 1
            await channel.handle(update)

    return handle_all


def texts_of(telegram: TelegramEmulator) -> list[str]:
    return [message["text"] for message in telegram.sent()]


async def test_a_reply_is_silent_html_without_previews(
    telegram: TelegramEmulator, settle: Callable[[], Any]
) -> None:
    telegram.text("a < b & c")
    await settle()
    (call,) = telegram.made("sendMessage")
    assert call["text"] == "<b>a &lt; b &amp; c</b>"
    assert call["parse_mode"] == "HTML"
    assert call["disable_notification"] == "true"
    assert call["link_preview_options"] == {"is_disabled": True}


async def test_the_id_stays_in_the_gateway(
    telegram: TelegramEmulator, servers: FakeServers, usage: Usage, settle: Callable[[], Any]
) -> None:
    telegram.text("a")
    await settle()
    await usage.settle()
    assert str(PRIVATE_CHAT) not in str(servers.asked + servers.usage)
    assert servers.asked[0]["sender"] == servers.usage[0]["sender"]


async def test_buttons_stand_under_the_last_part_of_a_long_answer(
    telegram: TelegramEmulator, servers: FakeServers, settle: Callable[[], Any]
) -> None:
    buttons = [
        {"title": "👍", "payload": '/feedback_up{"n": 7}'},
        {"title": "👎", "payload": '/feedback_down{"n": 7}'},
        {"title": "Cần giúp ngay", "payload": "/need_help_now"},
    ]
    long = "\n\n".join(["**đoạn** văn " * 50] * 10)
    servers.reply = lambda _: {"messages": [{"text": long, "buttons": buttons}]}
    telegram.text("x")
    await settle()
    first, last = telegram.sent()
    assert "reply_markup" not in first
    assert [
        [b["callback_data"] for b in row] for row in last["reply_markup"]["inline_keyboard"]
    ] == [
        ["feedback_up:7", "feedback_down:7"],
        ["need_help_now"],
    ]


async def test_it_types_while_it_works_and_not_after(
    telegram: TelegramEmulator, servers: FakeServers, settle: Callable[[], Any]
) -> None:
    servers.delay_s = 0.3
    telegram.text("a")
    await settle()
    assert telegram.made("sendChatAction") == [{"chat_id": str(PRIVATE_CHAT), "action": "typing"}]
    servers.delay_s = 0
    telegram.text("b")
    await settle()
    await asyncio.sleep(0.1)
    assert len(telegram.made("sendChatAction")) == 1


async def test_trouble_with_typing_is_no_trouble(
    telegram: TelegramEmulator, servers: FakeServers, settle: Callable[[], Any]
) -> None:
    servers.delay_s = 0.2
    telegram.fail("sendChatAction", Failure(500))
    telegram.text("a")
    await settle()
    assert len(telegram.sent()) == 1


@pytest.mark.parametrize("failure", [Failure(429, retry_after=1), Failure(500), Failure(0)])
async def test_a_reply_is_sent_again_when_telegram_fails(
    telegram: TelegramEmulator, settle: Callable[[], Any], failure: Failure
) -> None:
    telegram.fail("sendMessage", failure)
    telegram.text("a")
    await settle()
    assert len(telegram.sent()) == 1


async def test_a_reply_that_cannot_be_sent_fails_the_update(
    telegram: TelegramEmulator, settle: Callable[[], Any]
) -> None:
    telegram.fail("sendMessage", *[Failure(500)] * 5)
    telegram.text("a")
    with pytest.raises(NetworkError):
        await settle()


async def test_a_reply_to_somebody_who_blocks_the_bot_is_let_go(
    telegram: TelegramEmulator, settle: Callable[[], Any]
) -> None:
    telegram.fail("sendMessage", Failure(403))
    telegram.text("a")
    await settle()
    assert telegram.sent() == []


async def test_a_reply_that_telegram_refuses_is_sent_as_plain_text(
    telegram: TelegramEmulator, servers: FakeServers, settle: Callable[[], Any]
) -> None:
    button = {"title": "x", "payload": "/help"}
    servers.reply = lambda _: {"messages": [{"text": "**a** < b", "buttons": [button]}]}
    telegram.fail("sendMessage", Failure(400))
    telegram.text("x")
    await settle()
    assert texts_of(telegram) == ["a < b"]
    (call,) = telegram.made("sendMessage")
    assert not {"parse_mode", "reply_markup"} & call.keys()


async def test_a_reply_that_telegram_refuses_even_as_plain_text_fails_the_update(
    telegram: TelegramEmulator, settle: Callable[[], Any]
) -> None:
    telegram.fail("sendMessage", Failure(400), Failure(400))
    telegram.text("a")
    with pytest.raises(BadRequest):
        await settle()


@pytest.fixture
def newest_update(bot: TelegramBot) -> Callable[[], Any]:
    async def get() -> Update:
        *_, newest = await bot.get_updates(allowed_updates=ALLOWED_UPDATES)
        return newest

    return get


async def test_an_update_handled_again_gets_the_rest_of_its_reply(
    telegram: TelegramEmulator,
    servers: FakeServers,
    channel: TelegramChannel,
    newest_update: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send = channel._send

    async def fail_at_two(chat_id: int, part: Any) -> int:
        if part.html == "two":
            raise TimedOut
        return await send(chat_id, part)

    servers.reply = lambda _: {"messages": [{"text": "one"}, {"text": "two"}, {"text": "three"}]}
    telegram.text("x")
    update = await newest_update()
    with monkeypatch.context() as patched, pytest.raises(TimedOut):
        patched.setattr(channel, "_send", fail_at_two)
        await channel.handle(update)
    assert texts_of(telegram) == ["one"]
    await channel.handle(update)
    assert texts_of(telegram) == ["one", "two", "three"]
    assert len(servers.asked) == 1
    assert not channel._unsent


async def test_a_wipe_handled_again_only_says_so(
    telegram: TelegramEmulator, channel: TelegramChannel, newest_update: Callable[[], Any]
) -> None:
    telegram.text("/xoa")
    update = await newest_update()
    telegram.fail("sendMessage", *[Failure(500)] * 5)
    with pytest.raises(NetworkError):
        await channel.handle(update)
    await channel.handle(update)
    assert texts_of(telegram) == ["[utter_gateway_wiped]"]
    assert len(telegram.made("deleteMessages")) == 1


async def test_no_more_unsent_replies_are_kept_than_fit(
    telegram: TelegramEmulator,
    channel: TelegramChannel,
    newest_update: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(channel_module, "_UNSENT", 1)
    for text in ("a", "b"):
        telegram.text(text)
        telegram.fail("sendMessage", *[Failure(500)] * 5)
        update = await newest_update()
        with pytest.raises(NetworkError):
            await channel.handle(update)
    assert list(channel._unsent) == [update.update_id]


@pytest.mark.parametrize(
    "content",
    [
        {"photo": [{"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}]},
        {"voice": {"file_id": "x", "file_unique_id": "x", "duration": 1}},
        {"document": {"file_id": "x", "file_unique_id": "x"}},
        {"contact": {"phone_number": "1", "first_name": "A"}},
        {"location": {"latitude": 1, "longitude": 1}},
        {"dice": {"emoji": "🎲", "value": 1}},
        {"something_new": {"x": 1}},
    ],
)
async def test_media_is_deleted_and_never_downloaded(
    telegram: TelegramEmulator, settle: Callable[[], Any], content: dict[str, Any]
) -> None:
    message_id = telegram.message(**content)
    await settle()
    assert message_id not in telegram.visible()
    assert texts_of(telegram) == ["[utter_gateway_media]"]
    assert not telegram.made("getFile")
    assert not telegram.downloads


async def test_media_that_telegram_keeps_is_said_to_be_kept(
    telegram: TelegramEmulator, settle: Callable[[], Any]
) -> None:
    telegram.message(kept=True, sticker={"file_id": "x", "file_unique_id": "x", "type": "regular",
                                         "width": 1, "height": 1, "is_animated": False,
                                         "is_video": False})  # fmt: skip
    await settle()
    assert texts_of(telegram) == ["[utter_gateway_media_kept]"]


async def test_an_album_is_answered_once_and_deleted_whole(
    telegram: TelegramEmulator, settle: Callable[[], Any]
) -> None:
    photo = [{"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}]
    album = [telegram.message(photo=photo, media_group_id="g") for _ in range(3)]
    await settle()
    assert texts_of(telegram) == ["[utter_gateway_media]"]
    assert not set(album) & set(telegram.visible())


async def test_service_messages_are_met_with_silence(
    telegram: TelegramEmulator, settle: Callable[[], Any]
) -> None:
    telegram.message(message_auto_delete_timer_changed={"message_auto_delete_time": 86400})
    await settle()
    assert not telegram.sent()
    assert not telegram.made("deleteMessage")


async def test_groups_are_left_in_silence(
    telegram: TelegramEmulator, settle: Callable[[], Any]
) -> None:
    telegram.text("/start", GROUP)
    telegram.push({"my_chat_member": _change("left", "member")})
    telegram.push({"my_chat_member": _change("member", "left")})
    await settle()
    assert telegram.made("leaveChat") == [{"chat_id": str(GROUP)}] * 2
    assert not telegram.made("sendMessage")


async def test_a_private_chat_that_blocks_the_bot_is_no_group(
    telegram: TelegramEmulator, settle: Callable[[], Any]
) -> None:
    change = _change("member", "kicked")
    change["chat"] = {"id": PRIVATE_CHAT, "type": "private"}
    telegram.push({"my_chat_member": change})
    await settle()
    assert not telegram.made("leaveChat")


def _change(old: str, new: str) -> dict[str, Any]:
    user = {"id": 1, "is_bot": True, "first_name": "Bot"}
    until = {"until_date": 0}
    return {
        "chat": {"id": GROUP, "type": "supergroup", "title": "g"},
        "from": {"id": 2, "is_bot": False, "first_name": "A"},
        "date": 1,
        "old_chat_member": {"status": old, "user": user, **(until if old == "kicked" else {})},
        "new_chat_member": {"status": new, "user": user, **(until if new == "kicked" else {})},
    }


async def test_an_edited_message_is_met_with_silence(
    telegram: TelegramEmulator, settle: Callable[[], Any]
) -> None:
    message_id = telegram.text("a")
    telegram.edit(message_id, "b")
    await settle()
    assert len(telegram.sent()) == 1


async def test_a_crisis_in_an_edited_message_is_answered(
    telegram: TelegramEmulator, settle: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from safety.crisis import Crisis

    message_id = telegram.text("a")
    await settle()
    monkeypatch.setattr("bot.gateway.detect", lambda _: Crisis("abuse", "self"))
    telegram.edit(message_id, "b")
    await settle()
    assert texts_of(telegram) == ["a", "b"]


async def test_a_button_sends_its_payload(
    telegram: TelegramEmulator, servers: FakeServers, settle: Callable[[], Any]
) -> None:
    query = telegram.press(telegram.text("x"), "faq:12")
    await settle()
    assert servers.asked[-1]["payload"] == '/faq{"n": 12}'
    assert telegram.made("answerCallbackQuery") == [{"callback_query_id": query}]


async def test_an_old_button_under_a_message_that_is_gone_still_works(
    telegram: TelegramEmulator, servers: FakeServers, settle: Callable[[], Any]
) -> None:
    telegram.press(999, "feedback_up:3")
    await settle()
    assert servers.asked[-1]["payload"] == '/feedback_up{"n": 3}'
    assert len(telegram.sent()) == 1


@pytest.mark.parametrize("data", ["nonsense", "restart", "faq:x", "/start"])
async def test_an_unknown_button_is_told_apart(
    telegram: TelegramEmulator, servers: FakeServers, settle: Callable[[], Any], data: str
) -> None:
    telegram.press(5, data)
    await settle()
    (answer,) = telegram.made("answerCallbackQuery")
    assert answer["text"] == "[utter_gateway_old_button]"
    assert not servers.asked
    assert not telegram.sent()


async def test_a_double_tap_is_answered_once(
    telegram: TelegramEmulator, servers: FakeServers, settle: Callable[[], Any]
) -> None:
    telegram.press(5, "quiz")
    telegram.press(5, "quiz")
    telegram.press(5, "report")
    await settle()
    assert [body["payload"] for body in servers.asked] == ["/quiz", "/report"]
    assert len(telegram.made("answerCallbackQuery")) == 3


async def test_a_tap_whose_reply_failed_does_not_count(
    telegram: TelegramEmulator, settle: Callable[[], Any]
) -> None:
    telegram.fail("sendMessage", *[Failure(500)] * 5)
    telegram.press(5, "quiz")
    with pytest.raises(NetworkError):
        await settle()
    telegram.press(5, "quiz")
    await settle()
    assert len(telegram.sent()) == 1


async def test_a_query_too_old_to_be_answered_still_gets_its_reply(
    telegram: TelegramEmulator, settle: Callable[[], Any]
) -> None:
    telegram.fail("answerCallbackQuery", Failure(400))
    telegram.press(5, "quiz")
    await settle()
    assert len(telegram.sent()) == 1


async def test_thumbs_vanish_once_pressed(
    telegram: TelegramEmulator, servers: FakeServers, settle: Callable[[], Any]
) -> None:
    buttons = [
        {"title": "👍", "payload": '/feedback_up{"n": 7}'},
        {"title": "👎", "payload": '/feedback_down{"n": 7}'},
        {"title": "Khác", "payload": '/faq{"n": 8}'},
    ]
    servers.reply = lambda _: {"messages": [{"text": "a", "buttons": buttons}]}
    telegram.text("x")
    await settle()
    servers.reply = lambda _: {"messages": [{"text": "Cảm ơn bạn"}]}
    telegram.press(telegram.sent()[0]["message_id"], "feedback_up:7")
    await settle()
    keyboard = telegram.sent()[0]["reply_markup"]["inline_keyboard"]
    assert [[b["callback_data"] for b in row] for row in keyboard] == [["faq:8"]]
    assert texts_of(telegram)[-1] == "Cảm ơn bạn"


async def test_a_wipe_deletes_both_sides(
    telegram: TelegramEmulator,
    sent: SentMessages,
    settle: Callable[[], Any],
) -> None:
    for text in ("a", "b", "😀"):
        telegram.text(text)
    await settle()
    assert len(telegram.visible()) == 6
    telegram.text("/xoa")
    await settle()
    assert texts_of(telegram) == ["[utter_gateway_wiped]"]
    assert telegram.visible() == [telegram.sent()[0]["message_id"]]
    assert await sent.recall("telegram", str(PRIVATE_CHAT)) == (telegram.visible(), True)


async def test_a_wipe_deletes_in_lots_of_a_hundred(
    telegram: TelegramEmulator, sent: SentMessages, settle: Callable[[], Any]
) -> None:
    await sent.remember("telegram", str(PRIVATE_CHAT), range(1000, 1250))
    telegram.text("/xoa")
    await settle()
    assert [len(call["message_ids"]) for call in telegram.made("deleteMessages")] == [100, 100, 51]


async def test_a_wipe_goes_as_far_as_telegram_lets_it(
    telegram: TelegramEmulator, sent: SentMessages, settle: Callable[[], Any]
) -> None:
    kept = telegram.message(kept=True, text="a")
    telegram.text("b")
    await settle()
    telegram.press(telegram.sent()[0]["message_id"], "wipe")
    await settle()
    assert texts_of(telegram) == ["[utter_gateway_wiped_partly]"]
    assert telegram.visible() == [kept, telegram.sent()[0]["message_id"]]
    recalled, _ = await sent.recall("telegram", str(PRIVATE_CHAT))
    assert set(telegram.visible()) <= set(recalled)


async def test_a_wipe_says_so_when_telegram_fails_and_the_next_one_makes_up_for_it(
    telegram: TelegramEmulator, settle: Callable[[], Any]
) -> None:
    telegram.text("a")
    await settle()
    telegram.fail("deleteMessages", *[Failure(500)] * 5)
    telegram.text("/xoa")
    await settle()
    assert texts_of(telegram) == ["a", "[utter_gateway_wiped_partly]"]
    telegram.text("/xoa")
    await settle()
    assert texts_of(telegram) == ["[utter_gateway_wiped]"]
    assert len(telegram.visible()) == 1


async def test_a_wipe_that_cannot_know_all_messages_says_so(
    telegram: TelegramEmulator,
    sent: SentMessages,
    broken_store: Store,
    settle: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sent, "_store", broken_store)
    telegram.text("a")
    await settle()
    telegram.text("/xoa")
    await settle()
    assert texts_of(telegram) == ["[utter_gateway_wiped_partly]"]
    assert len(telegram.visible()) == 1


async def test_the_menu_and_the_descriptions_are_set(
    telegram: TelegramEmulator, bot: TelegramBot, texts: Texts
) -> None:
    await describe(bot, texts)
    (menu,) = telegram.made("setMyCommands")
    assert [c["command"] for c in menu["commands"]] == [
        "start", "help", "sos", "kiemtra", "huongdan", "trinhbao", "thutai", "riengtu", "xoa",
    ]  # fmt: skip
    assert telegram.made("setMyDescription") == [{"description": "[utter_gateway_description]"}]
    telegram.fail("setMyCommands", Failure(500))
    await describe(bot, texts)


@pytest.fixture
async def unlucky(telegram: TelegramEmulator) -> AsyncIterator[TelegramBot]:
    bot = create_bot("111111:wrong-token-that-must-not-be-seen", telegram.url)
    yield bot
    await bot.shutdown()


async def test_nothing_of_the_library_is_logged(
    unlucky: TelegramBot, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="root"), pytest.raises(Exception, match="rejected"):
        await unlucky.initialize()
    assert "must-not-be-seen" not in caplog.text
