"""How strongly an address identifies a person, and when two contacts are one: data, no I/O."""

from collections.abc import Collection
from enum import StrEnum

from backend.contacts.identifiers import Identifier, Scheme

_STRENGTH = {
    Scheme.LINKEDIN_MEMBER: 5,
    # 4 is a CRM's id within one connected account; it has no canonical text of its own.
    Scheme.EMAIL: 3,
    Scheme.LINKEDIN_SLUG: 2,
    Scheme.LINKEDIN_PUB: 2,
    Scheme.LINKEDIN_ENCODED: 2,
    Scheme.LINKEDIN_SALES: 2,
    Scheme.LINKEDIN_TALENT: 2,
    Scheme.WEB: 1,
    Scheme.LINKEDIN_APP_PERSON: 0,
}
CRM_STRENGTH = 4

_MEMBER = f"{Scheme.LINKEDIN_MEMBER.value}:"
_CRM = "crm:"
_EMAIL = f"{Scheme.EMAIL.value}:"

# Mailboxes that several people read (RFC 2142, and what companies commonly publish).
_ROLE_WORDS = """
abuse accounting accounts admin administration administrator all billing bonjour booking
bookings buchhaltung business career careers commercial comms communication communications
compliance compras contabilidad contact contacto contactus contato customercare customerservice
datenschutz devops dns donotreply editor einkauf email empleo engineering enquiries enquiry
events everyone facturacion facturation facture feedback finance founders ftp general hallo
hello help helpdesk hey hi hola hostmaster hr info informacion information informations
inquiries inquiry invoice invoices it jobs kontakt kundenservice legal mail mailbox
mailer-daemon management marketing media newsletter no-reply noc noreply office officina
operations ops orders partner partners partnership partnerships payroll post postmaster press
presse privacy procurement purchasing recepcion reception rechnung recruiting recruitment
recrutement registrar reply returns sale sales salesteam security service services shop soporte
spam staff subscribe suggestions support sysadmin team tech technik unsubscribe usenet uucp
vendas ventas vente ventes verkauf vertrieb verwaltung webmaster welcome
"""
_ROLES = frozenset(_ROLE_WORDS.split())


class Kinship(StrEnum):
    """What to do when addresses seen together belong to two contacts."""

    SAME = "same"
    SUGGEST = "suggest"
    NEVER = "never"


def is_role_mailbox(local_part: str) -> bool:
    """Whether the part of an e-mail address before the `@` (lower case) names a job, not a person.

    >>> is_role_mailbox("sales+eu"), is_role_mailbox("jane.doe")
    (True, False)
    """
    return local_part.partition("+")[0] in _ROLES


def strength(identifier: Identifier) -> int:
    """How much `identifier` weighs against others of the same page view; more outranks less.

    0 means that it links nothing by itself: a mailbox that several people read, or an id that
    holds within one app only.
    """
    return 0 if identifier.role else _STRENGTH[identifier.scheme]


def kinship(
    keys_a: Collection[str], keys_b: Collection[str], *, verified_emails: Collection[str] = ()
) -> Kinship:
    """What two contacts with these keys are to each other, once they were seen as one person.

    A key is canonical, or `crm:ACCOUNT:ID` for an id of a connected CRM; `verified_emails` are
    the `email:` keys that somebody checked. Different member ids outweigh everything: people
    share mailboxes, and a CRM row can be wrong.
    """
    members_a = {key for key in keys_a if key.startswith(_MEMBER)}
    members_b = {key for key in keys_b if key.startswith(_MEMBER)}
    if members_a and members_b and members_a.isdisjoint(members_b):
        return Kinship.NEVER
    shared = set(keys_a) & set(keys_b)
    if any(_proves(key, verified_emails) for key in shared):
        return Kinship.SAME
    return Kinship.SUGGEST


def may_auto_merge(
    keys_a: Collection[str], keys_b: Collection[str], *, verified_emails: Collection[str] = ()
) -> bool:
    """Whether two contacts with these keys may be merged without asking; see `kinship`."""
    return kinship(keys_a, keys_b, verified_emails=verified_emails) is Kinship.SAME


def _proves(key: str, verified_emails: Collection[str]) -> bool:
    """Whether two contacts that share `key` are one person beyond doubt."""
    if key.startswith(_EMAIL):
        local_part = key.removeprefix(_EMAIL).rpartition("@")[0]
        return key in verified_emails and not is_role_mailbox(local_part)
    return key.startswith((_MEMBER, _CRM))
