"""Vocabularies of harm: who was harmed, how, and how the words of a report relate numbers."""

from domain.vocab.base import Vocabulary


class Outcome(Vocabulary):
    """What happened to the person."""

    KILLED = "killed", "Killed", "Died because of the incident, at once or later of the wounds."
    INJURED = "injured", "Injured", "Physically wounded or made ill, and not known to have died."
    MISSING = "missing", "Missing", "Whereabouts unknown since the incident."
    DETAINED = (
        "detained",
        "Detained",
        "Deprived of liberty by a party, hostages and abducted persons included.",
    )
    KILLED_OR_INJURED = (
        "killed_or_injured",
        "Killed or injured",
        "Casualties that the source does not tell apart.",
    )


class Status(Vocabulary):
    """The person's status; a tree, so that figures compare at their common parent."""

    CIVILIAN = "civilian", "Civilian", "Not a member of armed forces nor directly participating."
    OTHER_PROTECTED_PERSON = (
        "other_protected_person",
        "Other protected person",
        "Hors de combat, or medical or religious personnel of a party.",
    )
    SECURITY_FORCES = (
        "security_forces",
        "Security forces",
        "Armed forces, police or paramilitary of a state, not told apart by the source.",
    )
    ARMED_FORCES = (
        "armed_forces",
        "Member of armed forces",
        "Member of the regular armed forces of a party.",
        "security_forces",
    )
    POLICE = "police", "Police", "Member of a police force.", "security_forces"
    PARAMILITARY = (
        "paramilitary",
        "Paramilitary",
        "Member of a paramilitary force of a state.",
        "security_forces",
    )
    DIRECT_PARTICIPANT = (
        "direct_participant",
        "Person directly participating in hostilities",
        "Member of a non-state armed group or other person directly participating in hostilities.",
    )
    UNKNOWN = "unknown", "Unknown", "The person's status is not known."


class Sex(Vocabulary):
    """Sex as the source states it: the field's word for the gender breakdown asked for."""

    FEMALE = "female", "Female", "Women and girls."
    MALE = "male", "Male", "Men and boys."
    OTHER = "other", "Other", "Stated as neither female nor male."
    UNKNOWN = "unknown", "Unknown", "The person's sex is not known."


class Cause(Vocabulary):
    """Cause of the harm: the eleven categories of SDG 16.1.2 with specific weapons below."""

    HEAVY_EXPLOSIVE = (
        "heavy_explosive",
        "Heavy weapons and explosive munitions",
        "SDG 16.1.2 category 1: artillery, aircraft, missiles, bombs and other heavy munitions.",
    )
    AIR_DROPPED_BOMB = "air_dropped_bomb", "Air-dropped bomb", "A bomb from an aircraft.", ("heavy_explosive")
    DRONE_STRIKE = (
        "drone_strike",
        "Drone strike",
        "A munition launched from or carried by a drone.",
        ("heavy_explosive"),
    )
    ARTILLERY = "artillery", "Artillery", "Guns, howitzers and tank guns.", "heavy_explosive"
    MULTIPLE_ROCKET = (
        "multiple_rocket",
        "Multiple-launch rocket system",
        "Unguided rockets fired in salvo.",
        "heavy_explosive",
    )
    MISSILE = "missile", "Missile", "A guided missile.", "heavy_explosive"
    MORTAR = "mortar", "Mortar", "A mortar bomb.", "heavy_explosive"
    SUICIDE_BOMB = (
        "suicide_bomb",
        "Suicide bomb",
        "An explosive charge set off by the person who carries or drives it.",
        "heavy_explosive",
    )
    PLANTED_EXPLOSIVE = (
        "planted_explosive",
        "Planted explosives and unexploded ordnance",
        "SDG 16.1.2 category 2: mines, improvised devices, remnants of war.",
    )
    IED = "ied", "Improvised explosive device", "A home-made device, placed.", "planted_explosive"
    LANDMINE = "landmine", "Landmine", "A manufactured mine.", "planted_explosive"
    UNEXPLODED_ORDNANCE = (
        "unexploded_ordnance",
        "Unexploded ordnance",
        "A munition that did not explode when used, submunitions included.",
        "planted_explosive",
    )
    SMALL_ARMS = (
        "small_arms",
        "Small arms and light weapons",
        "SDG 16.1.2 category 3: rifles, pistols, machine guns, grenades.",
    )
    GRENADE = "grenade", "Grenade", "A hand or rifle grenade.", "small_arms"
    INCENDIARY = "incendiary", "Incendiary weapons", "SDG 16.1.2 category 4."
    CBRN = (
        "cbrn",
        "Chemical, biological, radiological or nuclear weapons",
        "SDG 16.1.2 category 5.",
    )
    ELECTROMAGNETIC = "electromagnetic", "Electromagnetic weapons", "SDG 16.1.2 category 6."
    LESS_LETHAL = "less_lethal", "Less lethal weapons", "SDG 16.1.2 category 7."
    DENIAL = (
        "denial",
        "Denial of access to or destruction of objects indispensable to survival",
        "SDG 16.1.2 category 8.",
    )
    ACCIDENT = "accident", "Accidents related to conflict", "SDG 16.1.2 category 9."
    OTHER_MEANS = (
        "other_means",
        "Use of objects and other means",
        "SDG 16.1.2 category 10: blades, blunt objects, fire, drowning and the like.",
    )
    UNKNOWN = "unknown", "Unknown", "SDG 16.1.2 category 11: the cause is not known."


