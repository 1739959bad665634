import ast
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.reading import COMMANDS
from nlu.text import normalise
from safety.crisis import KINDS, OWN_KINDS

ROOT = Path(__file__).parents[2]
DATA = sorted((ROOT / "nlu" / "data").glob("*.yml"))
HELD_OUT = ROOT / "tests" / "evaluation"
PRESSED = set(
    "start faq choose quiz_answer none_of_these feedback_up feedback_down safe unsafe".split()
)
"""Intents of buttons and bare numbers, which no classifier reads."""
FEWEST = 40
ENTITY = re.compile(r"\[([^\]]+)\]\([^)]+\)")


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def examples(*paths: Path) -> Iterator[tuple[str, str]]:
    """Returns each intent and text of NLU files."""
    for path in paths:
        for group in read(path).get("nlu", []):
            for line in group["examples"].splitlines() if "intent" in group else ():
                if line.startswith("- "):
                    yield group["intent"], ENTITY.sub(r"\1", line.removeprefix("- "))


DOMAIN = read(ROOT / "domain.yml")
INTENTS = {
    intent if isinstance(intent, str) else next(iter(intent)) for intent in DOMAIN["intents"]
}
RULES = [rule for path in DATA for rule in read(path).get("rules", [])]
STEPS = [rule["steps"] for rule in RULES]
BY_RASA = {"action_deactivate_loop"}
"""Actions of Rasa itself."""


def test_no_text_has_two_intents() -> None:
    intents: defaultdict[str, set[str]] = defaultdict(set)
    for intent, text in examples(*DATA):
        intents[normalise(text)].add(intent)
    assert {text: found for text, found in intents.items() if len(found) > 1} == {}


def test_every_typed_intent_has_examples_enough() -> None:
    counts = Counter(intent for intent, _ in examples(*DATA))
    assert set(counts) == INTENTS - PRESSED
    assert {intent: n for intent, n in counts.items() if n < FEWEST} == {}


def test_buttons_have_no_examples() -> None:
    assert PRESSED <= INTENTS
    assert PRESSED.isdisjoint(intent for intent, _ in examples(*DATA))


def test_every_example_has_words() -> None:
    assert [text for _, text in examples(*DATA) if not normalise(text)] == []


WITHOUT_INTENTS = ("crisis.jsonl", "crisis_everyday.jsonl", "suspicious_messages.jsonl")


def held_out() -> dict[str, list[str]]:
    def texts(name: str) -> list[str]:
        rows = (HELD_OUT / name).read_text(encoding="utf-8").splitlines()
        return [json.loads(row)["text"] for row in rows]

    return {
        "nlu.yml": [text for _, text in examples(HELD_OUT / "nlu.yml")],
        **{name: texts(name) for name in WITHOUT_INTENTS},
    }


@pytest.mark.parametrize("name", ["nlu.yml", *WITHOUT_INTENTS])
def test_nothing_is_trained_on_what_is_held_out(name: str) -> None:
    trained = {normalise(text) for _, text in examples(*DATA)}
    for more in ("examples.jsonl", "message_examples.jsonl"):
        rows = (ROOT / "safety" / more).read_text(encoding="utf-8").splitlines()
        trained |= {normalise(json.loads(row)["text"]) for row in rows}
    texts = held_out()[name]
    assert len(texts) > 100
    assert [text for text in texts if normalise(text) in trained] == []


def test_held_out_texts_have_intents_of_the_domain() -> None:
    assert {intent for intent, _ in examples(HELD_OUT / "nlu.yml")} <= INTENTS


def test_a_rule_answers_every_intent_once() -> None:
    always = [rule["steps"] for rule in RULES if "condition" not in rule]
    answered = Counter(step["intent"] for steps in always for step in steps if "intent" in step)
    assert set(answered) == INTENTS | {"nlu_fallback"}
    assert {intent: n for intent, n in answered.items() if n > 1} == {}


def test_every_action_of_a_rule_is_known() -> None:
    used = {step["action"] for steps in STEPS for step in steps if "action" in step}
    forms = set(DOMAIN["forms"])
    assert used - BY_RASA <= {*DOMAIN["actions"], *DOMAIN["responses"], *forms}
    assert set(DOMAIN["actions"]) <= used | {f"validate_{form}" for form in forms}


def test_every_door_and_every_crisis_of_ones_own_leaves_the_check() -> None:
    leaving = [
        rule["steps"]
        for rule in RULES
        if {"active_loop": "check_form"} in rule.get("condition", [])
    ]
    left = {steps[0]["intent"]: steps[3:] for steps in leaving if "intent" in steps[0]}
    assert {f"crisis_{kind}" for kind in OWN_KINDS} <= set(left)
    buttons = {
        b["payload"] for r in DOMAIN["responses"].values() for v in r for b in v.get("buttons", [])
    }
    doors = {re.match(r"/([a-z_]+)", payload)[1] for payload in buttons}  # type: ignore[index]
    assert doors - {"wipe", "check_message", "feedback_up", "feedback_down"} <= set(left)
    for rule in RULES:
        steps = rule["steps"]
        if "condition" not in rule and steps[0].get("intent") in left:
            assert left[steps[0]["intent"]] == steps[1:]


def named_responses(package: str) -> set[str]:
    """Returns the names of responses that stand in the code of `package`."""
    nodes = [
        node
        for path in (ROOT / package).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    ]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    return {
        text
        for text in texts
        if isinstance(text, str) and text.startswith("utter_") and text[-1] not in "_}"
    }


@pytest.mark.parametrize("package", ["actions", "bot"])
def test_every_response_that_the_code_names_exists(package: str) -> None:
    names = named_responses(package)
    assert len(names) > 5
    assert names <= set(DOMAIN["responses"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_crisis_has_an_intent_and_both_texts(kind: str) -> None:
    assert f"crisis_{kind}" in INTENTS
    for name in (f"utter_crisis_{kind}", f"utter_crisis_{kind}_friend"):
        (variant,) = DOMAIN["responses"][name]
        assert "{contact:11" in variant["text"]
        assert variant["text"].rstrip().endswith("?")
        payloads = [button["payload"] for button in variant["buttons"]]
        assert payloads == ["/safe", "/unsafe", "/talk_to_human", "/wipe"]


def test_every_crisis_intent_is_of_a_known_kind() -> None:
    kinds = {i.removeprefix("crisis_") for i in INTENTS if i.startswith("crisis_")}
    assert kinds == set(KINDS)


def test_what_commands_and_thumbs_say_exists() -> None:
    assert {f"utter_gateway_command_{command}" for command in COMMANDS} <= set(DOMAIN["responses"])
    assert {"utter_feedback_up", "utter_feedback_down"} <= set(DOMAIN["responses"])


def test_every_button_is_an_intent_or_the_wipe() -> None:
    payloads = {
        button["payload"]
        for variants in DOMAIN["responses"].values()
        for variant in variants
        for button in variant.get("buttons", [])
    }
    names = {payload.partition("{")[0] for payload in payloads}
    assert names <= {f"/{intent}" for intent in INTENTS} | {"/wipe"}
