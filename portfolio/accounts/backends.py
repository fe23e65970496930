"""Who somebody is, and which of Django's permissions they hold."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Q


class Accounts(ModelBackend):
    """Django's own backend, which asks for a person's and their groups' permissions in one query, not two."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Permissions as "app.codename"; none for somebody who is not active."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if not hasattr(user_obj, "permission_names"):
            held = Permission.objects.filter(Q(user=user_obj) | Q(group__user=user_obj))
            if user_obj.is_superuser:
                held = Permission.objects.all()
            names = held.order_by().values_list("content_type__app_label", "codename")
            user_obj.permission_names = {f"{app}.{name}" for app, name in names}
        return user_obj.permission_names
