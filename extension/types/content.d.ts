// The namespace that the content scripts share, and the shapes that they hand to one another.

interface Experience { title?: string; company?: string; start?: string; end?: string; description?: string }
interface Education { school?: string; degree?: string; start?: string; end?: string }

/** The facts of one page about one person, as the server takes them. */
interface PersonPage {
  name: string;
  headline?: string;
  location?: string;
  company?: string;
  about?: string;
  email?: string;
  photo_url?: string;
  degree?: 1 | 2 | 3;
  experience?: Experience[];
  education?: Education[];
  skills?: string[];
  posts?: { text: string; posted_at?: string; url?: string }[];
  language?: string;
}

type Facts = Partial<PersonPage>;

/** What one way of reading found, before it is merged with the others. */
interface Reading { facts: Facts; addresses: string[]; layout: string }

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

interface ListedPerson { url: string; identifiers: string[]; page: PersonPage; element?: Element }
interface PeopleList { kind: "list"; source: ContactSource; people: ListedPerson[]; layout: string }
interface Unreadable { kind: "unreadable"; gaps: string[]; layout: string }

type Found = Profile | PeopleList | Unreadable;
type ContactSource = "profile" | "people_search" | "company_people";

interface Reader {
  id: string;
  match(url: URL): boolean;
  /** Whether there is something to read by now; cheap, called as the page changes. */
  ready(doc: Document, url: URL): boolean;
  read(doc: Document, url: URL): Found;
}

interface Side {
  shadow: "open" | "closed";
  started?: boolean;
  define?: (part: () => Partial<Side>) => void;
  url: {
    parse(address: string, base?: string): URL | null;
    isLinkedIn(url: URL): boolean;
    slug(url: URL): string;
    salesToken(url: URL): string;
    pageKey(address: string): string;
    personal(addresses: Iterable<string | null | undefined>, own: string): string[];
  };
  text: {
    squeeze(text: string | null | undefined): string;
    cut(text: string | null | undefined, most: number): string;
    shown(element: Element): boolean;
    lines(element: Element | null | undefined): string[];
    line(element: Element | null | undefined): string;
    first(root: ParentNode | null, selectors: string[]): string;
    degree(text: string): 1 | 2 | 3 | undefined;
    isName(text: string): boolean;
    period(text: string): { start: string; end: string } | null;
    isLength(text: string): boolean;
  };
}
