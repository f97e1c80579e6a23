"""Checkpoints, signatures and cosignatures are those of C2SP."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from adapters.notes import NOTE_BYTES_MAX, NUMBER_MAX, SIGNATURES_MAX, Checkpoint, Note, Signer, Verifier

NAME, SEED, AT = "shouwang.example/county", bytes(range(32)), 1_772_000_000
SIGNER = Signer(NAME, SEED)
VERIFIER = Verifier(NAME, SIGNER.public)
OTHER = Signer("shouwang.example/province", bytes(range(1, 33)))
CHECKPOINT = Checkpoint(NAME, 7, sha256(b"").digest(), datetime(2026, 2, 3, 4, 5, 6, 78_000, UTC))
BODY = "shouwang.example/county\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\ntime 2026-02-03T04:05:06.078Z\n"

# The example of Go's sumdb/note: a key pair, a text and its signature.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)

bodies = st.text(st.characters(exclude_categories=["Cs"], min_codepoint=32)).map("{}\n".format)
lines_of_text = st.lists(bodies, min_size=1, max_size=4).map("".join)
seeds = st.binary(min_size=32, max_size=32)
names = st.from_regex(r"[a-z\u4e00-\u9fff./-]{1,20}", fullmatch=True)
times = st.integers(0, NUMBER_MAX)
checkpoints = st.builds(
    Checkpoint,
    names | st.just("go.sum database tree"),
    times,
    st.binary(min_size=32, max_size=32),
    st.datetimes(timezones=st.just(UTC)).map(lambda t: t.replace(microsecond=t.microsecond // 1000 * 1000)),
)


def test_a_published_note_verifies_and_comes_out_again() -> None:
    """Peter Neumann's: read, verified by the published key, and signed alike with the published secret."""
    note = Note.parse(f"{PETER_TEXT}\n{PETER_LINE}\n")
    assert note == Note(PETER_TEXT, (PETER_LINE,))
    assert Verifier.parse(PETER).verify(note.body, note.lines[0])
    assert not Verifier.parse(PETER).verify(note.body.replace("answer", "Answer"), note.lines[0])
    peter = Signer("PeterNeumann", b64decode(PETER_SECRET)[1:])
    assert (peter.verifier_key, peter.sign(PETER_TEXT)) == (PETER, PETER_LINE)


def _by_the_book(kind: bytes, message: str, stamp: bytes = b"") -> str:
    key = Ed25519PrivateKey.from_private_bytes(SEED)
    key_id = sha256(NAME.encode() + b"\n" + kind + key.public_key().public_bytes_raw()).digest()[:4]
    return f"— {NAME} " + b64encode(key_id + stamp + key.sign(message.encode())).decode()


def test_lines_are_those_of_the_definitions() -> None:
    """signed-note and tlog-cosignature, followed by hand: key id, signed message, encoding."""
    assert CHECKPOINT.body == BODY
    assert SIGNER.sign(BODY) == _by_the_book(b"\x01", BODY)
    message = f"cosignature/v1\ntime {AT}\n{BODY}"
    assert SIGNER.cosign(BODY, AT) == _by_the_book(b"\x04", message, AT.to_bytes(8, "big"))
    assert (SIGNER.name, SIGNER.public) == (
        NAME,
        Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw(),
    )


@given(names, seeds, lines_of_text, times)
def test_what_is_signed_verifies(name: str, seed: bytes, body: str, at: int) -> None:
    """Round trip of both kinds, through the verifier key as text; neither kind passes for the other."""
    signer = Signer(name, seed)
    verifier = Verifier.parse(signer.verifier_key)
    assert (verifier.name, verifier.public) == (name, signer.public)
    signature, cosignature = signer.sign(body), signer.cosign(body, at)
    assert verifier.verify(body, signature)
    assert verifier.cosigned_at(body, cosignature) == at
    assert not verifier.verify(body, cosignature)
    assert verifier.cosigned_at(body, signature) is None


def _flipped(data: bytes, bit: int) -> bytes:
    return (int.from_bytes(data, "big") ^ 1 << bit).to_bytes(len(data), "big")


@given(st.data(), st.sampled_from([SIGNER.sign(BODY), SIGNER.cosign(BODY, AT)]))
def test_no_bit_of_a_line_or_body_may_change(data: st.DataObject, line: str) -> None:
    """Key id, time, signature and text are all covered."""
    head, _, payload = line.rpartition(" ")
    signed = b64decode(payload)
    forged = _flipped(signed, data.draw(st.integers(0, 8 * len(signed) - 1)))
    forged_line = f"{head} {b64encode(forged).decode()}"
    # The highest bit of a letter is left alone: without it every byte stays a letter of ASCII.
    place, bit = data.draw(st.integers(0, len(BODY) - 1)), data.draw(st.integers(0, 6))
    forged_body = BODY[:place] + chr(ord(BODY[place]) ^ 1 << bit) + BODY[place + 1 :]
    for text, signature in ((BODY, forged_line), (forged_body, line)):
        assert not VERIFIER.verify(text, signature)
        assert VERIFIER.cosigned_at(text, signature) is None


