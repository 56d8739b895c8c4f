"""What each vendor answers by its documentation, one word a situation. All people are invented."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

EMAIL = "jane.doe@acme.example"
PHONE = "+33612345678"


@dataclass(frozen=True)
class Answer:
    """A status, a body (a text goes out as it is) and headers."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def hunter(asked: Any, mode: str, polls: int) -> Answer:
    """Finder and verifier: 403 is too fast, 429 is out of credit."""
    faults = {
        "throttled": (403, "too_many_requests"),
        "no_credits": (429, "too_many_requests"),
        "bad_key": (401, "authentication_failed"),
        "bad_input": (400, "wrong_params"),
    }
    if mode in faults:
        status, code = faults[mode]
        return Answer(status, {"errors": [{"id": code, "code": status, "details": "…"}]})
    if mode == "wrong_shape":
        return Answer(200, {"data": {"email": {"value": EMAIL}}})
    words = {
        "found": ("valid", 97),
        "catch_all": ("accept_all", 72),
        "risky": ("webmail", 60),
        "invalid": ("invalid", 5),
        "unknown": ("unknown", 40),
    }
    if asked.path == "/v2/email-verifier":
        if mode == "pending" and polls < 2:
            return Answer(202, {})
        # The verifier knows nothing of whom the finder did not find.
        word = "unknown" if mode == "not_found" else mode
        status, score = words.get(word, words["found"])
        data = {"status": status, "score": score, "email": asked.query["email"], "sources": []}
        return Answer(200, {"data": data})
    if mode == "left_out":
        return Answer(200, {"data": {"first_name": "Jane", "last_name": "Doe"}})
    if mode == "not_found":
        data = {"first_name": "Jane", "last_name": "Doe", "email": None, "score": None}
        return Answer(200, {"data": data | {"verification": {"date": None, "status": None}}})
    status, score = words.get(mode, words["found"])
    data = {
        "email": EMAIL,
        "score": score,
        "verification": {"date": "2026-11-01", "status": status},
        "sources": [{"uri": "http://acme.example/team", "last_seen_on": "2026-10-01"}],
    }
    return Answer(200, {"data": data})


def dropcontact(asked: Any, mode: str, polls: int) -> Answer:
    """Hand in, then fetch; a 200 is a success only if it says so."""
    faults = {
        "throttled": (429, "Rate limit exceeded"),
        "no_credits": (403, "Not enough credits"),
        "bad_key": (401, "Invalid token"),
        "bad_input": (400, "Missing data in JSON"),
    }
    if mode in faults:
        status, reason = faults[mode]
        return Answer(status, {"error": True, "success": False, "reason": reason})
    if asked.method == "POST":
        return Answer(200, {"error": False, "success": True, "request_id": "drop123"})
    if mode == "pending" or (mode == "slow" and polls < 2):
        reason = "Request not ready yet, try again in 30 seconds"
        return Answer(200, {"error": False, "success": False, "reason": reason})
    words = {
        "catch_all": "catch-all@pro",
        "risky": "générique@pro",
        "invalid": "invalid@pro",
        "unknown": "non_validated@pro",
        "private": "nominative@perso",
        "wrong_shape": "purple@pro",
    }
    person: dict[str, Any] = {"first_name": "Jane", "last_name": "Doe"}
    if mode != "not_found":
        qualification = words.get(mode, "nominatif@pro")
        person["email"] = [{"email": EMAIL, "qualification": qualification}]
    if mode == "several":
        more = {"email": "info@acme.example", "qualification": "generic@pro"}
        person["email"] = [more, {"email": "no@acme.example", "qualification": "invalid@pro"}]
        person["email"].append({"email": EMAIL, "qualification": "nominative@pro"})
    return Answer(200, {"error": False, "success": True, "data": [person]})


def prospeo(asked: Any, mode: str, polls: int) -> Answer:
    """A miss is a 400 whose code says NO_MATCH."""
    codes = {
        "not_found": "NO_MATCH",
        "no_credits": "INSUFFICIENT_CREDITS",
        "bad_input": "INVALID_DATAPOINTS",
        "bad_key": "INVALID_API_KEY",
        "surprise": "SOMETHING_NEW",
    }
    if mode in codes:
        return Answer(400, {"error": True, "error_code": codes[mode]})
    if mode == "throttled":
        return Answer(
            429, {"error": True, "error_code": "RATE_LIMITED"}, {"x-minute-reset-seconds": "7"}
        )
    if mode == "wrong_shape":
        return Answer(200, {"error": False, "person": {"email": EMAIL}})
    if mode == "old_shape":
        return Answer(200, {"error": False, "response": {"email": EMAIL}})
    status = {"catch_all": "CATCH_ALL", "unknown": "UNVERIFIED", "invalid": "INVALID"}
    person: dict[str, Any] = {
        "full_name": "Jane Doe",
        "email": {"status": status.get(mode, "VERIFIED"), "revealed": True, "email": EMAIL},
        "mobile": {"status": "VERIFIED", "revealed": True, "mobile": PHONE},
    }
    if mode == "masked":
        person["email"] = {"status": "VERIFIED", "revealed": False, "email": "j***@acme.example"}
        person["mobile"] = {"status": "VERIFIED", "revealed": False, "mobile": "+33 6** ** **"}
    return Answer(200, {"error": False, "free_enrichment": mode == "free", "person": person})


