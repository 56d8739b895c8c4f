"""The packages: one key and one id an installation, the same bytes each time, signed, served."""

import hashlib
import io
import json
import re
import stat
import struct
import threading
import xml.etree.ElementTree as ElementTree
import zipfile
from base64 import b64decode
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from litestar import Litestar
from litestar.testing import TestClient

from backend.install import install_routes, unpack_extension
from backend.install.packing import Packages
from backend.install.signing import FILE_NAME, signing_key
from backend.settings import Settings

ORIGIN = "https://meet.example.org"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation under a public name."""
    return Settings(data_dir=tmp_path / "data", public_url=ORIGIN)


@pytest.fixture
def client(settings: Settings) -> TestClient[Litestar]:
    """The install routes alone."""
    app = Litestar(route_handlers=install_routes(settings), openapi_config=None)
    return TestClient(app, base_url=ORIGIN)


def test_the_key_is_made_once_and_kept_private(settings: Settings) -> None:
    """Every later call gives the same key, and only the owner may read its file."""
    first = signing_key(settings)
    path = settings.data_dir / FILE_NAME
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert first.public_der == signing_key(settings).public_der
    assert [FILE_NAME] == [one.name for one in settings.data_dir.iterdir()]


def test_processes_that_start_at_once_agree_on_the_key(settings: Settings) -> None:
    """Many first calls at one moment end with one key, and none of them sees half a file."""
    barrier = threading.Barrier(6)
    keys: list[bytes] = []

    def start() -> None:
        barrier.wait()
        keys.append(signing_key(settings).public_der)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 6 == len(keys)
    assert 1 == len(set(keys))


def test_the_id_follows_from_the_manifests_key(settings: Settings) -> None:
    """The id that we name is the one that a browser derives from the manifest."""
    manifest = json.loads(Packages(settings).files["manifest.json"])
    digest = hashlib.sha256(b64decode(manifest["key"])).hexdigest()[:32]
    expected = "".join(chr(ord("a") + int(digit, 16)) for digit in digest)
    assert expected == signing_key(settings).extension_id


def test_another_installation_has_another_id(settings: Settings, tmp_path: Path) -> None:
    """Two servers' extensions can be loaded side by side."""
    other = Settings(data_dir=tmp_path / "other", public_url=ORIGIN)
    assert signing_key(settings).extension_id != signing_key(other).extension_id


def test_the_zip_is_the_same_bytes_each_time(settings: Settings) -> None:
    """Packing again, as a restarted server does, changes nothing; names are sorted."""
    first = Packages(settings).zip
    assert first == Packages(settings).zip
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        names = archive.namelist()
        assert sorted(names) == names
        assert {(1980, 1, 1, 0, 0, 0)} == {entry.date_time for entry in archive.infolist()}


def test_the_zip_holds_the_served_manifest(client: TestClient[Litestar]) -> None:
    """`manifest.json` lies at the top of the zip and equals the served one, byte for byte."""
    with client:
        archive = zipfile.ZipFile(io.BytesIO(client.get("/extension/meetonce.zip").content))
        served = client.get("/extension/manifest.json")
    assert served.content == archive.read("manifest.json")
    assert "application/json" == served.headers["content-type"].split(";")[0]


def test_every_file_that_the_package_names_is_in_it(settings: Settings) -> None:
    """Scripts, icons, the popup and the messages of every language are there."""
    files = Packages(settings).files
    manifest = json.loads(files["manifest.json"])
    named = {
        manifest["background"]["service_worker"],
        manifest["action"]["default_popup"],
        *manifest["icons"].values(),
        *manifest["content_scripts"][0]["js"],
        f"_locales/{manifest['default_locale']}/messages.json",
    }
    assert set() == named - files.keys()


def test_the_package_is_bound_to_the_server(settings: Settings) -> None:
    """The origin is in the manifest and in the worker's configuration, and no other one is."""
    files = Packages(settings).files
    assert f'export const ORIGIN = "{ORIGIN}";'.encode() in files["bg/config.js"]
    assert b"127.0.0.1" not in b"".join(files[name] for name in files if name.endswith(".js"))


