import asyncio
from datetime import UTC, datetime

import pytest
from telegram import Chat, Message, Update
from telegram.error import BadRequest, NetworkError, TimedOut

from bot.dispatch import Dispatcher
from bot.store import Store
from bot.updates import AnsweredUpdates


def update(number: int, chat_id: int = 1) -> Update:
    message = Message(number, datetime.now(UTC), Chat(chat_id, "private"), text=str(number))
    return Update(number, message=message)


class Handler:
    def __init__(self) -> None:
        self.begun: list[int] = []
        self.done: list[int] = []
        self.delays: dict[int, float] = {}
        self.failures: dict[int, int] = {}
        self.error: Exception = RuntimeError()

    async def __call__(self, taken: Update) -> None:
        number = taken.update_id
        self.begun.append(number)
        await asyncio.sleep(self.delays.get(number, 0))
        if self.failures.get(number, 0) > 0:
            self.failures[number] -= 1
            raise self.error
        self.done.append(number)


@pytest.fixture
def answered(broken_store: Store) -> AnsweredUpdates:
    return AnsweredUpdates(broken_store)


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def dispatcher(handler: Handler, answered: AnsweredUpdates) -> Dispatcher:
    return Dispatcher(handler, answered, attempts=3)


async def test_one_chat_is_handled_in_order(dispatcher: Dispatcher, handler: Handler) -> None:
    handler.delays = {1: 0.05, 2: 0.02}
    await asyncio.gather(*(dispatcher.submit(update(n)) for n in (1, 2, 3)))
    assert handler.done == [1, 2, 3]


async def test_chats_go_on_side_by_side(dispatcher: Dispatcher, handler: Handler) -> None:
    handler.delays = {1: 0.2}
    await asyncio.gather(*(dispatcher.submit(update(n, chat_id=n)) for n in (1, 2, 3)))
    assert handler.done == [2, 3, 1]


async def test_an_update_in_hand_is_not_handled_twice(
    dispatcher: Dispatcher, handler: Handler
) -> None:
    handler.delays = {1: 0.05}
    first, second = dispatcher.submit(update(1)), dispatcher.submit(update(1))
    assert first is second
    await first
    assert handler.begun == [1]


async def test_an_answered_update_is_not_handled_again(
    dispatcher: Dispatcher, handler: Handler
) -> None:
    await dispatcher.submit(update(1))
    await dispatcher.submit(update(1))
    assert handler.begun == [1]


@pytest.mark.parametrize("error", [RuntimeError(), BadRequest("no")])
async def test_a_failed_update_is_asked_for_again_until_it_is_given_up(
    dispatcher: Dispatcher, handler: Handler, answered: AnsweredUpdates, error: Exception
) -> None:
    handler.failures, handler.error = {1: 9}, error
    for _ in range(2):
        with pytest.raises(type(error)):
            await dispatcher.submit(update(1))
        assert not await answered.contains(1)
    await dispatcher.submit(update(1))
    assert await answered.contains(1)
    assert handler.begun == [1, 1, 1]


@pytest.mark.parametrize("error", [NetworkError("500"), TimedOut()])
async def test_an_update_is_never_given_up_for_trouble_that_passes(
    dispatcher: Dispatcher, handler: Handler, error: Exception
) -> None:
    handler.failures, handler.error = {1: 9}, error
    for _ in range(9):
        with pytest.raises(type(error)):
            await dispatcher.submit(update(1))
    await dispatcher.submit(update(1))
    assert handler.done == [1]


async def test_trouble_that_passes_does_not_reset_the_count(
    dispatcher: Dispatcher, handler: Handler
) -> None:
    handler.failures = {1: 9}
    for error in (RuntimeError(), RuntimeError(), TimedOut()):
        handler.error = error
        with pytest.raises(type(error)):
            await dispatcher.submit(update(1))
    handler.error = RuntimeError()
    await dispatcher.submit(update(1))
    assert not handler.done


async def test_a_failed_update_may_succeed_later(dispatcher: Dispatcher, handler: Handler) -> None:
    handler.failures = {1: 1}
    with pytest.raises(RuntimeError):
        await dispatcher.submit(update(1))
    await dispatcher.submit(update(1))
    assert handler.done == [1]


async def test_a_failure_does_not_hold_up_the_chat(
    dispatcher: Dispatcher, handler: Handler
) -> None:
    handler.failures = {1: 1}
    results = await asyncio.gather(
        dispatcher.submit(update(1)), dispatcher.submit(update(2)), return_exceptions=True
    )
    assert isinstance(results[0], RuntimeError)
    assert handler.done == [2]


async def test_finishing_waits_for_what_is_in_hand(
    dispatcher: Dispatcher, handler: Handler, answered: AnsweredUpdates
) -> None:
    handler.delays = {1: 0.05, 2: 60}
    dispatcher.submit(update(1, chat_id=1))
    late = dispatcher.submit(update(2, chat_id=2))
    await dispatcher.finish(0.3)
    assert handler.done == [1]
    assert late.cancelled()
    assert not await answered.contains(2)


async def test_an_update_without_a_chat_is_handled(
    dispatcher: Dispatcher, handler: Handler
) -> None:
    await dispatcher.submit(Update(5))
    assert handler.done == [5]
