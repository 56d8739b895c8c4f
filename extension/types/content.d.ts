// The namespace that the content scripts share, and the shapes that they hand to one another.

type Experience = Wire.Experience;
type Education = Wire.Education;

/** The facts of one page about one person, as the server takes them. */
type PersonPage = Wire.Page;

type Facts = Partial<PersonPage>;

/** What one way of reading found, before it is merged with the others. */
interface Reading {
  facts: Facts;
  addresses: string[];
  layout: string;
}

/** One person as read: what is sent, which way of reading gave each fact, what was not found. */
interface Profile {
  kind: "profile";
  url: string;
  identifiers: string[];
  page: PersonPage;
  sources: Record<string, string>;
  gaps: string[];
  layout: string;
}

interface ListedPerson {
  url: string;
  identifiers: string[];
  page: PersonPage;
  element?: Element;
}
interface PeopleList {
  kind: "list";
  source: ContactSource;
  people: ListedPerson[];
  layout: string;
}
interface Unreadable {
  kind: "unreadable";
  gaps: string[];
  layout: string;
}

type Found = Profile | PeopleList | Unreadable;
type ContactSource = "profile" | "people_search" | "company_people";

interface Reader {
  id: string;
  /** Raised with each change of what it reads: a server may switch off what it knows to be broken. */
  version: number;
  match(url: URL): boolean;
  /** Whether there is something to read by now; cheap, called as the page changes. */
  ready(doc: Document, url: URL): boolean;
  read(doc: Document, url: URL): Found;
}

type Charge = Wire.ChargeBody;
type Insight = Wire.Insight;
type Analysis = Wire.AnalysisBody;
type Campaign = Pick<Wire.CampaignBody, "id" | "name" | "status">;

/** What went wrong: a code of the server or of our own, and the facts that came with it. */
interface Failure {
  code: string;
  status?: number;
  facts?: Record<string, any>;
}
type Reply = { ok: true; data: any } | ({ ok: false } & Failure);
type Ask = (type: string, content: Record<string, unknown>) => Promise<Reply>;

/** What the panel knows about one person's page. */
interface View {
  key: string;
  open: boolean;
  phase: "idle" | "sending" | "done";
  found?: Profile;
  answer?: Analysis | undefined;
  failure?: Failure | undefined;
  available?: number | undefined;
  origin?: string;
  campaigns?: Campaign[] | Failure;
  chosen?: string | undefined;
  busy?: boolean;
  added?: { outcome: string; charged: number; campaign: string; held: string } | undefined;
  refused?: Failure | undefined;
  /** How an admin was asked for credits. */
  asked?: Reply | undefined;
  /** The price above one credit that was shown and agreed to. */
  allowed?: number;
}

/** Where the browser is: an address, who reads it, and what the panel shows of it. */
interface Place {
  key: string;
  url: URL;
  /** Known once the readers are in the page. */
  reader?: Reader;
  before: Shown | null;
  view: View;
  readable?: boolean;
  signature?: string;
}

/** What is known of one person of a list, or became of them. */
interface Outcome {
  outcome: string;
  cost?: number | undefined;
  campaign?: string | undefined;
}

/** A list on its way into a campaign, part after part, and how far it has come. */
interface Run {
  campaign: string;
  source: ContactSource | undefined;
  parts: ListedPerson[][];
  /** What the rest may still cost. */
  spare: number;
  charged: number;
  added: number;
  done: number;
  left: number;
}

/** Whom a page was about, and where. */
interface Shown {
  url: URL;
  signature: string;
}

interface ListView {
  people: ListedPerson[];
  picked: Set<string>;
  checked: Map<string, Outcome>;
  results: Map<string, Outcome>;
  open?: boolean;
  source?: ContactSource;
  campaigns?: Campaign[] | Failure;
  chosen?: string | undefined;
  busy?: boolean;
  refused?: Failure | undefined;
  run?: Run | undefined;
  summary?: { title: string; text: string } | undefined;
  quote?: Wire.QuoteBody | undefined;
  available?: number | undefined;
}

/** What a person can do in the panel of a list. */
interface ListPresses extends Record<
  "check" | "load" | "quote" | "add" | "resume" | "drop",
  () => void
> {
  toggle(url: string, on: boolean): void;
  all(on: boolean): void;
  choose(id: string): void;
}

/** The ways out of a panel that has nothing else to say. */
interface StatePresses {
  again(): void;
  /** The same press at a price that is shown first. */
  agree(cost: number): void;
  /** Let a press that waits for the server go. */
  unkeep(): void;
  /** Ask an admin for credits. */
  request(credits: number): void;
}

interface Panel {
  body: Child[];
  foot?: Child[];
  available?: number | undefined;
  again?: (() => void) | undefined;
  busy?: boolean;
  /** Leave the focus where it is. */
  quiet?: boolean | undefined;
  /** Show the beginning, where the news is. */
  toTop?: boolean | undefined;
}

