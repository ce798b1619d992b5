"""Who is meant: rosters and submissions name people in many ways, and nobody is taken for somebody else."""

from __future__ import annotations

import pytest

from gradcli.errors import InputError, Source
from gradcli.homework.claims.headings import LISTING, NAMING, people_columns
from gradcli.homework.classroom.people import People, Person

from .rosters import roster_of

CLASS = People(
    [
        Person("García, José", "", "jose.garcia@school.example", ("k31",)),
        Person("Müller, Jörg", "", "jm@school.example", ("0042",)),
        Person("b7", "Ben Okoro"),
        Person("李小明", "", "lxm@school.example"),
        Person("Lee, Ann", "", "ann1@school.example", ("a1",)),
        Person("Lee, Ann Marie"),
        Person("Ann Lee", "", "ann2@school.example", ("a2",)),
    ]
)

FOUND = {
    "García, José": [
        "García, José", "José García", "JOSÉ GARCÍA", "jose garcia", "Garcia José", "GARCIA, JOSE", "  josé   garcía ",
        "jose.garcia@school.example", "Jose.Garcia@School.Example", "K31", "k31", "Jose\u0301 Garci\u0301a",
        "GarcÃ­a, JosÃ©",
        "José García_12345_assignsubmission_file_", "garciajose_4711_991_week3",
        "garciajose_LATE_4711_991_week3", "jose-garcia",
    ],
    "Müller, Jörg": ["Jörg Müller", "Joerg Mueller", "Jorg Muller", "MUELLER, JOERG", "42", "0042",
    "muellerjoerg_1_2_x"],
    "b7": ["B7", "Ben Okoro", "okoro, ben", "ben.okoro@anywhere.example", "benokoro"],
    "李小明": ["李小明", "小明 李", "lxm@school.example", "李 小明"],
    "Lee, Ann": ["Lee, Ann", "a1", "ann1@school.example"],
}  # fmt: skip


@pytest.mark.parametrize(("cell", "key"), [(cell, key) for key, cells in FOUND.items() for cell in cells])
def test_a_student_is_found_by_anything_known(cell: str, key: str) -> None:
    assert CLASS.whose([cell]) == (key, "")


@pytest.mark.parametrize("cell", ["José", "Garcia", "Mallory", "k3", "jose.garcia2@x", "b", "", "jm@other.example"])
def test_strangers_stay_strangers(cell: str) -> None:
    student, fault = CLASS.whose([cell])
    assert student not in CLASS.people
    assert fault == ""


def test_what_is_true_of_several_is_refused_unless_something_else_tells() -> None:
    student, fault = CLASS.whose(["ann lee"])
    assert "may be any of 2 students" in fault
    assert student == "ann lee"
    assert CLASS.whose(["ann lee", "a2"]) == ("Ann Lee", "")
    assert CLASS.whose(["ANN1@school.example", "Ann Lee"]) == ("Lee, Ann", "")
    assert "different students" in CLASS.whose(["k31", "Jörg Müller"]).fault
    assert "may be any of 3 students" in CLASS.whose(["Lee"]).fault
    assert CLASS.among(["Lee"]) == ("Ann Lee", "Lee, Ann", "Lee, Ann Marie")
    assert CLASS.whose(["k31", "somebody"]) == ("García, José", "")


