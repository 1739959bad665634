"""What a second reader would stop at in the bank, as checks: plain words, voice, door, risk, law.

They go beyond the guide's form, which `faq.lint` checks, and judge entries one by one. What two
entries are to each other is told by `faq.neighbours`.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from faq.bank import BankEntry, BankFile, Finding
from faq.reading import phrases_in, plain, sentences
from nlu.text import normalise

_RULES = Path(__file__).with_name("lint_rules.yml")
_RISKS = ("low", "medium", "high")

_WORD = re.compile(r"(?<![/\w])[^\W\d_]+")  # a command such as /xoa is no word


class StrictLinter:
    """Finds in entries what the reading of them taught to look for."""

    def __init__(self) -> None:
        rules: dict[str, Any] = yaml.safe_load(_RULES.read_bytes())["strict"]
        self._sentence_words: int = rules["sentence_words"]
        self._word_letters: int = rules["word_letters"]
        self._known_words = frozenset(word.lower() for word in rules["known_words"])
        self._you: str = normalise(rules["you"])
        self._voices = _phrases(rules["voices"])
        self._doors = _phrases(rules["doors"])
        asked = re.escape(rules["door_question"])
        self._door_question = re.compile(rf'{asked}[^:.?!\n]{{0,15}}:\s*["“]?([^"”.\n]+)', re.I)
        self._law_words = _phrases(rules["law_words"])
        self._contact_words = _phrases(rules["contact_words"])
        self._topic_risk: dict[str, str] = rules["topic_risk"]
        self._risk_words = {normalise(k): v for k, v in rules["risk_words"].items()}

    def bank(self, files: Sequence[BankFile]) -> list[Finding]:
        """Checks each entry of bank files."""
        return [
            Finding(f"{file.topic}.yml", entry.id, rule, advice)
            for file in files
            for entry in file.entries
            for rule, advice in self._entry(file.topic, entry)
        ]

    def door_questions(self, entry: BankEntry) -> list[str]:
        """Returns the questions that an answer invites to ask next."""
        return [asked.strip() for asked in self._door_question.findall(entry.answer)]

    def _entry(self, topic: str, entry: BankEntry) -> Iterator[tuple[str, str]]:
        bare = plain(entry.answer)
        yield from self._readable(bare)
        yield from self._voice(bare)
        last_line = entry.answer.splitlines()[-1]
        if "{contact:" not in last_line and not phrases_in(last_line, self._doors):
            yield "door", "the last line opens no door; end with a person, a step or a question"
        for phrase in phrases_in(bare, self._law_words):
            yield "law", f"'{phrase}' stands here; write a {{law:…}}, and no punishment"
        for phrase in phrases_in(bare, self._contact_words):
            yield "contact", f"'{phrase}' stands here; write a {{contact:…}}"
        least = [self._topic_risk.get(topic, "low")]
        least += [self._risk_words[k] for k in phrases_in(entry.question, self._risk_words)]
        risk = max(least, key=_RISKS.index)
        if _RISKS.index(entry.risk) < _RISKS.index(risk):
            yield "risk", f"risk is {entry.risk}; set at least {risk}, as topic and question demand"

    def _readable(self, text: str) -> Iterator[tuple[str, str]]:
        for sentence in sentences(text):
            if (count := len(sentence.split())) > self._sentence_words:
                start = " ".join(sentence.split()[:6])
                yield "sentence", f"'{start} …' has {count} words; split it"
        for word in _WORD.findall(text):
            if len(word) > self._word_letters and word.lower() not in self._known_words:
                yield "word", f"'{word}' is no Vietnamese word; write it in plain words"

    def _voice(self, text: str) -> Iterator[tuple[str, str]]:
        if not phrases_in(text, [self._you]):
            yield "voice", f"the answer never says '{self._you}'; speak to the reader"
        for phrase in phrases_in(text, self._voices):
            yield "voice", f"'{phrase}' is another voice; speak as lint_rules.yml says"


def _phrases(texts: Sequence[str]) -> list[str]:
    return [normalise(text) for text in texts]
