"""What every form of the pages is by REST, or why it is on pages only; both by address, without parts."""

# Address of the form: the method and the address below /api/v1/ that do the same; of several verbs one.
BY_REST = """
blockers/*/*/                                   POST blockers/*/notes
blockers/*/edit/                                PATCH blockers/*
blockers/*/outside/*/call-off/                  DELETE blockers/*/outside-requests/*
blockers/bulk/                                  PATCH blockers/bulk
conditions/*/close/                             POST conditions/*/closing
flags/*/snooze/                                 POST flags/*/snooze
flags/*/wake/                                   POST flags/*/wake
flags/bulk/                                     POST flags/*/snooze
imports/*/apply/                                POST imports/*/apply
imports/*/discard/                              POST imports/*/discard
imports/new/                                    POST imports
imports/profiles/*/*/                           PUT portfolios/*/import-profiles/*
imports/profiles/*/*/delete/                    DELETE portfolios/*/import-profiles/*
imports/profiles/*/new/                         PUT portfolios/*/import-profiles/*
inbox/*/*/                                      POST inbox/read
inbox/marks/                                    POST inbox/read
inbox/read-all/                                 POST inbox/read
inbox/read-all/*/undo/                          POST inbox/unread
my-work/mentions/*/read/                        POST inbox/read
my-work/mentions/*/unread/                      POST inbox/unread
my-work/proposals/*/confirm/                    POST proposals/*/confirm
my-work/proposals/*/decline/                    POST proposals/*/decline
my-work/todos/*/done/                           POST todos/*/done
my-work/todos/*/reopen/                         POST todos/*/reopen
my-work/updates/*/no-change/                    POST projects/*/updates/no-change
my-work/updates/*/changed/                      DELETE projects/*/updates/*
operations/deliveries/*/send-again/             POST deliveries/*/send-again
operations/deliveries/*/withhold/               POST deliveries/*/withhold
operations/deliveries/send-again/               POST deliveries/send-again
operations/portfolio-file/                      POST portfolio-files
operations/portfolio-file/*/bring/              POST portfolio-files/*/bring
operations/portfolio-file/*/discard/            POST portfolio-files/*/discard
operations/run/*/                               POST jobs/*/runs
operations/runs/*/retry/                        POST jobs/runs/*/retry
people/*/demote/                                PATCH people/*
people/*/leave/                                 POST people/*/leave
people/*/promote/                               PATCH people/*
people/*/reactivate/                            POST people/*/reactivate
people/invitations/*/revoke/                    DELETE people/invitations/*
people/invite/                                  POST people
portfolios/*/balance/bring-back/*/              DELETE portfolios/*/dismissals/*
portfolios/*/balance/put-aside/*/*/             POST portfolios/*/dismissals
portfolios/*/deputies/*/end/                    POST portfolios/*/delegations/*/end
portfolios/*/deputies/name/                     POST portfolios/*/delegations
portfolios/*/file/                              GET portfolios/*/file
portfolios/*/keys/*/end-former/                 DELETE portfolios/*/keys/*/former-secret
portfolios/*/keys/*/revoke/                     DELETE portfolios/*/keys/*
portfolios/*/keys/*/rotate/                     POST portfolios/*/keys/*/rotate
portfolios/*/keys/new/                          POST portfolios/*/keys
portfolios/*/members/*/                         PATCH portfolios/*/members/*
portfolios/*/members/invitations/*/revoke/      DELETE portfolios/*/invitations/*
portfolios/*/members/invite/                    POST portfolios/*/members
portfolios/*/report/schedules/*/end/            DELETE portfolios/*/report/schedules/*
portfolios/*/report/schedules/new/              POST portfolios/*/report/schedules
portfolios/*/roadmap/forecast/                  POST portfolios/*/forecast
portfolios/*/scenarios/*/adopt/                 POST portfolios/*/scenarios/*/adoption
portfolios/*/scenarios/*/changes/               PATCH portfolios/*/scenarios/*
portfolios/*/scenarios/*/changes/*/             PATCH portfolios/*/scenarios/*
portfolios/*/scenarios/*/edit/                  PATCH portfolios/*/scenarios/*
portfolios/*/scenarios/*/remove/                DELETE portfolios/*/scenarios/*
portfolios/*/scenarios/new/                     POST portfolios/*/scenarios
portfolios/*/settings/                          PATCH portfolios/*
portfolios/*/settings/capacity/*/               POST portfolios/*/capabilities/*/supplies
portfolios/*/settings/capacity/*/remove/        DELETE portfolios/*/capabilities/*
portfolios/*/settings/capacity/add/             POST portfolios/*/capabilities
portfolios/*/settings/capacity/table/           POST portfolios/*/capabilities/*/supplies
portfolios/*/settings/chat/*/                   PATCH portfolios/*/chat-hooks/*
portfolios/*/settings/chat/*/enable/            POST portfolios/*/chat-hooks/*/enable
portfolios/*/settings/chat/*/remove/            DELETE portfolios/*/chat-hooks/*
portfolios/*/settings/chat/new/                 POST portfolios/*/chat-hooks
portfolios/*/settings/limits/make/              POST portfolios/*/stay-limits
portfolios/*/settings/questions/edit/           POST portfolios/*/scorecard
portfolios/*/settings/rates/*/remove/           DELETE portfolios/*/rates/*
portfolios/*/settings/rates/add/                POST portfolios/*/rates
portfolios/*/settings/registries/*/             PATCH portfolios/*/registries/*
portfolios/*/settings/registries/*/read/        POST portfolios/*/registries/*/read
portfolios/*/settings/registries/*/remove/      DELETE portfolios/*/registries/*
portfolios/*/settings/registries/new/           POST portfolios/*/registries
portfolios/*/sources/*/edit/                    PATCH portfolios/*/sources/*
portfolios/*/sources/*/remove/                  DELETE portfolios/*/sources/*
portfolios/*/sources/*/rotate/                  POST portfolios/*/sources/*/rotate
portfolios/*/sources/*/rules/*/                 PATCH portfolios/*/sources/*
portfolios/*/sources/*/rules/*/order/           PATCH portfolios/*/sources/*
portfolios/*/sources/*/rules/check/             POST portfolios/*/sources/*/try
portfolios/*/sources/*/rules/save/              PATCH portfolios/*/sources/*
portfolios/*/sources/*/rules/try/               POST portfolios/*/sources/*/try
portfolios/*/sources/*/switch/                  PATCH portfolios/*/sources/*
portfolios/*/sources/messages/*/again/          POST portfolios/*/source-messages/*/again
portfolios/*/sources/new/                       POST portfolios/*/sources
portfolios/*/standing-roles/*/*/remove/         DELETE portfolios/*/standing-roles/*/*
portfolios/*/standing-roles/*/*/restore/        POST portfolios/*/standing-roles
portfolios/*/standing-roles/name/               POST portfolios/*/standing-roles
portfolios/*/summary/                           POST portfolios/*/summary
portfolios/*/webhooks/*/deliveries/*/again/     POST portfolios/*/webhooks/*/deliveries/*/replay
portfolios/*/webhooks/*/edit/                   PATCH portfolios/*/webhooks/*
portfolios/*/webhooks/*/remove/                 DELETE portfolios/*/webhooks/*
portfolios/*/webhooks/*/replay/                 POST portfolios/*/webhooks/*/replay
portfolios/*/webhooks/*/rotate/                 POST portfolios/*/webhooks/*/rotate
portfolios/*/webhooks/*/switch/                 PATCH portfolios/*/webhooks/*
portfolios/*/webhooks/*/test/                   POST portfolios/*/webhooks/*/test
portfolios/*/webhooks/new/                      POST portfolios/*/webhooks
portfolios/*/workflow/adopt/                    POST portfolios/*/workflow/adoption
portfolios/*/workflow/draft/                    PUT portfolios/*/workflow/draft
portfolios/*/workflow/draft/discard/            DELETE portfolios/*/workflow/draft
portfolios/*/workflow/draft/preview/            POST portfolios/*/workflow/simulate
portfolios/*/workflow/draft/publish/            POST portfolios/*/workflow/draft/publish
portfolios/*/workflow/draft/review/             POST portfolios/*/workflow/draft/review
portfolios/new/                                 POST portfolios
profile/                                        PATCH me
profile/messages/                               PATCH me/messages
profile/messages/digest/                        POST me/digest
projects/*/archive/                             POST projects/*/archive
projects/*/assessment/*/agree/                  POST projects/*/answers/*/agree
projects/*/assessment/*/answer/                 POST projects/*/answers
projects/*/assessment/*/undo/                   POST projects/*/answers
projects/*/assessment/confirm/*/                POST projects/*/answers/confirm
projects/*/blockers/raise/                      POST projects/*/blockers
projects/*/cells/*/                             PATCH projects/*
projects/*/checklists/*/                        PUT projects/*/checklists/*
projects/*/comments/                            POST projects/*/comments
projects/*/comments/*/delete/                   DELETE projects/*/comments/*
projects/*/delete/                              DELETE projects/*
projects/*/edit/                                PATCH projects/*
projects/*/evidence/*/attach/                   POST evidence/*/attach
projects/*/evidence/*/detach/                   POST evidence/*/detach
projects/*/evidence/*/remove/                   DELETE evidence/*
projects/*/evidence/*/replace/                  POST evidence/*/versions
projects/*/evidence/*/restore/                  POST evidence/*/restore
projects/*/evidence/add/                        POST projects/*/evidence
projects/*/evidence/state/*/                    POST projects/*/statements/*
projects/*/fields/*/                            PATCH projects/*
projects/*/follow/                              POST projects/*/follow
projects/*/gates/*/ask/                         POST projects/*/signoffs
projects/*/links/*/remove/                      DELETE projects/*/links/*
projects/*/links/add/                           POST projects/*/links
projects/*/measurements/add/                    POST projects/*/measurements
projects/*/metric-pairs/*/remove/               DELETE projects/*/metric-pairs/*
projects/*/metric-pairs/declare/                PUT projects/*/metric-pairs/*
projects/*/metrics/observe/                     POST projects/*/observations
projects/*/model-card/bring/                    POST projects/*/model-card
projects/*/model-card/keep/                     POST projects/*/model-card/evidence
projects/*/models/*/                            PATCH projects/*/registry-links/*
projects/*/models/*/read/                       POST projects/*/registry-links/*/read
projects/*/models/*/remove/                     DELETE projects/*/registry-links/*
projects/*/models/add/                          POST projects/*/registry-links
projects/*/moves/*/                             POST projects/*/moves
projects/*/people-needed/                       POST projects/*/demands
projects/*/restore/                             POST projects/*/restore
projects/*/retrospectives/add/                  POST projects/*/retrospectives
projects/*/rollback-review/                     POST projects/*/rollback-review
projects/*/signals/*/remove/                    DELETE projects/*/signals/*
projects/*/signals/declare/                     PUT projects/*/signals/*
projects/*/team/assign/                         POST projects/*/team
projects/*/team/release/                        DELETE projects/*/team/*/*
projects/*/tier/                                POST projects/*/tier/agreements
projects/*/todos/*/                             PATCH todos/*
projects/*/todos/*/done/                        POST todos/*/done
projects/*/todos/*/remove/                      DELETE todos/*
projects/*/todos/*/reopen/                      POST todos/*/reopen
projects/*/todos/add/                           POST projects/*/todos
projects/*/unarchive/                           POST projects/*/unarchive
projects/*/unfollow/                            DELETE projects/*/follow
projects/*/update/                              POST projects/*/updates
projects/*/waivers/                             POST projects/*/waivers
projects/*/waivers/*/sign/                      POST projects/*/waivers/*/sign
projects/bulk/                                  PATCH projects/bulk
projects/new/                                   POST projects
proposals/*/                                    POST proposals/*/confirm
signoffs/*/                                     POST signoffs/*/decision
signoffs/*/*/                                   POST signoffs/*/withdrawal
signoffs/*/remind/                              POST signoffs/*/reminder
views/*/                                        PATCH views/*
views/*/follow/                                 POST views/*/follow
views/*/remove/                                 DELETE views/*
views/*/unfollow/                               DELETE views/*/follow
views/new/                                      POST views
views/restore/                                  POST views
"""
SESSION = "a way in or out for a browser; a program sends its key"
LINK = "for somebody who has nothing but a link"
FEED = "the address is a secret of the one person who subscribes, shown on the page that makes it"
INVENTED = "the sample's invented past, to look around with"
PAGE_ONLY = {
    **dict.fromkeys(("sign-in/", "sign-in/link/*/", "sign-out/", "password/"), SESSION),
    "profile/password/": "asks for the present password and keeps this session alive; a program has none",
    **dict.fromkeys(("answers/*/", "outside/*/", "invitations/*/"), LINK),
    "hooks/*/": "is for machines itself: a source posts here what it has to say",
    **{
        f"{page}calendar/{what}/": FEED
        for page in ("profile/", "portfolios/*/")
        for what in ("make", "renew", "end")
    },
    "portfolios/*/decisions/generated/": INVENTED,
    "portfolios/*/decisions/generated/remove/": INVENTED,
    "my-work/seen/": "moves the line above which the page marks what is new; `inbox/read` marks messages",
    "people/test-mail/": "tries the mail settings while somebody looks on; `deliveries` has the log",
}
# Pages that only show something and do not look at the method.
READS = {
    *(
        "",
        "healthz",
        "people/",
        "portfolios/*/members/",
        "portfolios/*/workflow/",
        "portfolios/*/workflow/*.yaml",
    ),
    *("portfolios/*/settings/questions/", "portfolios/*/settings/questions/*.yaml"),
}
