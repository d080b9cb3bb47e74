// The page of two versions side by side: what was changed, added, dropped, moved. Knows nothing of how that was found.

import { button, fill, h, icon } from "./dom.js";
import { call, download } from "./api.js";
import { t } from "./texts.js";

/** The address of the page for an older and a newer document. */
export function address({ old, new: newer }) {
  return `#diff/${encodeURIComponent(old.id)}/${encodeURIComponent(newer.id)}`;
}

/** A link to the page, told from others by the documents' names. */
export function link(pair, words) {
  return h("a", { class: "sy-link sy-diff-link", href: address(pair) }, icon("compare"), h("span", {}, words));
}

export class Revisions {
  constructor(node, app, old, newer) {
    Object.assign(this, { node, app, old, newer });
  }

  async start() {
    const path = `revisions/${encodeURIComponent(this.old)}/${encodeURIComponent(this.newer)}`;
    this.found = await call(path);
    const { old, new: newer, counts } = this.found;
    this.only = h("input", { type: "checkbox", checked: true, on: { change: () => this.draw() } });
    this.table = h("div", { class: "sy-diff-box" });
    fill(this.node,
      h("header", { class: "sy-page-head" }, h("h1", {}, t("diff.title")),
        h("p", {}, named(old), " → ", named(newer)),
        h("p", {}, Object.entries(counts).filter(([, n]) => n).map(([status, n]) => `${t(`diff.${status}`)} ${n}`).join(" · "))),
      h("div", { class: "sy-tools-row" }, h("label", { class: "sy-diff-only" }, this.only, h("span", {}, t("diff.only"))),
        button(t("tool.word"), "word", () => download(`${path}/table.docx`))),
      this.table);
    this.draw();
  }

  draw() {
    const rows = this.found.rows.filter((row) => !this.only.checked || row.status !== "unchanged" || row.renumbered || row.changes.length);
    fill(this.table, rows.length ? h("table", { class: "sy-diff" },
      h("thead", {}, h("tr", {}, ["old", "new", "what"].map((name) => h("th", { scope: "col" }, t(`diff.${name}`))))),
      h("tbody", {}, rows.map((row) => this.row(row)))) : h("p", { class: "sy-none" }, t("diff.same")));
  }

  row(row) {
    return h("tr", { "data-status": row.status },
      this.cell(row.old, this.found.old, "old", row.status === "dropped"), this.cell(row.new, this.found.new, "new", row.status === "added"),
      h("td", { "data-name": t("diff.what") }, h("span", { class: `sy-badge sy-diff-${row.status}` }, t(`diff.${row.status}`)),
        row.renumbered ? h("small", {}, t("diff.renumbered", { old: row.renumbered[0], new: row.renumbered[1] })) : null,
        h("ul", {}, row.changes.filter((change) => change.kind !== "label").map((change) => h("li", {}, told(change))))));
  }

  cell(cell, document, side, whole) {
    if (!cell) return h("td", { class: "sy-diff-none", "data-name": t(`diff.${side}`) }, "—");
    const mark = side === "old" ? "del" : "ins";
    const words = cell.pieces.map((piece) => (piece.kind || whole ? h(mark, { "data-kind": piece.kind || "text" }, piece.text) : piece.text));
    const open = () => this.app.panel.open({ doc_id: document.id, title: document.title, number: document.number, locator: cell.locator, start: cell.start, end: cell.end, quote: cell.quote,
      marker: 0, sha256: document.sha256, verified: true });
    return h("td", { "data-name": t(`diff.${side}`) }, h("div", { class: "sy-diff-words" }, words),
      button(t("diff.open", { place: cell.locator }), "book", open, { bare: true }));
  }
}

function named(document) {
  return h("strong", {}, `《${document.title}》`, document.number ? `（${document.number}）` : "");
}

function told({ kind, old, new: newer }) {
  return [old ? h("del", {}, old.quote) : null, old && newer ? " → " : null, newer ? h("ins", {}, newer.quote) : null,
    kind === "text" ? null : h("small", {}, t(`diff.kind.${kind}`))];
}
