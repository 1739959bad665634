"""An emulator of the Telegram Bot API: as much of it as the gateway uses, and its bad days.

It keeps chats, hands out updates by long polling or webhook, refuses what Telegram refuses, and
fails when a test tells it to.
"""

import itertools
import json
import re
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import httpx

Json = dict[str, Any]
T = TypeVar("T")

TOKEN = "123456789:TEST-token-of-the-emulator-000000000"
BOT_ID = 123456789
PRIVATE_CHAT = 7_000_000_001
_FIRST_UPDATES = itertools.count(900_000_001, 1_000_000)
_TAGS = frozenset({"b", "strong", "i", "em", "u", "s", "a", "code", "pre", "tg-spoiler"})
_STRUCTURED = frozenset(
    {"allowed_updates", "commands", "link_preview_options", "message_ids", "reply_markup"}
)
_STRAY = re.compile(r"<(?!/?[a-z])|&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-f]+);)")


@dataclass(frozen=True)
class Call:
    """A request that the bot made."""

    method: str
    params: Json


@dataclass(frozen=True)
class Failure:
    """How the emulator fails once.

    Attributes:
        status: The HTTP status; 0 closes the connection without an answer.
        retry_after: Seconds to wait, as 429 names them.
        hang_s: How long to keep the bot waiting before that.
        after: Whether the request takes effect nevertheless.
    """

    status: int
    retry_after: int | None = None
    hang_s: float = 0.0
    after: bool = False


