// Written by `make schema` from shared_schemas; a test fails where they differ.

declare namespace Wire {
  /** Something metered: `cost` is for one `unit`, `free_if` in the order looked at. */
  export interface ActionBody {
    name: string;
    cost: number;
    unit: string;
    charge_when: string;
    free_if: Array<string>;
    once_per_contact: boolean;
    opens_thread: boolean;
  }

  /** What asking now would cost at most, in credits; where that is nothing, `reason` says why. */
  export interface ActionCost {
    cost: number;
    reason?: string | null;
  }

  /** Whom one action asks, first to last; those without a key are passed over. */
  export interface ActionOrder {
    action: EnrichAction;
    providers: Array<string>;
  }

  /** Further addresses of a contact. */
  export interface AddIdentifiers {
    identifiers: Array<string>;
  }

  /** Somebody to be a member at once. */
  export interface AddMember {
    email: string;
    name?: string | null;
    role?: WorkspaceRole;
  }

  /** A correction by the owner; negative takes free credits away. */
  export interface Adjustment {
    credits: number;
    reason: string;
    member_id?: string | null;
  }

  /** One analysis: whose, how far it is, what it cost, what it found. */
  export interface AnalysisBody {
    id: string;
    status: AnalysisStatus;
    contact: ContactBrief;
    charge: ChargeBody;
    insight?: Insight | null;
    enrollment?: EnrollmentBody | null;
  }

  /** How the sidecar's look at one page ended: something to say, or nothing. */
  export type AnalysisOutcome = "done" | "empty";

  /** How far an analysis has come; only `done` was paid for. */
  export type AnalysisStatus = "running" | "done" | "empty" | "failed";

  /** One answer for each item, in order. */
  export interface AnalyzeAnswer {
    data: Array<AnalyzedItem>;
  }

  /**
   * One person to look at: their page, their canonical keys, or both.
   *
   * `ref` is the caller's, and comes back with the answer. `identifiers` (such as
   * `web:127.0.0.1:8000/demo/people/ada-example`) let a provider look up what the page lacks.
   */
  export interface AnalyzeItem {
    ref: string;
    page?: Page | null;
    identifiers?: Array<string>;
  }

  /**
   * Analyse the person at `url` (any identifier: a page, a URN, an e-mail address).
   *
   * `identifiers` are other addresses of the same person, seen on the same page view. `member_id`
   * names the member who asks and pays, for a key with the scope `act_as`.
   */
  export interface AnalyzePerson {
    url: string;
    identifiers?: Array<string>;
    source?: ContactSource;
    max_cost?: number | null;
    page?: Page | null;
    member_id?: string | null;
  }

  /** Up to 50 people, answered in the order of the request. */
  export interface AnalyzeRequest {
    items: Array<AnalyzeItem>;
  }

  /** What was found about one person; `empty`, with a null insight, if nothing can be said. */
  export interface AnalyzedItem {
    ref: string;
    status: AnalysisOutcome;
    insight?: Insight | null;
    error?: ItemError | null;
  }

  /** Ask a manager to raise one's cap for this cycle. */
  export interface AskForCredits {
    credits: number;
    note?: string | null;
  }

  /** How asking one provider ended, or why it was not asked. */
  export type AskOutcome = "found" | "not_found" | "pending" | "ineligible" | "throttled" | "no_credits" | "bad_key" | "timeout" | "error" | "contract" | "no_key" | "resting" | "over_budget" | "no_time";

  /**
   * What analysing or enrolling up to 100 people would cost; nothing is spent or created.
   *
   * `member_id` names the member who would pay, for a key with the scope `act_as`.
   */
  export interface AskQuote {
    items: Array<QuoteItem>;
    action?: "enroll" | "analyze";
    campaign_id?: string | null;
    member_id?: string | null;
  }

  /**
   * Play the workspace's own journal of the last months under another policy.
   *
   * Without a plan it is the policy's first. `seats` are those paid for now unless said.
   */
  export interface AskSimulation {
    policy: string;
    plan?: string | null;
    window?: string;
    seats?: number | null;
  }

  /** A pool as it stands; `available` = balance - held, `used` and `granted` of this cycle. */
  export interface BalanceBody {
    policy: string;
    plan: string;
    seats: number;
    cycle: Cycle;
    granted: number;
    used: number;
    held: number;
    available: number;
    expiring: Array<Expiring>;
    lots: Array<LotBody>;
    me: OwnUse;
    pace: PaceBody;
    effective_credits: number | null;
    runs_out_at: string | null;
    next_refill_at: string | null;
    cancelled: boolean;
  }

  /**
   * Why one field of an insight says what it says.
   *
   * `source` is what decided: `page` (the page's own field), `rules`, `model` or `rules+model`.
   * `rule` names the rule, for whoever doubts it; `evidence` quotes the words that it read.
   */
  export interface Basis {
    confidence: number;
    source: string;
    rule?: string | null;
    evidence?: Array<Evidence>;
  }

  /** A connected browser. */
  export interface BrowserBody {
    id: string;
    label: string;
    version: string;
    member: Named;
    connected_at: string;
    seen_at: string;
  }

  /** Connected browsers, newest first. */
  export interface BrowserList {
    data: Array<BrowserBody>;
  }

  /** How a bulk enrollment ended, item by item in the order of the request. */
  export interface BulkBody {
    data: Array<BulkOutcome>;
    charged: number;
    available: number | null;
  }

  /** One person of a bulk enrollment; `ref` is the caller's and comes back. */
  export interface BulkItem {
    contact_id?: string | null;
    url?: string | null;
    identifiers?: Array<string>;
    page?: Page | null;
    ref: string;
  }

  /** How one item of a bulk enrollment ended. */
  export interface BulkOutcome {
    ref: string;
    outcome: ItemOutcome;
    contact_id?: string | null;
    enrollment?: EnrollmentBody | null;
    charge?: ChargeBody | null;
    conflict?: Record<string, unknown> | null;
    detail?: string | null;
    reason?: string | null;
  }

