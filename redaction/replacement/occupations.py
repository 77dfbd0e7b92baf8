"""Assigns job titles to a few wide groups, by words in several languages. What no word names is other work."""

from typing import Final

from redaction.replacement.folding import fold

OTHER: Final = "other work"
"""The group of a title that no word of the lists names."""

# The first list with a word of the title counts: "sales engineer" is sales, "engineering manager" engineering.
_GROUPS: Final = {
    "health and care": (
        "nurse nursing doctor physician surgeon dentist therapist pharmacist clinical clinician medical midwife "
        "caregiver paramedic psycholog* veterinar* radiolog* arzt ärztin pflege* kranken* médecin médico médica "
        "enferm* infirmi* infermier* verpleeg* farmac* apothek*"
    ),
    "education": (
        "teacher principal professor lecturer tutor instructor school educator curriculum dean academic librarian "
        "lehrer* dozent* enseignant* maestr* profesor* professeur* insegnante docent* leraar"
    ),
    "law and compliance": (
        "lawyer attorney counsel paralegal legal solicitor barrister judge notary compliance anwalt anwältin "
        "jurist* avocat* abogad* avvocat* advocaat advogad*"
    ),
    "finance and accounting": (
        "finance financial accountant accounting controller auditor actuar* banker treasury tax investment credit "
        "loan bookkeeper underwriter finanz* buchhalt* comptable financi* contable contador* contabil* boekhoud*"
    ),
    "sales and marketing": (
        "sales marketing marketer account customer brand advertising growth commercial seo pr merchandis* "
        "vertrieb* verkauf* vente* commerciale ventas vendedor* vendas verkoop* communications"
    ),
    "people and administration": (
        "people recruiter recruiting recruitment hr talent human payroll administrative administrator assistant "
        "secretary receptionist clerk personal* assistente sekretär* rh recursos"
    ),
    "design and media": (
        "designer design ux ui artist illustrator photographer animator editor journalist writer author "
        "copywriter content producer musician actor grafik* redakteur* rédact* périodist* periodist* giornalist* "
        "diseñador* designer* fotógraf*"
    ),
    "software and data": (
        "software developer programmer backend frontend fullstack devops sre reliability data analytics machine "
        "ml ai cloud security qa it web mobile embedded database systems network solutions platform entwickler* "
        "softwareentwickler* informatik* développeu* desarrollador* programador* sviluppator* ontwikkelaar "
        "desenvolvedor* datenanalyst*"
    ),
    "science and research": (
        "scientist researcher research laboratory lab chemist biologist physicist statistician economist geolog* "
        "forscher* wissenschaft* chercheu* investigador* ricercat* onderzoeker pesquisador*"
    ),
    "engineering": (
        "engineer engineering architect* architekt* mechanical electrical civil chemical industrial surveyor "
        "ingenieur* ingénieur* ingenier* ingegner* engenheir*"
    ),
    "operations and logistics": (
        "operations logistics supply procurement purchasing buyer warehouse transport shipping inventory planner "
        "scheduler dispatcher driver pilot fleet einkauf* lager* logisti* achats acheteu* compras comprador* "
        "magazz* inkoop*"
    ),
    "trades and production": (
        "technician mechanic electrician plumber carpenter welder machinist operator foreman builder construction "
        "production manufacturing maintenance farmer gardener baker techniker* mechaniker* elektrik* technicien* "
        "técnic* tecnic* monteur"
    ),
    "hospitality and service": (
        "chef cook waiter waitress barista hotel hospitality restaurant travel tourism housekeep* concierge "
        "cashier retail store shop hairdresser fitness coach koch köchin kellner* cuisini* serveu* cociner* "
        "camarer*"
    ),
    "public service": (
        "police officer firefighter military soldier army navy civil-servant diplomat policy government minister "
        "councillor polizei* beamt* funcionari*"
    ),
    "management": (
        "manager management director chief ceo cto cfo coo vp president founder owner head lead leader partner "
        "executive product project program programme consultant strategy leiter* geschäftsführ* directeu* "
        "gerente* responsable direttor* chef-de gründer* fondat* fundador*"
    ),
}
_WORDS: Final = {
    word: group
    for group, words in reversed(_GROUPS.items())
    for word in map(fold, words.split())
    if not word.endswith("*")
}
_STEMS: Final = tuple(
    (fold(word[:-1]), group) for group, words in _GROUPS.items() for word in words.split() if word[-1] == "*"
)
_ORDER: Final = {group: number for number, group in enumerate(_GROUPS)}


def occupation_group(title: str) -> str:
    """Return the group of a job title, of about fifteen."""
    words = fold(title).replace("/", " ").replace(",", " ").split()
    found = {_WORDS[word] for word in words if word in _WORDS}
    found |= {group for stem, group in _STEMS if any(word.startswith(stem) for word in words)}
    return min(found, key=_ORDER.__getitem__, default=OTHER)
