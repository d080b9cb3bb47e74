// The page of the documents: what is there, adding, taking away, choosing where to ask. Knows nothing of conversations.

import { ask, button, fill, h, icon, say } from "./dom.js";
import { call, download, send } from "./api.js";
import { t } from "./texts.js";
import { guard } from "./chat.js";
import { forget } from "./brief.js";
import { address, MOST } from "./compare.js";

export class Library {
  constructor(node, app) {
    this.node = node;
    this.app = app;
    this.chosen = new Set(app.scope.doc_ids ?? []);
  }

  async start() {
    this.table = h("div", { class: "sy-table-box" });
    this.bar = h("div", { class: "sy-progress", hidden: true, role: "status" });
    this.filter = h("input", { type: "search", class: "sy-find", placeholder: t("sources.find"), "aria-label": t("sources.find"), on: { input: () => this.draw() } });
    fill(this.node, h("header", { class: "sy-page-head" }, h("h1", {}, t("page.sources")), h("p", {}, t("sources.text"))),
      this.app.me.owner ? this.dropzone() : null, this.bar,
      h("div", { class: "sy-tools-row" }, h("label", { class: "sy-findbox" }, icon("search"), this.filter), h("span", { class: "sy-overview-files" }, this.compareButton(), this.askButton(), button(t("sources.report"), "table", () => download("sources/report.md")))),
      this.table);
    await this.load();
  }

  askButton() {
    this.asking = button(t("sources.ask"), "scope", () => {
      this.app.setScope(this.chosen.size ? { doc_ids: [...this.chosen] } : {});
      this.app.go("");
      this.app.chat.input.focus();
    }, { kind: "primary" });
    return this.asking;
  }

  compareButton() {
    this.comparing = button(t("sources.compare"), "compare", () => this.app.go(address([...this.chosen])));
    return this.comparing;
  }

