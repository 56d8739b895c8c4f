"""Where the sidecar connects to, mail hosts, mail servers, and settings."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from backend.sidecar.mail import MailChecks, MailHosts, normal
from backend.sidecar.settings import SidecarSettings, WrongSetting, read_sidecar_settings
from backend.sidecar.smtp import SmtpProber, is_public, make_prober
from shared_schemas.vocabulary import Verdict
from tests.servers import free_port
from tests.sidecar.dns_server import NameServer, name_server
from tests.sidecar.vendors import Vendors, loopback_vendors

# The real program, with every connection and look-up that it asks the system for written down.
GUARDED = """
import sys
places = open(sys.argv[1], "a", buffering=1)

def note(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        places.write(f"{event} {arguments[1]}\\n")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        places.write(f"{event} {arguments[0]}\\n")

sys.addaudithook(note)
# An event loop in Python, so that its connections pass the hook too.
sys.modules["uvloop"] = None
import uvicorn
from backend.sidecar.__main__ import main
sys.exit(main())
"""


@pytest.fixture(scope="module")
def vendors() -> Iterator[Vendors]:
    """The vendors, for this module's tests."""
    with loopback_vendors() as running:
        yield running


@pytest.fixture
def names() -> Iterator[NameServer]:
    """A name server of the test's own."""
    with name_server() as running:
        yield running


def test_it_connects_to_its_providers_and_name_server_alone(
    vendors: Vendors, names: NameServer, tmp_path: Path
) -> None:
    """With a page full of addresses: nothing but the configured places is ever connected to."""
    port, record = free_port(), tmp_path / "places.txt"
    vendors.modes = {"hunter": "redirect", "prospeo": "not_found"}
    hostile = "See http://169.254.169.254/latest, then https://evil.example/?q=Jane"
    vendors.texts = [hostile, hostile]
    environment = {
        **{name: value for name, value in os.environ.items() if "MEETONCE_" not in name},
        **vendors.environment("hunter", "prospeo", "reacher", "openai"),
        "MEETONCE_DNS_SERVER": names.address,
        "MEETONCE_SIDECAR_TOKEN": "t",
        "MEETONCE_PORT": str(port),
        "HTTPS_PROXY": "http://203.0.113.9:8080",
        "HTTP_PROXY": "http://203.0.113.9:8080",
    }
    with (tmp_path / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", GUARDED, str(record)],
            env=environment,
            stderr=log,
            stdout=log,
        )
    try:
        answers = _use(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(20)
    places = record.read_text().splitlines()

    assert {200} == set(answers)
    allowed = (vendors.url.rpartition(":")[2], names.address.rpartition(":")[2])
    wrong = [
        place
        for place in places
        if place.startswith("socket.connect") or place.startswith("socket.sendto")
        if not any(f"'127.0.0.1', {port}" in place for port in allowed)
    ]
    assert [] == wrong
    looked_up = {p.split()[1].strip("b'") for p in places if "getaddrinfo" in p}
    assert looked_up <= {"127.0.0.1", "None"}, "no host name is resolved by the system"
    assert {"acme.example."} == set(names.asked)
    assert any("connect" in place for place in places), "the hook sees connections"
    assert 2 == vendors.count("openai"), "the model was asked, and once more to mend its text"
    assert all(vendors.count(name) for name in ("hunter", "prospeo", "reacher"))
    assert not [place for place in places if "evil" in place or "169.254" in place]


def _use(origin: str, process: "subprocess.Popen[bytes]") -> list[int]:
    headers = {"Authorization": "Bearer t"}
    page = {
        "name": "Jane Doe",
        "headline": "See http://169.254.169.254/latest and https://evil.example/x",
        "about": "jane.doe@acme.example call 06 12 34 56 78 file:///etc/passwd //evil.example",
        "location": "Lyon, France",
        "photo_url": "https://evil.example/photo.png",
        "posts": [{"text": "hi", "url": "http://evil.example/post"}],
    }
    item = {
        "ref": "1",
        "person": "con_1",
        "name": "Jane Doe",
        "domain": "acme.example",
        "linkedin_url": "https://www.linkedin.com/in/jane-doe",
        "page": page,
    }
    calls = [
        ("/v1/email/find", item),
        ("/v1/phone/find", item),
        ("/v1/profile", item),
        ("/v1/variables", {**item, "variables": [{"name": "line", "prompt": "A first line"}]}),
        ("/v1/email/verify", {"ref": "1", "email": "info@acme.example"}),
    ]
    with httpx.Client(base_url=origin, headers=headers, trust_env=False, timeout=30) as client:
        for _ in range(300):
            assert process.poll() is None, "the sidecar ended"
            try:
                if client.get("/health/ready").status_code == 200:
                    break
            except httpx.TransportError:
                pass
            _pause(0.1)
        found = [
            client.post(
                path, json={"items": [each]}, headers={"Idempotency-Key": f"k{number}"}
            ).status_code
            for number, (path, each) in enumerate(calls)
        ]
        analyze = client.post("/v1/analyze", json={"items": [{"ref": "1", "page": page}]})
    return [*found, analyze.status_code]


def _pause(seconds: float) -> None:
    asyncio.run(asyncio.sleep(seconds))


@pytest.mark.parametrize(
    ("address", "verdict", "reasons"),
    [
        ("jane.doe@acme.example", Verdict.UNKNOWN, ()),
        ("jane.doe@onlyhost.example", Verdict.UNKNOWN, ()),
        ("jane.doe@nullmx.example", Verdict.INVALID, ("null_mx",)),
        ("jane.doe@nowhere.example", Verdict.INVALID, ("no_mx",)),
        ("no address", Verdict.INVALID, ("syntax",)),
    ],
)
async def test_a_mail_host_is_looked_up(
    names: NameServer, address: str, verdict: Verdict, reasons: tuple[str, ...]
) -> None:
    """A host that takes mail, one that says it takes none, one that is not there."""
    checks = MailChecks(SidecarSettings(dns_server=names.address))
    opinion = await checks.opinion(address)

    assert (verdict, reasons) == (opinion.verdict, opinion.reasons)


async def test_a_silent_name_server_costs_seconds_and_decides_nothing(names: NameServer) -> None:
    """No answer is no verdict, comes within the deadline, and is not remembered."""
    checks = MailChecks(SidecarSettings(dns_server=names.address))
    loop = asyncio.get_running_loop()
    started = loop.time()
    opinion = await checks.opinion("jane@silent.example")

    assert (Verdict.UNKNOWN, ("timeout",)) == (opinion.verdict, opinion.reasons)
    assert loop.time() - started < 6


async def test_a_host_is_looked_up_once_a_day(names: NameServer) -> None:
    """The second address at a host asks nobody."""
    hosts = MailHosts(SidecarSettings(dns_server=names.address))
    for _ in range(3):
        assert "takes_mail" == (await hosts.host("acme.example")).state

    assert ["acme.example."] == names.asked


@asynccontextmanager
async def mail_server(**answers: str) -> AsyncIterator[int]:
    """A mail server that answers RCPT for `jane` and for `others` as told; gives its port."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answers.get("greeting", "220 mx ready").encode() + b"\r\n")
        while line := (await reader.readline()).decode().strip():
            said = answers.get("mail", "250 ok")
            if line.startswith("EHLO"):
                said = "250-mx\r\n250 SIZE 1000"
            elif line.startswith("RCPT"):
                said = answers["jane"] if "jane" in line else answers["others"]
            elif line.startswith("QUIT"):
                break
            writer.write(said.encode() + b"\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


NOBODY = "550 5.1.1 user unknown"


@pytest.mark.parametrize(
    ("answers", "verdict", "reason"),
    [
        ({"jane": "250 ok", "others": NOBODY}, Verdict.DELIVERABLE, None),
        ({"jane": "250 ok", "others": "250 ok"}, Verdict.RISKY, "catch_all"),
        ({"jane": NOBODY, "others": NOBODY}, Verdict.INVALID, "no_such_user"),
        ({"jane": "452 4.2.2 mailbox full", "others": NOBODY}, Verdict.RISKY, "full_inbox"),
        ({"jane": "550 5.2.1 disabled", "others": NOBODY}, Verdict.INVALID, "disabled"),
        (
            {"jane": "550 5.7.1 blocked by spamhaus", "others": "550 5.7.1 blocked"},
            Verdict.UNKNOWN,
            "blocked",
        ),
        ({"jane": "550 go away", "others": "550 go away"}, Verdict.UNKNOWN, "blocked"),
        ({"jane": "451 try later", "others": "451 later"}, Verdict.UNKNOWN, "greylisted"),
        ({"jane": "450 later please", "others": "450 later"}, Verdict.UNKNOWN, "greylisted"),
        (
            {"greeting": "554 5.7.1 your address is blocked", "jane": "", "others": ""},
            Verdict.UNKNOWN,
            "blocked",
        ),
        ({"greeting": "HTTP/1.1 200 OK", "jane": "", "others": ""}, Verdict.UNKNOWN, "port25"),
    ],
)
async def test_a_mail_server_is_understood_by_its_words(
    names: NameServer, answers: dict[str, str], verdict: Verdict, reason: str | None
) -> None:
    """Codes and words decide, never a bare 550; a block page is no `user unknown`."""
    async with mail_server(**answers) as port:
        hosts = MailHosts(SidecarSettings(dns_server=names.address))
        prober = SmtpProber("a@b.example", "b.example", hosts, private=True, port=port)
        opinion = await prober.probe("jane@acme.example", ["mx.acme.example"])

    assert verdict is opinion.verdict
    assert reason is None or opinion.reasons[0].startswith(reason)


async def test_a_mail_host_inside_a_private_network_is_never_asked(names: NameServer) -> None:
    """A record that points into somebody's own network is no mail host."""
    read = SidecarSettings(dns_server=names.address, smtp_from="a@b.example")
    opinion = await MailChecks(read, make_prober(read)).opinion("jane@inside.example")

    assert (Verdict.INVALID, ("no_mx",)) == (opinion.verdict, opinion.reasons)


async def test_the_big_ones_are_not_asked(names: NameServer) -> None:
    """Hosts that tell strangers nothing reliable are left in peace."""
    read = SidecarSettings(dns_server=names.address, smtp_from="a@b.example")
    opinion = await MailChecks(read, make_prober(read)).opinion("jane@bigmail.example")

    assert (Verdict.UNKNOWN, ("big_provider",)) == (opinion.verdict, opinion.reasons)


def test_no_mail_server_is_asked_unless_a_sender_is_set() -> None:
    """Off by default."""
    assert make_prober(read_sidecar_settings({})) is None


@pytest.mark.parametrize(
    "ip",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1"),
        *("fec0::1", "ff02::1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1", "::127.0.0.1"),
        *("::ffff:10.0.0.1", "nonsense"),
    ],
)
def test_private_addresses_are_told_apart(ip: str) -> None:
    """Loopback, private, shared, multicast, tunnelled and mapped ones are not public."""
    assert not is_public(ip)
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1::1")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Jane.Doe@ACME.example", "Jane.Doe@acme.example"),
        (" jane@exämple.de ", "jane@exämple.de"),
        ("jane@localhost", None),
        ("jane doe@acme.example", None),
        ("jane@acme.example\r\nRCPT TO:<x@y.example>", None),
        ("x" * 400, None),
    ],
)
def test_addresses_have_one_form(text: str, found: str | None) -> None:
    """The host in lower case; what is no address is none."""
    assert found == normal(text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MEETONCE_HUNTER_URL", "ftp://x.example"),
        ("MEETONCE_HUNTER_URL", "https://user:pass@x.example"),
        ("MEETONCE_HUNTER_API_KEY", "a key\n"),
        ("MEETONCE_HUNTER_CREDIT_MICROS", "cheap"),
        ("MEETONCE_ENRICH_ORDER", "hunter,apollo"),
        ("MEETONCE_ENRICH_BUDGET_MICROS", "-1"),
        ("MEETONCE_DNS", "maybe"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    """The message begins with the variable that is wrong."""
    with pytest.raises(WrongSetting, match=f"^{name}: "):
        read_sidecar_settings({name: f"x {value}" if "KEY" in name else value})