  /** Options of launch, resume and reopen. `skip` leaves out whoever another campaign holds. */
  export interface CampaignAction {
    on_conflict?: "refuse" | "skip";
    dry_run?: boolean;
  }

  /** A campaign. */
  export interface CampaignBody {
    id: string;
    name: string;
    goal: string | null;
    status: CampaignStatus;
    owner_id: string;
    owner?: Named | null;
    counts: CampaignCounts;
    created_at: string;
    updated_at: string;
  }

  /** A campaign as other answers name it, and whose it is. */
  export interface CampaignBrief {
    id: string;
    name: string;
    status: CampaignStatus;
    owner?: Named | null;
  }

  /** How many contacts of a campaign stand where. */
  export interface CampaignCounts {
    drafted?: number;
    analyzing?: number;
    active?: number;
    paused?: number;
    paused_by_merge?: number;
    skipped?: number;
    finished?: number;
    removed?: number;
    moved?: number;
    merged?: number;
  }

  /** A page of campaigns, newest first. */
  export interface CampaignList {
    data: Array<CampaignBody>;
    next_cursor?: string | null;
  }

  /** draft -> running <-> paused -> completed -> archived; reopen leads back to paused. */
  export type CampaignStatus = "draft" | "running" | "paused" | "completed" | "archived";

  /** The end of the subscription; why, for the audit. */
  export interface CancelSubscription {
    reason?: string | null;
  }

  /**
   * A member's cap for every cycle, what was added to it for this one, and what is used.
   *
   * `limit` is what counts now; null is no cap.
   */
  export interface CapBody {
    member_id: string;
    cap: number | null;
    raised_by: number;
    raised_until: string | null;
    limit: number | null;
    used: number;
  }

  /** How many units of the hold were used; all of them without a number. */
  export interface CaptureHold {
    quantity?: number | null;
  }

  /**
   * How long somebody is where they are, and how they came there, newest first.
   *
   * `role_since` and `company_since` are months or years; how long ago that is, the reader's
   * clock tells: an insight is the same whenever it is made.
   */
  export interface Career {
    role_since?: string | null;
    company_since?: string | null;
    positions?: number;
    moves?: Array<Move>;
  }

  /** New values for what may change; what is left out stays. */
  export interface ChangeCampaign {
    name?: string | null;
    goal?: string | null;
    owner_id?: string | null;
  }

  /** Another role for a member. */
  export interface ChangeMember {
    role: WorkspaceRole;
  }

  /** The plan and the number of seats to have; at least one of them. */
  export interface ChangeSubscription {
    plan?: string | null;
    seats?: number | null;
  }

  /**
   * New values for what may change; what is left out stays.
   *
   * `alert_thresholds` are percents of an allotment used; with none, no warning is given.
   */
  export interface ChangeWorkspace {
    name?: string | null;
    time_zone?: string | null;
    alert_thresholds?: Array<number> | null;
  }

  /** What an answer cost and why; `charged` may be 0. Amounts are whole credits. */
  export interface ChargeBody {
    charged: number;
    reason: string;
    rule: string;
    receipt_id: string | null;
    available: number;
  }

  /** An address at the same company that the caller knows to be somebody's. */
  export interface ColleagueAddress {
    name: string;
    email: string;
  }

  /** The payment's own id, such as an invoice number; it settles one purchase. */
  export interface ConfirmPurchase {
    payment_ref: string;
  }

  /** A contact as lists and its own page show it. */
  export interface ContactBody {
    id: string;
    name: string | null;
    title: string | null;
    company: string | null;
    country: string | null;
    canonical: Array<string>;
    analyzed: boolean;
    source: string;
    created_at: string;
  }

  /** A contact with the canonical keys by which the workspace knows them. */
  export interface ContactBrief {
    id: string;
    name: string | null;
    canonical: Array<string>;
  }

  /** Something that a contact did: they answered in `thread`, by the message `message_id`. */
  export interface ContactEvent {
    type: "replied";
    thread: string;
    message_id?: string | null;
  }

  /** What the event did: `refunded` credits, or `ok` and why nothing came back. */
  export interface ContactEventBody {
    outcome: string;
    reason: string;
    refunded: number;
    receipt_id: string | null;
    available: number;
  }

  /**
   * What is known about a contact, the best value of each kind, with what it rests on.
   *
   * `costs` are those of the actions that the workspace's policy sells, for this contact, for whom
   * one asked without inputs of their own.
   */
  export interface ContactFields {
    data: Array<FoundField>;
    costs?: Record<string, ActionCost>;
  }

  /** A page of contacts, newest first. */
  export interface ContactList {
    data: Array<ContactBody>;
    next_cursor?: string | null;
  }

  /** What a person may correct by hand. */
  export interface ContactName {
    name?: string | null;
    title?: string | null;
    company?: string | null;
  }

  /** Where a contact was met: which button, page or program asked. */
  export type ContactSource = "profile" | "people_search" | "company_people" | "recommendation" | "import" | "api";

  /** A new campaign, in draft. `owner_id` is the caller unless a manager names somebody. */
  export interface CreateCampaign {
    name: string;
    goal?: string | null;
    owner_id?: string | null;
  }

  /** A key for scripts; no scopes means all that the member's role may have. */
  export interface CreateKey {
    name: string;
    scopes?: Array<Scope> | null;
    expires_at?: string | null;
    member_id?: string | null;
  }

  /** A request for credits. `raised_until` is empty where there was no cap to raise. */
  export interface CreditRequestBody {
    id: string;
    member: Named;
    credits: number;
    note: string | null;
    status: string;
    created_at: string;
    decided_at: string | null;
    decided_by: Named | null;
    approved: number | null;
    raised_until: string | null;
  }

  /** A page of requests, newest first. */
  export interface CreditRequestList {
    data: Array<CreditRequestBody>;
    next_cursor?: string | null;
  }

