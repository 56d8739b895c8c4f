// What the panel's parts hand to one another beside the shapes of `content.d.ts`.

type Field = Wire.FoundField;
/** How an enrichment ended, with what it cost, whether it was waited for or not. */
type Enrichment = Pick<Wire.EnrichmentBody, "id" | "status" | "reason" | "fields" | "charge">;

/** One press on an action: on its way, answered, or refused. */
interface FindRun {
  busy?: boolean;
  answer?: Enrichment;
  failure?: Failure;
}

/** What can be found about a contact and at what price, what is known, and what was asked. */
interface Finds {
  costs: Record<string, Wire.ActionCost>;
  fields: Field[];
  runs: Record<string, FindRun>;
}

interface FindPresses {
  find(action: string): void;
  /** Let a press that waits for the server go. */
  unkeep(action: string): void;
  /** Ask an admin for credits. */
  request(credits: number): void;
}

interface NoticePresses {
  /** What the notice is about, as a part of its buttons' ids. */
  id: string;
  unkeep(): void;
  request(credits: number): void;
}

interface View {
  finds?: Finds | undefined;
}

interface Outcome {
  /** Who had them analysed, or whose campaign has them. */
  note?: string | undefined;
}

interface Side {
  copier(text: string): HTMLElement;
  basis: {
    sureness(sure: number): string;
    quote(evidence: { quote: string; from: string }): HTMLElement;
    why(path: string, value: string, basis: Wire.Basis | undefined): HTMLElement;
  };
  find(finds: Finds | undefined, on: FindPresses): Node[];
  finder(
    ask: Ask,
    refresh: (view: View, changes: Partial<View>) => void,
    speak: (text: string) => void,
  ): {
    load(view: View): Promise<void>;
    press(view: View, action: string): Promise<void>;
    found(view: View, action: string, reply: Reply): Promise<void>;
    unkeep(view: View, action: string): Promise<void>;
  };
}
