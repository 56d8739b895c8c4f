// What the checker's own library does not know yet.
interface Element {
  checkVisibility?(options?: { visibilityProperty?: boolean; opacityProperty?: boolean }): boolean;
}
