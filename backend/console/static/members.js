// @ts-check
/**
 * Who works in this workspace, and what their role may do.
 */

import { get } from "./api.js";
import { element, table } from "./dom.js";
import { spell } from "./words.js";

/** @typedef {import("./console.js").Context} Context */

/** @type {Record<string, string>} */
const ROLES = {
  owner: "Everything, also deleting the workspace",
  admin: "Members, keys, subscription, purchases",
  manager: "All campaigns, limits, usage of everybody",
  member: "Own analyses, campaigns and usage",
  viewer: "Reads only",
};

/**
 * @param {Context} context
 * @returns {Promise<Node>}
 */
export async function showMembers(context) {
  const answer = await get(context.path("members"));
  return element(
    "section",
    { class: "card", "aria-label": "Members" },
    table(
      "Members",
      [
        ["Member", ""],
        ["Email", ""],
        ["Role", ""],
        ["May", ""],
      ],
      answer.data.map((/** @type {any} */ member) =>
        element(
          "tr",
          {},
          element(
            "td",
            {},
            element("strong", {}, member.name || member.email),
            member.id === context.me.member.id && element("span", { class: "tag" }, "you"),
          ),
          element("td", {}, member.email),
          element("td", {}, spell(member.role)),
          element("td", { class: "soft" }, ROLES[member.role] ?? ""),
        ),
      ),
    ),
  );
}