  /**
   * One observable habit of somebody's writing, with the words that show it.
   *
   * `count` of the `of` sentences that were read show it.
   */
  export interface Cue {
    label: string;
    confidence: number;
    evidence: Array<Evidence>;
    count?: number;
    of?: number;
  }

  /** The current cycle of a pool. */
  export interface Cycle {
    start: string;
    end: string;
  }

  /** Approve (with the workspace to connect to) or deny, by the code that the browser shows. */
  export interface DecidePairing {
    user_code: string;
    workspace_id?: string | null;
  }

  /** Options of an approval: `credits` where it shall be another number than was asked for. */
  export interface DecideRequest {
    credits?: number | null;
  }

  /** How much an insight rests on: `brief` on name and headline, `full` on a whole page. */
  export type Depth = "brief" | "full";

  /** A reader of the extension that reads pages wrongly up to this version of it. */
  export interface DisabledReader {
    reader: string;
    version: number;
  }

  /** Credits of a plan that pay for one action alone. */
  export interface EarmarkBody {
    action: string;
    credits: number;
  }

  /** One school; dates as the page shows them. */
  export interface Education {
    school?: string | null;
    degree?: string | null;
    start?: string | null;
    end?: string | null;
  }

  /** What one change does in credits, and when it counts: `now` or `end_of_cycle`. */
  export interface EffectBody {
    change: string;
    when: string;
    at: string;
    granted: number;
    forfeited: number;
    expired: number;
  }

  /**
   * Find something about a contact; charged only for what is worth it.
   *
   * `max_cost` bounds the price in credits. `member_id` names the member who asks and pays, for a
   * key with the scope `act_as`.
   */
  export interface Enrich {
    contact_id: string;
    action: EnrichAction;
    inputs?: EnrichInputs | null;
    max_cost?: number | null;
    source?: ContactSource;
    member_id?: string | null;
  }

  /** What can be asked about a contact beside its analysis; a policy sells it or does not. */
  export type EnrichAction = "email.find" | "email.verify" | "phone.find" | "profile.enrich" | "ai.variable";

  /**
   * What the caller knows beside what the workspace knows; it goes before that.
   *
   * `email` is the address to verify; `variables`, `facts` and `language` are for texts.
   */
  export interface EnrichInputs {
    first_name?: string | null;
    last_name?: string | null;
    company?: string | null;
    domain?: string | null;
    linkedin_url?: string | null;
    email?: string | null;
    page?: Page | null;
    variables?: Array<WantedVariable> | null;
    facts?: Record<string, string> | null;
    language?: string | null;
  }

  /**
   * One enrichment: how it ended, what was found with what it rests on, and what it cost.
   *
   * `pending`: a provider still works on it; nothing was charged, ask again after `Retry-After`.
   * `attempts` say how each provider answered, or why it was not asked.
   */
  export interface EnrichmentBody {
    id: string;
    contact_id: string;
    action: EnrichAction;
    status: EnrichmentStatus;
    reason?: string | null;
    fields?: Array<FoundField>;
    attempts?: Array<ProviderAttempt>;
    charge: ChargeBody;
    started_at: string;
    finished_at?: string | null;
  }

  /** Enrichments, newest first. */
  export interface EnrichmentList {
    data: Array<EnrichmentRow>;
    next_cursor?: string | null;
  }

  /** One enrichment in a list. */
  export interface EnrichmentRow {
    id: string;
    contact_id: string;
    action: EnrichAction;
    status: EnrichmentStatus;
    reason?: string | null;
    fields?: Array<FoundField>;
    attempts?: Array<ProviderAttempt>;
    charged: number;
    receipt_id?: string | null;
    started_by: string;
    started_at: string;
    finished_at?: string | null;
  }

  /** How far an enrichment has come; only a `done` one can have cost anything. */
  export type EnrichmentStatus = "running" | "done" | "empty" | "pending" | "failed";

  /** Up to 50 people at once; each ends on its own unless `all_or_nothing` is asked. */
  export interface EnrollBulk {
    items: Array<BulkItem>;
    source?: ContactSource;
    max_spend?: number | null;
    member_id?: string | null;
    mode?: "best_effort" | "all_or_nothing";
  }

  /**
   * Put a person into a campaign; charges the analysis if the contact is new.
   *
   * `member_id` names the member who enrolls and pays, for a key with the scope `act_as`.
   */
  export interface EnrollPerson {
    contact_id?: string | null;
    url?: string | null;
    identifiers?: Array<string>;
    page?: Page | null;
    source?: ContactSource;
    max_cost?: number | null;
    member_id?: string | null;
  }

  /** Where the person stands now, and what it cost. */
  export interface EnrolledBody {
    outcome: ItemOutcome;
    enrollment: EnrollmentBody;
    charge: ChargeBody;
    warning?: Record<string, unknown> | null;
  }

  /** A contact's place in a campaign. */
  export interface EnrollmentBody {
    id: string;
    campaign_id: string;
    contact_id: string;
    status: EnrollmentStatus;
    attempt: number;
    source: string;
    enrolled_by: string;
    enrolled_at: string;
    last_activity_at: string;
    outcome?: string | null;
    campaign?: CampaignBrief | null;
  }

  /** A page of enrollments, newest first. */
  export interface EnrollmentList {
    data: Array<EnrollmentBody>;
    next_cursor?: string | null;
  }

  /** Where a contact stands in a campaign; analyzing, active and paused may be ongoing. */
  export type EnrollmentStatus = "drafted" | "analyzing" | "active" | "paused" | "paused_by_merge" | "skipped" | "finished" | "removed" | "moved" | "merged";

  /** One journal line; `amount` is the signed change of the balance. */
  export interface EntryBody {
    id: string;
    seq: number;
    kind: string;
    amount: number;
    balance_after: number;
    held_after: number;
    action: string | null;
    contact_id: string | null;
    member_id: string | null;
    campaign_id: string | null;
    source: string | null;
    reason: string;
    rule: string;
    receipt_id: string;
    at: string;
  }

