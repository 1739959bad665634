"""The action server: Rasa's actions, the usage log, and the jobs that go with them."""

import asyncio
from functools import partial
from typing import Any

from pydantic import ValidationError
from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Request, Sanic, response
from sanic.response import HTTPResponse

from actions.answer import ActionAnswerFaq, ActionNoneOfThese, ActionShowEntry
from actions.base import Domain
from actions.check import ActionCheckMessage, ValidateCheckForm
from actions.crisis import ActionCrisis
from actions.feedback import ActionFeedback
from actions.guide import ActionGuide
from actions.quiz import ActionQuiz, ActionQuizAnswer
from actions.reply import (
    ActionAffirm,
    ActionChoose,
    ActionDeny,
    ActionHelp,
    ActionMore,
    ActionStop,
)
from actions.report import ActionReport
from actions.safe import ActionSafe, ActionUnsafe
from actions.usage import Turn, UsageLog
from common.logging import get_logger
from faq.service import FaqService

PURGE_S = 3600.0
"""How often old usage rows and keys are removed."""

App = Sanic[Any, Any]
_log = get_logger(__name__)


class Executor(ActionExecutor):
    """Runs actions on calls without the domain, which Rasa leaves out (endpoints.yml)."""

    def update_and_return_domain(self, payload: Domain, action_name: str) -> Domain:
        """Returns the domain that came along, or an empty one: no action of ours reads it."""
        return payload.get("domain") or {}


def build(faq: FaqService, usage: UsageLog) -> App:
    """Returns the application.

    Args:
        faq: The bank.
        usage: The usage log.
    """
    executor = Executor()
    for action in (
        ActionAnswerFaq(faq),
        ActionShowEntry(faq),
        ActionNoneOfThese(),
        ActionChoose(faq),
        ActionAffirm(),
        ActionDeny(faq),
        ActionStop(),
        ActionHelp(),
        ActionMore(faq),
        ActionCrisis(faq),
        ActionSafe(),
        ActionUnsafe(),
        ActionFeedback(faq),
        ValidateCheckForm(),
        ActionCheckMessage(faq),
        ActionGuide(),
        ActionReport(),
        ActionQuiz(),
        ActionQuizAnswer(),
    ):
        executor.register_action(action)
    app: App = create_app(executor, cors_origins=[])
    app.add_route(partial(_record, usage), "/usage", methods=["POST"], name="usage")
    app.register_listener(partial(_start_purge, usage), "after_server_start")
    return app


async def _record(usage: UsageLog, request: Request) -> HTTPResponse:
    try:
        turn = Turn.model_validate_json(request.body)
    except ValidationError:
        return response.json({"error": "not a turn"}, status=400)
    await asyncio.to_thread(usage.record, turn)
    return response.empty()


async def _start_purge(usage: UsageLog, app: App) -> None:
    app.add_task(_purge(usage), name="purge")


async def _purge(usage: UsageLog) -> None:
    """Removes old rows and keys again and again; a failure is logged, and it goes on."""
    while True:
        try:
            await asyncio.to_thread(usage.purge)
        except Exception:
            _log.exception("Old usage rows could not be removed.")
        await asyncio.sleep(PURGE_S)
