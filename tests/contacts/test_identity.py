"""Canonical keys: the specification's table row by row, inputs of the same kinds, and any text."""

import base64
import sys
import time
import unicodedata
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.contacts.identifiers import lowered
from backend.contacts.identity import (
    CRM_STRENGTH,
    TEXT_LIMIT,
    Identifier,
    InvalidIdentity,
    Kinship,
    Reason,
    Scheme,
    canonicalize,
    kinship,
    may_auto_merge,
    strength,
)
from tests.contacts.addresses import LINKEDIN, MEMBER, E, F, R, encoded, named, reason_for

JOSE = "li:in:josé-garcía-12"

ROWS = [
    ("row 1", f"{LINKEDIN}/in/Jane-Doe/", "li:in:jane-doe"),
    ("row 2", "http://linkedin.com/in/jane-doe", "li:in:jane-doe"),
    ("row 3", "linkedin.com/in/jane-doe?trk=x&originalSubdomain=fr", "li:in:jane-doe"),
    ("row 4", "https://fr.linkedin.com/in/jane-doe/en", "li:in:jane-doe"),
    ("row 5", "https://de.linkedin.com/in/JANE-DOE/de?locale=de_DE#about", "li:in:jane-doe"),
    ("row 6", "https://m.linkedin.com/mwlite/in/jane-doe", "li:in:jane-doe"),
    ("row 7", f"{LINKEDIN}/comm/in/jane-doe?midToken=x", "li:in:jane-doe"),
    ("row 8", f"{LINKEDIN}/in/jane-doe/overlay/contact-info/", "li:in:jane-doe"),
    ("row 9", f"{LINKEDIN}/in/jane-doe/recent-activity/all/", "li:in:jane-doe"),
    ("row 10", f"{LINKEDIN}/in/jane-doe/details/experience/", "li:in:jane-doe"),
    ("row 11", "in/jane-doe", "li:in:jane-doe"),
    ("row 12", f"{LINKEDIN}/in/jos%C3%A9-garc%C3%ADa-12/", JOSE),
    ("row 13", f"{LINKEDIN}/in/jose%CC%81-garci%CC%81a-12", JOSE),
    ("row 14", f"{LINKEDIN}/in/jos%25C3%25A9-garc%25C3%25ADa-12", JOSE),
    (
        "row 15",
        "https://jp.linkedin.com/in/%E5%B1%B1%E7%94%B0%E5%A4%AA%E9%83%8E",
        "li:in:山田太郎",
    ),
    ("row 16", f"{LINKEDIN}/in/{E}", MEMBER),
    ("row 17", f"{LINKEDIN}/sales/lead/{F},NAME_SEARCH,ab12", MEMBER),
    ("row 18", f"{LINKEDIN}/sales/people/{F},OUT_OF_NETWORK,Zz9?_ntb=x", MEMBER),
    ("row 19", f"{LINKEDIN}/sales/profile/{F},,?pathWildcard=1", MEMBER),
    ("row 20", f"{LINKEDIN}/sales/lead/{F}%2CNAME_SEARCH%2Cab12", MEMBER),
    ("row 21", f"{LINKEDIN}/talent/profile/{R}", MEMBER),
    ("row 22", f"{LINKEDIN}/profile/view?id=123456789&authType=NAME", MEMBER),
    ("row 23", f"{LINKEDIN}/profile/view?id={E}", MEMBER),
    ("row 24", "urn:li:member:123456789", MEMBER),
    ("row 25", f"urn:li:fsd_profile:{E}", MEMBER),
    ("row 26", f"urn:li:fs_miniProfile:{E}", MEMBER),
    ("row 27", f"urn:li:fs_salesProfile:({F},NAME_SEARCH,ab12)", MEMBER),
    ("row 28", "urn:li:person:a1B2c3D4e5", "li:app-person:a1B2c3D4e5"),
    (
        "row 29",
        f"{LINKEDIN}/in/jane-doe?miniProfileUrn=urn%3Ali%3Afs_miniProfile%3A{E}",
        "li:in:jane-doe",
    ),
    ("row 31", "https://uk.linkedin.com/pub/jane-doe/1/23/4a5", "li:pub:jane-doe/1/23/4a5"),
    (
        "row 34",
        f"{LINKEDIN}/authwall?sessionRedirect=https%3A%2F%2Fwww.linkedin.com%2Fin%2Fjane-doe",
        "li:in:jane-doe",
    ),
    (
        "row 35",
        f"https://www.google.com/url?q={LINKEDIN}/in/jane-doe&sa=D",
        "li:in:jane-doe",
    ),
    (
        "row 38",
        "https://www.linkedin.com.evil.example/in/jane-doe",
        "web:linkedin.com.evil.example/in/jane-doe",
    ),
    ("row 40", "Jane.Doe+demo@Example.COM", "email:jane.doe+demo@example.com"),
    ("row 41", "mailto:jane@exämple.de", "email:jane@xn--exmple-cua.de"),
    ("row 42", "https://www.xing.com/profile/Jane_Doe/", "web:xing.com/profile/Jane_Doe"),
    ("row 43", "https://github.com/janedoe?tab=repositories", "web:github.com/janedoe"),
]

