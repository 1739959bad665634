from bot.flood import Flood, Verdict


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_minutes_worth_passes_then_one_warning_then_silence() -> None:
    flood = Flood(20, Clock())
    verdicts = [flood.check("a") for _ in range(30)]
    assert verdicts == [Verdict.PASS] * 20 + [Verdict.WARN] + [Verdict.MUTE] * 9


def test_silence_ends_when_a_quarter_has_drained() -> None:
    clock = Clock()
    flood = Flood(20, clock)
    for _ in range(21):
        flood.check("a")
    clock.now = 14.0
    assert flood.check("a") is Verdict.MUTE
    clock.now = 15.0
    assert flood.check("a") is Verdict.PASS


def test_an_even_pace_is_never_stopped() -> None:
    clock = Clock()
    flood = Flood(20, clock)
    for _ in range(200):
        assert flood.check("a") is Verdict.PASS
        clock.now += 3.0


def test_senders_do_not_share_a_bucket() -> None:
    flood = Flood(1, Clock())
    assert [flood.check(s) for s in "abab"] == [
        Verdict.PASS,
        Verdict.PASS,
        Verdict.WARN,
        Verdict.WARN,
    ]


def test_buckets_that_ran_empty_are_forgotten() -> None:
    clock = Clock()
    flood = Flood(20, clock)
    for sender in range(1000):
        flood.check(str(sender))
    clock.now = 60.0
    flood.check("new")
    assert list(flood._buckets) == ["new"]
