"""The words that both programs, the database and the extension agree on."""

from enum import StrEnum


class Seniority(StrEnum):
    """How far up somebody stands; `unclear` rather than a weak guess."""

    STUDENT = "student"
    INTERN = "intern"
    INDIVIDUAL = "individual"
    SENIOR = "senior"
    MANAGER = "manager"
    HEAD = "head"
    DIRECTOR = "director"
    VP = "vp"
    C_LEVEL = "c_level"
    FOUNDER = "founder"
    PARTNER = "partner"
    UNCLEAR = "unclear"


class Function(StrEnum):
    """What somebody works on; `unclear` rather than a weak guess."""

    SALES = "sales"
    MARKETING = "marketing"
    ENGINEERING = "engineering"
    PRODUCT = "product"
    DESIGN = "design"
    DATA = "data"
    IT = "it"
    HR = "hr"
    FINANCE = "finance"
    LEGAL = "legal"
    PROCUREMENT = "procurement"
    OPERATIONS = "operations"
    CUSTOMER_SUCCESS = "customer_success"
    CONSULTING = "consulting"
    ADMIN = "admin"
    EDUCATION = "education"
    HEALTHCARE = "healthcare"
    GENERAL_MANAGEMENT = "general_management"
    UNCLEAR = "unclear"


class Depth(StrEnum):
    """How much an insight rests on: `brief` on name and headline, `full` on a whole page."""

    BRIEF = "brief"
    FULL = "full"


class AnalysisOutcome(StrEnum):
    """How the sidecar's look at one page ended: something to say, or nothing."""

    DONE = "done"
    EMPTY = "empty"


class WorkspaceRole(StrEnum):
    """What a member may do; the table in `backend/workspaces/policy.py` spells it out."""

    OWNER = "owner"
    ADMIN = "admin"
    MANAGER = "manager"
    MEMBER = "member"
    VIEWER = "viewer"


class Scope(StrEnum):
    """What an API key may be used for, never more than its member's role allows."""

    CONTACTS_READ = "contacts:read"
    CONTACTS_WRITE = "contacts:write"
    ANALYSES_WRITE = "analyses:write"
    CAMPAIGNS_READ = "campaigns:read"
    CAMPAIGNS_WRITE = "campaigns:write"
    CREDITS_READ = "credits:read"
    CREDITS_PURCHASE = "credits:purchase"
    WORKSPACE_READ = "workspace:read"
    WORKSPACE_ADMIN = "workspace:admin"
    ACT_AS = "act_as"


class ContactSource(StrEnum):
    """Where a contact was met: which button, page or program asked."""

    PROFILE = "profile"
    PEOPLE_SEARCH = "people_search"
    COMPANY_PEOPLE = "company_people"
    RECOMMENDATION = "recommendation"
    IMPORT = "import"
    API = "api"


class AnalysisStatus(StrEnum):
    """How far an analysis has come; only `done` was paid for."""

    RUNNING = "running"
    DONE = "done"
    EMPTY = "empty"
    FAILED = "failed"


class CampaignStatus(StrEnum):
    """draft -> running <-> paused -> completed -> archived; reopen leads back to paused."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    ARCHIVED = "archived"


class EnrollmentStatus(StrEnum):
    """Where a contact stands in a campaign; analyzing, active and paused may be ongoing."""

    DRAFTED = "drafted"
    ANALYZING = "analyzing"
    ACTIVE = "active"
    PAUSED = "paused"
    PAUSED_BY_MERGE = "paused_by_merge"
    SKIPPED = "skipped"
    FINISHED = "finished"
    REMOVED = "removed"
    MOVED = "moved"
    MERGED = "merged"


class ItemOutcome(StrEnum):
    """How one item of a bulk enrollment ended."""

    ENROLLED = "enrolled"
    ALREADY_HERE = "already_here"
    CONFLICT = "conflict"
    SUPPRESSED = "suppressed"
    INVALID_IDENTITY = "invalid_identity"
    DUPLICATE_IN_REQUEST = "duplicate_in_request"
    INSUFFICIENT_CREDITS = "insufficient_credits"
    MAX_SPEND_REACHED = "max_spend_reached"
    CAP_REACHED = "cap_reached"
    CAMPAIGN_CLOSED = "campaign_closed"
    ANALYSIS_FAILED = "analysis_failed"


class QuoteOutcome(StrEnum):
    """What would become of one item of a quote, were it analysed or enrolled now."""

    NEW = "new"
    KNOWN = "known"
    ALREADY_HERE = "already_here"
    CONFLICT = "conflict"
    SUPPRESSED = "suppressed"
    INVALID_IDENTITY = "invalid_identity"
    DUPLICATE_IN_REQUEST = "duplicate_in_request"


class EnrichAction(StrEnum):
    """What can be asked about a contact beside its analysis; a policy sells it or does not."""

    EMAIL_FIND = "email.find"
    EMAIL_VERIFY = "email.verify"
    PHONE_FIND = "phone.find"
    PROFILE_ENRICH = "profile.enrich"
    AI_VARIABLE = "ai.variable"


class FieldStatus(StrEnum):
    """How far a found value can be trusted."""

    VERIFIED = "verified"
    PROBABLE = "probable"
    GUESS = "guess"
    CATCH_ALL = "catch_all"
    INVALID = "invalid"


class Verdict(StrEnum):
    """What a mail to an address would come to, as far as anybody can tell without sending one."""

    DELIVERABLE = "deliverable"
    RISKY = "risky"
    INVALID = "invalid"
    UNKNOWN = "unknown"


class EvidenceKind(StrEnum):
    """What a value rests on."""

    QUOTE = "quote"
    URL = "url"
    RULE = "rule"
    COLLEAGUES = "colleagues"
    VENDOR = "vendor"


class FindStatus(StrEnum):
    """How an action ended: something found, nothing, or a vendor that still works on it."""

    DONE = "done"
    EMPTY = "empty"
    PENDING = "pending"


class AskOutcome(StrEnum):
    """How asking one provider ended, or why it was not asked."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    PENDING = "pending"
    INELIGIBLE = "ineligible"
    THROTTLED = "throttled"
    NO_CREDITS = "no_credits"
    BAD_KEY = "bad_key"
    TIMEOUT = "timeout"
    ERROR = "error"
    CONTRACT = "contract"
    NO_KEY = "no_key"
    RESTING = "resting"
    OVER_BUDGET = "over_budget"
    NO_TIME = "no_time"


class EnrichmentStatus(StrEnum):
    """How far an enrichment has come; only a `done` one can have cost anything."""

    RUNNING = "running"
    DONE = "done"
    EMPTY = "empty"
    PENDING = "pending"
    FAILED = "failed"