REFUSED_ROWS = [
    ("row 30", f"{LINKEDIN}/in/{E.lower()}", Reason.DAMAGED_URN),
    ("row 32", f"{LINKEDIN}/pub/dir/Jane/Doe", Reason.NOT_A_PERSON),
    ("row 33", f"{LINKEDIN}/company/acme/people/", Reason.NOT_A_PERSON),
    ("row 36", "https://lnkd.in/abc123", Reason.NEEDS_RESOLUTION),
    ("row 37", f"{LINKEDIN}/in/jane%FFdoe", Reason.BAD_ENCODING),
    ("row 39", "https://evil.example/?u=linkedin.com/in/jane-doe", Reason.NOT_A_PERSON),
    ("row 44", "javascript:alert(1)", Reason.NOT_AN_IDENTIFIER),
    ("row 45", "Jane Doe, Acme", Reason.NOT_AN_IDENTIFIER),
]


@pytest.mark.parametrize(("text", "expected"), named(ROWS))
def test_each_row_of_the_table_has_its_key(text: str, expected: str) -> None:
    """The specification's table gives this input this key."""
    assert expected == canonicalize(text).key


@pytest.mark.parametrize(("text", "expected"), named(REFUSED_ROWS))
def test_each_refused_row_of_the_table_has_its_reason(text: str, expected: str) -> None:
    """The specification's table refuses this input with this word."""
    assert expected == reason_for(text)


def test_the_table_is_whole() -> None:
    """All 45 rows of the specification are tested above, none twice."""
    numbers = sorted(int(name.removeprefix("row ")) for name, _, _ in [*ROWS, *REFUSED_ROWS])
    assert list(range(1, 46)) == numbers


def test_an_old_public_address_hints_at_the_slug() -> None:
    """Row 31 and its like: the old address keeps its own key and hints at the later slug."""
    old = canonicalize("https://uk.linkedin.com/pub/jane-doe/1/23/4a5")
    assert old.hint == "li:in:jane-doe-4a50231"
    assert canonicalize(f"{LINKEDIN}/pub/jane-doe/1f/a/b").hint == "li:in:jane-doe-00b00a1f"
    assert canonicalize(f"{LINKEDIN}/in/jane-doe").hint is None


@pytest.mark.parametrize(
    "text",
    ["info@example.com", "Sales@example.com", "mailto:INFO+eu@example.com", "hr@example.com"],
)
def test_a_shared_mailbox_is_marked(text: str) -> None:
    """An address that names a job is a role: it is found, but links nobody."""
    assert canonicalize(text).role
    assert strength(canonicalize(text)) == 0


@pytest.mark.parametrize("text", ["jane@example.com", "information.jane@x.example", "in/info"])
def test_a_person_is_no_shared_mailbox(text: str) -> None:
    """A person's own address, or a slug that is a job's word, is no role."""
    assert not canonicalize(text).role


