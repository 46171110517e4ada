"""What made-up people are like: own short word lists in many scripts, combined by chance.

Addresses end in reserved domains, and phone numbers come from the ranges that regulators keep for fiction.
"""

import unicodedata
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from google_sandbox.errors import Json


class Culture(NamedTuple):
    """Names that go together, and how the people write phone numbers and addresses."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    latin: tuple[str, ...]
    phones: tuple[str, ...]
    cities: tuple[tuple[str, str, str], ...]
    country: tuple[str, str]
    streets: tuple[str, ...]


_ENGLISH = Culture(
    ("Ada", "Grace", "Miles", "Ruth", "Owen", "Iris", "Theo", "Nora", "Hugh", "Mary-Jane", "D'Arcy", "Lee"),
    (
        "Whitlock",
        "O'Hara",
        "Smith-Jones",
        "Fairweather",
        "Van Buren",
        "McAllister",
        "Reed",
        "Ashdown",
        "St. John",
    ),
    (),
    ("(415) 555-01##", "212.555.01##", "+1 303 555 01##", "1-512-555-01##", "555-01##", "(212) 555-01## x7"),
    (("San Francisco", "CA", "94107"), ("Austin", "TX", "78701"), ("Denver", "CO", "80202")),
    ("United States", "US"),
    ("# Alder Street", "# Mission St, Apt 4", "#½ Quarry Lane"),
)
_BRITISH = Culture(
    ("Imogen", "Alfie", "Rhys", "Siân", "Callum", "Niamh", "Isla"),
    ("Hartley", "Llewellyn", "MacDonald", "Thackeray", "Ó Briain"),
    (),
    ("020 7946 0###", "+44 20 7946 0###", "+44 (0)20 7946 0###", "07700 900###"),
    (("London", "", "SW1Y 4JH"), ("Cardiff", "", "CF10 1EP"), ("Leith", "Edinburgh", "EH6 6QQ")),
    ("United Kingdom", "GB"),
    ("# Larkspur Mews", "The Old Forge, # Mill Lane"),
)
_GERMAN = Culture(
    ("Jürgen", "Anneliese", "Götz", "Käthe", "Lukas", "Ulrike", "Änne"),
    ("Müller-Lüdenscheid", "von der Heide", "Groß", "Schäfer", "Öztürk", "Weiß"),
    (),
    ("030 23125 ###", "+49 30 23125###", "0049 30 23125 ###", "030/23125-###"),
    (("Berlin", "", "10117"), ("Köln", "NRW", "50667"), ("Görlitz", "Sachsen", "02826")),
    ("Deutschland", "DE"),
    ("Lindenallee #", "Am Großen Wannsee #a"),
)
_FRENCH = Culture(
    ("Zoë", "Jean-Luc", "Maëlle", "François", "Hélène", "Noël"),
    ("de La Fontaine", "Lefèvre", "Beaumont", "d'Ambrosio", "Garçon"),
    (),
    ("01 99 00 ## ##", "+33 1 99 00 ## ##", "01.99.00.##.##"),
    (("Paris", "", "75011"), ("Saint-Étienne", "Loire", "42000")),
    ("France", "FR"),
    ("# bis, rue des Lilas", "# impasse de l’Écluse"),
)
_NORDIC = Culture(
    ("Åsa", "Björn", "Søren", "Þóra", "Väinö", "Linnéa"),
    ("Ångström", "Sjöberg", "Bjørnstad", "Jónsdóttir", "Hämäläinen"),
    (),
    ("08-465 004 ##", "+46 8 465 004 ##"),
    (("Stockholm", "", "111 29"), ("Umeå", "Västerbotten", "903 26")),
    ("Sverige", "SE"),
    ("Storgatan #", "Björkvägen # lgh 1102"),
)
_SLAVIC = Culture(
    ("Олена", "Дмитро", "Анна", "Сергій", "Зоя"),
    ("Шевченко", "Коваленко", "Іваненко", "Чорновіл"),
    ("olena", "dmytro", "anna", "serhii", "zoia"),
    ("+380 44 000 0###",),
    (("Київ", "", "01001"),),
    ("Україна", "UA"),
    ("вул. Садова, #",),
)
_ARABIC = Culture(
    ("ليلى", "يوسف", "مريم", "عمر"),
    ("الحداد", "بن سعيد", "القاسم"),
    ("layla", "yusuf", "maryam", "omar"),
    ("+20 2 0000 0###",),
    (("القاهرة", "", "11511"),),
    ("مصر", "EG"),
    ("شارع النيل #",),
)
_HEBREW = Culture(
    ("נועה", "אורי", "תמר"),
    ("בן־דוד", "לוי", "שפירא"),
    ("noa", "uri", "tamar"),
    ("+972 3 000 0###",),
    (("תל אביב", "", "6100000"),),
    ("ישראל", "IL"),
    ("רחוב הדקל #",),
)
_JAPANESE = Culture(
    ("花子", "太郎", "さくら", "健"),
    ("山田", "佐藤", "小鳥遊"),
    ("hanako", "taro", "sakura", "ken"),
    ("+81 3 0000 0###",),
    (("千代田区", "東京都", "100-0001"),),
    ("日本", "JP"),
    ("千代田#-2-3",),
)
_CHINESE = Culture(
    ("小明", "丽", "建国"),
    ("王", "欧阳", "陈"),
    ("xiaoming", "li", "jianguo"),
    ("+86 10 0000 0###",),
    (("北京", "", "100000"),),
    ("中国", "CN"),
    ("长安街#号",),
)
_KOREAN = Culture(
    ("지민", "서연", "하늘"),
    ("김", "박", "남궁"),
    ("jimin", "seoyeon", "haneul"),
    ("+82 2 000 0###",),
    (("서울", "", "04524"),),
    ("대한민국", "KR"),
    ("세종대로 #",),
)
_INDIAN = Culture(
    ("आरव", "Priya", "லதா", "Arjun", "নীলা"),
    ("शर्मा", "Iyer", "Chatterjee", "Rao"),
    ("aarav", "priya", "latha", "arjun", "nila"),
    ("+91 22 0000 0###",),
    (("Mumbai", "Maharashtra", "400001"),),
    ("India", "IN"),
    ("#, Marine Drive",),
)
_GREEK = Culture(
    ("Ελένη", "Νίκος"),
    ("Παπαδοπούλου", "Γεωργίου"),
    ("eleni", "nikos"),
    ("+30 21 0000 0###",),
    (("Αθήνα", "", "105 57"),),
    ("Ελλάδα", "GR"),
    ("Οδός Ερμού #",),
)
_AUSTRALIAN = Culture(
    ("Kylie", "Bruce", "Matilda"),
    ("Nguyen", "Coleridge", "Wattle"),
    (),
    ("(02) 5550 0###", "+61 2 5550 0###", "0491 570 ###"),
    (("Hobart", "TAS", "7000"), ("Sydney", "NSW", "2000")),
    ("Australia", "AU"),
    ("Unit 3, # Wombat Rd",),
)
_CULTURES = (
    _ENGLISH, _ENGLISH, _ENGLISH, _BRITISH, _GERMAN, _FRENCH, _NORDIC, _SLAVIC, _ARABIC, _HEBREW, _JAPANESE,
    _CHINESE, _KOREAN, _INDIAN, _GREEK, _AUSTRALIAN,
)  # fmt: skip
_EMAIL_TYPES = ("home", "work", "other", "", "Old – don't use", "Büro")
_PHONE_TYPES = ("mobile", "home", "work", "main", "workFax", "", "Boat", "夜")
_ADDRESS_TYPES = ("home", "work", "other", "", "Summer house")
_COMPANIES = (
    "Cobalt & Finch",
    "Ærø Rederi A/S",
    "株式会社みどり",
    "Larch Realty",
    "Bäckerei Groß",
    "N.O.M.A.D.",
)
_TITLES = ("Broker", "Geschäftsführerin", "Head of Nothing", "Notaire", "部長", "Site manager")
_NOTES = (
    "Met at the open house. Likes the corner unit.",
    "Prefers calls after 6 pm.\nAllergic to lilies 🌷",
    "Ruft zurück – nicht drängen!",
    "  two leading spaces and a tab\there ",
    'Buyer; pre-approved; see <folder 7> & "notes"',
)
_NICKNAMES = ("Ace", "Bär", "Zizou", "ちゃん", "The Duke")
_FREE_FIELDS = (
    ("Shoe size", "42½"),
    ("Lieblingsfarbe", "türkis"),
    ("Gate code", "#4711*"),
    ("Emoji", "🏡👩‍👩‍👧"),
)
_SPECIAL_DAYS = ("anniversary", "other", "Moved in")
_RELATIONS = ("spouse", "child", "assistant", "partner", "Trauzeuge")
_LEAST_YEAR, _LAST_YEAR = 1925, 2015


def person_fields(random: Random) -> dict[str, list[Json]]:
    """The fields of one person, as a client would write them."""
    culture = random.choice(_CULTURES)
    name, latin = _name(random, culture)
    fields: dict[str, list[Json]] = {"names": [name]} if name else {}
    makers: tuple[tuple[str, float, int, Callable[[], Json]], ...] = (
        ("emailAddresses", 0.86, 3, lambda: _email(random, latin)),
        ("phoneNumbers", 0.8, 3, lambda: _phone(random, culture)),
        ("addresses", 0.45, 2, lambda: _address(random, culture)),
        ("birthdays", 0.35, 1, lambda: {"date": _date(random)}),
        ("organizations", 0.35, 2, lambda: _organization(random)),
        ("biographies", 0.25, 1, lambda: {"value": random.choice(_NOTES), "contentType": "TEXT_PLAIN"}),
        ("nicknames", 0.08, 1, lambda: {"value": random.choice(_NICKNAMES)}),
        ("urls", 0.08, 1, lambda: {"value": f"https://{latin}.example/", "type": "homePage"}),
        ("events", 0.08, 2, lambda: {"date": _date(random), "type": random.choice(_SPECIAL_DAYS)}),
        ("relations", 0.08, 2, lambda: _relation(random, culture)),
        ("userDefined", 0.1, 2, lambda: _free_field(random)),
    )
    for field, chance, most, make in makers:
        if random.random() < chance:
            fields[field] = [make() for _ in range(random.randint(1, most))]
    if not fields:
        fields["organizations"] = [_organization(random)]
    return fields


def _name(random: Random, culture: Culture) -> tuple[Json, str]:
    """A name, and a Latin form of it for addresses. One in fifty has no name, only an address or a company."""
    place = random.randrange(len(culture.given))
    given = culture.given[place]
    latin = culture.latin[place] if culture.latin else _latin(given)
    latin = f"{latin}{random.randrange(10**6)}"
    if random.random() < 0.02:  # one in fifty
        return {}, latin
    name = {"givenName": given}
    if random.random() < 0.95:  # the others go by one name
        name["familyName"] = random.choice(culture.family)
    for part, chance, words in (
        ("middleName", 0.08, ("J.", "Marie", "van")),
        ("honorificPrefix", 0.06, ("Dr.", "Prof.", "Mme")),
        ("honorificSuffix", 0.04, ("Jr.", "III", "PhD")),
    ):
        if random.random() < chance:
            name[part] = random.choice(words)
    return name, latin


def _latin(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum()) or "someone"


def _digits(random: Random, pattern: str) -> str:
    return "".join(str(random.randrange(10)) if mark == "#" else mark for mark in pattern)


def _typed(random: Random, item: Json, types: tuple[str, ...]) -> Json:
    kind = random.choice(types)
    return {**item, "type": kind} if kind else item


def _email(random: Random, latin: str) -> Json:
    domain = random.choice(("example.org", "example.com", "example.net", "mail.example", "bücher.example"))
    value = f"{latin}@{domain}"
    if random.random() < 0.1:  # one in ten is typed with capitals
        value = value.title()
    if random.random() < 0.05:  # one in twenty has a tag
        value = value.replace("@", "+crm@")
    return _typed(random, {"value": value}, _EMAIL_TYPES)


def _phone(random: Random, culture: Culture) -> Json:
    return _typed(random, {"value": _digits(random, random.choice(culture.phones))}, _PHONE_TYPES)


def _address(random: Random, culture: Culture) -> Json:
    city, region, postal_code = random.choice(culture.cities)
    country, country_code = culture.country
    address = {
        "streetAddress": random.choice(culture.streets).replace("#", str(random.randint(1, 240))),
        "city": city,
        "region": region,
        "postalCode": postal_code,
        "country": country,
        "countryCode": country_code,
        "poBox": "PO Box 12" if random.random() < 0.03 else "",  # a few
    }
    return _typed(random, {key: value for key, value in address.items() if value}, _ADDRESS_TYPES)


def _date(random: Random) -> Json:
    """A day; one in three without its year, and 29 February among them."""
    month = random.randint(1, 12)
    day = random.randint(1, 29 if month == 2 else 30)  # February
    date = {"month": month, "day": day}
    if (month, day) != (2, 29) and random.random() < 0.66:  # two in three
        date["year"] = random.randint(_LEAST_YEAR, _LAST_YEAR)
    return date


def _organization(random: Random) -> Json:
    organization: Json = {"name": random.choice(_COMPANIES), "title": random.choice(_TITLES), "type": "work"}
    if random.random() < 0.3:  # three in ten
        organization["current"] = True
    return organization


def _relation(random: Random, culture: Culture) -> Json:
    return {"person": random.choice(culture.given), "type": random.choice(_RELATIONS)}


def _free_field(random: Random) -> Json:
    key, value = random.choice(_FREE_FIELDS)
    return {"key": key, "value": value}
