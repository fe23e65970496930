"""Public holidays of countries and their regions, from the package `holidays`.

The package knows the rules of each country and works a year out in under a millisecond; it is loaded when
somebody asks, for most processes never do.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType

# Names in the language of the product, where the package has them.
LANGUAGE = "en_US"
# Of the column; the package names four places by more letters than that.
LONGEST_REGION = 12
SMALL_WORDS = ("and", "of", "the")


@lru_cache(maxsize=1_024)
def of(region: str, year: int) -> Mapping[date, str]:
    """Day -> name of the holiday, of a country (DE) or one of its regions (DE-BY); none for no region."""
    if not region:
        return MappingProxyType({})
    import holidays

    country, _, part = region.partition("-")
    try:
        found = holidays.country_holidays(country, subdiv=part or None, years=year, language=LANGUAGE)
    except NotImplementedError:
        return MappingProxyType({})  # A later version of the package may no longer know it.
    return MappingProxyType(dict(sorted((day, name) for day, name in found.items() if day.year == year)))


def known(text: str) -> str | None:
    """The region as it is kept, however its letters are written; None where there is no such region."""
    country, _, part = text.strip().partition("-")
    code = _by_name().get(country.strip().casefold(), country.strip().upper())
    if code not in _parts():
        return None
    if not part:
        return code
    return next(
        (each for each in parts(code) if each.casefold() == f"{code}-{part.strip()}".casefold()), None
    )


def label(region: str) -> str:
    """A region in words: Germany, or Germany, BY."""
    country, _, part = region.partition("-")
    name = countries().get(country, country)
    return f"{name}, {part}" if part else name


@cache
def countries() -> Mapping[str, str]:
    """Code of a country -> its name, by name."""
    from holidays.registry import COUNTRIES

    names = {codes[1]: _words(name) for name, codes in COUNTRIES.items() if codes[1] in _parts()}
    return MappingProxyType(dict(sorted(names.items(), key=lambda each: each[1])))


def parts(country: str) -> tuple[str, ...]:
    """The regions of a country that have holidays of their own, as DE-BY."""
    found = (f"{country}-{part}" for part in _parts().get(country, ()))
    return tuple(region for region in found if len(region) <= LONGEST_REGION)


@cache
def _parts() -> Mapping[str, tuple[str, ...]]:
    import holidays

    found = holidays.list_supported_countries(include_aliases=False)
    return MappingProxyType({code: tuple(parts) for code, parts in found.items()})


@cache
def _by_name() -> Mapping[str, str]:
    return MappingProxyType({name.casefold(): code for code, name in countries().items()})


def _words(name: str) -> str:
    """The package writes united_states."""
    return " ".join(word if word in SMALL_WORDS else word.capitalize() for word in name.split("_"))
