"""What passes between the gateway and the channels: messages, buttons and turns."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message.

    Attributes:
        title: The words on it.
        payload: What Rasa or the gateway receives when it is pressed, such as `/faq{"n": 12}`.
    """

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message to a person, in light markup (see `bot.markup`)."""

    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """What the gateway made of one thing that a person did.

    Attributes:
        messages: The reply, in order; empty when silence is the answer.
        kind: What came in: an intent's name, "text" where no intent is known, "command",
            "button", "media" or "wipe".
        outcome: What came of it: what the actions report ("answer", "choices", "abstain",
            "crisis", …), else "talk", "crisis_local", "unavailable", "media", "wipe" or "flood".
        intent: The intent that Rasa found.
        confidence: Rasa's confidence in the answer, or else in the intent; 0 to 1.
        topic: Topic of the entry that was shown.
        faq: Id of the entry that was shown.
        latency_ms: Time from taking the message to having the reply, in milliseconds.
    """

    messages: tuple[Message, ...]
    kind: str
    outcome: str
    intent: str | None = None
    confidence: float | None = None
    topic: str | None = None
    faq: str | None = None
    latency_ms: int = 0