  /** A page of the journal, newest first. */
  export interface EntryList {
    data: Array<EntryBody>;
    next_cursor?: string | null;
  }

  /** People of a workspace whose answers must go, by the `person` they were asked under. */
  export interface ErasePeople {
    workspace?: string;
    people: Array<string>;
  }

  /** How many remembered answers, requests and attempts were about these people. */
  export interface ErasedBody {
    answers: number;
    requests: number;
    attempts: number;
  }

  /** Words of the page, and where they stand: `headline`, `about`, `posts[2]`. */
  export interface Evidence {
    quote: string;
    from: string;
  }

  /** What a value rests on. */
  export type EvidenceKind = "quote" | "url" | "rule" | "colleagues" | "vendor";

  /** One position; dates as the page shows them. */
  export interface Experience {
    title?: string | null;
    company?: string | null;
    start?: string | null;
    end?: string | null;
    description?: string | null;
  }

  /** Free credits that end at one instant. */
  export interface Expiring {
    credits: number;
    at: string;
  }

  /** A value that lost, and how far it could have been trusted. */
  export interface FieldAlternative {
    value: string;
    status: FieldStatus;
    source: string;
  }

  /** One thing that a value rests on: the words quoted, an address, a rule, who else has it. */
  export interface FieldEvidence {
    kind: EvidenceKind;
    text: string;
    url?: string | null;
  }

  /** How far a found value can be trusted. */
  export type FieldStatus = "verified" | "probable" | "guess" | "catch_all" | "invalid";

  /** One answer for each item, in order. */
  export interface FindAnswer {
    data: Array<FoundItem>;
  }

  /**
   * A person to find something about; the more is given, the more providers can be asked.
   *
   * `person` is the caller's own id of them: answers are kept and erased under it.
   */
  export interface FindItem {
    ref: string;
    person?: string;
    name?: string | null;
    first_name?: string | null;
    last_name?: string | null;
    company?: string | null;
    domain?: string | null;
    linkedin_url?: string | null;
    email?: string | null;
    country?: string | null;
    page?: Page | null;
    colleagues?: Array<ColleagueAddress>;
    held?: Array<HeldValue>;
  }

  /** Up to 50 people, answered in order. */
  export interface FindRequest {
    workspace?: string;
    order?: Array<string> | null;
    deadline_seconds?: number;
    item_budget_micros?: number | null;
    budget_micros?: number | null;
    items: Array<FindItem>;
  }

  /** How an action ended: something found, nothing, or a vendor that still works on it. */
  export type FindStatus = "done" | "empty" | "pending";

  /**
   * One found value. `source` is `page`, `rule:<name>`, `template` or `provider:<name>`.
   *
   * `verdict` and `reasons` are for addresses alone, such as `risky` because of `catch_all`.
   * After `expires_at` the value has to be looked up again.
   */
  export interface FoundField {
    name: string;
    value: string;
    status: FieldStatus;
    confidence: number;
    source: string;
    evidence?: Array<FieldEvidence>;
    observed_at: string;
    expires_at?: string | null;
    verdict?: Verdict | null;
    reasons?: Array<string>;
    alternatives?: Array<FieldAlternative>;
  }

  /**
   * What was found about one person.
   *
   * `actionable` alone decides whether the workspace is charged; `reason` says why or why not.
   */
  export interface FoundItem {
    ref: string;
    status: FindStatus;
    actionable?: boolean;
    reason?: string;
    judged_by?: string;
    fields?: Array<FoundField>;
    attempts?: Array<ProviderAttempt>;
    upstream_cost_micros?: number;
    retry_after_seconds?: number | null;
    error?: ItemError | null;
  }

  /** What somebody works on; `unclear` rather than a weak guess. */
  export type Function = "sales" | "marketing" | "engineering" | "product" | "design" | "data" | "it" | "hr" | "finance" | "legal" | "procurement" | "operations" | "customer_success" | "consulting" | "admin" | "education" | "healthcare" | "general_management" | "unclear";

  /** A value that the caller has already; finding it again is no news. `fresh` if still good. */
  export interface HeldValue {
    name: string;
    value: string;
    verified?: boolean;
    fresh?: boolean;
  }

  /** Credits set aside until `expires_at`; where the work is free, `id` is null. */
  export interface HoldBody {
    outcome: string;
    charge: ChargeBody;
    id?: string | null;
    held: number;
    expires_at: string | null;
  }

  /**
   * All that one analysis found. `analyzed_at` and `analyzed_by` are the backend's to add.
   *
   * `basis` tells of each field by its path (`role.seniority`, `place.country`, `name`) how sure
   * it is and why; a field that nothing was found for has none.
   */
  export interface Insight {
    depth: Depth;
    language?: string | null;
    name?: Name;
    role?: Role;
    place?: Place;
    career?: Career;
    cues?: Array<Cue>;
    advice?: Array<string>;
    openers?: Array<Opener>;
    topics?: Array<string>;
    gaps?: Array<string>;
    basis?: Record<string, Basis>;
    analyzed_at?: string | null;
    analyzed_by?: string | null;
  }

  /** Why one item could not be looked at; its neighbours are not touched by it. */
  export interface ItemError {
    code: string;
    detail: string;
  }

  /** How one item of a bulk enrollment ended. */
  export type ItemOutcome = "enrolled" | "already_here" | "conflict" | "suppressed" | "invalid_identity" | "duplicate_in_request" | "insufficient_credits" | "max_spend_reached" | "cap_reached" | "campaign_closed" | "analysis_failed";

  /** A key as lists show it: never its secret. */
  export interface KeyBody {
    id: string;
    name: string;
    hint: string;
    member: Named;
    scopes: Array<Scope>;
    created_at: string;
    expires_at: string | null;
  }

  /** Live keys, newest first. */
  export interface KeyList {
    data: Array<KeyBody>;
  }

  /** Up to 100 addresses; free, and nothing is created. */
  export interface Lookup {
    items: Array<LookupItem>;
  }

