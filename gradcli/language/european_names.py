"""Names of functions in German, French, Spanish and Latin: what to write for `arkussinus`, `racine`, `arcocoseno`.

Those of angles are put together from parts, so that no nearest word is taken for them: artanh is no arktan.
"""

from __future__ import annotations

import re
from unicodedata import normalize

_ANGLES = {
    "sin": "sin|sinu|sinus|sine|seno|sen", "cos": "cos|kos|cosin|kosin|cosinus|kosinus|cosine|coseno|cosen",
    "tan": "tan|tg|tang|tangens|tangente|tangent",
    "cot": "cot|kot|ctg|ctan|cotg|cotan|cotangens|kotangens|cotangente|cotangent",
    "sec": "sec|sek|secans|sekans|secante|secant|sekant",
    "csc": "csc|cosec|kosek|cosecans|kosekans|cosecante|cosecant|kosekant",
}  # fmt: skip
_SHORT = {"sh": "sin", "ch": "cos", "th": "tan", "cth": "cot", "coth": "cot"}  # of hyperbolic functions
_STEMS = {stem: name for name, stems in _ANGLES.items() for stem in stems.split("|")}
_AREA = "area|argumento?|arg"  # what only the inverses of hyperbolic functions begin with
_NAME = re.compile(
    rf"(?P<inverse>{_AREA}|arkus|arcus|arco|arc|ark|ar|a|inv)?_?"
    rf"(?:(?P<short>{'|'.join(_SHORT)})|(?P<stem>{'|'.join(_STEMS)})_?"
    r"(?P<hyperbolic>hyperbolic(?:us|o)?|hyperbolique|hiperbolic[oa]|hyperb|hyp|hip|h)?)"
)
_WORDS = {
    "sqrt({0})": "wurzel quadratwurzel racine racinecarree rac raiz raizcuadrada sqroot",
    "cbrt({0})": "kubikwurzel racinecubique raizcubica",
    "abs({0})": "betrag absolutbetrag absolutwert valeurabsolue valorabsoluto absolu absoluto",
    "sign({0})": "vorzeichen signum signe signo", "ceil({0})": "aufrunden plafond techo",
    "floor({0})": "abrunden ganzzahl gaussklammer plancher partieentiere entier piso suelo parteentera entero",
    "round({0})": "runden arrondi arrondir redondear redondeo", "log({0})": "logarithmus logarithme logaritmo",
    "exp({0})": "exponentialfunktion exponentielle exponencial", "{0}**{1}": "potenz hoch puissance potencia",
    "gamma({0} + 1)": "fakultat fakultaet factorielle factoriel", "{sum}": "summe somme suma",
    "{product}": "produkt produit producto", "({sum})/{count}": "mittelwert mittel moyenne promedio media",
    "min({list})": "minimo", "max({list})": "maximo",
    "sigmoid({0})": "sigmoide sigmoidale sigmoidfunktion logistique logistica logistisch",
}  # fmt: skip
_TEMPLATES = {word: template for template, words in _WORDS.items() for word in words.split()}


def template_of(name: str) -> str | None:
    """Return what to write for a call of a function by a European name, with {0} for its argument; None for others."""
    plain = "".join(c for c in normalize("NFKD", name.lower().replace("ß", "ss")) if c.isascii())
    found = _NAME.fullmatch(plain)
    if found is None:
        return _TEMPLATES.get(plain.replace("_", ""))
    inverse = found["inverse"]
    hyperbolic = found["short"] or found["hyperbolic"] or (inverse and re.fullmatch(_AREA, inverse))
    if inverse == "ar" and not hyperbolic:
        inverse = "arc"
    own = _SHORT[found["short"]] if found["short"] else _STEMS[found["stem"]]
    return f"{'a' if inverse else ''}{own}{'h' if hyperbolic else ''}({{0}})"


def is_word(name: str) -> bool:
    """Whether a name is a plain word, such as somme, that is more often a variable than a function."""
    return template_of(name) in _WORDS
