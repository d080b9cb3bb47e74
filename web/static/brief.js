// The policy card above a document: what it gives, to whom, until when, where; each unit leads to its words. Knows no layout.

import { fill, h, icon } from "./dom.js";
import { call } from "./api.js";
import { t } from "./texts.js";
import { oneLine, place } from "./citation.js";

const MANY = 6; // units of a field that are shown before the rest is asked for

/** A fold that fetches the card of a document when it is first opened; `jump(citation, all)` shows the words. */
export function brief(docId, { open, jump, toggled }) {
  const holder = h("div", { class: "sy-brief-body" });
  const fold = h("details", { class: "sy-brief", open }, h("summary", {}, icon("table"), t("brief.title")), holder);
  const load = async () => {
    if (holder.dataset.asked) return;
    holder.dataset.asked = "true";
    fill(holder, h("p", { class: "sy-brief-note", role: "status" }, t("brief.making")));
    try {
      fill(holder, fields(await known(docId), jump));
    } catch (error) {
      delete holder.dataset.asked;
      fill(holder, h("p", { class: "sy-brief-note", role: "status" }, error.message));
    }
  };
  fold.addEventListener("toggle", () => { toggled(fold.open); if (fold.open) load(); });
  if (open) load();
  return fold;
}

let last = { id: "", card: null };

/** The card, fetched once while its document is looked at. */
async function known(docId) {
  if (last.id !== docId) last = { id: docId, card: await call(`sources/${encodeURIComponent(docId)}/card`) };
  return last.card;
}

/** Forgets the card that was fetched: the documents have changed. */
export function forget() {
  last = { id: "", card: null };
}

function fields(card, jump) {
  const filled = card.fields.filter((field) => field.citations.length);
  const all = filled.flatMap((field) => field.citations).filter((one, i, list) => list.findIndex((other) => other.marker === one.marker) === i);
  const empty = card.fields.filter((field) => !field.citations.length).map((field) => t(`field.${field.key}`));
  return [
    h("dl", { class: "sy-brief-fields" }, filled.map((field) => [h("dt", {}, t(`field.${field.key}`)), h("dd", {}, units(field.citations, all, jump))])),
    empty.length ? h("p", { class: "sy-brief-note" }, t("brief.empty", { names: empty.join(t("brief.and")) })) : null,
  ];
}

function units(citations, all, jump) {
  const list = h("ul", {}, citations.slice(0, MANY).map((one) => unit(one, all, jump)));
  if (citations.length <= MANY) return list;
  const more = h("button", { type: "button", class: "sy-button sy-quiet", on: { click: () => {
    const rest = citations.slice(MANY).map((one) => unit(one, all, jump));
    list.append(...rest);
    more.remove();
    rest[0].querySelector("button").focus();
  } } }, t("brief.more", { n: citations.length - MANY }));
  return [list, more];
}

function unit(citation, all, jump) {
  return h("li", {}, h("button", { type: "button", class: "sy-brief-unit", title: place(citation), on: { click: () => jump(citation, all) } },
    h("span", { class: "sy-quote" }, oneLine(citation.quote)), h("small", {}, place(citation))));
}