  dropzone() {
    const input = h("input", { type: "file", multiple: true, id: "sy-files", class: "sy-file-input", "aria-label": t("sources.add"),
      accept: this.app.me.formats.join(","), on: { change: () => this.add([...input.files]) } });
    const zone = h("label", { class: "sy-drop", for: "sy-files" }, icon("upload"), h("span", {}, h("strong", {}, t("sources.add")), h("small", {}, t("sources.add.text", { mb: this.app.me.upload_megabytes }))), input);
    zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("sy-over"); });
    zone.addEventListener("dragleave", () => zone.classList.remove("sy-over"));
    zone.addEventListener("drop", (event) => { event.preventDefault(); zone.classList.remove("sy-over"); this.add([...event.dataTransfer.files]); });
    return zone;
  }

  progress(text, part) {
    this.bar.hidden = false;
    fill(this.bar, h("span", {}, text), h("progress", part === null ? { "aria-label": text } : { max: 1, value: part, "aria-label": text }));
  }

  async add(files) {
    if (!files.length) return;
    await guard(async () => {
      const { job } = await send(files, (part) => this.progress(t("sources.sending"), part));
      await this.follow(job);
    });
    this.bar.hidden = true;
    await this.load();
  }

  async follow(job) {
    for (;;) {
      const state = await call(`jobs/${job}`);
      this.progress(t(state.text ? `progress.${state.text}` : "sources.indexing"), state.total ? state.done / state.total : null);
      if (state.finished) {
        if (state.error) throw new Error(state.error);
        say(t("sources.done", { added: state.added.length + state.changed.length, removed: state.removed.length }));
        for (const failed of state.failed) say(t("sources.failed", failed));
        this.app.me.documents = state.documents;
        forget();
        this.app.chat.stale = true; // its citations are to be compared with the documents again
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  async load() {
    const { sources, failed } = await call("sources");
    this.sources = sources;
    this.failed = failed;
    this.draw();
  }

  draw() {
    const words = this.filter.value.trim().toLowerCase();
    const seen = this.sources.filter((s) => !words || [s.title, s.source, s.number, s.issuer, s.region].join(" ").toLowerCase().includes(words));
    const failed = this.failed.length ? h("div", { class: "sy-notice", role: "note" }, icon("warn"), h("ul", {}, this.failed.map((f) => h("li", {}, `${f.source}：${f.reason}`)))) : null;
    fill(this.table, failed, seen.length ? h("table", { class: "sy-table" }, h("thead", {}, h("tr", {},
      h("th", {}, h("span", { class: "sy-hidden" }, t("sources.choose"))), h("th", {}, t("column.title")), h("th", {}, t("column.issuer")),
      h("th", {}, t("column.issued")), h("th", {}, t("column.status")), h("th", {}, h("span", { class: "sy-hidden" }, t("column.actions"))))),
      h("tbody", {}, seen.map((source) => this.row(source)))) : h("p", { class: "sy-none" }, t("sources.none")));
    this.count();
  }

  count() {
    fill(this.asking, icon("scope"), h("span", {}, this.chosen.size ? t("sources.ask.n", { n: this.chosen.size }) : t("sources.ask")));
    this.asking.setAttribute("aria-label", this.asking.textContent);
    const n = this.chosen.size;
    fill(this.comparing, icon("compare"), h("span", {}, n > 1 && n <= MOST ? t("sources.compare.n", { n }) : t("sources.compare")));
    this.comparing.setAttribute("aria-label", this.comparing.textContent);
    this.comparing.disabled = n > MOST; // fewer than two: the page asks for what is to be put beside
  }

  row(source) {
    const box = h("input", { type: "checkbox", "aria-label": t("sources.choose.one", { title: source.title }), checked: this.chosen.has(source.id),
      on: { change: () => { this.chosen[box.checked ? "add" : "delete"](source.id); this.count(); } } });
    return h("tr", { "data-source": source.source }, h("td", {}, box),
      h("td", {}, h("button", { type: "button", class: "sy-link", on: { click: () => this.app.panel.browse(source.id) } }, source.title),
        h("small", {}, [source.number, source.source, t("sources.size", { n: source.characters, m: source.passages })].filter(Boolean).join(" · ")),
        ["same_as", "newer", "ended_by"].filter((key) => source[key]).map((key) => h("small", { class: "sy-warning" }, icon("warn"), t(`sources.${key}`, { other: source[key] }))),
        source.warnings.map((warning) => h("small", { class: "sy-warning" }, icon("warn"), warning))),
      h("td", {}, [source.issuer, source.region].filter(Boolean).join(" · ") || "—"),
      h("td", { class: "sy-date" }, source.issued ?? "—"),
      h("td", {}, source.status ? h("span", { class: `sy-badge ${source.status === "现行" ? "sy-good" : "sy-bad"}` }, source.status) : "—"),
      h("td", {}, this.app.me.owner ? button(t("sources.delete", { title: source.title }), "trash", () => this.remove(source), { bare: true }) : null));
  }

  async remove(source) {
    const sure = await ask(t("sources.delete.title"), [h("p", {}, t("sources.sure", { title: source.title }))], { accept: t("delete"), cancel: t("cancel"), danger: true });
    if (!sure) return;
    await guard(async () => {
      const { job } = await call(`sources/${encodeURIComponent(source.id)}`, { method: "DELETE" });
      this.chosen.delete(source.id);
      await this.follow(job);
    });
    this.bar.hidden = true;
    await this.load();
  }
}

/** Asks where to look; resolves to a scope, or null. */
export async function chooseScope(scope) {
  const { sources } = await call("sources");
  const values = (key) => [...new Set(sources.map((s) => (key === "year" ? s.issued?.slice(0, 4) : s[key])).filter(Boolean))].sort();
  const select = (name, key, chosen) => h("label", {}, t(`scope.${key}`), h("select", { name },
    h("option", { value: "" }, t("scope.any")), values(key).map((value) => h("option", { value, selected: chosen === value }, value))));
  const given = await ask(t("scope.title"), [
    select("region", "region", scope.regions?.[0]), select("issuer", "issuer", scope.issuers?.[0]), select("year", "year", scope.years?.[0] && String(scope.years[0])),
    h("label", {}, t("scope.document"), h("select", { name: "doc" }, h("option", { value: "" }, t("scope.any")),
      sources.map((s) => h("option", { value: s.id, selected: scope.doc_ids?.length === 1 && scope.doc_ids[0] === s.id }, s.title)))),
  ], { accept: t("scope.accept"), cancel: t("cancel") });
  if (!given) return null;
  return Object.fromEntries(Object.entries({
    regions: given.region && [given.region], issuers: given.issuer && [given.issuer], years: given.year && [Number(given.year)], doc_ids: given.doc && [given.doc],
  }).filter(([, value]) => value));
}

/** A scope in a few words. */
export function scopeLabel(scope) {
  const words = [...(scope.regions ?? []), ...(scope.issuers ?? []), ...(scope.years ?? []), scope.doc_ids?.length ? t("scope.documents", { n: scope.doc_ids.length }) : null].filter(Boolean);
  return words.length ? t("scope.only", { what: words.join(" · ") }) : t("scope.all");
}
