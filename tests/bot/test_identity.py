from pathlib import Path

from bot.identity import Identity


def test_pseudonyms_are_stable_for_a_day_and_tell_nothing(tmp_path: Path) -> None:
    identity = Identity(tmp_path)
    assert identity.sender("telegram", "42") == Identity(tmp_path).sender("telegram", "42")
    assert (
        "42" not in identity.sender("telegram", "42")[:2]
        or len(identity.sender("telegram", "42")) == 32
    )


def test_people_channels_and_purposes_have_pseudonyms_of_their_own(tmp_path: Path) -> None:
    identity = Identity(tmp_path)
    pseudonyms = {
        identity.sender("telegram", "1"),
        identity.sender("telegram", "2"),
        identity.sender("web", "1"),
        identity.wipe("telegram", "1"),
        Identity(tmp_path / "other").sender("telegram", "1"),
    }
    assert len(pseudonyms) == 5


def test_keys_are_thrown_away_when_their_time_is_over(tmp_path: Path) -> None:
    identity = Identity(tmp_path)
    for name in ("sender", "wipe"):
        (tmp_path / f"{name}-2020-01-01.key").write_bytes(bytes(32))
    identity.purge()
    assert not list(tmp_path.glob("*-2020-01-01.key"))
    assert len(list(tmp_path.iterdir())) == 2


def test_todays_wipe_pseudonym_is_among_the_living(tmp_path: Path) -> None:
    identity = Identity(tmp_path)
    assert identity.wipes("telegram", "1") == [identity.wipe("telegram", "1")]
