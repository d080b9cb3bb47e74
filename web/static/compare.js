// The page of two to five documents or places side by side: a row a field, what differs marked. Knows nothing of how that was found.

import { button, fill, h, icon } from "./dom.js";
import { call, download } from "./api.js";
import { t } from "./texts.js";
import { guard } from "./chat.js";
import { place } from "./citation.js";

export const MOST = 5; // columns that can be read side by side
const MANY = 4; // units of a cell that are shown before the rest is asked for

/** The address of the page for some documents (their ids) or places (their names after @). */
export function address(chosen) {
  return `compare/${chosen.map(encodeURIComponent).join("/")}`;
}

/** A link to the page. */
export function link(chosen) {
  return h("a", { class: "sy-link sy-diff-link", href: `#${address(chosen)}` }, icon("compare"), h("span", {}, t("compare.link", { n: chosen.length })));
}

export class Compare {
  constructor(node, app, ...chosen) {
    Object.assign(this, { node, app, chosen: [...new Set(chosen.filter(Boolean))] });
  }

  async start() {
    this.only = h("input", { type: "checkbox", checked: true, on: { change: () => this.draw() } });
    this.table = h("div", { class: "sy-diff-box" });
    const { sources } = await call("sources");
    this.names = new Map([...sources.map((s) => [s.id, s.title]), ...sources.filter((s) => s.region).map((s) => [`@${s.region}`, s.region])]);
    const ready = this.chosen.length > 1;
    fill(this.node, h("header", { class: "sy-page-head" }, h("h1", {}, t("compare.title")), h("p", {}, t("compare.text"))),
      h("div", { class: "sy-tools-row" }, this.adding(sources),
        ready ? [h("label", { class: "sy-diff-only" }, this.only, h("span", {}, t("compare.only"))),
          button(t("compare.xlsx"), "table", () => download(`compare/export.xlsx?${this.query()}`))] : null),
      this.columns(), this.table);
    if (!ready) return fill(this.table, h("p", { class: "sy-none" }, t("compare.few")));
    this.found = await call(`compare?${this.query()}`);
    return this.draw();
  }

  query() {
    return new URLSearchParams(this.chosen.map((each) => ["of", each])).toString();
  }

  go(chosen) {
    this.app.go(address(chosen));
  }

  /** What can be put beside what is there: documents, and places for all their documents. */
  adding(sources) {
    const places = [...new Set(sources.map((s) => s.region).filter(Boolean))].sort();
    const option = ([value, words]) => (this.chosen.includes(value) ? null : h("option", { value }, words));
    const select = h("select", { class: "sy-select sy-compare-add", "aria-label": t("compare.add"), disabled: this.chosen.length >= MOST },
      h("option", { value: "" }, t("compare.add")),
      h("optgroup", { label: t("compare.documents") }, sources.map((s) => option([s.id, s.title]))),
      places.length ? h("optgroup", { label: t("compare.places") }, places.map((name) => option([`@${name}`, name]))) : null);
    const add = () => select.value && this.go([...this.chosen, select.value]);
    return h("span", { class: "sy-compare-adding" }, select, button(t("compare.put"), "plus", add)); // not at once: arrows walk through a list
  }

  columns() {
    return h("ul", { class: "sy-compare-chosen", "aria-label": t("compare.chosen") }, this.chosen.map((each) => {
      const name = this.names.get(each) ?? each;
      return h("li", { "data-chosen": each }, h("span", {}, name),
        button(t("compare.remove", { name }), "close", () => this.go(this.chosen.filter((other) => other !== each)), { bare: true }));
    }));
  }

  draw() {
    const rows = this.found.rows.filter((row) => row.cells.some((cell) => cell.citations.length) && (row.differs || !this.only.checked));
    fill(this.table, rows.length ? h("table", { class: "sy-diff sy-compare", "data-columns": this.chosen.length },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("compare.field")), this.found.documents.map((one) => h("th", { scope: "col" }, one.title)))),
      h("tbody", {}, rows.map((row) => this.row(row)))) : h("p", { class: "sy-none" }, t("compare.same")));
  }

  row(row) {
    return h("tr", { "data-field": row.key, "data-differs": String(row.differs) },
      h("th", { scope: "row" }, t(`field.${row.key}`), h("span", { class: `sy-badge ${row.differs ? "sy-diff-changed" : ""}` }, t(row.differs ? "compare.differs" : "compare.equal"))),
      row.cells.map((cell, number) => this.cell(cell, this.found.documents[number].title)));
  }

  cell(cell, title) {
    if (!cell.citations.length) return h("td", { class: "sy-diff-none", "data-name": title }, t("compare.empty"));
    const all = cell.citations;
    const list = h("ul", {}, all.slice(0, MANY).map((one) => this.unit(one, all)));
    const more = all.length > MANY ? h("button", { type: "button", class: "sy-button sy-quiet", on: { click: () => {
      const rest = all.slice(MANY).map((one) => this.unit(one, all));
      list.append(...rest);
      more.remove();
      rest[0].querySelector("button").focus();
    } } }, t("brief.more", { n: all.length - MANY })) : null;
    return h("td", { "data-name": title }, list, more);
  }

  unit(citation, all) {
    const open = () => guard(() => this.app.panel.open(citation, all.filter((one) => one.doc_id === citation.doc_id)));
    return h("li", {}, h("button", { type: "button", class: "sy-brief-unit", on: { click: open } },
      h("span", { class: "sy-quote" }, citation.pieces.map((piece) => (piece.differs ? h("mark", {}, piece.text) : flat(piece.text)))),
      h("small", {}, [this.chosen.some((each) => each.startsWith("@")) ? citation.title : null, place(citation)].filter(Boolean).join(" · "))));
  }
}

/** Words of a quote on one line, a row of a table without its bars. */
function flat(text) {
  return text.replace(/\s*\n\s*/g, " ").replace(/^\s*\||\|\s*$/g, "").replace(/\s*\|\s*/g, " · ");
}
