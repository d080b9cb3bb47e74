// The panel beside the chat: a document with its outline, the cited words marked, and the way from citation to citation.

import { button, fill, h, icon } from "./dom.js";
import { call } from "./api.js";
import { t } from "./texts.js";
import { place, seal } from "./citation.js";
import { brief } from "./brief.js";
import { link } from "./revisions.js";

/** A document as rows of text, cut at the marks; offsets count code points. */
export function rows(text, marks) {
  const points = Array.from(text);
  const out = [];
  let start = 0;
  for (let at = 0; at <= points.length; at += 1) {
    if (at < points.length && points[at] !== "\n") continue;
    out.push({ start, end: at, pieces: pieces(points, start, at, marks) });
    start = at + 1;
  }
  return out;
}

function pieces(points, start, end, marks) {
  const edges = new Set([start, end]);
  for (const mark of marks) for (const edge of [mark.start, mark.end]) if (edge > start && edge < end) edges.add(edge);
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((from, i) => ({
    text: points.slice(from, sorted[i + 1]).join(""),
    marks: marks.filter((mark) => mark.start < sorted[i + 1] && from < mark.end),
  }));
}

export class SourcePanel {
  constructor(node) {
    this.node = node;
    this.citations = [];
    this.at = 0;
    this.brief = false; // whether the card above the document is open
    node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
      if (event.altKey && event.key === "ArrowRight") this.step(1);
      if (event.altKey && event.key === "ArrowLeft") this.step(-1);
    });
  }

  /** Opens a document at one of the citations of an answer; `citations` are those to step through. */
  async open(citation, citations, opener) {
    this.opener = opener ?? document.activeElement;
    this.brief = false;
    this.citations = citations?.some((c) => c === citation) ? citations : [citation];
    this.at = Math.max(0, this.citations.indexOf(citation));
    await this.show();
    this.node.querySelector(".sy-source-title")?.focus({ preventScroll: true });
  }

  /** Opens a document with nothing marked. */
  async browse(docId) {
    this.opener = document.activeElement;
    this.brief = true;
    this.citations = [{ doc_id: docId, start: 0, end: 0, quote: "", marker: 0 }];
    this.at = 0;
    await this.show();
    this.node.querySelector(".sy-source-title")?.focus({ preventScroll: true });
  }

  /** Shows the words of a unit of the card; the card stays open above them. */
  async jump(citation, all) {
    this.citations = all;
    this.at = all.findIndex((one) => one.marker === citation.marker);
    await this.show();
    this.node.querySelector(".sy-source-body")?.focus({ preventScroll: true });
  }

  close() {
    this.node.hidden = true;
    document.getElementById("suyuan").classList.remove("sy-reading");
    this.opener?.focus?.({ preventScroll: true });
  }

  step(by) {
    if (this.citations.length < 2) return;
    this.at = (this.at + by + this.citations.length) % this.citations.length;
    this.show();
  }

  async show() {
    const wanted = this.citations[this.at];
    this.node.hidden = false;
    document.getElementById("suyuan").classList.add("sy-reading");
    const same = this.citations.filter((c) => c.doc_id === wanted.doc_id);
    let view;
    try {
      view = await call(`sources/${encodeURIComponent(wanted.doc_id)}/view`, {
        body: { citations: same.map(({ start, end, quote, sha256, verified }) => ({ start, end, quote, sha256: sha256 ?? "", verified: verified ?? false })) },
      });
    } catch (error) {
      this.gone(wanted, error);
      return;
    }
    const marks = view.citations.map((found, i) => ({ ...same[i], ...found, current: same[i] === wanted }));
    this.draw(view, marks, marks.find((mark) => mark.current));
  }

  gone(citation, error) {
    fill(this.node, this.head({ title: citation.title ?? "", metadata: {} }),
      h("div", { class: "sy-source-body" },
        h("p", { class: "sy-notice", role: "note" }, icon("warn"), error.status === 404 ? t("source.gone") : error.message),
        citation.quote ? h("blockquote", { class: "sy-quote" }, citation.quote) : null));
  }

  head(view) {
    const data = view.metadata ?? {};
    const facts = [data.number, data.issuer, data.issued, data.region].filter(Boolean).join(" · ");
    return h("header", { class: "sy-source-head" },
      h("div", { class: "sy-source-name" },
        h("h2", { class: "sy-source-title", tabindex: "-1" }, view.title),
        h("p", { class: "sy-source-facts" }, facts, data.status && data.status !== "现行" ? h("span", { class: "sy-badge sy-bad" }, data.status) : null),
        (view.versions ?? []).map((pair) => h("p", {}, link(pair, t(pair.new.id === view.id ? "diff.with.old" : "diff.with.new", { number: versionName(pair, view.id) }))))),
      button(t("source.close"), "close", () => this.close(), { bare: true }));
  }

  draw(view, marks, current) {
    const body = h("div", { class: "sy-source-body", tabindex: "0", role: "region", "aria-label": view.title });
    const paper = h("div", { class: "sy-paper" });
    fill(body,
      current?.state === "changed" ? h("div", { class: "sy-notice", role: "note" }, icon("warn"), h("div", {}, h("strong", {}, t("source.changed")), h("blockquote", { class: "sy-quote" }, current.quote))) : null,
      current?.state === "moved" ? h("div", { class: "sy-notice sy-soft", role: "note" }, icon("info"), t("source.moved")) : null,
      view.warnings?.length ? h("div", { class: "sy-notice sy-soft", role: "note" }, icon("info"), view.warnings.join("；")) : null,
      brief(view.id, { open: this.brief, jump: (citation, all) => this.jump(citation, all), toggled: (open) => (this.brief = open) }),
      paper);
    paintPages(paper, view, marks);
    paintText(paper, view, marks);
    fill(this.node, this.head(view), this.bar(view, current, body), body);
    if (!view.scanned) this.scroll(body, current); // a scan's own picture stands first
  }

  bar(view, current, body) {
    const stepping = this.citations.length > 1;
    const outline = view.outline.length
      ? h("details", { class: "sy-outline" }, h("summary", {}, icon("list"), t("source.outline")),
          h("nav", { "aria-label": t("source.outline") }, h("ol", {}, view.outline.map((node) =>
            h("li", { style: `--level:${Math.min(node.level, 6)}` },
              h("button", { type: "button", on: { click: (event) => { event.target.closest("details").open = false; reach(body, node.start); } } },
                [node.label, node.title].filter(Boolean).join(" ") || view.title))))))
      : null;
    return h("div", { class: "sy-source-bar" },
      current?.quote ? h("div", { class: "sy-source-cite", "aria-live": "polite" },
        current.marker ? h("span", { class: "sy-chip", "aria-hidden": "true" }, String(current.marker)) : null,
        current.marker ? seal(current) : null, h("span", { class: "sy-source-place" }, place(current))) : h("span", { class: "sy-gap" }),
      h("div", { class: "sy-source-steps" },
        stepping ? [button(t("source.previous"), "left", () => this.step(-1), { bare: true }),
          h("span", { class: "sy-count" }, `${this.at + 1} / ${this.citations.length}`),
          button(t("source.next"), "right", () => this.step(1), { bare: true })] : null,
        outline));
  }

  scroll(body, current) {
    const mark = body.querySelector("mark.sy-current");
    if (mark) requestAnimationFrame(() => {
      const at = mark.getBoundingClientRect().top - body.getBoundingClientRect().top + body.scrollTop;
      body.scrollTo({ top: Math.max(0, at - body.clientHeight / 3) });
    });
    else if (current?.start) reach(body, current.start);
  }
}

