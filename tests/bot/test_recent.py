from bot.recent import Recent


def test_what_was_done_is_remembered_for_the_window() -> None:
    now = 0.0
    recent = Recent(2.0, lambda: now)
    assert "a" not in recent
    recent.add("a")
    assert "a" in recent
    assert "b" not in recent
    now = 2.0
    assert "a" not in recent
    recent.add("b")
    assert list(recent._done) == ["b"]