def fullenrich(asked: Any, mode: str, polls: int) -> Answer:
    """Hand in, then fetch; unfinished may be a 400, and 402 brings what there was."""
    faults = {
        "throttled": (429, "error.rate.limit"),
        "bad_key": (401, "error.api.key"),
        "bad_input": (400, "error.enrichment.firstname.empty"),
        "no_credits": (402, "error.enrichment.credits"),
    }
    if mode in faults and asked.method == "POST":
        status, code = faults[mode]
        return Answer(status, {"code": code, "message": "…"})
    if asked.method == "POST":
        return Answer(200, {"enrichment_id": "full-456"})
    if mode == "pending":
        return Answer(400, {"code": "error.enrichment.in_progress", "message": "…"})
    if mode == "slow" and polls < 2:
        return Answer(200, {"id": "full-456", "status": "IN_PROGRESS", "data": []})
    status = {
        "catch_all": "CATCH_ALL",
        "risky": "HIGH_PROBABILITY",
        "invalid": "INVALID",
        "unknown": "UNKNOWN",
        "wrong_shape": "SHINY",
    }
    if mode in ("canceled", "new_status"):
        told = "CANCELED" if mode == "canceled" else "PONDERING"
        return Answer(200, {"id": "full-456", "status": told, "data": []})
    info: dict[str, Any] = {
        "most_probable_work_email": {"email": EMAIL, "status": status.get(mode, "DELIVERABLE")},
        "most_probable_phone": {"number": "+33 6 12 34 56 78", "region": "FR"},
    }
    credits = 10 if "contact.phones" in _wanted(asked) else 1
    if mode in ("not_found", "credits_ended"):
        info, credits = {}, 0
    body = {
        "id": "full-456",
        "status": "CREDITS_INSUFFICIENT" if mode.startswith("credits") else "FINISHED",
        "cost": {"credits": credits},
        "data": [{"contact_info": info, "profile": {}}],
    }
    return Answer(402 if mode.startswith("credits") else 200, body)


def _wanted(asked: Any) -> list[str]:
    data = (asked.body or {}).get("data") or [{}]
    wanted: list[str] = data[0].get("enrich_fields", [])
    return wanted


def peopledatalabs(asked: Any, mode: str, polls: int) -> Answer:
    """A miss is a 404; the free plan shows true and false instead of values."""
    faults = {
        "not_found": (404, "not_found"),
        "no_credits": (402, "payment_required"),
        "bad_key": (401, "authentication_error"),
        "bad_input": (400, "invalid_request_error"),
        "throttled": (429, "rate_limit_error"),
    }
    if mode in faults:
        status, kind = faults[mode]
        headers = {"retry-after": "9"} if status == 429 else {}
        return Answer(status, {"status": status, "error": {"type": kind}}, headers)
    data: dict[str, Any] = {
        "full_name": "Jane Doe",
        "job_title": "Chief Revenue Officer",
        "job_company_name": "Acme",
        "job_company_website": "acme.example",
        "location_name": "Lyon, France",
        "location_country": "france",
        "linkedin_url": "linkedin.com/in/jane-doe",
        "industry": "logistics",
        "work_email": EMAIL,
        "mobile_phone": PHONE,
    }
    if mode == "masked":
        data |= {"work_email": True, "mobile_phone": True, "job_title": "Chief"}
    if mode == "somebody_else":
        data["full_name"] = "John Roe"
    if mode == "wrong_shape":
        data["full_name"] = ["Jane", "Doe"]
    likelihood = 3 if mode == "unlikely" else 9
    body = {"status": 200, "likelihood": likelihood, "data": data}
    if mode == "no_likelihood":
        del body["likelihood"]
    return Answer(200, body, {"x-call-credits-spent": "0" if mode == "repeat" else "1"})


def reacher(asked: Any, mode: str, polls: int) -> Answer:
    """One's own verifier; `unknown` where port 25 is closed."""
    faults = {"throttled": 429, "bad_key": 401, "bad_input": 400}
    if mode in faults:
        return Answer(faults[mode], {"error": "…"})
    words = {"risky": "risky", "catch_all": "risky", "invalid": "invalid", "unknown": "unknown"}
    reachable = words.get(mode, "safe")
    if mode == "wrong_shape":
        reachable = "maybe"
    body = {
        "input": asked.body["to_email"],
        "is_reachable": reachable,
        "misc": {"is_role_account": mode == "risky", "is_disposable": False},
        "mx": {"accepts_mail": True, "records": ["mx.acme.example."]},
        "smtp": {"is_catch_all": mode == "catch_all", "is_disabled": False},
        "syntax": {"is_valid_syntax": True},
    }
    return Answer(200, body)


ANSWERS: dict[str, Callable[[Any, str, int], Answer]] = {
    "hunter": hunter,
    "dropcontact": dropcontact,
    "prospeo": prospeo,
    "fullenrich": fullenrich,
    "peopledatalabs": peopledatalabs,
    "reacher": reacher,
}
