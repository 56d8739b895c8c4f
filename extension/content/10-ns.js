// @ts-check
// One namespace for all content scripts, in the extension's own world, which the page cannot see.
// The same files may be run twice in one page: by the manifest, and by the popup's button. Whatever
// is running stays as it is, so that one press can never be heard by two copies.
__side.define ??= (part) => {
  if (!__side.started) Object.assign(__side, part());
};