interface Shell {
  readonly root: HTMLElement;
  readonly inside: ShadowRoot;
  open: boolean;
  /** Add a style sheet. */
  dress(look: string): void;
  mount(): void;
  unmount(): void;
  /** Tell a screen reader. */
  say(text: string): void;
  showPill(label: string, price?: string, more?: string): void;
  hidePill(): void;
  focusPill(): void;
  /** Say why there is no panel; null takes it back. */
  bare(code: string | null): void;
  showPanel(panel: Panel): void;
  hidePanel(): void;
}

interface ListSelectors {
  path: RegExp;
  source: ContactSource;
  rows: string[];
  link: string;
  name: string[];
  headline: string[];
  location: string[];
  employer?: string[];
  /** What in a row speaks of others. */
  others?: string;
  /** Where the page names the company of all its people. */
  company?: string;
}

/** Selectors by what they find; a list is tried in order. */
interface LinkedInSelectors {
  wall: string;
  login: string;
  visitors: string;
  photo: string;
  contactInfo: string;
  company: string;
  member: string;
  sdui: Record<"name" | "item" | "long" | "more", string> &
    Record<"top" | "about" | "experience" | "education" | "skills", string[]>;
  anchors: Record<"item" | "subtitle" | "detail" | "sure", string> &
    Record<
      "top" | "name" | "headline" | "location" | "degree" | "company" | "about" | "title",
      string[]
    >;
  sections: Record<"position" | "role" | "school" | "skill", string> &
    Record<
      | "top"
      | "name"
      | "headline"
      | "location"
      | "degree"
      | "company"
      | "about"
      | "roleTitle"
      | "separator"
      | "title"
      | "group"
      | "subtitle"
      | "dates"
      | "description"
      | "schoolName"
      | "schoolDegree",
      string[]
    >;
  outline: Record<
    | "around"
    | "heading"
    | "sectionHeading"
    | "titles"
    | "page"
    | "card"
    | "owner"
    | "text"
    | "unread"
    | "long",
    string
  > & {
    sections: Record<"about" | "experience" | "education", string[]>;
  };
  guest: Record<"position" | "role" | "group" | "school", string> &
    Record<
      | "top"
      | "name"
      | "headline"
      | "location"
      | "company"
      | "about"
      | "title"
      | "subtitle"
      | "dates"
      | "description",
      string[]
    >;
}

type Layout = (doc: Document, url: URL) => Reading | null;
type Child = Node | string | number | null | undefined | false;
type Given = Record<string, string | boolean | undefined | ((event: any) => void)>;

/** Where in a page's data a person stands. */
type Role = "main" | "top" | "listed" | "maker";

interface Microformat {
  type: string[];
  properties: Record<string, any[]>;
  children?: Microformat[];
}

/** What of a page the parser is shown: the class names that mean something, and which elements. */
interface CardChoice {
  classes(names: string[]): string[];
  skips(element: Element): boolean;
}

/** What a page may have put into it: what all readers share, who reads such a page, the panel. */
type Part = "readers" | "member" | "lead" | "people" | "github" | "xing" | "anywhere" | "panel";