  /** One row an item, in the order of the request. */
  export interface LookupBody {
    data: Array<LookupRow>;
  }

  /** One address to look up; `ref` is the caller's and comes back. */
  export interface LookupItem {
    ref: string;
    url: string;
    identifiers?: Array<string>;
  }

  /**
   * What the workspace knows of one address; a bad one carries `ref` and `error` alone.
   *
   * `cost` holds the price of an analysis under its action's name, and the `reason` for it.
   * `analyzed_by` is whoever had the person analysed first, at `analyzed_at`.
   */
  export interface LookupRow {
    ref: string;
    error?: Record<string, unknown> | null;
    canonical?: Array<string>;
    known?: boolean;
    contact_id?: string | null;
    name?: string | null;
    cost?: Record<string, number | string> | null;
    analyzed_at?: string | null;
    analyzed_by?: Named | null;
    enrollment?: EnrollmentBody | null;
    suppressed?: boolean;
  }

  /** Credits that nobody used: ended unused, or taken by a downgrade or a cancellation. */
  export interface Lost {
    credits: number;
    expired: number;
    forfeited: number;
    explanation: string;
  }

  /** Credits granted together. */
  export interface LotBody {
    id: string;
    source: string;
    class: string;
    earmark: string | null;
    granted: number;
    remaining: number;
    held: number;
    effective_at: string;
    expires_at: string | null;
  }

  /** A page of a pool's lots, newest first. */
  export interface LotList {
    data: Array<LotBody>;
    next_cursor?: string | null;
  }

  /** Who asks, where, with what credits, and what actions cost there. */
  export interface MeBody {
    member: Record<string, unknown>;
    role: WorkspaceRole;
    scopes: Array<Scope>;
    workspace: WorkspaceBrief;
    workspaces: Array<WorkspaceBrief>;
    balance: Record<string, unknown>;
    actions: Record<string, number>;
    min_extension_version: string;
    disabled_readers: Array<DisabledReader>;
  }

  /** A member. */
  export interface MemberBody {
    id: string;
    email: string;
    name: string;
    role: WorkspaceRole;
    created_at: string;
  }

  /** Live members, oldest first. */
  export interface MemberList {
    data: Array<MemberBody>;
  }

  /**
   * One change in somebody's career: `joined` a company, `promoted` or `changed_role` in it.
   *
   * `at` is a year ("2021") or a month ("2021-03"), as exactly as the page says.
   */
  export interface Move {
    kind: string;
    at?: string | null;
    title?: string | null;
    company?: string | null;
    evidence?: Array<Evidence>;
  }

  /** Leave this campaign and enter another: both happen, or neither. */
  export interface MoveEnrollment {
    to_campaign: string;
  }

  /** Where the person stands after a move, which never costs. */
  export interface MovedBody {
    enrollment: EnrollmentBody;
    charge: NoCharge;
  }

  /** A name without titles, suffixes, emoji or pronouns; a mononym has no family name. */
  export interface Name {
    given?: string | null;
    middle?: string | null;
    family?: string | null;
  }

  /** Somebody or something by id, with the name to show. */
  export interface Named {
    id: string;
    name?: string | null;
  }

  /** Something metered that has been done: `quantity` units of `action`. */
  export interface NewCharge {
    action: string;
    contact_id?: string | null;
    thread?: string | null;
    quantity?: number;
    facts?: SpendFacts;
    source?: ContactSource;
    member_id?: string | null;
  }

  /** Credits to set aside for work that is about to begin. */
  export interface NewHold {
    action: string;
    contact_id?: string | null;
    thread?: string | null;
    quantity?: number;
    facts?: SpendFacts;
    source?: ContactSource;
    member_id?: string | null;
  }

  /** A key just made; `api_key` is shown this once. */
  export interface NewKeyBody {
    id: string;
    name: string;
    hint: string;
    member: Named;
    scopes: Array<Scope>;
    created_at: string;
    expires_at: string | null;
    api_key: string;
  }

  /** A listed pack, or any number of credits where the policy sells that: exactly one of them. */
  export interface NewPurchase {
    pack?: number | null;
    credits?: number | null;
    member_id?: string | null;
  }

  /** What cost nothing, and why. */
  export interface NoCharge {
    charged?: number;
    reason: string;
  }

  /** Uses of an action that the policy does not know: they would not have gone through it. */
  export interface NotCovered {
    action: string;
    uses: number;
  }

  /** A first line to write, in the page's language, and the page's own words that it rests on. */
  export interface Opener {
    text: string;
    facts_used: Array<string>;
    evidence?: Array<Evidence>;
  }

  /** What the asking member may spend and has spent in this cycle. */
  export interface OwnUse {
    cap: number | null;
    used: number;
  }

  /** How fast credits were spent in the last `days`, and which part replies gave back. */
  export interface PaceBody {
    per_day: number;
    days: number;
    refund_rate: number;
  }

  /** A bundle on sale. */
  export interface PackBody {
    credits: number;
    price_cents: number;
    cents_per_credit: number;
  }

  /**
   * What one page says about one person; everything but the name may be missing.
   *
   * `language` is the page's own (BCP 47, such as "fr" or "pt-BR"), a hint and not the judge.
   * `degree` is how near the person is to the reader: 1, 2 or 3.
   */
  export interface Page {
    name: string;
    headline?: string | null;
    location?: string | null;
    company?: string | null;
    about?: string | null;
    email?: string | null;
    photo_url?: string | null;
    degree?: number | null;
    experience?: Array<Experience>;
    education?: Array<Education>;
    skills?: Array<string>;
    posts?: Array<Post>;
    language?: string | null;
  }

  /** A pairing as the approving page shows it. */
  export interface PairingBody {
    pairing_id: string;
    user_code: string;
    label: string;
    version: string;
    status: string;
    requested_at: string;
    expires_at: string;
    workspaces?: Array<Named>;
    redirect_url?: string | null;
  }