class Comparator(Vocabulary):
    """The word a source puts before its number."""

    EXACTLY = "exactly", "Exactly", "The number stands alone."
    AT_LEAST = "at_least", "At least", "More is said to be possible: 33 is 33-33, open."
    MORE_THAN = "more_than", "More than", "More than 200 is 201-201, open."
    AT_MOST = "at_most", "At most", "Up to the number, none included: up to 12 is 0-12."
    ABOUT = "about", "About", "The number is said to be approximate; it stays as said."
    BETWEEN = "between", "Between", "A stated range: 10 to 12 is 10-12."
    WORD = "word", "Word without a number", "Dozens, several, many: a policy maps it to numbers."
    MENTION = "mention", "Mention", "Harm is said without any number: not zero, not one."


class Relation(Vocabulary):
    """How one figure of a claim stands to another (R3: relation words are data)."""

    INCLUDED_IN = "included_in", "Included in", "These persons are among those of the other figure."
    IN_ADDITION_TO = "in_addition_to", "In addition to", "None of these is among the other figure's."
    UNCLEAR = "unclear", "Unclear", "The wording allows more than one reading."
    ASSUMED_SUBSET = (
        "assumed_subset",
        "Assumed subset",
        "Read as included because the numbers said leave no other reading; may be changed.",
    )


class Group(Vocabulary):
    """Groups of persons that overlap each other and never form a partition."""

    JOURNALIST = "journalist", "Journalists", "Media workers (SDG 16.10.1)."
    HEALTH_WORKER = "health_worker", "Health workers", "Medical personnel and paramedics."
    AID_WORKER = "aid_worker", "Aid workers", "Humanitarian personnel."
    HUMAN_RIGHTS_DEFENDER = (
        "human_rights_defender",
        "Human rights defenders",
        "As in SDG 16.10.1.",
    )
    TRADE_UNIONIST = "trade_unionist", "Trade unionists", "As in SDG 16.10.1."
    EDUCATION_WORKER = "education_worker", "Education workers", "Teachers and school staff."
    FOREIGN_NATIONAL = "foreign_national", "Foreign nationals", "Nationals of another country."
    DISPLACED = "displaced", "Displaced persons", "Refugees and internally displaced persons."


class ObjectKind(Vocabulary):
    """What kind of thing was harmed; never added to casualties."""

    DWELLING = "dwelling", "Dwelling", "A home."
    SCHOOL = "school", "School", "A place of education."
    HEALTH_FACILITY = "health_facility", "Health facility", "A hospital, clinic or ambulance post."
    PLACE_OF_WORSHIP = "place_of_worship", "Place of worship", "A mosque, church, temple."
    PUBLIC_BUILDING = "public_building", "Public building", "Government property of any use."
    BANK = "bank", "Bank", "A bank."
    PRISON = "prison", "Prison", "A place of detention."
    VEHICLE = "vehicle", "Vehicle", "A vehicle of any owner."
    SECURITY_VEHICLE = "security_vehicle", "Security vehicle", "A vehicle of security forces."
    OTHER = "other", "Other", "Another thing, named in the wording."


class ObjectEffect(Vocabulary):
    """What happened to the thing."""

    DESTROYED = "destroyed", "Destroyed", "No longer usable."
    DAMAGED = "damaged", "Damaged", "Harmed, and not said to be destroyed."
    SET_ON_FIRE = "set_on_fire", "Set on fire", "Burnt, extent not said."
    SEIZED = "seized", "Seized", "Taken by a party."
