"""What made-up people are called and where they live: own short lists in many scripts, combined by chance."""

from random import Random

from google_sandbox.errors import Json


def person_fields(random: Random) -> dict[str, list[Json]]:
    given, family = random.choice(("Ada", "Bo")), random.choice(("Berg", "Khan"))
    return {
        "names": [{"givenName": given, "familyName": family}],
        "emailAddresses": [
            {"value": f"{given}.{family}{random.randrange(10**6)}@example.org".lower(), "type": "home"}
        ],
    }
