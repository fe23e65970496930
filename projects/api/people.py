"""People in bodies and answers: named by their e-mail address."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

Person = Any  # The user model is a setting; projects never import it.


class PersonOut(serializers.Serializer[Any]):
    """A person, or the service account of a key."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()


def named(address: str, among: QuerySet[Any], field: str) -> Person:
    """The person with this address, or an error of the field when nobody here has it."""
    found = among.filter(email__iexact=address).first()
    if found is None:
        raise ValidationError({field: [f"Nobody with the address {address} can be named here."]})
    return found


def shape(person: Person | None) -> dict[str, Any] | None:
    """A person of an answer."""
    return None if person is None else {"id": person.pk, "name": person.name, "email": person.email}


def of(row: dict[str, Any], relation: str) -> dict[str, Any] | None:
    """The same from a row of values that has `relation_id`, `relation__name` and `relation__email`."""
    if row[f"{relation}_id"] is None:
        return None
    return {
        "id": row[f"{relation}_id"],
        "name": row[f"{relation}__name"],
        "email": row[f"{relation}__email"],
    }


def columns(relation: str) -> tuple[str, str, str]:
    """The columns that `of` reads."""
    return f"{relation}_id", f"{relation}__name", f"{relation}__email"
