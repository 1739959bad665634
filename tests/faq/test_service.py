import shutil
import threading
from pathlib import Path

import pytest

from common.settings import Settings
from faq import bank, service, store
from faq.encoder import EncoderError
from faq.service import FaqService
from tests.faq.conftest import entry


@pytest.fixture
def own(
    trained: Settings, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Settings with a database of their own, the trained encoder and the small bank."""
    shutil.copytree(trained.var_dir / "encoder", tmp_path / "var" / "encoder")
    shutil.copy(trained.var_dir / "ranking.json", tmp_path / "var")
    monkeypatch.setattr("faq.bank.BANK", folder)
    return Settings(database_url=f"sqlite:///{tmp_path}/lachan.db", var_dir=tmp_path / "var")


@pytest.fixture(name="faq")
def _faq(own: Settings) -> FaqService:
    return service.load(own)


def publish(faq: FaqService, name: str, **changes: object) -> None:
    with faq.sessions.begin() as session:
        store.save(session, "accounts", entry(name, **changes), "counsellor")


def test_a_fresh_database_is_made_and_seeded(faq: FaqService) -> None:
    assert faq.searcher.search("bi hack nick fb").hits[0].entry_id == "accounts-hacked"
    view = faq.entry(1)
    assert view is not None
    assert view.id == "accounts-hacked"
    assert faq.entry(999) is None


def test_a_second_start_encodes_nothing(
    own: Settings, faq: FaqService, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[str] = []
    monkeypatch.setattr(
        "faq.encoder.Encoder.encode", lambda _self, texts: encoded.extend(texts) or []
    )
    service.load(own)
    assert encoded == []


def test_a_change_is_picked_up_and_only_it_is_encoded(
    faq: FaqService, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not faq.refresh()
    publish(faq, "accounts-new", question="Máy tính bảng bị vỡ màn?", variants=["vo man hinh"])
    encoded: list[str] = []
    encode = service.Encoder.encode
    monkeypatch.setattr(
        "faq.encoder.Encoder.encode",
        lambda self, texts: (encoded.extend(texts), encode(self, texts))[1],
    )
    assert faq.refresh()
    assert encoded == ["máy tính bảng bị vỡ màn", "vo man hinh"]
    assert faq.searcher.search("vo man hinh").hits[0].entry_id == "accounts-new"
    assert not faq.refresh()


def test_what_is_retired_is_no_longer_found(faq: FaqService) -> None:
    publish(faq, "accounts-hacked", status="retired")
    faq.refresh()
    found = [hit.entry_id for hit in faq.searcher.search("bi hack nick fb", limit=9).hits]
    assert "accounts-hacked" not in found
    assert faq.entry(1) is None


def test_a_bank_that_becomes_empty_is_served_as_empty(faq: FaqService) -> None:
    with faq.sessions.begin() as session:
        store.seed(session, [])
    faq.refresh()
    assert faq.searcher.search("bi hack nick fb").decision == "abstain"


def test_many_changes_build_the_index_anew(
    faq: FaqService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_RECENT", 2)
    sizes = []
    for number in range(4):
        publish(faq, f"accounts-{number}", variants=[f"biến thể riêng số {number}"])
        faq.refresh()
        assert faq.searcher.index is not None
        sizes.append(len(faq.searcher.index._segments))
        found = faq.searcher.search(f"biến thể riêng số {number}").hits[0].entry_id
        assert found == f"accounts-{number}"
    assert sizes == [2, 2, 1, 2]


def test_the_bank_can_be_emptied_and_filled_again(faq: FaqService, folder: Path) -> None:
    with faq.sessions.begin() as session:
        store.seed(session, [])
    faq.refresh()
    with faq.sessions.begin() as session:
        store.seed(session, bank.read(folder))
    faq.refresh()
    assert faq.searcher.search("bi hack nick fb").hits[0].entry_id == "accounts-hacked"


def test_searches_go_on_while_the_bank_changes(faq: FaqService) -> None:
    stop = threading.Event()
    errors: list[Exception] = []

    def ask() -> None:
        while not stop.is_set():
            try:
                result = faq.searcher.search("bi hack nick fb")
                assert result.hits[0].entry_id == "accounts-hacked"
            except Exception as error:
                errors.append(error)
                return

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(8):
        publish(faq, f"accounts-{number}", variants=[f"biến thể số {number}"])
        assert faq.refresh()
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []


def test_watching_picks_up_changes_and_survives_a_failure(
    faq: FaqService, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = threading.Event()
    version = store.version

    def fail(_session: object) -> int:
        failed.set()
        raise RuntimeError

    monkeypatch.setattr("faq.store.version", fail)
    faq.watch(interval_s=0.01)
    assert failed.wait(5)
    assert faq.searcher.search("bi hack nick fb").decision == "answer"
    monkeypatch.setattr("faq.store.version", version)
    publish(faq, "accounts-new", variants=["vo man hinh"])
    searcher = faq.searcher
    for _ in range(500):
        if faq.searcher is not searcher:
            break
        threading.Event().wait(0.01)
    faq.close()
    assert faq.searcher.search("vo man hinh").hits[0].entry_id == "accounts-new"


def test_what_cannot_be_indexed_leaves_the_last_index(
    faq: FaqService, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(faq, "accounts-new")

    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("faq.service.Index.updated", fail)
    with pytest.raises(MemoryError):
        faq.refresh()
    assert faq.searcher.search("bi hack nick fb").decision == "answer"
    monkeypatch.undo()
    assert faq.refresh()


def test_a_missing_encoder_is_an_error(own: Settings) -> None:
    shutil.rmtree(own.var_dir / "encoder")
    with pytest.raises(EncoderError, match="train-encoder"):
        service.load(own)


@pytest.mark.parametrize("content", ["", "{}"])
def test_a_builtin_encoder_without_its_ranking_is_an_error(own: Settings, content: str) -> None:
    (own.var_dir / "ranking.json").write_text(content)
    with pytest.raises(EncoderError, match="train-encoder"):
        service.load(own)


def test_a_ranking_is_fitted_to_any_other_encoder(own: Settings) -> None:
    (own.var_dir / "encoder").rename(own.var_dir / "other")
    (own.var_dir / "ranking.json").unlink()
    other = Settings(
        database_url=own.database_url, var_dir=own.var_dir, encoder=str(own.var_dir / "other")
    )
    faq = service.load(other)
    assert faq.searcher.search("bi hack nick fb").hits[0].entry_id == "accounts-hacked"
    assert (own.var_dir / "ranking.json").is_file()