function versionName(pair, id) {
  const other = pair.new.id === id ? pair.old : pair.new;
  return other.number ?? other.issued ?? other.title;
}

function reach(body, offset) {
  const row = [...body.querySelectorAll("[data-start]")].filter((node) => Number(node.dataset.start) <= offset).pop();
  if (row) body.scrollTo({ top: row.getBoundingClientRect().top - body.getBoundingClientRect().top + body.scrollTop - 12 });
}

function paintText(paper, view, marks) {
  const heads = new Map(view.outline.filter((node) => ["heading", "part", "chapter", "section", "annex"].includes(node.kind)).map((node) => [node.start, node]));
  const found = marks.filter((mark) => mark.end > mark.start && ["same", "moved"].includes(mark.state));
  const pages = new Map(view.pages.map((start, i) => [start, i + 1]));
  for (const row of rows(view.text, found)) {
    const page = [...pages.keys()].find((start) => start >= row.start && start <= row.end);
    if (page !== undefined && pages.size > 1) { paper.append(h("div", { class: "sy-page-break" }, t("page", { n: pages.get(page) }))); pages.delete(page); }
    if (row.end === row.start) continue;
    const head = heads.get(row.start);
    const node = h(head ? `h${Math.min(head.level + 2, 6)}` : "p", { "data-start": row.start, class: head ? "sy-head" : null });
    if (head && !row.pieces[0].marks.length) row.pieces[0].text = row.pieces[0].text.replace(/^#{1,6}\s+/, "");
    for (const piece of row.pieces) {
      if (!piece.marks.length) { node.append(piece.text); continue; }
      const current = piece.marks.some((mark) => mark.current);
      node.append(h("mark", { class: current ? "sy-current" : null, "data-marker": piece.marks[0].marker }, piece.text));
    }
    paper.append(node);
  }
}

/** Shows a page without its marks until the one with them has come. */
function unmarked(image, place) {
  const marked = image.src;
  const note = h("p", { class: "sy-page-note", role: "status" }, t("page.marking"));
  const loaded = new Image();
  loaded.onload = () => { image.src = marked; note.remove(); };
  loaded.onerror = () => note.remove();
  image.src = place;
  image.addEventListener("load", () => loaded.complete || image.before(note), { once: true });
  loaded.src = marked;
}

function paintPages(paper, view, marks) {
  if (!view.pictures) return;
  const current = marks.find((mark) => mark.current && mark.page);
  const wanted = current?.page ?? 1;
  const holder = h("figure", { class: "sy-page" });
  const draw = (page) => {
    const mark = marks.find((m) => m.current && m.page === page);
    const query = mark ? `?start=${mark.start}&end=${mark.end}` : "";
    const place = `/suyuan/api/sources/${encodeURIComponent(view.id)}/pages/${page}.png`;
    const image = h("img", { src: place + query, alt: t("page.picture", { n: page, title: view.title }) });
    if (query && view.scanned) unmarked(image, place); // the words are looked for by OCR, which takes some seconds
    fill(holder, image,
      h("figcaption", {}, button(t("page.previous"), "left", () => draw(Math.max(1, page - 1)), { bare: true }), t("page.of", { n: page, of: view.pages.length }),
        button(t("page.next"), "right", () => draw(Math.min(view.pages.length, page + 1)), { bare: true })));
  };
  const fold = h("details", { class: "sy-fold", open: view.scanned }, h("summary", {}, icon("file"), t("page.show")), holder);
  fold.addEventListener("toggle", () => fold.open && !holder.firstChild && draw(wanted));
  if (view.scanned) draw(wanted); // the words below are read off the picture: it is what decides
  paper.append(fold);
}
