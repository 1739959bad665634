"""The bank from the command line: `python -m faq --help`."""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from common.logging import configure
from common.settings import Settings, SettingsError, get_settings
from faq import bank, guides, quiz, reporting, store
from faq.errors import FaqError
from faq.lint import is_bank, lint
from faq.strict import StrictLinter

# What loads PyTorch, which takes seconds, is imported by the commands that need it.

_ROOT = Path(__file__).parent.parent
_EVALUATION = _ROOT / "tests" / "evaluation"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns the exit status: 0 if all is well, 1 if not."""
    os.umask(0o077)  # the database is for its own account alone
    options = _parser().parse_args(arguments)
    configure("faq", "WARNING")
    try:
        status: int = options.run(options, get_settings())
    except (FaqError, SettingsError) as error:
        print(error, file=sys.stderr)
    except SQLAlchemyError as error:
        reason = getattr(error, "orig", None) or type(error).__name__
        print(f"The database cannot be used ({reason}).", file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'A file'}: {error.strerror}.", file=sys.stderr)
    else:
        return status
    return 1


def _import(options: argparse.Namespace, settings: Settings) -> int:
    from faq.service import connect  # noqa: PLC0415

    files = bank.read(options.path)
    with connect(settings).begin() as session:
        changes = store.import_files(session, files, keep_edited=options.keep_edited)
    _print(options, asdict(changes), ", ".join(f"{v} {k}" for k, v in asdict(changes).items()))
    return 0


def _export(options: argparse.Namespace, settings: Settings) -> int:
    from faq.service import connect  # noqa: PLC0415

    with connect(settings)() as session:
        files = store.export_files(session)
    paths = [str(path) for path in bank.write(files, options.folder)]
    count = sum(len(file.entries) for file in files)
    text = f"{count} entries in {len(paths)} files, in {options.folder}"
    _print(options, {"entries": count, "files": paths}, text)
    return 0


def _lint(options: argparse.Namespace, settings: Settings) -> int:
    own = [_ROOT / "domain.yml", guides.GUIDES, reporting.REPORTING, quiz.QUIZ]
    paths = options.paths or [bank.BANK, *own]
    findings = lint(paths, strict=options.strict)
    data: dict[str, Any] = {"findings": [each._asdict() for each in findings]}
    lines = [*map(str, findings), f"{len(findings)} findings"]
    if options.strict and not findings:
        files = [file for path in paths if is_bank(path) for file in bank.read(path)]
        lists = _neighbours(files, settings)
        data |= {name: list(map(str, each)) for name, each in lists.items()}
        lines += [str(item) for each in lists.values() for item in each]
        counts = ", ".join(f"{len(each)} {name}" for name, each in lists.items())
        lines.append(f"{counts.replace('_', ' ')}, for a person to settle")
    _print(options, data, "\n".join(lines))
    return 1 if findings else 0


def _neighbours(files: Sequence[bank.BankFile], settings: Settings) -> dict[str, list[Any]]:
    from faq import encoder, neighbours, settled  # noqa: PLC0415

    entries = [e for file in files for e in file.entries if e.status == "published"]
    if not entries:
        return {}
    encode = encoder.load(settings).encode
    doors = StrictLinter().door_questions
    known = settled.read()
    return {
        "near_questions": settled.open_ones(neighbours.near_questions(entries, encode), known),
        "stray_variants": settled.open_ones(neighbours.strays(entries, encode), known),
        "loose_doors": settled.open_ones(neighbours.loose_doors(entries, doors, encode), known),
    }


def _search(options: argparse.Namespace, settings: Settings) -> int:
    from faq.service import load  # noqa: PLC0415

    result = load(settings).searcher.search(options.query, limit=options.limit)
    lines = [f"{result.decision} ({result.confidence:.2f})"]
    lines += [f"{h.confidence:6.2f}  {h.number:4}  {h.entry_id}: {h.question}" for h in result.hits]
    _print(options, asdict(result), "\n".join(lines))
    return 0


def _evaluate(options: argparse.Namespace, settings: Settings) -> int:
    from faq import evaluation  # noqa: PLC0415
    from faq.service import load  # noqa: PLC0415

    questions = evaluation.read(options.questions)
    out_of_scope = evaluation.read(options.out_of_scope)
    follow_ups = evaluation.read(options.follow_ups)
    searcher = load(settings).searcher
    figures = evaluation.evaluate(searcher, questions, out_of_scope, follow_ups)
    _print(options, figures, evaluation.dump(figures))
    return 0


def _train_encoder(options: argparse.Namespace, settings: Settings) -> int:
    from faq.service import open_bank  # noqa: PLC0415
    from faq.training import train  # noqa: PLC0415

    start = time.monotonic()

    def progress(line: str) -> None:
        print(f"{time.monotonic() - start:5.0f} s  {line}", file=sys.stderr, flush=True)

    with open_bank(settings)() as session:
        entries = store.index_entries(session)
    progress(f"learning from {len(entries)} entries")
    ranking = train(entries, settings, progress, options.base)
    measured = ranking.measured
    text = (
        f"On {measured['known']} {measured['by']}: "
        f"right at rank 1 {measured['accuracy_at_1']:.3f}, "
        f"in the first 3 {measured['accuracy_at_3']:.3f}; "
        f"answers from {ranking.answer_from:.2f}, choices from {ranking.choices_from:.2f}"
    )
    _print(options, asdict(ranking), text)
    return 0


def _stats(options: argparse.Namespace, settings: Settings) -> int:
    from faq.service import connect  # noqa: PLC0415
    from faq.stats import describe  # noqa: PLC0415

    with connect(settings)() as session:
        figures = store.stats(session)
        files = store.export_files(session)
    if any(entry.status == "published" for file in files for entry in file.entries):
        figures |= describe(files)
        lists = _neighbours(files, settings)
        figures["for_a_person"] = {name: len(each) for name, each in lists.items()}
    _print(options, figures, "\n".join(_indented(figures)))
    return 0


def _indented(figures: dict[str, Any], margin: str = "") -> list[str]:
    lines = []
    for name, value in figures.items():
        title = f"{margin}{name.replace('_', ' ')}"
        if not isinstance(value, dict):
            lines.append(f"{title:30}{value:9}")
        elif any(isinstance(each, dict) for each in value.values()):
            lines += [title, *_table(value, margin + "  ")]
        else:
            lines += [title, *_indented(value, margin + "  ")]
    return lines


def _table(rows: dict[str, dict[str, Any]], margin: str) -> list[str]:
    names = next(iter(rows.values()))
    head = "".join(f"{name.replace('_', ' '):>12}" for name in names)
    lines = [f"{'':30}{head}"]
    for title, row in rows.items():
        lines.append(f"{margin + title:30}" + "".join(f"{row[name]:12}" for name in names))
    return lines


def _print(options: argparse.Namespace, data: Any, text: str) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2) if options.json else text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m faq", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, run: object, summary: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument("--json", action="store_true", help="print JSON")
        command.set_defaults(run=run)
        return command

    command = add("import", _import, "Make the database hold what bank files hold.")
    command.add_argument("path", nargs="?", type=Path, default=bank.BANK, help="file or folder")
    command.add_argument(
        "--keep-edited", action="store_true", help="leave alone what counsellors changed"
    )
    command = add("export", _export, "Write the database as bank files.")
    command.add_argument("folder", nargs="?", type=Path, default=bank.BANK)
    command = add("lint", _lint, "Check every text that a child reads.")
    command.add_argument("paths", nargs="*", type=Path, help="bank or domain files, or a folder")
    command.add_argument(
        "--strict", action="store_true", help="check the words too, and list near-duplicates"
    )
    command = add("search", _search, "Ask a question.")
    command.add_argument("query")
    command.add_argument("--limit", type=int, default=3, help="greatest number of hits")
    command = add("evaluate", _evaluate, "Measure the search on questions that it has not seen.")
    command.add_argument("--questions", type=Path, default=_EVALUATION / "questions.jsonl")
    command.add_argument("--out-of-scope", type=Path, default=_EVALUATION / "out_of_scope.jsonl")
    command.add_argument("--follow-ups", type=Path, default=_EVALUATION / "follow_ups.jsonl")
    command = add("train-encoder", _train_encoder, "Train the encoder on the bank.")
    command.add_argument("--base", help="sentence-transformers name or path to fine-tune")
    add("stats", _stats, "Count what the bank holds.")
    return parser


if __name__ == "__main__":
    sys.exit(main())
