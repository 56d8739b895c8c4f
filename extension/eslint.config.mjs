// Checks of the plain JavaScript. The type checker knows names and shapes; these are habits.
// Patterns are relative to where `npm run check` runs, the top of the repository.
import noUnsanitized from "eslint-plugin-no-unsanitized";

export default [
  // What others have written is not ours to change.
  { ignores: ["extension/content/vendor/**"] },
  {
    files: ["extension/**/*.js"],
    plugins: { "no-unsanitized": noUnsanitized },
    languageOptions: { ecmaVersion: 2023, sourceType: "module" },
    rules: {
      "no-unsanitized/method": "error",
      "no-unsanitized/property": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-script-url": "error",
      "no-unused-vars": "error",
      "no-var": "error",
      "prefer-const": "error",
      eqeqeq: "error",
      "no-promise-executor-return": "off",
      "require-atomic-updates": "off",
    },
  },
  { files: ["extension/content/*.js"], languageOptions: { sourceType: "script" } },
];
