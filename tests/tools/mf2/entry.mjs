// What `vendor/mf2.js` is built of: the parser, as a part of the content scripts.
import { mf2 } from "microformats-parser";

import { during } from "./shim.mjs";

globalThis.__side.define(() => ({
  mf2: (doc, choose) =>
    during(doc, choose, () =>
      mf2("a document", { baseUrl: doc.baseURI, experimental: { textContent: true } }),
    ),
}));
