"""What every operation of the API has in common, in words: answers, headers, parts of addresses."""

from projects.api.idempotency import LONGEST_KEY

ALWAYS = {
    400: "Something in the request is wrong; `errors` names each field and the fix.",
    401: "No key, or one that is unknown, expired or revoked.",
    403: "The role or the key's scopes do not allow it.",
    404: "Nothing is here, or the caller may not know of it.",
    429: "Too many requests; Retry-After says how long to wait.",
}
WITH_A_BODY = {
    409: "The state does not allow it; `obstacles` names every reason.",
    411: "The body came without its length.",
    413: "The body is larger than 1 MB, or a file larger than the installation takes.",
    415: "The body is not JSON, or where a file is taken no form.",
}
SAID = {
    "200": "It is done, or was so before.",
    "201": "It was made.",
    "202": "It was begun, and goes on by itself.",
    "204": "It is done; there is nothing to tell.",
    "410": "The file is no longer where files are kept.",
}
READ = "What was asked for."
# What an address names; the rest are numbers of rows.
IN_ADDRESSES = {
    "key": "Key of a project, such as CLM-7.",
    "slug": "A portfolio by its name in addresses, such as claims.",
    "role": "Code of a role, such as PO.",
    "code": "Code of a gate, such as G5.",
    "question": "Code of a question, such as DQ5.",
    "number": "Number of the version, from 1.",
}
IN_QUERIES = {
    "portfolio": "Only of this portfolio, by its name in addresses.",
    "owner": "Only of this owner.",
    "stage": "Only in this stage.",
    "unit": "Only of this business unit.",
    "version": "Only of this version.",
    "limit": "Rows in one answer.",
}
# Whoever makes up requests from this would make up a row more; longer lists say it in words.
MOST_ROWS_SAID = 500
A_NAME, A_ROW = "As the list says it.", "Number of the {}, its `id` in lists."
ON_POST = {422: "The Idempotency-Key came with another request before."}
ON_CHANGE = {
    412: "Somebody changed it since; `obstacles` says what, where versions are kept.",
    428: "If-Match is missing.",
}
PROBLEMS = {**ALWAYS, **WITH_A_BODY, **ON_POST, **ON_CHANGE}
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "schema": {"type": "string"},
    "description": "The ETag that was read, or * for any state.",
}
IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "schema": {"type": "string"},
    "description": "The ETag of an earlier answer: while nothing has changed the answer is 304.",
}
ETAG = {"schema": {"type": "string"}, "description": "Changes with the answer."}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    # No pattern: a web server may take what is no ASCII out of a header before anybody could refuse it.
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
    "description": "A text of your own in printable ASCII, such as a UUID. The same request with the same "
    "key takes effect once within 24 hours; every repetition gets the first answer.",
}