@given(st.integers(0, 80))
def test_a_signature_of_another_length_is_none(size: int) -> None:
    """Cut short or drawn out, even to the length of the other kind, it shows nothing."""
    for line in (SIGNER.sign(BODY), SIGNER.cosign(BODY, AT)):
        head, _, payload = line.rpartition(" ")
        signed = b64decode(payload)
        resized = (signed + bytes(80))[:size]
        if resized != signed:
            resized_line = f"{head} {b64encode(resized).decode()}"
            assert not VERIFIER.verify(BODY, resized_line)
            assert VERIFIER.cosigned_at(BODY, resized_line) is None


def test_another_key_or_name_is_not_believed() -> None:
    """The line must be of the name and of the key, also where somebody writes the name over it."""
    signature, cosignature = OTHER.sign(BODY), OTHER.cosign(BODY, AT)
    for line in (signature, cosignature, signature.replace(OTHER.name, NAME), cosignature.replace(OTHER.name, NAME)):
        assert not VERIFIER.verify(BODY, line)
        assert VERIFIER.cosigned_at(BODY, line) is None
    renamed = Signer(NAME + "2", SEED)
    assert not VERIFIER.verify(BODY, renamed.sign(BODY).replace(renamed.name, NAME))


def test_a_cosignature_cannot_be_dressed_up_as_a_signature() -> None:
    """One key signs both kinds, so a text that reads like a cosigned message is neither signed nor believed."""
    cosigned = f"cosignature/v1\ntime {AT}\n{BODY}"
    assert not VERIFIER.verify(cosigned, _by_the_book(b"\x01", cosigned))
    with pytest.raises(ValueError, match="text of a note"):
        SIGNER.sign(cosigned)
    with pytest.raises(ValueError, match="text of a note"):
        SIGNER.cosign(cosigned, AT)


@pytest.mark.parametrize("at", [-1, NUMBER_MAX + 1])
def test_a_time_beyond_the_format_is_neither_written_nor_read(at: int) -> None:
    """tlog-cosignature: the time must not exceed 2**63 - 1."""
    with pytest.raises(ValueError, match="time"):
        SIGNER.cosign(BODY, at)
    stamp = (at % 2**64).to_bytes(8, "big")
    message = f"cosignature/v1\ntime {int.from_bytes(stamp, 'big')}\n{BODY}"
    assert VERIFIER.cosigned_at(BODY, _by_the_book(b"\x04", message, stamp)) is None


@pytest.mark.parametrize("body", ["", "no newline", "a\tb\n", "a\r\n", "\x00\n", "\ud800\n"])
def test_what_is_no_text_is_not_signed(body: str) -> None:
    """signed-note: UTF-8, a newline at the end, no other control character."""
    with pytest.raises(ValueError):
        SIGNER.sign(body)
    with pytest.raises(ValueError):
        SIGNER.cosign(body, AT)
    with pytest.raises(ValueError):
        Note(body, (PETER_LINE,))
    assert not VERIFIER.verify(body, SIGNER.sign(BODY))
    assert VERIFIER.cosigned_at(body, SIGNER.cosign(BODY, AT)) is None


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n", "a\u3000b", "a\u00a0", "\x00", "\ud800"])
def test_a_name_has_no_space_and_no_plus(name: str) -> None:
    """signed-note: key names, with the spaces of every script."""
    with pytest.raises(ValueError, match="name"):
        Signer(name, SEED)
    with pytest.raises(ValueError, match="name"):
        Verifier(name, SIGNER.public)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_length_is_refused(size: int) -> None:
    """Ed25519: seed and public key have 32 bytes."""
    with pytest.raises(ValueError):
        Signer(NAME, bytes(size))
    with pytest.raises(ValueError):
        Verifier(NAME, bytes(size))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        PETER + "\n",
        PETER + "=",
        PETER[:-1],
        PETER[:-4],
        PETER.replace("+c7", "+C7"),
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("PeterNeumann", "PeterNewmann"),
        PETER.replace("Peter", "Peter "),
        PETER.replace("+ARpc", "+BBpc"),
        PETER.replace("10TW", "10T!"),
        PETER.replace("+ARpc", "+A"),
        PETER.replace("+ARpc", "+É"),
    ],
)
def test_a_damaged_verifier_key_is_refused(text: str) -> None:
    """Shape, base64, length, type and key id must all be right."""
    with pytest.raises(ValueError):
        Verifier.parse(text)