interface Side {
  shadow: "open" | "closed";
  started?: boolean;
  define(part: () => Partial<Side>): void;
  register(reader: Reader): void;
  ask: Ask;
  alive(): boolean;
  load(part: Part): Promise<Reply>;
  url: {
    parse(address: string, base?: string): URL | null;
    kind(url: URL): "person" | "people" | "";
    decode(segment: string): string;
    isLinkedIn(url: URL): boolean;
    readers(url: URL): Part;
    isEncoded(url: URL): boolean;
    slug(url: URL): string;
    salesToken(url: URL): string;
    pageKey(address: string): string;
    personal(addresses: Iterable<string | null | undefined>, own: string): string[];
  };
  text: {
    squeeze(text: string | null | undefined): string;
    cut(text: string | null | undefined, most: number): string;
    shown(element: Element): boolean;
    lines(element: Element | null | undefined, stop?: Node): string[];
    line(element: Element | null | undefined): string;
    ahead(element: Element, stop?: Node): boolean;
    first(root: ParentNode | null, selectors: string[], stop?: Node): string;
    degree(text: string): 1 | 2 | 3 | undefined;
    degreeIn(root: Element, name: string): 1 | 2 | 3 | undefined;
    isName(text: string): boolean;
    isPronouns(text: string): boolean;
    isPlace(text: string): boolean;
    period(text: string): { start: string; end: string } | null;
    isLength(text: string): boolean;
  };
  jsonld: {
    people(doc: Document): { person: any; role: Role; page: any }[];
    facts(person: any, base: URL, page?: any): Reading;
    home(person: any, base: URL): string;
    things(doc: Document): string[];
  };
  /** The vendored parser, in pages that have a card. */
  mf2?(doc: Document, choose: CardChoice): { items: Microformat[]; rels: Record<string, string[]> };
  hcard: {
    cards(
      doc: Document,
      url: URL,
    ): { home: string; mine: boolean; top: boolean; reading: Reading }[];
  };
  markup: {
    microdata(doc: Document, base: URL): Reading | null;
    opengraph(doc: Document): Reading | null;
  };
  merge(readings: Reading[], address: string): Profile | Unreadable;
  selectors: { linkedin: LinkedInSelectors };
  /** Of LinkedIn's lists and leads, in those pages. */
  listed: {
    lists: ListSelectors[];
    lead: Record<"about" | "position" | "description" | "others" | "link", string> &
      Record<"top" | "name" | "headline" | "location" | "title" | "employer", string[]>;
  };
  sites: {
    github: Record<"email" | "photo" | "links" | "readme", string> &
      Record<"card" | "name" | "nick" | "about" | "company" | "location", string[]>;
    xing: Record<"around" | "skills" | "profile" | "sure", string> &
      Record<
        "top" | "name" | "headline" | "location" | "experience" | "education",
        string[]
      >;
  };
  layouts: { anchors: Layout; sections: Layout; guest: Layout };
  outline: {
    read(doc: Document, url: URL): Reading | null;
    section(doc: Document, kind: "about" | "experience" | "education"): Element | null;
    positions(root: Element): Experience[];
    schools(root: Element): Education[];
    prose(root: Element): string;
    titled(doc: Document): string;
    isOwn(link: Element, url: URL): boolean;
  };
  readers: Reader[];
  dom: {
    say(key: string, ...values: (string | number)[]): string;
    direction(): "ltr" | "rtl";
    count(key: string, count: number, ...values: (string | number)[]): string;
    word(group: string, word: string): string;
    day(instant: string | null | undefined): string;
    by(row: any): string;
    since(enrolled: any): string;
    clock(zone: string | null | undefined): string;
    plain(text: unknown, most?: number): string;
    el(tag: string, given?: Given, ...children: (Child | Child[])[]): HTMLElement;
    icon(name: string): SVGElement;
    button(content: Child | Child[], press: () => void, given?: Given): HTMLElement;
    link(text: string, address: unknown): HTMLElement | null;
  };
  style: string;
  shell(press: () => void): Shell;
  frame(shell: Shell, close: () => void): void;
  insight(answer: Analysis, found: Profile, more: Node[]): (Node | null)[];
  who(name: string, about: (string | null | undefined)[]): HTMLElement;
  receipt(charge: Charge, insight: Insight | null): (Node | string)[];
  notices: {
    state(failure: Failure, on: StatePresses): HTMLElement;
    notice(failure: Failure, on?: NoticePresses): HTMLElement;
    asked(reply: Reply): HTMLElement;
    bones(): HTMLElement;
    texts(failure: Failure): { title: string; text: string[]; code: string };
  };
  campaign: {
    foot(
      view: View,
      on: { choose: (id: string) => void; add: () => void; move: () => void },
    ): (Node | null)[];
    choice(
      campaigns: Campaign[],
      chosen: string,
      choose: (id: string) => void,
      load?: () => void,
    ): HTMLElement;
  };
  list: {
    body(view: ListView, shell: Shell, on: ListPresses): Child[];
    foot(view: ListView, on: ListPresses): Child[];
    checked(row: any): Outcome;
    outcome(row: any): Outcome;
    mark(shell: Shell, element: Element | undefined): void;
  };
  person(
    shell: Shell,
    ask: Ask,
    again: () => void,
    here: (view: View) => boolean,
  ): {
    press(place: Place): Promise<string>;
    show(view: View): void;
    /** The answer to a press that was kept until the server could be reached. */
    answered(view: View, reply: Reply): void;
    found(view: View, action: string, reply: Reply): void;
  };
  people(
    shell: Shell,
    ask: Ask,
    read: () => PeopleList | null,
  ): {
    view: ListView;
    update(): void;
    open(quiet: boolean): void;
    close(): void;
  };
  route: {
    follow(changed: () => void, signal: AbortSignal): void;
    watch(look: () => boolean, signal: AbortSignal, patience?: number): void;
    settle(
      reader: Reader,
      url: URL,
      before: Shown | null,
      signal: AbortSignal,
      found: (found: Found) => void,
    ): void;
    signature(found: Found): string;
  };
  /** The page with everything personal replaced. */
  sample(doc: Document, url: URL, found?: Found): string;
  wrong(shell: Shell, found: Found | undefined, available: number | undefined): HTMLElement;
  main(): void;
}

declare var __side: Side;
