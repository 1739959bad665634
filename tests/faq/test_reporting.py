import pytest
import yaml
from pydantic import ValidationError

from faq.reporting import REPORTING, Reporting, load
from tests.e2e.processes import ROOT


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("em muốn báo công an vụ bị tống tiền trên zalo", "sextortion"),
        ("bi tong tien muon bao cong an", "sextortion"),
        ("em muốn báo công an vụ thằng bạn làm deepfake mặt em", "picture-shared"),
        ("em muốn trình báo", None),
    ],
)
def test_a_case_is_recognised_in_a_sentence(text: str, case: str | None) -> None:
    found = load().mentioned_case(text)
    assert (found and found.id) == case


def test_each_typed_form_names_its_own() -> None:
    reporting = load()
    for case in reporting.cases:
        for form in (case.title, *case.typed):
            assert reporting.typed_case(form) == case, form
    for platform in reporting.platforms:
        for form in (platform.title, *platform.typed):
            assert reporting.typed_platform(form) == platform, form


def test_an_id_given_twice_is_refused() -> None:
    content = yaml.safe_load(REPORTING.read_bytes())
    content["platforms"].append(content["platforms"][0])
    with pytest.raises(ValidationError, match="given twice"):
        Reporting.model_validate(content)


def test_the_platforms_are_those_that_the_intent_model_knows() -> None:
    data = yaml.safe_load((ROOT / "nlu/data/platforms.yml").read_text(encoding="utf-8"))["nlu"]

    def lines(group: dict[str, str]) -> list[str]:
        return [line.removeprefix("- ") for line in group["examples"].splitlines()]

    (lookup,) = (lines(group) for group in data if "lookup" in group)
    synonyms = {group["synonym"]: lines(group) for group in data if "synonym" in group}
    online = [platform for platform in load().platforms if platform.id != "offline"]
    assert set(lookup) == {form for platform in online for form in platform.typed}
    for platform in online:
        assert set(synonyms[platform.id]) == {f for f in platform.typed if f != platform.id}