FORMS = [
    ("Timestamp,Email Address,p1.q", ["Email Address"]),
    ("Zeitstempel,E-Mail-Adresse,Name,p1.q", ["E-Mail-Adresse", "Name"]),
    ("Horodateur,Adresse e-mail,q", ["Adresse e-mail"]),
    ("Marca temporal,Dirección de correo electrónico,q", ["Dirección de correo electrónico"]),
    ("时间戳记,电子邮件地址,q", ["电子邮件地址"]),
    ("ID,Start time,Completion time,Email,Name,q", ["Email", "Name"]),
    ("ID,Startzeit,Fertigstellungszeit,E-Mail,Name,q", ["E-Mail", "Name"]),
    ("ID,Heure de début,Heure de fin,Adresse de messagerie,Nom,q", ["Adresse de messagerie", "Nom"]),
    ("ID,Hora de inicio,Hora de finalización,Correo electrónico,Nombre,q", ["Correo electrónico", "Nombre"]),
    ("ID,开始时间,完成时间,电子邮件,名称,q", ["电子邮件", "名称"]),
    ("Last name,First name,ID number,Email address,State", ["ID number", "Email address", "First name+Last name"]),
    ("Nachname,Vorname,ID-Nummer,E-Mail-Adresse", ["ID-Nummer", "E-Mail-Adresse", "Vorname+Nachname"]),
    ("Nom de famille,Prénom,Numéro d'identification,Adresse de courriel",
     ["Numéro d'identification", "Adresse de courriel", "Prénom+Nom de famille"]),
    ("Apellido(s),Nombre,Número de ID,Dirección Email",
     ["Número de ID", "Dirección Email", "Nombre+Apellido(s)"]),
    ("姓,名,学号,Email地址", ["学号", "Email地址", "名+姓"]),
    ("Student,ID,SIS User ID,SIS Login ID,Section", ["Student", "ID", "SIS Login ID", "SIS User ID"]),
    ("name,id,sis_id,section,submitted,attempt", ["id", "sis_id", "name"]),
    ("Surname,Vorname,q", ["Vorname+Surname"]),
]  # fmt: skip


@pytest.mark.parametrize(("header", "columns"), FORMS)
def test_headings_of_the_platforms_in_five_languages(header: str, columns: list[str]) -> None:
    cells = header.split(",")
    found = people_columns(cells, NAMING).columns
    assert ["+".join(cells[k] for k in places) for places in found] == columns


def test_the_number_of_an_answer_is_no_student_number_but_an_id_is() -> None:
    assert people_columns(["ID", "Start time", "Name"], NAMING).columns == [(2,)]
    assert people_columns(["ID", "Name"], LISTING).columns == [(0,), (1,)]
    assert people_columns(["id"], NAMING).columns == [(0,)]
    email, name = people_columns(["ID", "Start time", "Email", "Name"], NAMING).cells(["1", "9:00", "anonymous", "Ann"])
    assert (email, name) == ("", "Ann")


def test_a_roster_says_all_that_is_known_of_people() -> None:
    text = "Last name,First name,ID number,Email address\nGarcía,José,,jg@x.org\nLee,Ann,7,al@x.org\n"
    people = roster_of(Source("r", text)).people
    assert people == [
        Person("José García", "José García", "jg@x.org"), Person("Ann Lee", "Ann Lee", "al@x.org", ("7",)),
    ]  # fmt: skip


def test_the_lines_of_an_export_that_are_no_students() -> None:
    text = 'Student,ID,SIS Login ID\n    Points Possible,,\n"Lee, Ann",900,ann\n'
    assert roster_of(Source("r", text)).people == [Person("Lee, Ann", "Lee, Ann", "", ("900", "ann"))]


def test_what_a_roster_says_beside_names() -> None:
    text = 'student,exempt,extension,late,override\nann,x,,,\nbob,no,2,"1,5",\ncyd,,,3,7.5\n'
    ann, bob, cyd = roster_of(Source("r", text)).people
    assert (ann.exempt, bob.exempt) == (True, False)
    assert (bob.extension, bob.late, bob.override) == (2, 1.5, None)
    assert (cyd.late, cyd.override) == (3, 7.5)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("student,late\nann,soon\n", "line 2: late is a number from 0, not soon"),
        ("student,late\nann,-1\n", "late is a number"),
        ("student,exempt\nann,maybe\n", "exempt is yes or no"),
        ("student,override\nann,\"1,234\"\n", "can be 1.234 or 1234"),
        ("email,group\na@x.org,1\n,2\n", "line 3 names no student: 2"),
    ],
)  # fmt: skip
def test_what_a_roster_cannot_say(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        roster_of(Source("r", text))


def test_an_empty_line_loses_nobody() -> None:
    assert [person.key for person in roster_of(Source("r", "email,group\na@x.org,1\n,\n\nb@x.org,2\n")).people] == [
        "a@x.org", "b@x.org",
    ]  # fmt: skip