class BotApiError(Exception):
    """A request that Telegram refuses."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.description = description


@dataclass
class _Chat:
    messages: dict[int, Json] = field(default_factory=dict)
    kept: set[int] = field(default_factory=set)
    """Messages that the bot may not delete."""


class TelegramEmulator:
    """A Telegram of its own; use as a context manager."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.calls: list[Call] = []
        self.downloads: list[str] = []
        self.delivered: list[tuple[int, int]] = []
        """Update id and HTTP status of each delivery to the webhook."""
        self._changed = threading.Condition(threading.RLock())
        self._chats: defaultdict[int, _Chat] = defaultdict(_Chat)
        self._said: list[Json] = []
        self._updates: dict[int, Json] = {}
        self._past: dict[int, Json] = {}
        self._failures: defaultdict[str, deque[Failure]] = defaultdict(deque)
        self._next_update = next(_FIRST_UPDATES)
        self._next_message = 1
        self._next_query = 1
        self._poll = 0
        self._webhook: Json = {}
        self._closed = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "TelegramEmulator":
        for target in (partial(self._server.serve_forever, poll_interval=0.02), self._deliver):
            threading.Thread(target=target, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()

    # What people do

    def text(self, text: str, chat_id: int = PRIVATE_CHAT, **fields: Any) -> int:
        """Writes `text` and returns the id of the message."""
        return self.message(chat_id, text=text, **fields)

    def message(self, chat_id: int = PRIVATE_CHAT, *, kept: bool = False, **content: Any) -> int:
        """Puts a message with any content into a chat and returns its id.

        Args:
            chat_id: The chat; below 0 for a group.
            kept: Whether Telegram refuses to delete it.
            content: The fields of the message, such as `photo`.
        """
        with self._changed:
            message = self._new_message(chat_id, self._person(chat_id), content)
            if kept:
                self._chats[chat_id].kept.add(message["message_id"])
            self.push({"message": message})
            return int(message["message_id"])

    def edit(self, message_id: int, text: str, chat_id: int = PRIVATE_CHAT) -> None:
        """Changes a message that a person wrote."""
        with self._changed:
            message = self._chats[chat_id].messages[message_id]
            message.update(text=text, edit_date=int(time.time()))
            self.push({"edited_message": dict(message)})

    def press(self, message_id: int, data: str, chat_id: int = PRIVATE_CHAT) -> str:
        """Presses a button under a message and returns the id of the callback query."""
        with self._changed:
            query_id = str(self._next_query)
            self._next_query += 1
            chat = self._chats[chat_id]
            self.push(
                {
                    "callback_query": {
                        "id": query_id,
                        "from": self._person(chat_id),
                        "chat_instance": "1",
                        "data": data,
                        "message": chat.messages.get(
                            message_id,
                            {"chat": _chat(chat_id), "message_id": message_id, "date": 0},
                        ),
                    }
                }
            )
            return query_id

    def push(self, update: Json, update_id: int | None = None) -> int:
        """Queues an update, with an id already used if one is given, and returns its id."""
        with self._changed:
            if update_id is None:
                update_id = self._next_update
                self._next_update += 1
            self._updates[update_id] = {**update, "update_id": update_id}
            self._past[update_id] = update
            self._changed.notify_all()
            return update_id

    def repeat(self, update_id: int) -> None:
        """Delivers an update once more, as Telegram does when it is in doubt."""
        with self._changed:
            self.push(self._past[update_id], update_id)

    def lose(self) -> None:
        """Drops every update that waits, as Telegram does after a day."""
        with self._changed:
            self._updates.clear()

    def fail(self, method: str, *failures: Failure) -> None:
        """Makes the next requests of `method` fail, each in the way given."""
        with self._changed:
            self._failures[method].extend(failures)

    # What tests look at

    def has_failed(self, method: str) -> bool:
        """Tells whether every failure of `method` that was asked for has happened."""
        with self._changed:
            return not self._failures[method]

    def made(self, method: str) -> list[Json]:
        """Returns the parameters of every request of `method`, in order."""
        with self._changed:
            return [call.params for call in self.calls if call.method == method]

    def sent(self, chat_id: int = PRIVATE_CHAT) -> list[Json]:
        """Returns the messages of the bot that are now in a chat, in order."""
        with self._changed:
            messages = self._chats[chat_id].messages.values()
            return [message for message in messages if message["from"]["id"] == BOT_ID]

    def visible(self, chat_id: int = PRIVATE_CHAT) -> list[int]:
        """Returns the ids of all messages that are now in a chat."""
        with self._changed:
            return list(self._chats[chat_id].messages)

    @property
    def waiting(self) -> list[int]:
        """The ids of the updates that the bot has not confirmed."""
        with self._changed:
            return sorted(self._updates)

    def wait_for(self, seen: Callable[[], T], timeout_s: float = 15.0) -> T:
        """Waits until `seen()` is true and returns what it returned.

        Raises:
            AssertionError: If that takes longer than `timeout_s` seconds.
        """
        end = time.monotonic() + timeout_s
        with self._changed:
            while not (found := seen()):
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"It did not happen within {timeout_s} seconds.")
                self._changed.wait(min(left, 0.1))
            return found

    def replies_to(
        self, act: Callable[[], object], chat_id: int, timeout_s: float = 30.0
    ) -> list[Json]:
        """Does something, waits until the bot has dealt with it, and returns what it sent.

        Args:
            act: What a person does.
            chat_id: The chat that the bot should answer in.
            timeout_s: How long to wait until nothing waits for the bot any more.
        """
        before = len(self._said)
        act()
        self.wait_for(lambda: not self._updates, timeout_s)
        with self._changed:
            return [message for message in self._said[before:] if message["chat"]["id"] == chat_id]

    # The Bot API

    def answer(self, method: str, params: Json) -> Any:
        """Carries out a request and returns its result.

        Raises:
            BotApiError: If Telegram would refuse it.
        """
        with self._changed:
            self.calls.append(Call(method, params))
            self._changed.notify_all()
            handler = getattr(self, f"_on_{method}", None)
            return handler(params) if handler else True

    def next_failure(self, method: str) -> Failure | None:
        """Returns how the next request of `method` fails, if it does."""
        with self._changed:
            failures = self._failures[method]
            return failures.popleft() if failures else None

    def _on_getMe(self, _params: Json) -> Json:
        return {**_bot(), "can_join_groups": True, "can_read_all_group_messages": False}

    def _on_getUpdates(self, params: Json) -> list[Json]:
        if self._webhook:
            raise BotApiError(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(params.get("offset", 0))
        for update_id in [u for u in self._updates if u < offset]:
            del self._updates[update_id]
        self._poll += 1
        poll = self._poll
        self._changed.notify_all()
        end = time.monotonic() + int(params.get("timeout", 0))
        while not self._updates and not self._closed and (left := end - time.monotonic()) > 0:
            self._changed.wait(left)
            if poll != self._poll:
                raise BotApiError(409, "Conflict: terminated by other getUpdates request")
        ids = sorted(self._updates)[: int(params.get("limit", 100))]
        return [self._updates[update_id] for update_id in ids]

    def _on_setWebhook(self, params: Json) -> bool:
        self._webhook = params
        return True

    def _on_deleteWebhook(self, _params: Json) -> bool:
        self._webhook = {}
        return True

    def _on_sendMessage(self, params: Json) -> Json:
        text = _parsed(params["text"], params.get("parse_mode"))
        content: Json = {"text": text}
        if markup := params.get("reply_markup"):
            _check_keyboard(markup)
            content["reply_markup"] = markup
        message = self._new_message(int(params["chat_id"]), _bot(), content)
        self._said.append(message)
        return message

    def _on_editMessageText(self, params: Json) -> Json:
        message = self._existing(params, "edit")
        message["text"] = _parsed(params["text"], params.get("parse_mode"))
        return message

    def _on_editMessageReplyMarkup(self, params: Json) -> Json:
        message = self._existing(params, "edit")
        markup = params.get("reply_markup", {"inline_keyboard": []})
        _check_keyboard(markup)
        if message.get("reply_markup", {"inline_keyboard": []}) == markup:
            raise BotApiError(400, "Bad Request: message is not modified")
        message["reply_markup"] = markup
        return message

    def _on_deleteMessage(self, params: Json) -> bool:
        message_id = self._existing(params, "delete")["message_id"]
        chat = self._chats[int(params["chat_id"])]
        if message_id in chat.kept:
            raise BotApiError(400, "Bad Request: message can't be deleted")
        del chat.messages[message_id]
        return True

    def _on_deleteMessages(self, params: Json) -> bool:
        chat = self._chats[int(params["chat_id"])]
        if len(params["message_ids"]) > 100:
            raise BotApiError(400, "Bad Request: too many messages specified")
        if chat.kept.intersection(params["message_ids"]):
            raise BotApiError(400, "Bad Request: message can't be deleted")
        for message_id in params["message_ids"]:
            chat.messages.pop(message_id, None)
        return True

    def _existing(self, params: Json, purpose: str) -> Json:
        message = self._chats[int(params["chat_id"])].messages.get(int(params["message_id"]))
        if message is None:
            raise BotApiError(400, f"Bad Request: message to {purpose} not found")
        return message

    def _new_message(self, chat_id: int, sender: Json, content: Json) -> Json:
        message = {
            "message_id": self._next_message,
            "date": int(time.time()),
            "chat": _chat(chat_id),
            "from": sender,
            **content,
        }
        self._chats[chat_id].messages[self._next_message] = message
        self._next_message += 1
        self._changed.notify_all()
        return message

    def _person(self, chat_id: int) -> Json:
        return {"id": abs(chat_id), "is_bot": False, "first_name": "Bí mật của emulator"}

    def _deliver(self) -> None:
        """Posts updates to the webhook, each until it is taken."""
        with httpx.Client(trust_env=False, timeout=30) as client:
            while not self._closed:
                with self._changed:
                    self._changed.wait_for(
                        lambda: self._closed or (self._webhook and self._updates), timeout=0.2
                    )
                    if self._closed or not self._webhook:
                        continue
                    webhook, updates = self._webhook, list(self._updates.values())
                for update in updates:
                    self._post(client, webhook, update)

    def _post(self, client: httpx.Client, webhook: Json, update: Json) -> None:
        try:
            status = client.post(
                webhook["url"].replace("https://", "http://"),
                json=update,
                headers={"X-Telegram-Bot-Api-Secret-Token": webhook.get("secret_token", "")},
            ).status_code
        except httpx.HTTPError:
            status = 0
        with self._changed:
            self.delivered.append((update["update_id"], status))
            if status == 200:
                self._updates.pop(update["update_id"], None)
            self._changed.notify_all()
        if status != 200:
            time.sleep(0.1)


def _bot() -> Json:
    return {"id": BOT_ID, "is_bot": True, "first_name": "Bot", "username": "lachan_test_bot"}


def _chat(chat_id: int) -> Json:
    if chat_id < 0:
        return {"id": chat_id, "type": "supergroup", "title": "Nhóm"}
    return {"id": chat_id, "type": "private", "first_name": "Bí mật của emulator"}


def _check_keyboard(markup: Json) -> None:
    for row in markup["inline_keyboard"]:
        for button in row:
            if not button["text"] or not 0 < len(button["callback_data"].encode()) <= 64:
                raise BotApiError(400, "Bad Request: BUTTON_DATA_INVALID")


def _parsed(text: str, parse_mode: str | None) -> str:
    """Returns the visible part of `text`, or refuses it as Telegram does."""
    if parse_mode == "HTML":
        text = _Html(text).visible
    if not text.strip():
        raise BotApiError(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > 4096:
        raise BotApiError(400, "Bad Request: message is too long")
    return text


class _Html(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.visible = ""
        self._open: list[str] = []
        if _STRAY.search(text):
            raise BotApiError(400, "Bad Request: can't parse entities: unexpected character")
        self.feed(text)
        self.close()
        if self._open:
            raise BotApiError(400, f"Bad Request: can't parse entities: no end of {self._open}")

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        if tag not in _TAGS:
            raise BotApiError(400, f'Bad Request: can\'t parse entities: unsupported tag "{tag}"')
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            raise BotApiError(400, f'Bad Request: can\'t parse entities: unexpected end "{tag}"')

    def handle_data(self, data: str) -> None:
        self.visible += data


def _handler(emulator: TelegramEmulator) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._take({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self._take({name: _decoded(name, value) for name, value in parse_qsl(body)})

        def handle(self) -> None:
            with suppress(ConnectionError):  # the bot has gone away
                super().handle()

        def log_message(self, *_: Any) -> None:
            return

        def _take(self, params: Json) -> None:
            if self.path.startswith("/file/"):
                emulator.downloads.append(self.path)
            token, _, method = self.path.removeprefix("/bot").partition("/")
            if token != emulator.token:
                self._refuse(BotApiError(401, "Unauthorized"))
                return
            failure = emulator.next_failure(method)
            if failure is not None:
                self._fail(failure, method, params)
                return
            try:
                result = emulator.answer(method, params)
            except BotApiError as error:
                self._refuse(error)
                return
            self._send(200, {"ok": True, "result": result})

        def _fail(self, failure: Failure, method: str, params: Json) -> None:
            if failure.after:
                emulator.answer(method, params)
            time.sleep(failure.hang_s)
            if not failure.status:
                self.close_connection = True
                return
            error = BotApiError(failure.status, "Internal Server Error")
            if failure.retry_after is None:
                self._refuse(error)
            else:
                self._refuse(error, {"retry_after": failure.retry_after})

        def _refuse(self, error: BotApiError, parameters: Json | None = None) -> None:
            body: Json = {"ok": False, "error_code": error.status, "description": str(error)}
            if parameters:
                body["parameters"] = parameters
            self._send(error.status, body)

        def _send(self, status: int, body: Json) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler


def _decoded(name: str, value: str) -> Any:
    """Undoes what the Bot API's form encoding does to lists and objects."""
    return json.loads(value) if name in _STRUCTURED else value