  /** What the browser shows, and where the person goes; `expires_in` is in seconds. */
  export interface PairingStarted {
    pairing_id: string;
    user_code: string;
    verification_url: string;
    expires_in: number;
  }

  /** What became of a report of the payment service. */
  export interface PaymentHeard {
    outcome: string;
  }

  /** Something that the payment service reported afterwards, such as a refund of the money. */
  export interface PaymentNote {
    kind: string;
    at: string;
  }

  /** A person by contact id, or by an address with what the page says. */
  export interface PersonRef {
    contact_id?: string | null;
    url?: string | null;
    identifiers?: Array<string>;
    page?: Page | null;
  }

  /** Where somebody says they are: their words, ISO 3166 alpha-2, IANA time zone. */
  export interface Place {
    text?: string | null;
    country?: string | null;
    time_zone?: string | null;
  }

  /** A price level; `allotment` is per seat where the policy says so, `cap` what may be kept. */
  export interface PlanBody {
    name: string;
    title: string;
    allotment: number;
    cap: number | null;
    earmark: EarmarkBody | null;
    trial: boolean;
    price_cents: number | null;
    cents_per_credit: number | null;
  }

  /**
   * One version of a credit policy. `origin`: builtin, own, or stored (only in the database).
   *
   * `in_use`: the workspace's credits go by it. `first`: so do those of a first start.
   */
  export interface PolicyBody {
    id: string;
    name: string;
    version: number;
    title: string;
    effective_from: string;
    first: boolean;
    origin: string;
    in_use: boolean;
    scope: string;
    per_seat: boolean;
    anchor: string;
    timezone: string | null;
    rollover: string;
    rollover_days: number | null;
    cap_multiple: number | null;
    spend_order: Array<string>;
    plans: Array<PlanBody>;
    actions: Array<ActionBody>;
    topup: TopupBody | null;
    refund: RefundBody | null;
    trial_credits: number | null;
    on_upgrade: string;
    on_downgrade: string;
    on_cancel: string;
    on_seat_change: string;
    on_exhausted: Array<string>;
    transfer: boolean;
    member_caps: boolean;
  }

  /** Why a file of one's own is not among the policies. */
  export interface PolicyFault {
    file: string;
    line: number;
    message: string;
  }

  /** The policies that a workspace can have, and the files that are not usable. */
  export interface PolicyList {
    data: Array<PolicyBody>;
    faults: Array<PolicyFault>;
  }

  /** A policy with its file, to copy and edit. */
  export interface PolicyText {
    id: string;
    name: string;
    version: number;
    title: string;
    effective_from: string;
    first: boolean;
    origin: string;
    in_use: boolean;
    scope: string;
    per_seat: boolean;
    anchor: string;
    timezone: string | null;
    rollover: string;
    rollover_days: number | null;
    cap_multiple: number | null;
    spend_order: Array<string>;
    plans: Array<PlanBody>;
    actions: Array<ActionBody>;
    topup: TopupBody | null;
    refund: RefundBody | null;
    trial_credits: number | null;
    on_upgrade: string;
    on_downgrade: string;
    on_cancel: string;
    on_seat_change: string;
    on_exhausted: Array<string>;
    transfer: boolean;
    member_caps: boolean;
    source: string;
  }

  /** Something that the person wrote; `posted_at` as the page shows it. */
  export interface Post {
    text: string;
    posted_at?: string | null;
    url?: string | null;
  }

  /** What a change would do; nothing is stored. */
  export interface PreviewBody {
    effects: Array<EffectBody>;
    granted: number;
    forfeited: number;
    expired: number;
    available_before: number;
    available_after: number;
    subscription: SubscriptionBody;
  }

  /** A change to look at before it is made: another plan, other seats, or the end. */
  export interface PreviewSubscription {
    plan?: string | null;
    seats?: number | null;
    cancel?: boolean;
  }

  /** RFC 9457; further members are the facts of the refusal. */
  export interface Problem {
    type: string;
    title: string;
    status: number;
    detail: string;
    code: string;
    request_id: string;
    retryable: boolean;
    errors?: Array<Record<string, unknown>> | null;
  }

  /** How asking one provider went, or why it was passed over. */
  export interface ProviderAttempt {
    provider: string;
    outcome: AskOutcome;
    detail?: string | null;
    ms?: number;
    cost_micros?: number;
    cached?: boolean;
  }

  /**
   * One provider as an operator wants to see it.
   *
   * `state` is `ready`, `no_key` or `resting` (until `until`, because of `reason`). Figures count
   * the calls of the last 30 days that went out; a hit is a call that found something. `setting`
   * is the environment variable that switches the provider on.
   */
  export interface ProviderBody {
    name: string;
    state: string;
    reason?: string | null;
    until?: string | null;
    actions: Array<EnrichAction>;
    asked?: number;
    found?: number;
    verified?: number;
    failed?: number;
    hit_rate?: number | null;
    median_ms?: number | null;
    cost_micros?: number;
    cost_per_verified_micros?: number | null;
    setting?: string;
  }

  /**
   * The providers of this installation with their figures, and the order of each action.
   *
   * The figures are of the whole installation: its workspaces share the providers' keys.
   */
  export interface ProviderList {
    data: Array<ProviderBody>;
    orders: Array<ActionOrder>;
  }

  /** All providers that this version knows, in the order in which they are asked. */
  export interface ProvidersBody {
    data: Array<ProviderBody>;
  }

  /** A purchase: pending until paid; `settled` once its credits are there. */
  export interface PurchaseBody {
    id: string;
    status: string;
    pack: number | null;
    credits: number;
    price_cents: number | null;
    currency: string;
    member_id: string;
    created_at: string;
    settled_at: string | null;
    payment_ref: string | null;
    receipt_id: string | null;
    reason: string | null;
    checkout_url: string | null;
    notes?: Array<PaymentNote>;
  }

  /** Purchases, newest first. */
  export interface PurchaseList {
    data: Array<PurchaseBody>;
    next_cursor?: string | null;
  }

