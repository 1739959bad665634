"""The guide of the bank as checks, over the bank and every other text that a child reads."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from faq import bank, guides, quiz, reporting
from faq.bank import BankEntry, BankError, BankFile, Finding
from faq.content import Model, read
from faq.errors import FaqError
from faq.placeholders import Placeholders
from faq.reading import PLACEHOLDER, phrases_in
from faq.strict import StrictLinter
from nlu.text import normalise, strip_diacritics

_RULES = Path(__file__).with_name("lint_rules.yml")

ANSWER_WORDS = (40, 120)
ANSWER_CHARACTERS = 700
QUESTION_CHARACTERS = 120
VARIANTS = 10

CONTENT: dict[str, tuple[type[Model], Callable[[Any], Iterator[tuple[str, str]]]]] = {
    guides.GUIDES.name: (guides.Guides, guides.texts),
    reporting.REPORTING.name: (reporting.Reporting, reporting.texts),
    quiz.QUIZ.name: (quiz.Quiz, quiz.texts),
}
"""Files of texts beside the bank: how each is read, and what of it a child reads."""

_DIGITS = re.compile(r"\d[\d. ]*\d[\d. ]*\d")
_PHONE = re.compile(r"(?<!\d)(?:\+?\d(?:[ .-]?\d){7,})")
_LINK = re.compile(
    r"https?:|www\.|\b[\w-]+\.(?:app|biz|cc|club|com|gg|gov|info|io|ly|me|mobi|net|online|org|shop"
    r"|site|top|tv|vip|vn|xyz)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<!\w)@\w")
_MARKUP = re.compile(r"[<>`#\[\]_~]|(?<!\*)\*(?!\*)|\*{3,}")


@dataclass(frozen=True)
class _Rules:
    """What lint_rules.yml holds."""

    forbidden: dict[str, str]
    """Normalised phrase to advice."""
    never_numbers: frozenset[str]

    @classmethod
    def load(cls) -> "_Rules":
        content = yaml.safe_load(_RULES.read_bytes())
        return cls(
            {normalise(each["phrase"]): each["instead"] for each in content["forbidden"]},
            frozenset(re.sub(r"\D", "", str(number)) for number in content["never_numbers"]),
        )


class Linter:
    """Finds what the guide does not allow."""

    def __init__(self) -> None:
        self._rules = _Rules.load()
        self._placeholders = Placeholders.load()

    def bank(self, files: Sequence[BankFile], today: date | None = None) -> list[Finding]:
        """Checks bank files, alone and against each other.

        Args:
            files: The whole bank; a text may stand in it once.
            today: A review cannot be later than this day.
        """
        findings = [
            Finding(f"{file.topic}.yml", entry.id, rule, advice)
            for file in files
            for entry in file.entries
            for rule, advice in self._entry(entry, today or date.today())
        ]
        return findings + list(_duplicates(files))

    def responses(self, path: Path) -> list[Finding]:
        """Checks the responses of a Rasa domain file, the titles of their buttons included."""
        try:
            responses = yaml.safe_load(path.read_bytes())["responses"]
        except (OSError, yaml.YAMLError, KeyError, TypeError):
            advice = "there is no readable YAML with responses: here; name a domain file"
            return [Finding(path.name, "", "form", advice)]
        return [
            Finding(path.name, name, rule, advice)
            for name, variations in responses.items()
            for text in _texts_of(variations)
            for rule, advice in (*self._shown(text), *_too_long(text))
        ]

    def texts(self, path: Path) -> list[Finding]:
        """Checks a file of guides, reports or quiz questions."""
        model, shown = CONTENT[path.name]
        try:
            texts = list(shown(read(path, model)))
        except FaqError as error:
            return [Finding(path.name, "", "form", str(error))]
        return [
            Finding(path.name, place, rule, advice)
            for place, text in texts
            for rule, advice in (*self._shown(text), *_too_long(text))
        ]

    def _entry(self, entry: BankEntry, today: date) -> Iterator[tuple[str, str]]:
        words = len(PLACEHOLDER.sub("x", entry.answer).split())
        least, most = ANSWER_WORDS
        if not least <= words <= most:
            yield "answer-words", f"the answer has {words} words; write {least} to {most}"
        yield from _too_long(entry.answer)
        if len(entry.question) > QUESTION_CHARACTERS:
            length = len(entry.question)
            yield "question-length", f"{length} characters; write at most {QUESTION_CHARACTERS}"
        if len(entry.variants) < VARIANTS:
            yield "variants", f"there are {len(entry.variants)}; write at least {VARIANTS}"
        yield from self._shown(entry.question)
        yield from self._shown(entry.answer)
        for number, text in enumerate(entry.variants, start=1):
            yield from self._typed(text, f"variant {number}")
        if entry.reviewed is not None:
            if entry.reviewed.on > today:
                yield "reviewed", "the day lies in the future; write the day of the review"
            if not entry.reviewed.by[0].isalpha() or "@" in entry.reviewed.by:
                yield "reviewed", "write the role of the person who reviewed, such as 'tư vấn viên'"

    def _shown(self, text: str) -> Iterator[tuple[str, str]]:
        """Checks a text that a child reads."""
        try:
            self._placeholders.names(text)
        except ValueError as error:
            yield "placeholder", f"{error}; correct it, or add it to the file"
        bare = PLACEHOLDER.sub(" ", text)
        if found := _DIGITS.search(bare):
            yield "digits", f"'{found[0]}' has three digits or more; use a placeholder or words"
        if found := _LINK.search(bare):
            yield "link", f"'{found[0]}' is a link; use a placeholder"
        if found := _NAME.search(bare):
            yield "name", "an @name stands here; remove it"
        if found := _MARKUP.search(bare):
            yield "markup", f"'{found[0]}' is not allowed; only **bold** and lists of '- ' are"
        if bare.count("**") % 2:
            yield "markup", "a ** is not closed; close it"
        yield from self._never(text)
        for phrase in phrases_in(bare, self._rules.forbidden):
            yield "phrase", f"'{phrase}' is never said. {self._rules.forbidden[phrase]}"

    def _typed(self, text: str, place: str) -> Iterator[tuple[str, str]]:
        """Checks a text that children type."""
        if _PHONE.search(text):
            yield "phone", f"{place} holds what may be a phone number; remove it"
        if _LINK.search(text) or _NAME.search(text):
            yield "link", f"{place} holds a link or an @name; remove it"
        if not normalise(text):
            yield "variant", f"{place} holds no word; remove it"
        for rule, advice in self._never(text):
            yield rule, f"{place}: {advice}"

    def _never(self, text: str) -> Iterator[tuple[str, str]]:
        digits = re.sub(r"(?<=\d)[ .\-]+(?=\d)", "", text)
        for number in self._rules.never_numbers:
            if number in digits:
                yield "number", f"{number} must never appear; remove it"


def lint(paths: Iterable[Path], *, strict: bool = False) -> list[Finding]:
    """Checks files: those of `CONTENT` by name, a folder or a file with topic: as the bank.

    Any other file is a Rasa domain.

    Args:
        paths: Files and folders.
        strict: Check the bank by `faq.strict` besides.
    """
    linter = Linter()
    findings: list[Finding] = []
    for path in paths:
        if path.name in CONTENT:
            findings += linter.texts(path)
            continue
        if not is_bank(path):
            findings += linter.responses(path)
            continue
        try:
            files = bank.read(path)
        except BankError as error:
            findings += error.findings
            continue
        findings += linter.bank(files)
        if strict:
            findings += StrictLinter().bank(files)
    return findings


def is_bank(path: Path) -> bool:
    """Returns whether a path is a bank file or a folder of bank files."""
    try:
        return path.is_dir() or path.read_text(encoding="utf-8").startswith("topic:")
    except (OSError, UnicodeDecodeError):
        return False


def _too_long(text: str) -> Iterator[tuple[str, str]]:
    if len(text) > ANSWER_CHARACTERS:
        yield "length", f"{len(text)} characters; write at most {ANSWER_CHARACTERS}"


def _texts_of(variations: Any) -> Iterator[str]:
    for variation in variations or []:
        if "text" in variation:
            yield str(variation["text"])
        for button in variation.get("buttons") or []:
            yield str(button["title"])


def _duplicates(files: Sequence[BankFile]) -> Iterator[Finding]:
    """Finds texts that stand in two entries, diacritics aside, or twice in one."""
    first: dict[str, tuple[str, str]] = {}
    for file in files:
        for entry in file.entries:
            own: set[str] = set()
            for text in (entry.question, *entry.variants):
                normal = normalise(text)
                if normal in own:
                    advice = f"'{text}' stands twice once spelled out; write another variant"
                    yield Finding(f"{file.topic}.yml", entry.id, "duplicate", advice)
                own.add(normal)
                bare = strip_diacritics(normal)
                owner, place = first.setdefault(bare, (entry.id, file.topic))
                if owner != entry.id:
                    advice = f"'{text}' also stands in {owner} ({place}.yml); keep it in one"
                    yield Finding(f"{file.topic}.yml", entry.id, "duplicate", advice)
