from dataclasses import replace

import numpy as np

from faq.encoder import Encoder
from faq.index import FEATURES, Index
from faq.store import IndexEntry
from nlu.text import normalise


def test_candidates_come_with_their_features(entries: list[IndexEntry], encoder: Encoder) -> None:
    index = Index(entries, encoder.encode)
    query = normalise("bi hack nick fb")
    rows, features = index.compare(query, encoder.encode([query])[0])
    assert features.shape == (len(rows), len(FEATURES))
    assert np.isfinite(features).all()
    right = int(np.flatnonzero(rows == 0)[0])
    for name in FEATURES:
        assert features[:, FEATURES.index(name)].argmax() == right, name
    assert features[right, FEATURES.index("meaning")] > 0.5
    assert features[right, FEATURES.index("classifier")] > 0


def test_an_entry_that_was_asked_for_is_compared_in_any_case(
    entries: list[IndexEntry], encoder: Encoder
) -> None:
    index = Index(entries, encoder.encode)
    for row in range(len(entries)):
        rows, features = index.compare("x", encoder.encode(["x"])[0], row)
        assert row in rows
        assert len(rows) == len(set(rows)) == len(features)


def test_a_bank_of_one_pair(entries: list[IndexEntry], encoder: Encoder) -> None:
    index = Index(entries[:1], encoder.encode)
    assert index.compare("x", encoder.encode(["x"])[0])[1].shape == (1, len(FEATURES))
    assert index.neighbours(0, 2) == []


def test_texts_without_a_letter_and_texts_of_any_length(encoder: Encoder) -> None:
    odd = [
        IndexEntry(1, "a", "t", ("\U0001f600", "!!!"), "\U0001f600", "low"),
        IndexEntry(2, "b", "t", ("x " * 5000,), "", "low"),
    ]
    index = Index(odd, encoder.encode)
    for query in ("", "x", "x " * 500):
        assert np.isfinite(index.compare(query, encoder.encode([query])[0])[1]).all()


def found(index: Index, encoder: Encoder, query: str) -> str:
    """Returns the id of the entry that resembles the query most."""
    rows, features = index.compare(query, encoder.encode([query])[0])
    return index.entry(int(rows[features.sum(axis=1).argmax()])).id


def test_an_entry_that_is_new_is_found(entries: list[IndexEntry], encoder: Encoder) -> None:
    old = Index(entries[:-1], encoder.encode)
    index = old.updated(entries[-1:], [], encoder.encode)
    query = normalise(entries[-1].texts[1])
    assert found(index, encoder, query) == entries[-1].id
    assert index.exact(query) is not None
    assert old.exact(query) is None
    assert {entry.id for entry in index.entries} == {entry.id for entry in entries}
    assert len(index) == len(entries)


def test_an_entry_that_was_changed_is_found_by_its_new_words_alone(
    entries: list[IndexEntry], encoder: Encoder
) -> None:
    before = entries[0]
    after = replace(before, texts=("Máy tính bảng bị vỡ màn thì làm sao?", "vo man hinh ipad"))
    index = Index(entries, encoder.encode).updated([after], [], encoder.encode)
    assert index.exact(normalise(before.texts[1])) is None
    assert index.entry(index.position[before.number]).texts == after.texts
    assert found(index, encoder, normalise("vỡ màn hình")) == before.id
    assert len(index.entries) == len(index) == len(entries)
    query = normalise(before.texts[1])
    rows, _ = index.compare(query, encoder.encode([query])[0])
    assert all(index.position[index.entry(int(row)).number] == row for row in rows)


def test_an_entry_that_is_gone_is_not_found(entries: list[IndexEntry], encoder: Encoder) -> None:
    gone = entries[0]
    index = Index(entries, encoder.encode).updated([], [gone.number], encoder.encode)
    query = normalise(gone.texts[0])
    assert index.exact(query) is None
    assert found(index, encoder, query) != gone.id
    assert gone.number not in index.position
    assert all(index.neighbours(row, 10).count(0) == 0 for row in range(1, len(entries)))


def test_changes_add_up(entries: list[IndexEntry], encoder: Encoder) -> None:
    index = Index(entries[:3], encoder.encode)
    index = index.updated(entries[3:4], [], encoder.encode)
    index = index.updated([replace(entries[3], texts=("hoàn toàn khác",))], [], encoder.encode)
    index = index.updated(entries[4:], [entries[0].number], encoder.encode)
    assert [entry.number for entry in index.entries] == [2, 3, 4, 5, 6]
    assert index.entry(index.position[4]).texts == ("hoàn toàn khác",)
    index = index.updated([], [entry.number for entry in entries], encoder.encode)
    assert (len(index), index.exact("x")) == (0, None)
    assert index.compare("x", encoder.encode(["x"])[0])[1].shape == (0, len(FEATURES))


def test_updated_and_built_anew_find_the_same(entries: list[IndexEntry], encoder: Encoder) -> None:
    anew = Index(entries, encoder.encode)
    updated = Index(entries[:4], encoder.encode).updated(entries[4:], [], encoder.encode)
    for entry in entries:
        query = normalise(entry.texts[2])
        assert found(updated, encoder, query) == found(anew, encoder, query) == entry.id
