"""The headings of tables about people: which column is a name, an address or a number, in the languages of courses.

Known are the exports of Canvas, Moodle, Google Forms and Microsoft Forms in English, German, French, Spanish and
Chinese, and what people call such columns themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

# What the column that names the student may be called, the best first. The order decides whose numbers a student of
# a roster gets: it stays as it is, and new headings stand at the end of their list.
IDS = (
    "student", "student id", "id", "id number", "sis login id", "username", "login",
    "sis user id", "sis id", "student number", "matriculation number", "matriculation no", "user id", "userid", "netid",
    "orgdefinedid", "org defined id", "integration id", "login id",
    "matrikelnummer", "matrikelnr", "matrikel nr", "id nummer", "anmeldename", "benutzername", "nutzername", "kennung",
    "numero d identification", "numero d etudiant", "numero etudiant", "nom d utilisateur", "identifiant",
    "numero de id", "numero de identificacion", "numero de estudiante", "matricula", "nombre de usuario", "usuario",
    "\u5b66\u53f7", "\u7528\u6237\u540d", "id\u53f7", "\u8eab\u4efd\u8bc6\u522b\u53f7",
)  # fmt: skip
NAMES = (
    "student name", "full name", "name", "students", "names",
    "your name", "your full name", "display name", "name of student", "first and last name", "learner", "participant",
    "schuler", "schulerin", "studierende", "studierender", "studentin", "teilnehmer", "teilnehmerin", "ihr name",
    "dein name", "vollstandiger name", "vor und nachname", "name vorname", "vorname nachname",
    "etudiant", "etudiante", "eleve", "nom complet", "votre nom", "nom et prenom", "nom prenom", "prenom et nom",
    "estudiante", "alumno", "alumna", "alumno a", "nombre completo", "tu nombre", "nombre y apellidos",
    "nombre y apellido", "apellidos y nombre",
    "\u5b66\u751f", "\u59d3\u540d", "\u540d\u5b57", "\u540d\u79f0", "\u5b66\u751f\u59d3\u540d",
)  # fmt: skip
EMAILS = (
    "email", "e mail", "email address",
    "e mail address", "mail", "emails", "school email", "your email", "your email address",
    "e mail adresse", "email adresse", "emailadresse", "mailadresse", "ihre e mail adresse",
    "adresse e mail", "adresse email", "adresse de courriel", "adresse mail", "adresse de messagerie", "courriel",
    "adresse electronique", "adresse de messagerie electronique",
    "correo", "correo electronico", "direccion de correo", "direccion de correo electronico", "direccion email",
    "direccion de email",
    "\u7535\u5b50\u90ae\u4ef6", "\u7535\u5b50\u90ae\u4ef6\u5730\u5740", "\u90ae\u7bb1", "email\u5730\u5740",
    "\u7535\u5b50\u90ae\u7bb1", "\u90ae\u4ef6\u5730\u5740",
)  # fmt: skip
FIRST = ("first name", "given name", "forename", "first", "vorname", "prenom", "nombre", "nombres", "\u540d")
LAST = (
    "last name", "surname", "family name", "last", "nachname", "familienname", "nom", "nom de famille", "apellido",
    "apellidos", "apellido s", "\u59d3", "\u59d3\u6c0f",
)  # fmt: skip
# What stands beside the answers and says when, which group or how many points.
TIMES = (
    "timestamp", "start time", "completion time", "last modified time",
    "zeitstempel", "startzeit", "fertigstellungszeit", "zeitpunkt der letzten anderung",
    "horodateur", "heure de debut", "heure de fin", "heure de la derniere modification",
    "marca temporal", "hora de inicio", "hora de finalizacion", "hora de la ultima modificacion",
    "\u65f6\u95f4\u6233\u8bb0", "\u65f6\u95f4\u6233", "\u5f00\u59cb\u65f6\u95f4", "\u5b8c\u6210\u65f6\u95f4",
    "\u4e0a\u6b21\u4fee\u6539\u65f6\u95f4", "\u63d0\u4ea4\u65f6\u95f4",
)  # fmt: skip
_COUNTERS = ("id", "nr", "no", "\u7f16\u53f7", "\u5e8f\u53f7", "identificador")
_NOBODY = ("anonymous", "anonym", "anonyme", "anonimo", "\u533f\u540d", "n a")

NAMING = (*IDS, *EMAILS, *NAMES)  # in what is handed in: a form asks for a name, and knows the address
LISTING = (*IDS, *NAMES, *EMAILS)  # in a roster


@lru_cache(4_096)
def folded(text: str) -> str:
    """Return a text in small letters without accents and signs, one blank between words."""
    text = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return " ".join(re.findall(r"[^\W_]+", "".join(c for c in text if not unicodedata.combining(c))))


_LETTERS = str.maketrans({"\u0142": "l", "\u0111": "d", "\u00f8": "o", "\u0131": "i", "\u00e6": "ae", "\u0153": "oe",
                          "\u00fe": "th", "\u00f0": "d"})  # fmt: skip


def cell_at(row: Sequence[str], k: int) -> str:
    """Return a cell of a row without blanks around it; "" for one that the row does not have, such as -1."""
    return row[k].strip() if 0 <= k < len(row) else ""


class PeopleColumns(NamedTuple):
    """Where a table names its people: columns in the order in which they are believed, each with the columns of a part.

    A column of a name in two parts has both, the first name first.
    """

    columns: list[tuple[int, ...]]
    used: frozenset[int]

    def cells(self, row: Sequence[str]) -> list[str]:
        """Return what a row says of its person, the best first; "" for what is blank or nobody's."""
        found = []
        for places in self.columns:
            text = " ".join(cell_at(row, k) for k in places).strip()
            found.append("" if folded(text) in _NOBODY else text)
        return found


def people_columns(header: Sequence[str], order: Sequence[str]) -> PeopleColumns:
    """Return the columns of a header that name people, by headings in the order of `NAMING` or `LISTING`.

    The number that a form counts its answers with is none: the column ID beside the time of an answer.
    """
    names = [folded(cell) for cell in header]
    counted = any(name in TIMES for name in names)
    places = {name: k for k, name in reversed(list(enumerate(names)))}
    ranks = {name: rank for rank, name in enumerate(order)}
    first = next((places[name] for name in FIRST if name in places), -1)
    last = next((places[name] for name in LAST if name in places), -1)
    found: list[tuple[int, tuple[int, ...]]] = [
        (ranks[name], (k,)) for name, k in places.items() if name in ranks and not (counted and name in _COUNTERS)
    ]
    if first >= 0 and last >= 0:
        found.append((ranks["full name"], (first, last)))
    elif (alone := max(first, last)) >= 0:
        found.append((ranks["names"], (alone,)))
    columns = [columns for _, columns in sorted(found)]
    counters = [places[name] for name in _COUNTERS if counted and name in places]
    return PeopleColumns(columns, frozenset((*counters, *(k for column in columns for k in column))))


def kind_of(heading: str) -> str:
    """Return what a column of people holds: `id`, `email` or `name`."""
    name = folded(heading)
    if name in EMAILS:
        return "email"
    return "id" if name in IDS[1:] else "name"
