"""A broker as a province runs it: TLS under a certificate authority of its own, a password for each node, and rights of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from kafka import KafkaAdminClient
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType

from adapters.broker import Cluster as Topics
from adapters.broker import Wire
from infra.kafka.access import Access
from tests.house.tree import ROOT

MECHANISM = "SCRAM-SHA-512"
SETTINGS = """\
sasl.enabled.mechanisms={mechanism}
sasl.mechanism.inter.broker.protocol={mechanism}
listener.name.sasl_ssl.{small}.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \
username="broker" password="{password}";
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
ssl.truststore.type=PEM
ssl.truststore.location={authority}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:broker;User:ANONYMOUS
"""
"""Who is not granted a right has none. The nameless one is the controller, on a port of its own."""
RIGHTS = re.compile(r"^\| (a node with a superior|a superior) \| ([\w, ]+) \| ([\w, ]+)", re.MULTILINE)


def secured(folder: Path, passwords: dict[str, str]) -> Access:
    """Access by TLS and by the passwords of users; `broker` is among them, and is who the client of the cluster is."""
    authority, keystore = folder / "authority.pem", folder / "broker.pem"
    key, certificate = _certified(folder.name)
    authority.write_bytes(certificate.public_bytes(Encoding.PEM))
    own, signed = _certified("127.0.0.1", (key, certificate))
    private = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    keystore.write_bytes(private + signed.public_bytes(Encoding.PEM))
    settings = SETTINGS.format(
        mechanism=MECHANISM,
        small=MECHANISM.lower(),
        password=passwords["broker"],
        keystore=keystore,
        authority=authority,
    )
    users = (("--add-scram", f"{MECHANISM}=[name={name},password={word}]") for name, word in passwords.items())
    return Access(
        "SASL_SSL", settings, tuple(word for pair in users for word in pair), client(folder, "broker", passwords)
    )


def client(folder: Path, user: str, passwords: dict[str, str]) -> dict[str, Any]:
    """What a client of this user must be given."""
    return {
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": MECHANISM,
        "sasl_plain_username": user,
        "sasl_plain_password": passwords[user],
        "ssl_cafile": str(folder / "authority.pem"),
    }


def grant(way: Wire, superiors: str, *others: str) -> None:
    """Make the topics, and grant each user what the table in docs/operations.md says, and nothing else."""
    with closing(Topics(way)) as topics:
        topics.make(way.events, way.heads, way.requests, way.letters)
    rights = [
        *(right for user in others for right in _rights(way, user, "a node with a superior")),
        *_rights(way, superiors, "a superior"),
    ]
    with closing(KafkaAdminClient(**way.client())) as admin:
        assert admin.create_acls(rights)["failed"] == []


def _rights(way: Wire, user: str, of: str) -> Iterator[ACL]:
    table = RIGHTS.findall((ROOT / "docs/operations.md").read_text(encoding="utf-8"))
    assert {who for who, *_ in table} >= {of}
    for topics, may in ((topics, may) for who, topics, may in table if who == of):
        for topic in topics.split(", "):
            for operation in may.split(", "):
                what = ResourcePattern(ResourceType.TOPIC, f"{way.prefix}{topic}.v1")
                yield ACL(f"User:{user}", "*", ACLOperation[operation.strip().upper()], ACLPermissionType.ALLOW, what)


def _certified(
    name: str, by: tuple[ec.EllipticCurvePrivateKey, x509.Certificate] | None = None
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """A key and its certificate: that of an authority, or one of a server on this machine that the authority signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    building = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by[1].subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
    )
    if by:
        alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))])
        building = building.add_extension(alternative, critical=False)
    return key, building.sign(by[0] if by else key, SHA256())
