"""Addresses of people: signing in, their own profile, and who is here."""

from django.urls import path

from portfolio.accounts.pages import invitations, members, people, profile, sign_in

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/link/<str:token>/", sign_in.by_link, name="sign-in-by-link"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("password/", profile.forgotten, name="forgotten"),
    path("invitations/<str:token>/", invitations.accept, name="invitation"),
    path("profile/", profile.profile, name="profile"),
    path("profile/password/", profile.password, name="password"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/test-mail/", people.test_mail, name="test-mail"),
    path("people/invitations/<int:pk>/revoke/", people.revoke, name="revoke-invitation"),
    path("people/<int:pk>/leave/", people.leave, name="leave"),
    path("people/<int:pk>/reactivate/", people.change, {"what": "reactivate"}, name="reactivate"),
    path("people/<int:pk>/promote/", people.change, {"what": "promote"}, name="promote"),
    path("people/<int:pk>/demote/", people.change, {"what": "demote"}, name="demote"),
    path("portfolios/<slug:slug>/members/", members.members, name="members"),
    path("portfolios/<slug:slug>/members/invite/", members.invite, name="invite-member"),
    path("portfolios/<slug:slug>/members/<int:pk>/", members.change, name="change-member"),
    path("portfolios/<slug:slug>/members/invitations/<int:pk>/revoke/", members.revoke, name="revoke-member"),
]