  /**
   * The price of a list, at most: who turns out to yield nothing is not charged.
   *
   * `known` counts those in the campaign already, too. `available_after` may be below zero;
   * `shortfall` is what the pool lacks, and `cap_shortfall` what the member's cap lacks.
   */
  export interface QuoteBody {
    id: string;
    action: string;
    campaign_id: string | null;
    new: number;
    known: number;
    conflicts: number;
    suppressed: number;
    invalid: number;
    duplicates: number;
    price: number;
    cost: number;
    available: number;
    available_after: number;
    shortfall: number;
    cap_left: number | null;
    cap_shortfall: number;
    next_refill_at: string | null;
    rule: string;
    data: Array<QuoteRow>;
  }

  /** One person of a quote; `ref` comes back, and is the place in the list when left out. */
  export interface QuoteItem {
    contact_id?: string | null;
    url?: string | null;
    identifiers?: Array<string>;
    page?: Page | null;
    ref?: string | null;
  }

  /** What would become of one item of a quote, were it analysed or enrolled now. */
  export type QuoteOutcome = "new" | "known" | "already_here" | "conflict" | "suppressed" | "invalid_identity" | "duplicate_in_request";

  /** What would become of one item, and what it would cost; `conflict` says who holds them. */
  export interface QuoteRow {
    ref: string;
    outcome: QuoteOutcome;
    cost: number;
    reason: string;
    contact_id?: string | null;
    name?: string | null;
    conflict?: Record<string, unknown> | null;
    detail?: string | null;
  }

  /**
   * Why something was, or was not, charged: what, who, from where, which lots, what is left.
   *
   * `charged` is what it cost, `credited` what it brought in; `amount` is the signed change.
   */
  export interface ReceiptBody {
    id: string;
    kind: string;
    amount: number;
    charged: number;
    credited: number;
    reason: string;
    rule: string;
    explanation: string;
    at: string;
    action: string | null;
    quantity: number | null;
    member: Named | null;
    contact: Named | null;
    campaign: Named | null;
    source: string | null;
    thread: string | null;
    hold_id: string | null;
    related: Array<RelatedReceipt>;
    lots: Array<ReceiptLot>;
    balance_after: number;
    held_after: number;
    available_after: number;
  }

  /** What a receipt moved of one lot: signed changes of its free and of its held credits. */
  export interface ReceiptLot {
    id: string;
    source: string;
    expires_at: string | null;
    free: number;
    held: number;
  }

  /** The verifier whose hash the pairing began with. */
  export interface RedeemPairing {
    code_verifier: string;
  }

  /** Look again at somebody already paid for; free. */
  export interface RefreshAnalysis {
    page?: Page | null;
  }

  /** The refresh token last given out. */
  export interface RefreshToken {
    refresh_token: string;
  }

  /** What the answer to a paid message gives back, once per thread. */
  export interface RefundBody {
    credits: number;
    window_days: number;
    new_lot_days: number;
  }

  /** Another line about the same hold: how it was placed, or how it ended. */
  export interface RelatedReceipt {
    id: string;
    kind: string;
    charged: number;
    reason: string;
    at: string;
  }

  /** A request as the sidecar remembers it; `answer` once it is done. */
  export interface RequestBody {
    key: string;
    status: string;
    answer?: FindAnswer | null;
  }

  /**
   * What somebody does, where, and whether they commonly decide on a budget of their own.
   *
   * `evidence` quotes what the title and the company were read from. `domain` is the company's own
   * as far as the page prints it (an address at it, a link to it), never a guess from its name.
   */
  export interface Role {
    title?: string | null;
    company?: string | null;
    domain?: string | null;
    seniority?: Seniority;
    function?: Function;
    decision_maker?: boolean | null;
    confidence?: number;
    evidence?: Array<Evidence>;
  }

  /** What an API key may be used for, never more than its member's role allows. */
  export type Scope = "contacts:read" | "contacts:write" | "analyses:write" | "campaigns:read" | "campaigns:write" | "credits:read" | "credits:purchase" | "workspace:read" | "workspace:admin" | "act_as";

  /** How far up somebody stands; `unclear` rather than a weak guess. */
  export type Seniority = "student" | "intern" | "individual" | "senior" | "manager" | "head" | "director" | "vp" | "c_level" | "founder" | "partner" | "unclear";

  /** Who has signed in; the session itself is in the cookies. */
  export interface SessionBody {
    email: string;
    csrf_token: string;
    expires_at: string;
  }

  /** How much a member may spend in a cycle; null lifts the cap. */
  export interface SetCap {
    cap: number | null;
  }

  /**
   * What all actions take.
   *
   * `workspace` parts the remembered answers of one caller from those of another. `order` names
   * the providers to ask, in order; without it all that are configured. Budgets bound what
   * vendors may take, in millionths of a US dollar, for one item and for the whole request.
   */
  export interface SidecarRequest {
    workspace?: string;
    order?: Array<string> | null;
    deadline_seconds?: number;
    item_budget_micros?: number | null;
    budget_micros?: number | null;
  }

  /** The token of a one-time sign-in link. */
  export interface SignIn {
    token: string;
  }

  /** One calendar month in the workspace's zone; months without any use are zero. */
  export interface SimulatedMonth {
    month: string;
    granted: number;
    charged: number;
    refunded: number;
    expired: number;
    forfeited: number;
    locked_out_days: number;
  }

  /**
   * What the journal's use would have cost. What was bought and corrected is left out.
   *
   * `refused` uses lacked `missing` credits together, on the days of `locked_out`. `plan_cents` is
   * what the plan itself would have cost, where the policy gives its price. `actual` are the
   * amounts that the journal has.
   */
  export interface SimulationBody {
    policy: string;
    plan: string;
    seats: number;
    start: string;
    end: string;
    pools: number;
    uses: number;
    granted: number;
    charged: number;
    refunded: number;
    expired: number;
    forfeited: number;
    left: number;
    refused: number;
    missing: number;
    locked_out: Array<string>;
    not_covered: Array<NotCovered>;
    months: Array<SimulatedMonth>;
    plan_cents: number | null;
    actual: Record<string, number>;
  }