def test_the_crx_is_signed_by_the_installations_key(settings: Settings) -> None:
    """Its header names our id and its signature covers the zip, as Chromium checks it."""
    packages = Packages(settings)
    crx = packages.crx
    magic, version, size = crx[:4], *struct.unpack("<II", crx[4:12])
    header, archive = crx[12 : 12 + size], crx[12 + size :]
    assert (b"Cr24", 3) == (magic, version)
    fields = _fields(header)
    proof, signed_data = _fields(fields[2]), fields[10_000]
    assert packages.key.digest == _fields(signed_data)[1]
    public = serialization.load_der_public_key(proof[1])
    assert isinstance(public, rsa.RSAPublicKey)
    message = b"CRX3 SignedData\0" + struct.pack("<I", len(signed_data)) + signed_data + archive
    public.verify(proof[2], message, padding.PKCS1v15(), hashes.SHA256())
    manifest = json.loads(zipfile.ZipFile(io.BytesIO(archive)).read("manifest.json"))
    assert f"{ORIGIN}/extension/update.xml" == manifest["update_url"]


def test_firefox_gets_what_it_understands(tmp_path: Path) -> None:
    """No port in a pattern (Firefox matches nothing with one), scripts in the background, an id of
    its own, and otherwise the very same files."""
    packages = Packages(Settings(data_dir=tmp_path, public_url="http://127.0.0.1:8000"))
    archive = zipfile.ZipFile(io.BytesIO(packages.firefox))
    manifest = json.loads(archive.read("manifest.json"))
    assert ["http://127.0.0.1/*", "https://www.linkedin.com/*"] == manifest["host_permissions"]
    assert ["https://www.linkedin.com/*", "http://127.0.0.1/demo/*"] == manifest[
        "content_scripts"
    ][0]["matches"]
    assert {"scripts": ["bg/sw.js"], "type": "module"} == manifest["background"]
    assert (
        "connect-src http://127.0.0.1:8000;"
        in manifest["content_security_policy"]["extension_pages"]
    )
    assert "key" not in manifest
    assert (
        f"{packages.key.extension_id}@meetonce"
        == (manifest["browser_specific_settings"]["gecko"]["id"])
    )
    others = {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}
    assert {**others, "manifest.json": packages.files["manifest.json"]} == packages.files


def test_one_build_is_bound_to_no_server(tmp_path: Path, settings: Settings) -> None:
    """It is the same bytes on every server, knows no origin and no key, asks for no server at the
    installation, and both kinds of browsers take it."""
    packages = Packages(settings)
    other = Packages(Settings(data_dir=tmp_path / "other", public_url="http://10.0.0.7:9000"))
    assert packages.any_server == other.any_server
    archive = zipfile.ZipFile(io.BytesIO(packages.any_server))
    manifest = json.loads(archive.read("manifest.json"))
    assert "key" not in manifest
    assert ["https://www.linkedin.com/*"] == manifest["host_permissions"]
    assert {"https://*/*", "http://*/*"} < set(manifest["optional_host_permissions"])
    assert {"service_worker": "bg/sw.js", "scripts": ["bg/sw.js"], "type": "module"} == manifest[
        "background"
    ]
    assert b"export const ORIGIN = null;" in archive.read("bg/config.js")


def test_the_policy_installs_and_updates(client: TestClient[Litestar], settings: Settings) -> None:
    """The file for administrators names our id and our feed, and the page shows the same."""
    with client:
        answer = client.get("/extension/policy.json")
        page = client.get("/extension").text
    (extension_id, rule), *more = answer.json()["ExtensionSettings"].items()
    assert [] == more
    assert signing_key(settings).extension_id == extension_id
    assert f"{ORIGIN}/extension/update.xml" == rule["update_url"]
    assert "meetonce.json" in answer.headers["content-disposition"]
    assert f"{extension_id};{ORIGIN}/extension/update.xml" in page


def test_the_feed_names_the_crx(client: TestClient[Litestar], settings: Settings) -> None:
    """Id, version, size and digest in the feed are those of the served CRX."""
    with client:
        feed = ElementTree.fromstring(client.get("/extension/update.xml").content)
        crx = client.get("/extension/meetonce.crx").content
        manifest = client.get("/extension/manifest.json").json()
    app = feed[0]
    assert signing_key(settings).extension_id == app.attrib["appid"]
    assert {
        "codebase": f"{ORIGIN}/extension/meetonce.crx",
        "version": manifest["version"],
        "hash_sha256": hashlib.sha256(crx).hexdigest(),
        "size": str(len(crx)),
    } == app[0].attrib


