from datetime import date
from pathlib import Path

import pytest

from faq import bank
from faq.bank import BankEntry, Review
from faq.lint import Linter, lint
from tests.faq.conftest import ANSWER, entry, with_entries

ROOT = Path(__file__).parents[2]
VARIANTS = [
    "mất nick rồi",
    "bi hack fb",
    "acc bay màu",
    "ai đó chiếm tài khoản",
    "khong vao duoc zalo",
    "đổi pass không được",
    "nick bị lạ đăng nhập",
    "hôm qua bấm link lạ xong mất luôn facebook",
    "cuu acc em voi",
    "lấy lại tài khoản bị chiếm",
]
TODAY = date(2026, 3, 1)


def good(**changes: object) -> BankEntry:
    return entry(**({"variants": VARIANTS} | changes))


def rules(*entries: BankEntry) -> set[str]:
    return {finding.rule for finding in Linter().bank([with_entries("accounts", *entries)], TODAY)}


def test_a_good_entry_passes() -> None:
    assert rules(good()) == set()


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("answer-words", {"answer": "Quá ngắn."}),
        ("answer-words", {"answer": "từ " * 121}),
        ("length", {"answer": f"{'nghiêng ' * 90}"}),
        ("question-length", {"question": "a" * 121}),
        ("variants", {"variants": VARIANTS[:9]}),
        ("placeholder", {"answer": ANSWER + " {contact:112}"}),
        ("placeholder", {"answer": ANSWER + " {name}"}),
        ("digits", {"answer": ANSWER + " Gọi 111."}),
        ("digits", {"answer": ANSWER + " Gọi 1 1 3."}),
        ("digits", {"question": "Gọi 113 được không?"}),
        ("link", {"answer": ANSWER + " Xem https://a.b"}),
        ("link", {"answer": ANSWER + " Xem tongdai111.vn"}),
        ("name", {"answer": ANSWER + " Nhắn @abc"}),
        ("markup", {"answer": ANSWER + " **đậm"}),
        ("markup", {"answer": ANSWER + " <b>đậm</b>"}),
        ("markup", {"answer": ANSWER + " [chữ](nơi)"}),
        ("phrase", {"answer": ANSWER + " Xoá hết đi!"}),
        ("phrase", {"answer": ANSWER + " Chắc chắn không sao."}),
        ("phrase", {"question": "Đến công an huyện được không?"}),
        ("number", {"answer": ANSWER + " 1800.1567"}),
        ("number", {"variants": [*VARIANTS, "goi 1800 599 920 dc k"]}),
        ("phone", {"variants": [*VARIANTS, "số 0912 345 678 lạ gọi"]}),
        ("phone", {"variants": [*VARIANTS, "+84912345678 là ai"]}),
        ("link", {"variants": [*VARIANTS, "bam bit.ly/abc"]}),
        ("link", {"variants": [*VARIANTS, "inb @abc"]}),
        ("variant", {"variants": [*VARIANTS, "😀😀"]}),
        ("duplicate", {"variants": [*VARIANTS, "Mất nick rồi!!!"]}),
        ("reviewed", {"reviewed": Review(by="tư vấn viên", on=date(2026, 3, 2))}),
        ("reviewed", {"reviewed": Review(by="a@b", on=TODAY)}),
    ],
)
def test_what_the_guide_does_not_allow_is_found(rule: str, changes: dict[str, object]) -> None:
    assert rule in rules(good(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"answer": ANSWER + " Theo {law:blhs-147}."},
        {"answer": ANSWER + " Chờ 30 phút, lớp 12, 24/7."},
        {"answer": ANSWER + " **Đậm** và 2 lần."},
        {"question": "a" * 120},
        {"variants": [*VARIANTS, "15t bi lua 500k", "chuyen 2000000 roi"]},
        {"variants": [*VARIANTS, "mat nick roi"]},
        {"reviewed": Review(by="tư vấn viên", on=TODAY)},
    ],
)
def test_what_the_guide_allows_passes(changes: dict[str, object]) -> None:
    assert rules(good(**changes)) == set()


def test_a_text_belongs_to_one_entry_whatever_its_diacritics() -> None:
    other = entry("accounts-password", variants=["MAT NICK ROI", *VARIANTS[1:1]])
    findings = Linter().bank([with_entries("accounts", good()), with_entries("jobs", other)])
    (finding,) = (finding for finding in findings if finding.rule == "duplicate")
    assert (finding.file, finding.entry) == ("jobs.yml", "accounts-password")
    assert "accounts-hacked (accounts.yml)" in finding.advice


def test_a_finding_is_one_line_with_file_entry_rule_and_advice() -> None:
    (finding,) = Linter().bank([with_entries("accounts", good(variants=VARIANTS[:9]))])
    assert str(finding) == (
        "accounts.yml: accounts-hacked: variants: there are 9; write at least 10"
    )


DOMAIN = """\
version: "3.1"
responses:
  utter_good:
    - text: "Chào **bạn**, gọi {contact:111}."
      buttons:
        - {title: "Cần giúp ngay", payload: "/need_help_now"}
"""


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("{contact:111}", "{contact:112}", "placeholder"),
        ("{contact:111}", "{slot}", "placeholder"),
        ("{contact:111}", "111", "digits"),
        ("Cần giúp ngay", "Gọi 113", "digits"),
        ("Cần giúp ngay", "Xóa hết đi", "phrase"),
        ("Chào", "www.a.b", "link"),
        ("Chào", "dài " * 200, "length"),
        ("responses:", "answers:", "form"),
    ],
)
def test_responses_are_checked_too(tmp_path: Path, old: str, new: str, rule: str) -> None:
    path = tmp_path / "domain.yml"
    path.write_text(DOMAIN, encoding="utf-8")
    assert lint([path]) == []
    path.write_text(DOMAIN.replace(old, new), encoding="utf-8")
    (finding,) = lint([path])
    assert (finding.file, finding.rule) == ("domain.yml", rule)


def test_a_bank_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("topic: [", encoding="utf-8")
    (finding,) = lint([tmp_path])
    assert (finding.file, finding.rule) == ("a.yml", "yaml")


def test_a_single_bank_file_is_known_by_its_topic(tmp_path: Path) -> None:
    (path,) = bank.write([with_entries("accounts", good(variants=[]))], tmp_path)
    assert [finding.rule for finding in lint([path])] == ["variants"]


def test_a_missing_file_is_a_finding(tmp_path: Path) -> None:
    assert [finding.rule for finding in lint([tmp_path / "domain.yml"])] == ["form"]


def test_everything_that_a_child_reads_keeps_to_the_guide() -> None:
    findings = lint([bank.BANK, ROOT / "domain.yml"])
    assert findings == [], "\n".join(map(str, findings))
