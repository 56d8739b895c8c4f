"""The parts of a name: no titles, suffixes, emoji or pronouns; orders of many scripts."""

import pytest

from backend.sidecar.analysis.names import split_name

CASES = [
    ("Jane Doe", None, None, ("Jane", None, "Doe")),
    ("Dr. Jane van der Berg, PhD", "en", None, ("Jane", None, "van der Berg")),
    ("Prof. Dr. med. Anna Schmidt", "de", None, ("Anna", None, "Schmidt")),
    ("Dipl.-Ing. Hans Müller", "de", None, ("Hans", None, "Müller")),
    ("Dott.ssa Elisa Esempio", "it", None, ("Elisa", None, "Esempio")),
    ("John F. Kennedy Jr.", "en", None, ("John", "F.", "Kennedy")),
    ("Jean-Pierre O'Neil III", None, None, ("Jean-Pierre", None, "O'Neil")),
    ("Jane Doe, MBA, PMP", "en", None, ("Jane", None, "Doe")),
    ("Jane Doe MBA", "en", None, ("Jane", None, "Doe")),
    ("Jane Doe (she/her) 🚀", "en", None, ("Jane", None, "Doe")),
    ("Jane Doe she/her", "en", None, ("Jane", None, "Doe")),
    ("🌍 Jane Doe 🇫🇷", "en", None, ("Jane", None, "Doe")),
    ("Jane Doe | Coach", "en", None, ("Jane", None, "Doe")),
    ('Jane "JJ" Doe', "en", None, ("Jane", None, "Doe")),
    ("Doe, Jane", "en", None, ("Jane", None, "Doe")),
    ("JANE DOE", "en", None, ("Jane", None, "Doe")),
    ("jane doe", "en", None, ("Jane", None, "Doe")),
    ("LEFEBVRE Sophie", "fr", None, ("Sophie", None, "Lefebvre")),
    ("Sophie LEFEBVRE", "fr", None, ("Sophie", None, "Lefebvre")),
    ("T.J. Maxwell", "en", None, ("T.J.", None, "Maxwell")),
    ("Ludwig van Beethoven", "de", None, ("Ludwig", None, "van Beethoven")),
    ("Anna Maria Rossi", "it", "IT", ("Anna", "Maria", "Rossi")),
    ("Kim Do", "en", None, ("Kim", None, "Do")),
    ("Fatima Zahra El Amrani", "fr", "MA", ("Fatima", "Zahra", "El Amrani")),
    # Spanish and Portuguese double surnames stay whole.
    ("María José García López", "es", "ES", ("María José", None, "García López")),
    ("Gabriel García Márquez", None, None, ("Gabriel", None, "García Márquez")),
    ("Diego Ejemplo Prueba", "es", "MX", ("Diego", None, "Ejemplo Prueba")),
    ("José Luis Rodríguez Zapatero", "es", "ES", ("José Luis", None, "Rodríguez Zapatero")),
    ("Ana de la Torre Ruiz", "es", "ES", ("Ana", None, "de la Torre Ruiz")),
    ("Juan Carlos Pérez", "es", "ES", ("Juan Carlos", None, "Pérez")),
    ("Pedro Almodóvar", "es", "ES", ("Pedro", None, "Almodóvar")),
    ("João da Silva Santos Neto", "pt", "BR", ("João", None, "da Silva Santos")),
    ("Francisco Exemplo Modelo", "pt", "BR", ("Francisco", None, "Exemplo Modelo")),
    # A mononym has no family name.
    ("Madonna", None, None, ("Madonna", None, None)),
    ("Dr. Suharto", "id", "ID", ("Suharto", None, None)),
    # Other scripts, other orders.
    ("山田 太郎", "ja", "JP", ("太郎", None, "山田")),
    ("佐藤健", "ja", "JP", ("健", None, "佐藤")),
    ("ジョン・スミス", "ja", "JP", ("ジョン", None, "スミス")),
    ("王小明", "zh", "CN", ("小明", None, "王")),
    ("欧阳娜娜", "zh", "CN", ("娜娜", None, "欧阳")),
    ("김민수", "ko", "KR", ("민수", None, "김")),
    ("Nguyễn Văn An", "vi", "VN", ("An", "Văn", "Nguyễn")),
    ("Иван Петрович Сидоров", "ru", "RU", ("Иван", "Петрович", "Сидоров")),
    ("Сидоров Иван Петрович", "ru", "RU", ("Иван", "Петрович", "Сидоров")),
    ("Сидоров Иван", "ru", "RU", ("Иван", None, "Сидоров")),
    ("محمد عبد الله", "ar", None, ("محمد", None, "عبد الله")),
    ("王芳 女士", "zh", "CN", ("芳", None, "王")),
    ("박지훈 대표", "ko", "KR", ("지훈", None, "박")),
    # Particles: two of them, and one that is written with a capital.
    ("Otto von und zu Talheim", "de", "DE", ("Otto", None, "von und zu Talheim")),
    ("Marta Lo Verde", "it", "IT", ("Marta", None, "Lo Verde")),
    ("DI Stefan Huber", "de", "AT", ("Stefan", None, "Huber")),
    ("Rhys ap Morgan", "en", "GB", ("Rhys", None, "ap Morgan")),
    ("Nadia Abou Saleh", "fr", "LB", ("Nadia", None, "Abou Saleh")),
    # The family in capitals first, then the given names in their own order.
    ("MOREAU Anne Sophie", "fr", "FR", ("Anne", "Sophie", "Moreau")),
    ("Lim Jia Hui", "en", "SG", ("Jia Hui", None, "Lim")),
    ("Gabor Kovacs", "hu", "US", ("Gabor", None, "Kovacs")),
    ("Jane Doe 🚀 Hiring", "en", None, ("Jane", None, "Doe")),
    ("Jane 🌸 Doe", "en", None, ("Jane", None, "Doe")),
    ("Ph.D. Jane Doe", "en", None, ("Jane", None, "Doe")),
    ("Doç. Dr. Ayla Demir", "tr", "TR", ("Ayla", None, "Demir")),
    ("Abdul Karim Haddad", "en", None, ("Abdul Karim", None, "Haddad")),
    # Nobody.
    ("LinkedIn Member", "en", None, (None, None, None)),
    ("Membre de LinkedIn", "fr", None, (None, None, None)),
    ("🚀🚀", None, None, (None, None, None)),
    ("1234", None, None, (None, None, None)),
    ("", None, None, (None, None, None)),
]


@pytest.mark.parametrize(("text", "language", "country", "expected"), CASES)
def test_names_are_split(
    text: str,
    language: str | None,
    country: str | None,
    expected: tuple[str | None, str | None, str | None],
) -> None:
    """Given, middle and family name come out bare and in the order of their script."""
    found = split_name(text, language, country)

    assert expected == (found.given, found.middle, found.family)