@given(checkpoints)
def test_a_checkpoint_reads_as_it_was_written(checkpoint: Checkpoint) -> None:
    """`parse` is the inverse of `body`, and the first three lines are those of tlog-checkpoint."""
    assert Checkpoint.parse(checkpoint.body) == checkpoint
    origin, size, root, *_ = checkpoint.body.split("\n")
    assert (origin, int(size), b64decode(root)) == (checkpoint.origin, checkpoint.size, checkpoint.root)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (NAME, ""),
        ("\n7\n", "\n07\n"),
        ("\n7\n", "\n+7\n"),
        ("\n7\n", "\n-7\n"),
        ("\n7\n", "\n٧\n"),
        ("\n7\n", "\n9223372036854775808\n"),
        ("\n7\n", "\n" + "9" * 5000 + "\n"),
        ("\n7\n", "\n7\r\n"),
        ("\n7\n", "\n\n7\n"),
        ("SuFU=", "SuFV="),
        ("SuFU=", "SuFU"),
        ("time", "when"),
        ("2026-02-03", "2026-02-30"),
        ("2026-02-03", "0000-02-03"),
        ("T04:05", "T25:05"),
        ("T04:05", " 04:05"),
        ("06.078Z", "06.078123Z"),
        ("06.078Z", "06Z"),
        ("06.078Z", "06.078+00:00"),
        ("06.078Z", "06.078z"),
        ("078Z\n", "078Z"),
        ("078Z\n", "078Z\nmore\n"),
    ],
)
def test_a_checkpoint_in_any_other_form_is_refused(right: str, wrong: str) -> None:
    """Leading noughts, other digits, stray base64 bits, days that are none, lines too many: no second spelling."""
    assert BODY.count(right) == 1
    with pytest.raises(ValueError):
        Checkpoint.parse(BODY.replace(right, wrong))


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": ""},
        {"origin": "a\nb"},
        {"size": -1},
        {"size": NUMBER_MAX + 1},
        {"root": bytes(31)},
        {"signed_at": datetime(2026, 2, 3)},  # noqa: DTZ001 - the time zone is what is missing
        {"signed_at": datetime(2026, 2, 3, 0, 0, 0, 1, UTC)},
        {"signed_at": datetime(2026, 2, 3, tzinfo=timezone(timedelta(hours=8)))},
    ],
)
def test_a_checkpoint_that_cannot_be_written_is_not_made(changes: dict[str, object]) -> None:
    """Every checkpoint that exists has a body that reads back."""
    with pytest.raises(ValueError):
        Checkpoint(**{**vars(CHECKPOINT), **changes})


@given(st.lists(lines_of_text, max_size=3).map("\n".join).map("{}\n".format), st.integers(1, SIGNATURES_MAX))
def test_a_note_reads_as_it_was_written(body: str, signatures: int) -> None:
    """Empty lines in the text included: the last one of the note ends it."""
    note = Note(body, tuple(SIGNER.cosign(BODY, at) for at in range(signatures)))
    assert Note.parse(note.text) == note
    assert note.text == body + "\n" + "".join(line + "\n" for line in note.lines)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        PETER_TEXT,
        f"{PETER_TEXT}\n",
        f"{PETER_TEXT}\n{PETER_LINE}",
        f"{PETER_TEXT}{PETER_LINE}\n",
        f"{PETER_TEXT}\n{PETER_LINE}\n\n",
        f"{PETER_TEXT}\n{PETER_LINE}\nmore\n",
        f"{PETER_TEXT}\n{PETER_LINE[1:]}\n",
        f"{PETER_TEXT}\n{PETER_LINE.replace('—', '-')}\n",
        f"{PETER_TEXT}\n{PETER_LINE.replace('AM=', 'AN=')}\n",
        f"{PETER_TEXT}\n{PETER_LINE} \n",
        f"{PETER_TEXT}\n— PeterNeumann x08gow==\n",
        f"{PETER_TEXT}\n— Peter+Neumann x08go/ZJ\n",
        f"{PETER_TEXT}\n" + f"{PETER_LINE}\n" * (SIGNATURES_MAX + 1),
        f"{PETER_TEXT}\t\n\n{PETER_LINE}\n",
        "a" * NOTE_BYTES_MAX + f"\n\n{PETER_LINE}\n",
        "字" * (NOTE_BYTES_MAX // 2) + f"\n\n{PETER_LINE}\n",
    ],
)
def test_a_malformed_note_is_refused(text: str) -> None:
    """No signature, too many, half a line, another dash, stray base64, control characters, too long."""
    with pytest.raises(ValueError):
        Note.parse(text)


parts = st.sampled_from(["\n", "\n\n", "— ", " ", "+", "=", "7", "\x00", "\ud800", NAME, BODY, PETER, PETER_LINE, "é"])


@given(st.lists(parts | st.text(max_size=5), max_size=8).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Parsing raises nothing but ValueError, what it accepts it writes again, and verifying raises nothing."""
    for parse, written in (
        (Note.parse, Note.text.fget),
        (Checkpoint.parse, Checkpoint.body.fget),
        (Verifier.parse, Verifier.verifier_key.fget),
    ):
        try:
            read = parse(text)
        except ValueError:
            continue
        assert written(read) == text
    assert not VERIFIER.verify(BODY, text)
    assert VERIFIER.cosigned_at(BODY, text) is None
    assert not VERIFIER.verify(text, SIGNER.cosign(BODY, AT))