  /** What the caller knows of the recipient; some policies charge nothing then. */
  export interface SpendFacts {
    relation?: "first_degree" | "second_degree" | "third_degree" | "out_of_network" | null;
    open_profile?: boolean;
  }

  /** How a charge, or the end of a hold, came out. */
  export interface SpentBody {
    outcome: string;
    charge: ChargeBody;
    id?: string | null;
  }

  /** A browser asks to be connected; `code_challenge` is base64url(SHA-256(verifier)). */
  export interface StartPairing {
    code_challenge: string;
    label?: string;
    version?: string;
  }

  /**
   * What the workspace pays for, and the changes that wait for the end of the cycle.
   *
   * `pools` counts the holders whom a change concerns: each member under a policy that gives every
   * member their own credits, else one.
   */
  export interface SubscriptionBody {
    policy: string;
    plan: string;
    seats: number;
    allotment: number;
    cycle_start: string;
    cycle_end: string;
    pending_plan: string | null;
    pending_seats: number | null;
    cancelled: boolean;
    pools: number;
  }

  /** Somebody not to contact: exactly one of an address, a contact and an email domain. */
  export interface Suppress {
    url?: string | null;
    contact_id?: string | null;
    email_domain?: string | null;
    reason?: string | null;
  }

  /** One line of the list of people not to contact. */
  export interface SuppressionBody {
    id: string;
    kind: "contact" | "identifier" | "email_domain";
    label: string | null;
    reason: string | null;
    created_by: string;
    created_at: string;
  }

  /** A browser's tokens; `expires_in` is in seconds. */
  export interface TokenBody {
    access_token: string;
    token_type?: string;
    expires_in: number;
    refresh_token: string;
    workspace: Named;
    member: Named;
  }

  /** What is sold beside the plans, and to whom. */
  export interface TopupBody {
    packs: Array<PackBody>;
    custom: boolean;
    unit_price_cents: number | null;
    roles: Array<string>;
    expires: string;
    refundable: boolean;
  }

  /** The trial's credits. */
  export interface TrialBody {
    granted: number;
    receipt_id: string | null;
    available: number;
  }

  /**
   * What was used in the last calendar months, the current one last, months without use too.
   *
   * `monthly_average` is over all months of the window. `effective_credits` is what the credits
   * used are worth when each one that a reply gave back is spent again; null when all came back.
   */
  export interface UsageBody {
    window: string;
    time_zone: string;
    group_by: Array<string>;
    rows: Array<UsageRow>;
    groups_left_out: number;
    months: Array<UsageMonth>;
    used: number;
    refunded: number;
    monthly_average: number;
    effective_credits: number | null;
    refund_rate: number;
    lost: Lost;
    pace: PaceBody;
    runs_out_at: string | null;
    next_refill_at: string | null;
  }

  /** A calendar month in the workspace's zone: what went out, what came in, what was lost. */
  export interface UsageMonth {
    month: string;
    start: string;
    end: string;
    used: number;
    refunded: number;
    charges: number;
    free: number;
    granted: number;
    adjusted: number;
    expired: number;
    forfeited: number;
    lost: number;
  }

  /**
   * One month of one group; only the names that were grouped by are there, null for nobody.
   *
   * `charges` and `free` count answers that cost something and answers that cost nothing.
   */
  export interface UsageRow {
    month: string;
    start: string;
    end: string;
    member?: Named | null;
    action?: string | null;
    source?: string | null;
    campaign?: Named | null;
    used: number;
    refunded: number;
    charges: number;
    free: number;
  }

  /** A person to write about; `facts` are further facts that the texts may use, by name. */
  export interface VariablesItem {
    ref: string;
    person?: string;
    name?: string | null;
    first_name?: string | null;
    last_name?: string | null;
    company?: string | null;
    domain?: string | null;
    linkedin_url?: string | null;
    email?: string | null;
    country?: string | null;
    page?: Page | null;
    colleagues?: Array<ColleagueAddress>;
    held?: Array<HeldValue>;
    variables: Array<WantedVariable>;
    language?: string | null;
    facts?: Record<string, string>;
  }

  /** Up to 50 people to write about, answered in order. */
  export interface VariablesRequest {
    workspace?: string;
    order?: Array<string> | null;
    deadline_seconds?: number;
    item_budget_micros?: number | null;
    budget_micros?: number | null;
    items: Array<VariablesItem>;
  }

  /** What a mail to an address would come to, as far as anybody can tell without sending one. */
  export type Verdict = "deliverable" | "risky" | "invalid" | "unknown";

  /** An address to verify. */
  export interface VerifyItem {
    ref: string;
    person?: string;
    email: string;
    held?: Array<HeldValue>;
  }

  /** Up to 50 addresses, answered in order. */
  export interface VerifyRequest {
    workspace?: string;
    order?: Array<string> | null;
    deadline_seconds?: number;
    item_budget_micros?: number | null;
    budget_micros?: number | null;
    items: Array<VerifyItem>;
  }

  /**
   * A text to write about a person: by a template of the caller's, or by what it should say.
   *
   * With neither, one of our own templates is used. `prompt` needs a language model.
   */
  export interface WantedVariable {
    name: string;
    template?: string | null;
    prompt?: string | null;
  }

  /** A workspace; cycles keep the zone that they began in, months of usage go by this one. */
  export interface WorkspaceBody {
    id: string;
    name: string;
    time_zone: string;
    policy: string;
    alert_thresholds: Array<number>;
    created_at: string;
  }

  /** A workspace that the signed-in person is a member of. */
  export interface WorkspaceBrief {
    id: string;
    name: string;
    time_zone: string;
    role: WorkspaceRole;
  }

  /** What a member may do; the table in `backend/workspaces/policy.py` spells it out. */
  export type WorkspaceRole = "owner" | "admin" | "manager" | "member" | "viewer";
}