@pytest.mark.parametrize(
    "path", ["", "/paired?pairing=par_1", "/manifest.json", "/meetonce.zip", "/update.xml"]
)
def test_another_host_name_is_sent_home(client: TestClient[Litestar], path: str) -> None:
    """A request under another name goes to the origin that the package is made for, query kept."""
    with client:
        answer = client.get(
            f"/extension{path}", headers={"host": "127.0.0.1:8000"}, follow_redirects=False
        )
    assert 307 == answer.status_code
    assert f"{ORIGIN}/extension{path}" == answer.headers["location"]


@pytest.mark.parametrize("host", ["meet.example.org", "MEET.example.org:443"])
def test_the_own_name_is_at_home(client: TestClient[Litestar], host: str) -> None:
    """The default port and the case of the name make no difference; nor does a proxy before us."""
    with client:
        plain = client.get("/extension", headers={"host": host}, follow_redirects=False)
        behind = client.get(
            "/extension",
            headers={"host": "127.0.0.1:8000", "x-forwarded-host": host},
            follow_redirects=False,
        )
    assert (200, 200) == (plain.status_code, behind.status_code)


def test_the_pages_allow_nothing_but_their_own_style(client: TestClient[Litestar]) -> None:
    """No script, no form, no frame; the stylesheet inside the page is the one the policy names."""
    with client:
        for path in ("/extension", "/extension/paired"):
            answer = client.get(path)
            policy = answer.headers["content-security-policy"]
            style = answer.text.split("<style>")[1].split("</style>")[0]
            digest = hashlib.sha256(style.encode()).digest()
            assert b64decode(policy.split("'sha256-")[1].split("'")[0]) == digest
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "nosniff" == answer.headers["x-content-type-options"]
            assert "<script" not in answer.text


def test_the_install_page_has_this_installations_values(
    client: TestClient[Litestar], settings: Settings
) -> None:
    """The steps name the user's own addresses, the id to expect and the policy to set."""
    with client:
        text = client.get("/extension").text
    assert f'href="{ORIGIN}/extension/meetonce.zip"' in text
    assert signing_key(settings).extension_id in text
    assert f"{ORIGIN}/extension/update.xml" in text


def test_the_install_page_has_steps_for_each_browser(client: TestClient[Litestar]) -> None:
    """Where each browser keeps its extensions, a zip for Firefox, policies for both kinds."""
    with client:
        text = client.get("/extension").text
        firefox = re.search(r'href="([^"]*firefox[^"]*\.zip)"', text)
        assert firefox
        assert 200 == client.get(urlsplit(firefox.group(1)).path).status_code
    for row in ("Chrome", "Edge", "Brave", "Vivaldi, Opera", "Firefox"):
        assert re.search(rf'<th scope="row">[^<]*{row}', text), row
    for address in ("chrome://extensions", "edge://extensions", "about:debugging"):
        assert address in text
    assert "/etc/opt/chrome/policies/managed/" in text
    assert "/etc/opt/edge/policies/managed/" in text


def test_unpacking_leaves_exactly_the_package(settings: Settings) -> None:
    """What an older version left behind goes, what is right stays untouched."""
    folder = unpack_extension(settings)
    kept = (folder / "manifest.json").stat().st_mtime_ns
    (folder / "gone").mkdir()
    (folder / "gone" / "old.js").write_text("old")
    (folder / "popup" / "popup.js").write_text("changed")
    assert folder == unpack_extension(settings) == settings.data_dir / "extension"
    unpacked = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert Packages(settings).files == unpacked
    assert not (folder / "gone").exists()
    assert kept == (folder / "manifest.json").stat().st_mtime_ns


def _fields(message: bytes) -> dict[int, bytes]:
    """The length-delimited fields of a protobuf message by number."""
    found: dict[int, bytes] = {}
    position = 0

    def varint() -> int:
        nonlocal position
        number = shift = 0
        while True:
            byte = message[position]
            position += 1
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return number

    while position < len(message):
        tag, size = varint(), varint()
        found[tag >> 3] = message[position : position + size]
        position += size
    return found