def test_without_decoding_each_kind_of_id_keeps_its_opaque_key() -> None:
    """With the setting off an encoded id is kept as it is, wherever it was found."""
    keys = {
        E: f"li:enc:{E}",
        F: f"li:sales:{F}",
        R: f"li:talent:{R}",
    }
    for given_id, key in keys.items():
        for text in (
            f"{LINKEDIN}/in/{given_id}",
            f"urn:li:fsd_profile:{given_id}",
            f"{LINKEDIN}/sales/lead/{given_id},NAME_SEARCH,ab12",
            f"{LINKEDIN}/talent/profile/{given_id}",
            f"{LINKEDIN}/profile/view?id={given_id}",
        ):
            assert key == canonicalize(text, decode_member_ids=False).key
    # A number that is written plainly needs no decoding.
    assert canonicalize("urn:li:member:123456789", decode_member_ids=False).key == MEMBER


def test_only_the_whole_layout_is_decoded() -> None:
    """A change in any fixed bit of an encoded id keeps it opaque, with its case."""
    data = bytearray(base64.urlsafe_b64decode(E + "="))
    for position in (0, 1, 8):
        for bit in range(8):
            changed = bytearray(data)
            changed[position] ^= 1 << bit
            if (
                changed[:2] in map(bytearray, (b"\x00\x2a", b"\x00\x2c", b"\x00\x43"))
                and changed[8] == 1
            ):
                continue
            given_id = base64.urlsafe_b64encode(changed).decode("ascii").rstrip("=")
            assert given_id == canonicalize(f"urn:li:fsd_profile:{given_id}").value


@given(
    st.integers(1, 2**48 - 1),
    st.sampled_from([0x2A, 0x2C, 0x43]),
    st.binary(min_size=20, max_size=20),
)
def test_every_member_id_is_read_back(member: int, kind: int, tail: bytes) -> None:
    """Whatever the type and the tail, the member id is the one that was encoded."""
    given_id = encoded(member, kind, tail=tail)
    assert f"li:member:{member}" == canonicalize(f"urn:li:fsd_profile:{given_id}").key


def test_strength_follows_the_rules() -> None:
    """Member id > CRM id > e-mail > slug and opaque ids > web; app ids and roles link nothing."""
    member, email, web, app = (
        strength(canonicalize(text))
        for text in (
            "urn:li:member:1",
            "jane@example.com",
            "https://example.com/jane",
            "urn:li:person:a1",
        )
    )
    slugs = {
        strength(canonicalize(text, decode_member_ids=False))
        for text in ("in/jane", f"in/{E}", f"in/{F}", f"in/{R}")
    }
    assert len(slugs) == 1
    assert member > CRM_STRENGTH > email > slugs.pop() > web > app == 0


KIN = [
    ("same member", {"li:member:1", "li:in:a"}, {"li:member:1"}, Kinship.SAME),
    ("same CRM row", {"crm:hub:7", "li:in:a"}, {"crm:hub:7", "li:in:b"}, Kinship.SAME),
    ("verified e-mail", {"email:j@x.example"}, {"email:j@x.example"}, Kinship.SAME),
    ("unverified e-mail", {"email:k@x.example"}, {"email:k@x.example"}, Kinship.SUGGEST),
    ("verified role", {"email:info@x.example"}, {"email:info@x.example"}, Kinship.SUGGEST),
    ("same slug", {"li:in:a"}, {"li:in:a"}, Kinship.SUGGEST),
    ("same app id", {"li:app-person:a"}, {"li:app-person:a"}, Kinship.SUGGEST),
    ("nothing", {"li:in:a"}, {"li:member:1"}, Kinship.SUGGEST),
    ("CRM of two accounts", {"crm:hub:7"}, {"crm:sales:7"}, Kinship.SUGGEST),
    (
        "two members, one mailbox",
        {"li:member:1", "email:j@x.example"},
        {"li:member:2", "email:j@x.example"},
        Kinship.NEVER,
    ),
    (
        "two members, one CRM row",
        {"li:member:1", "crm:hub:7"},
        {"li:member:2", "crm:hub:7"},
        Kinship.NEVER,
    ),
]


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"), [pytest.param(*case[1:], id=case[0]) for case in KIN]
)
def test_two_contacts_are_merged_only_on_proof(
    ours: set[str], theirs: set[str], expected: Kinship
) -> None:
    """Only an equal member id, verified e-mail or CRM row merges; two members never do."""
    verified = {"email:j@x.example", "email:info@x.example"}
    assert expected is kinship(ours, theirs, verified_emails=verified)
    assert expected is kinship(theirs, ours, verified_emails=verified)
    assert (expected is Kinship.SAME) == may_auto_merge(ours, theirs, verified_emails=verified)


