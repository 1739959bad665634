"""Responses of domain.yml that actions add buttons to."""

from functools import cache
from pathlib import Path
from typing import TypedDict

import yaml
from rasa_sdk.executor import CollectingDispatcher

DOMAIN = Path(__file__).parent.parent / "domain.yml"


class Button(TypedDict):
    """A button as Rasa sends it."""

    title: str
    payload: str


@cache
def _responses() -> dict[str, list[dict[str, object]]]:
    responses: dict[str, list[dict[str, object]]] = yaml.safe_load(
        DOMAIN.read_text(encoding="utf-8")
    )["responses"]
    return responses


def buttons_of(name: str) -> list[Button]:
    """Returns the buttons of the first variant of response `name`."""
    found = _responses()[name][0].get("buttons", [])
    return [Button(title=b["title"], payload=b["payload"]) for b in found]  # type: ignore[attr-defined]


def text_of(name: str) -> str:
    """Returns the text of the first variant of response `name`."""
    return str(_responses()[name][0]["text"])


def numbered(name: str, number: int) -> list[Button]:
    """Returns the buttons of response `name`, each naming entry `number`."""
    return [
        Button(title=b["title"], payload=payload(b["payload"], number)) for b in buttons_of(name)
    ]


def payload(intent: str, number: int) -> str:
    """Returns the payload of `intent` ("/faq") for entry `number`."""
    return f'{intent}{{"n": {number}}}'


def at(intent: str, place: str) -> str:
    """Returns the payload of `intent` ("/guide") for a place in a flow ("sextortion.money.2")."""
    return f'{intent}{{"at": "{place}"}}'


def say(dispatcher: CollectingDispatcher, name: str, before: list[Button] | None = None) -> None:
    """Sends response `name`, with the buttons `before` above its own."""
    dispatcher.utter_message(text=text_of(name), buttons=[*(before or []), *buttons_of(name)])
