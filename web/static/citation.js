// What is said of a citation: whether its quote stands, and where. Knows nothing of answers or of cards.

import { h, icon } from "./dom.js";
import { t } from "./texts.js";

/** True when the quote is still, word for word, in the document. */
export function sound(citation) {
  return citation.verified && ["same", "moved", undefined].includes(citation.state);
}

/** ✓ 已核对 or what is wrong, in words. */
export function seal(citation) {
  if (sound(citation)) return h("span", { class: "sy-seal sy-good" }, icon("check"), t(citation.state === "moved" ? "seal.moved" : "seal.good"));
  const why = { changed: "seal.changed", gone: "seal.gone" }[citation.state] ?? "seal.unverified";
  return h("span", { class: "sy-seal sy-bad" }, icon("warn"), t(why));
}

/** The line that says where in its document a quote stands: 文号, locator, page; the title is always shown beside it. */
export function place(item) {
  let within = item.locator ?? "";
  for (const known of [`《${item.title}》`, `（${item.number}）`]) if (within.startsWith(known)) within = within.slice(known.length);
  if (item.page) within = within.replace(/（第\d+页）$/, "");
  return [item.number, within, item.page ? t("page", { n: item.page }) : null].filter(Boolean).join(" · ");
}

/** The words of a quote on one line: a row of a table without its bars, a heading without its marks. */
export function oneLine(quote) {
  const bare = quote.replace(/\s*\n\s*/g, " ").replace(/^#+\s*/, "");
  return bare.startsWith("|") ? bare.split("|").map((cell) => cell.trim()).filter(Boolean).join(" · ") : bare;
}
