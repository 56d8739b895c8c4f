"""CONTRACT section 5, "Words of an insight", sentence by sentence, in many languages."""

import pytest

from backend.sidecar.analysis.headline import decides, read_headline
from shared_schemas.vocabulary import Function as F  # noqa: N817 (a table reads by its words)
from shared_schemas.vocabulary import Seniority as S  # noqa: N817

SENIORITY = [
    # A founder who is also CEO: founder.
    ("en", "Founder & CEO at Kitestring", S.FOUNDER),
    ("en", "CEO and Co-Founder", S.FOUNDER),
    ("en", "CEO at Kitestring | Founder of Paperkite", S.FOUNDER),
    ("fr", "PDG et fondatrice", S.FOUNDER),
    ("de", "Gründer und Geschäftsführer", S.FOUNDER),
    ("zh", "创始人兼CEO", S.FOUNDER),
    # Managing director, PDG, Geschäftsführer of a whole company: c_level.
    ("en", "Managing Director at Acme", S.C_LEVEL),
    ("fr", "PDG chez Velia", S.C_LEVEL),
    ("fr", "Président-directeur général", S.C_LEVEL),
    ("de", "Geschäftsführerin der Papierdrachen GmbH", S.C_LEVEL),
    ("es", "Director general", S.C_LEVEL),
    ("it", "Amministratrice delegata", S.C_LEVEL),
    ("nl", "Algemeen directeur", S.C_LEVEL),
    ("pl", "Prezes zarządu", S.C_LEVEL),
    ("sv", "VD", S.C_LEVEL),
    ("no", "Daglig leder i Dragefly AS", S.C_LEVEL),
    ("tr", "Genel Müdür", S.C_LEVEL),
    ("ru", "Генеральный директор", S.C_LEVEL),
    ("ja", "代表取締役社長", S.C_LEVEL),
    ("zh", "总经理", S.C_LEVEL),
    ("ar", "الرئيس التنفيذي", S.C_LEVEL),
    # "head of", "Leiter", "responsable du département": head.
    ("en", "Head of Sales", S.HEAD),
    ("de", "Leiter Vertrieb", S.HEAD),
    ("de", "Vertriebsleiterin", S.HEAD),
    ("fr", "Responsable du département achats", S.HEAD),
    ("es", "Responsable del departamento financiero", S.HEAD),
    # Team lead, "chef de", "gerente de": manager.
    ("en", "Team Lead, Payments", S.MANAGER),
    ("en", "Team Leader", S.MANAGER),
    ("fr", "Chef de projet", S.MANAGER),
    ("fr", "Cheffe d'équipe", S.MANAGER),
    ("es", "Gerente de operaciones en Cometa Azul", S.MANAGER),
    ("pt", "Gerente de marketing", S.MANAGER),
    ("de", "Teamleiter Support", S.MANAGER),
    # Owner, Inhaber, titolare: founder.
    ("en", "Owner", S.FOUNDER),
    ("en", "Business Owner at Smith's", S.FOUNDER),
    ("de", "Inhaber", S.FOUNDER),
    ("de", "Inhaberin Blumenladen", S.FOUNDER),
    ("it", "Titolare presso Bottega Cartavela", S.FOUNDER),
    ("nl", "Eigenaar", S.FOUNDER),
    ("pl", "Właściciel", S.FOUNDER),
    ("ru", "Владелец", S.FOUNDER),
    # Freelancer: individual.
    ("en", "Freelancer", S.INDIVIDUAL),
    ("en", "Freelance UX Designer", S.INDIVIDUAL),
    ("es", "Diseñador autónomo", S.INDIVIDUAL),
    ("it", "Libero professionista", S.INDIVIDUAL),
    ("nl", "ZZP'er", S.INDIVIDUAL),
    ("ja", "フリーランス", S.INDIVIDUAL),
    # Retired: unclear.
    ("en", "Retired", S.UNCLEAR),
    ("en", "Retired. Formerly CEO", S.UNCLEAR),
    ("en", "Retired CFO", S.UNCLEAR),
    ("fr", "Retraitée", S.UNCLEAR),
    ("es", "Jubilado", S.UNCLEAR),
    ("de", "Rentner", S.UNCLEAR),
    # The rest of the scale.
    ("en", "Student at Harvard", S.STUDENT),
    ("en", "Marketing Intern", S.INTERN),
    ("de", "Werkstudentin Marketing", S.INTERN),
    ("en", "Software Engineer", S.INDIVIDUAL),
    ("en", "Senior Software Engineer", S.SENIOR),
    ("en", "Sales Manager", S.MANAGER),
    ("en", "Director of Engineering", S.DIRECTOR),
    ("en", "Vice President of Sales", S.VP),
    ("en", "Assistant Vice President", S.VP),
    ("en", "CTO", S.C_LEVEL),
    ("en", "Managing Partner", S.PARTNER),
    # What is past says nothing, and a wish is no title.
    ("en", "CEO @ Acme | ex-Founder", S.C_LEVEL),
    ("en", "Ex-CEO of Foo, now Senior Engineer", S.SENIOR),
    ("en", "Former VP Sales | Software Engineer", S.INDIVIDUAL),
    ("en", "I help companies grow", S.UNCLEAR),
    ("en", "Advisor to the CEO", S.INDIVIDUAL),
    ("en", "Helping founders sell more", S.UNCLEAR),
    ("en", "Future CTO", S.UNCLEAR),
    ("en", "We're hiring a Head of Sales", S.UNCLEAR),
    ("de", "Auf der Suche nach einer Stelle als Vertriebsleiter", S.UNCLEAR),
    ("es", "Aspirante a director de ventas", S.UNCLEAR),
    ("zh", "在读研究生，寻找实习机会", S.STUDENT),
    ("en", "Lawyer turned Head of Product", S.HEAD),
    # What belongs to a chief is no chief.
    ("en", "Our CEO's right hand and scheduler", S.UNCLEAR),
    ("en", "VP of Sales' and VP of Product's analyst", S.INDIVIDUAL),
    ("en", "Head of Women's Shoes", S.HEAD),
    # A script says whose words these are, and so does the longer phrase.
    ("ja", "今は専業主婦", S.UNCLEAR),
    ("fr", "Algemeen directeur", S.C_LEVEL),
    ("en", "C.E.O.", S.C_LEVEL),
]

