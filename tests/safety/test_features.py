from hypothesis import given, settings
from hypothesis import strategies as st

from safety.features import features


def test_words_and_pairs_count_with_and_without_marks() -> None:
    found = features("Muốn chết")
    assert found >= {"m:muốn", "m:chết", "m:muốn chết", "b:muon", "b:chet", "b:muon chet"}


def test_letters_are_counted_without_marks_and_at_most_as_long_as_a_word() -> None:
    letters = {feature for feature in features("đau") if feature.startswith("c:")}
    assert letters == {"c: da", "c:dau", "c:au ", "c: dau", "c:dau ", "c: dau "}


def test_letters_do_not_cross_words() -> None:
    assert not any(
        " " in feature[3:-1] for feature in features("em sợ lắm") if feature.startswith("c:")
    )


def test_the_first_and_the_last_words_count_by_themselves() -> None:
    found = features("một hai ba bốn năm sáu bảy tám")
    assert {f for f in found if f.startswith("h:")} == {"h:mot", "h:hai", "h:ba", "h:bon"}
    assert {"e:ba", "e:tam", "e:bay tam"} <= found
    assert "e:hai" not in found


def test_one_text_typed_in_two_ways_has_the_same_features() -> None:
    assert features("E KO muốn sốnggg!!!") == features("em không muốn sống")


def test_no_words_have_no_features() -> None:
    assert features("👍 …") == frozenset()


@settings(derandomize=True, deadline=None)
@given(st.text())
def test_every_feature_is_of_a_known_sort(text: str) -> None:
    assert all(feature[:2] in {"m:", "b:", "c:", "h:", "e:"} for feature in features(text))
