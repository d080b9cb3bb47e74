// The page of all policies: a row a document, to filter, sort and take along as a table or a calendar. Knows nothing of conversations.

import { button, fill, h, icon } from "./dom.js";
import { call, download } from "./api.js";
import { t } from "./texts.js";
import { guard } from "./chat.js";
import { oneLine } from "./citation.js";

const EVERY = 1000; // milliseconds between two looks at how far the making is

export class Overview {
  constructor(node, app) {
    this.node = node;
    this.app = app;
    this.sort = "title";
    this.down = false;
    this.from = 0;
  }

  async start() {
    this.state = h("div", { class: "sy-progress", hidden: true, role: "status" });
    this.table = h("div", { class: "sy-table-box", tabindex: "0", role: "region", "aria-label": t("page.overview") });
    this.find = h("input", { type: "search", class: "sy-find", placeholder: t("overview.find"), "aria-label": t("overview.find"), on: { input: () => this.again() } });
    this.held = h("select", { class: "sy-select", "aria-label": t("overview.held"), on: { change: () => this.again() } },
      ["", "in", "past"].map((value) => h("option", { value }, t(`overview.held.${value || "all"}`))));
    this.order = h("select", { class: "sy-select sy-narrow-only", "aria-label": t("overview.sort"), on: { change: () => this.by(this.order.value, false) } },
      ["title", "issued", "next", "expires"].map((value) => h("option", { value }, t("overview.by", { what: t(`overview.${value}`) }))));
    this.xlsx = button(t("overview.xlsx"), "table", () => download("cards/export.xlsx"), { disabled: true });
    this.ics = button(t("overview.ics"), "calendar", () => download("cards/export.ics"), { disabled: true });
    fill(this.node, h("header", { class: "sy-page-head" }, h("h1", {}, t("page.overview")), h("p", {}, t("overview.text"))),
      this.state,
      h("div", { class: "sy-tools-row" }, h("label", { class: "sy-findbox" }, icon("search"), this.find), this.held, this.order,
        h("span", { class: "sy-overview-files" }, this.xlsx, this.ics)),
      this.table);
    await this.follow();
  }

  /** Looks again from the first row on; of quick changes the last one counts. */
  again() {
    this.from = 0;
    clearTimeout(this.soon);
    this.soon = setTimeout(() => guard(() => this.load()), 150);
  }

  by(sort, flip = true) {
    this.down = flip && this.sort === sort ? !this.down : false;
    this.sort = sort;
    this.again();
  }

  /** Loads until everything is made or the page is left. */
  async follow() {
    for (;;) {
      const { ready } = await this.load();
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, EVERY));
      if (!this.table.isConnected || this.node.hidden) return;
    }
  }

  async load() {
    const asked = new URLSearchParams({ find: this.find.value.trim(), held: this.held.value, sort: this.sort, down: this.down, start: this.from });
    this.asked = String(asked);
    const page = await call(`cards?${asked}`);
    if (this.asked === String(asked)) this.draw(page);
    return page;
  }

  draw(page) {
    this.progress(page);
    const seen = JSON.stringify([page.rows, page.matched, this.sort, this.down, this.from]);
    if (seen === this.drawn) return; // nothing new: what is focused stays focused
    this.drawn = seen;
    const focused = this.table.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    fill(this.table, page.rows.length
      ? [this.rows(page.rows), this.steps(page)]
      : h("p", { class: "sy-none" }, t(page.ready ? "overview.none" : "overview.wait")));
    if (focused) this.table.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  progress({ done, total, ready }) {
    this.state.hidden = ready;
    const text = t("overview.making", { done, total });
    if (!ready) fill(this.state, h("span", {}, text), h("progress", { max: total || 1, value: done, "aria-label": text }));
    for (const file of [this.xlsx, this.ics]) file.disabled = !ready;
  }

  rows(rows) {
    const columns = [["title", "title"], ["audience"], ["support"], ["deadlines", "next"], ["contacts"], ["validity", "expires"]];
    return h("table", { class: "sy-table sy-overview" },
      h("thead", {}, h("tr", {}, columns.map(([name, sort]) => this.column(name, sort)))),
      h("tbody", {}, rows.map((row) => this.row(row))));
  }

  column(name, sort) {
    const words = t(["title", "validity"].includes(name) ? `overview.${name}` : `field.${name}`);
    if (!sort) return h("th", { scope: "col" }, words);
    const current = this.sort === sort;
    return h("th", { scope: "col", "aria-sort": current ? (this.down ? "descending" : "ascending") : "none" },
      h("button", { type: "button", class: "sy-sort", "data-key": `sort-${sort}`, on: { click: () => this.by(sort) } }, words,
        h("span", { "aria-hidden": "true" }, current ? (this.down ? "↓" : "↑") : "↕")));
  }

  row(row) {
    return h("tr", { "data-source": row.source },
      h("th", { scope: "row" }, h("button", { type: "button", class: "sy-link", "data-key": row.id, on: { click: () => this.app.panel.browse(row.id) } }, row.title),
        h("small", {}, [row.number, row.issued].filter(Boolean).join(" · "))),
      this.cell(row, "audience"), this.cell(row, "support"),
      this.cell(row, "deadlines", row.next ? h("span", { class: "sy-badge sy-date" }, t(row.next.yearly ? "overview.yearly" : "overview.until", { date: row.next.date })) : null),
      this.cell(row, "contacts"),
      h("td", { "data-label": t("overview.validity"), class: row.expires || row.expired ? null : "sy-empty" }, row.expires ? h("span", { class: "sy-date" }, t("overview.until", { date: row.expires })) : row.expired ? null : "—",
        row.expired ? h("span", { class: "sy-badge sy-bad" }, t("overview.expired")) : null));
  }

  /** The first unit of a field; it leads to its words in the document. */
  cell(row, key, ahead) {
    const { count, citation } = row.fields[key];
    if (!citation) return h("td", { "data-label": t(`field.${key}`), class: ahead ? null : "sy-empty" }, ahead ?? "—");
    return h("td", { "data-label": t(`field.${key}`) }, ahead,
      h("button", { type: "button", class: "sy-overview-quote sy-quote", "data-key": `${row.id}-${key}`, on: { click: () => this.app.panel.open(citation, [citation]) } }, oneLine(citation.quote)),
      count > 1 ? h("small", {}, t("overview.count", { n: count })) : null);
  }

  steps({ matched, rows }) {
    if (matched <= rows.length) return null;
    const turn = (by) => { this.from = Math.max(0, this.from + by); guard(() => this.load()); };
    return h("p", { class: "sy-overview-steps" },
      button(t("page.previous"), "left", () => turn(-50), { bare: true, disabled: this.from === 0 }),
      t("overview.rows", { from: this.from + 1, to: this.from + rows.length, of: matched }),
      button(t("page.next"), "right", () => turn(50), { bare: true, disabled: this.from + rows.length >= matched }));
  }
}