INDIVIDUALS = [
    ("en", "Account Manager", F.SALES),
    ("en", "Key Account Manager at Acme", F.SALES),
    ("en", "Product Owner", F.PRODUCT),
    ("en", "Customer Success Manager", F.CUSTOMER_SUCCESS),
    ("es", "Customer Success Manager en Cometa Azul", F.CUSTOMER_SUCCESS),
    ("en", "Talent Acquisition Partner", F.HR),
    ("en", "HR Business Partner", F.HR),
    ("en", "HR Partner", F.HR),
    ("sv", "HR-partner på Volvo", F.HR),
    ("fr", "Account manager chez Velia", F.SALES),
    ("zh", "大客户经理", F.SALES),
    ("ja", "カスタマーサクセスマネージャー", F.CUSTOMER_SUCCESS),
    ("pt", "Assessor do presidente", F.ADMIN),
    # An assistant to any chief works in administration.
    ("en", "Assistant to the CEO", F.ADMIN),
    ("en", "Executive Assistant to the Chief Financial Officer", F.ADMIN),
    ("en", "Personal assistant to the managing director", F.ADMIN),
    ("fr", "Assistante du PDG", F.ADMIN),
    ("de", "Assistentin der Geschäftsführung", F.ADMIN),
    ("es", "Asistente del director general", F.ADMIN),
    ("it", "Assistente dell'amministratore delegato", F.ADMIN),
    ("tr", "Genel Müdür Asistanı", F.ADMIN),
    ("ru", "Помощник генерального директора", F.ADMIN),
    ("ja", "社長秘書", F.ADMIN),
    ("zh", "总经理助理", F.ADMIN),
    ("zh", "CEO助理", F.ADMIN),
]

FUNCTIONS = [
    ("en", "VP Sales", F.SALES),
    ("fr", "Directrice marketing", F.MARKETING),
    ("de", "Softwareentwickler", F.ENGINEERING),
    ("en", "Head of Product", F.PRODUCT),
    ("pt", "Designer gráfico", F.DESIGN),
    ("en", "Data Scientist", F.DATA),
    ("de", "IT-Leiter", F.IT),
    ("fr", "Directrice des Ressources Humaines", F.HR),
    ("en", "CFO", F.FINANCE),
    ("es", "Abogada", F.LEGAL),
    ("it", "Responsabile acquisti", F.PROCUREMENT),
    ("nl", "Teamleider logistiek", F.OPERATIONS),
    ("en", "Customer Support Specialist", F.CUSTOMER_SUCCESS),
    ("en", "Management Consultant", F.CONSULTING),
    ("en", "Office Manager", F.ADMIN),
    ("pl", "Nauczycielka", F.EDUCATION),
    ("sv", "Sjuksköterska", F.HEALTHCARE),
    ("en", "Managing Director", F.GENERAL_MANAGEMENT),
    ("en", "Dreamer", F.UNCLEAR),
]


@pytest.mark.parametrize(("language", "headline", "expected"), SENIORITY)
def test_seniority_follows_the_contract(language: str, headline: str, expected: S) -> None:
    """Each headline gets the word that the contract names, in its language."""
    assert expected == read_headline(headline, language).seniority


@pytest.mark.parametrize(("language", "headline", "function"), INDIVIDUALS)
def test_managers_of_nobody_are_individuals(language: str, headline: str, function: F) -> None:
    """Account managers, product owners, partners of HR and assistants lead nobody."""
    found = read_headline(headline, language)

    assert (S.INDIVIDUAL, function) == (found.seniority, found.function)


@pytest.mark.parametrize(("language", "headline", "expected"), FUNCTIONS)
def test_every_function_is_told(language: str, headline: str, expected: F) -> None:
    """Each of the contract's functions is found by a plain headline."""
    assert expected == read_headline(headline, language).function


def test_decision_makers_are_head_and_above_owners_and_partners() -> None:
    """Who commonly has a budget decides, who has none does not, and a manager may be either."""
    yes = {S.HEAD, S.DIRECTOR, S.VP, S.C_LEVEL, S.FOUNDER, S.PARTNER}
    no = {S.STUDENT, S.INTERN, S.INDIVIDUAL, S.SENIOR}

    assert yes == {seniority for seniority in S if decides(seniority) is True}
    assert no == {seniority for seniority in S if decides(seniority) is False}
    assert {S.MANAGER, S.UNCLEAR} == {seniority for seniority in S if decides(seniority) is None}


@pytest.mark.parametrize(("language", "headline", "expected"), SENIORITY)
def test_the_language_is_a_help_and_no_condition(
    language: str, headline: str, expected: S
) -> None:
    """The same word comes out when nobody knows in which language the headline is."""
    assert expected == read_headline(headline, None).seniority