def address_of(identifier: Identifier) -> str:
    """A text that a person could paste to mean `identifier` again."""
    value = identifier.value
    match identifier.scheme:
        case Scheme.LINKEDIN_SLUG:
            return f"{LINKEDIN}/in/{value}"
        case Scheme.LINKEDIN_PUB:
            return f"{LINKEDIN}/pub/{value}"
        case Scheme.LINKEDIN_MEMBER:
            return f"urn:li:member:{value}"
        case Scheme.LINKEDIN_APP_PERSON:
            return f"urn:li:person:{value}"
        case Scheme.LINKEDIN_ENCODED | Scheme.LINKEDIN_SALES | Scheme.LINKEDIN_TALENT:
            kind = {"li:enc": "fsd", "li:sales": "fs_sales", "li:talent": "ts_"}
            return f"urn:li:{kind[identifier.scheme]}profile:{value}"
        case Scheme.EMAIL:
            return value
        case Scheme.WEB:
            host, _, path = value.partition("/")
            scheme = "http" if host.endswith(":443") else "https"
            return f"{scheme}://{host}/{quote(path, safe='/')}"


# fmt: off
FRAGMENTS = st.sampled_from([
    "https://", "http:\\\\", "www.", "linkedin.com", "linkedin.cn", "/in/", "in/", "/sales/lead/",
    "/talent/profile/", "/profile/view?id=", "/pub/", "/authwall?sessionRedirect=",
    "https://www.google.com/url?q=", "?url=", "urn:li:", "member:", "fsd_profile:", "person:",
    "(", ")", ",", "mailto:", "jane", "Jané", "@", "example.com", "exämple.de", "xn--", ".", "..",
    "%2e", "%", "%25", "%C3%A9", "%FF", "%00", "%22", "/", "\\", ":", "443", "?", "#", "&", "=",
    " ", "\u200b", "\x00", "\ud800", "İ", "ΑΣ", "<", '"', "'", "me", "m/", "comm/", "1/23/4a5",
    "[::1]", "127.0.0.1", "lnkd.in", E, F, E.lower(),
])
UNITS = [
    "a", "%", "%25", "%41", "a.", "/", "/..", "../", "@", "é", "\u0301", "xn--", ":", "\\", "m/",
    "&q=", "(", ",", " ",
]
STARTS = [
    "", "https://", f"{LINKEDIN}/in/", f"{LINKEDIN}/", "https://example.com/",
    "urn:li:fsd_profile:", "mailto:", "jane@", "https://www.google.com/url?q=", "https://www.google.com/url?",
]
# fmt: on


@given(
    st.one_of(
        st.text(),
        st.text(st.characters(max_codepoint=127)),
        st.lists(FRAGMENTS, max_size=9).map("".join),
    )
)
@example(f"{LINKEDIN}/in/%22jane%22")
@example("mailto:'jane@example.com")
@example("https://example.com/a%20'/")
@example(f"{LINKEDIN}/in/İstanbul")
@example("https://www.www.example.com/a")
def test_any_text_is_a_key_or_a_refusal(text: str) -> None:
    """No text breaks the canonicaliser, and a key written as an address gives the same key."""
    for decode in (True, False):
        try:
            found = canonicalize(text, decode_member_ids=decode)
        except InvalidIdentity:
            continue
        assert canonicalize(address_of(found), decode_member_ids=decode) == found
        assert unicodedata.is_normalized("NFC", found.value)
        assert len(found.key.encode()) <= 2100


def test_every_letter_has_one_lower_case() -> None:
    """Lower-casing a slug twice changes nothing, for every character there is."""
    for code in range(sys.maxunicode + 1):
        once = lowered(unicodedata.normalize("NFC", chr(code)))
        assert once == lowered(unicodedata.normalize("NFC", once))


@pytest.mark.parametrize("unit", UNITS)
def test_time_grows_with_the_length_only(unit: str) -> None:
    """The longest text of any kind takes a moment: nothing is tried again and again."""
    for start in STARTS:
        text = start + unit * ((TEXT_LIMIT - len(start)) // len(unit))
        began = time.thread_time()
        with suppress(InvalidIdentity):
            canonicalize(text)
        assert time.thread_time() - began < 1
