// @ts-check
// One namespace for all content scripts, in the extension's own world, which the page cannot see.
// The same files may be run twice in one page: by the manifest, and by the popup's button. Whatever
// is there stays as it is, so that one press can never be heard by two copies.
__side.define ??= (part) => {
  for (const [name, made] of Object.entries(part())) {
    if (!(name in __side)) Object.assign(__side, { [name]: made });
  }
};
__side.readers ??= [];
__side.register ??= (reader) => {
  if (!__side.readers.some((one) => one.id === reader.id)) __side.readers.push(reader);
};
