// Puts the screens together: the list of conversations, the chat, the source panel, the pages. Knows nothing of Gradio.

import { ask, button, fill, h, icon, say } from "./dom.js";
import { call, download } from "./api.js";
import { keep, language, moment, speak, t } from "./texts.js";
import { Chat, guard } from "./chat.js";
import { SourcePanel } from "./source.js";
import { chooseScope, Library, scopeLabel } from "./library.js";
import { Owner } from "./owner.js";
import { Overview } from "./overview.js";
import { Eligibility } from "./eligibility.js";
import { Revisions } from "./revisions.js";
import { Calendar } from "./calendar.js";
import { Compare } from "./compare.js";

class App {
  constructor(root) {
    this.root = root;
    this.scope = {};
  }

  async start() {
    this.me = await call("me");
    await speak(this.me.language);
    this.theme(localStorage.getItem("suyuan.theme"));
    this.draw();
    await this.refresh();
    addEventListener("hashchange", () => this.route());
    addEventListener("keydown", (event) => this.keys(event));
    await this.route();
    this.root.dataset.ready = "true";
  }

  draw() {
    this.main = h("main", { class: "sy-main", id: "sy-main" });
    this.pages = h("section", { class: "sy-pages", tabindex: "0", hidden: true }); // a long page without a button scrolls by keyboard, too
    this.source = h("aside", { class: "sy-source", hidden: true, "aria-label": t("source.panel") });
    this.panel = new SourcePanel(this.source);
    this.column = h("div", { class: "sy-column" });
    fill(this.root, h("a", { class: "sy-skip", href: "#sy-question", on: { click: (event) => { event.preventDefault(); this.chat.input.focus(); } } }, t("skip")),
      this.sidebar(), h("div", { class: "sy-veil", on: { click: () => this.drawer(false) } }), this.main, this.source);
    fill(this.main, this.topbar(), this.column, this.pages);
    this.chat = new Chat(this.column, this);
  }

  topbar() {
    return h("div", { class: "sy-topbar" }, button(t("menu"), "menu", () => this.drawer(true), { bare: true }), h("span", { class: "sy-topname" }, t("name")),
      button(t("new"), "plus", () => this.go(""), { bare: true }));
  }

  drawer(open) {
    this.root.classList.toggle("sy-drawer", open);
    if (open) this.side.querySelector("button")?.focus();
  }

  sidebar() {
    this.items = h("ul", { class: "sy-conversations", "aria-label": t("conversations") });
    this.find = h("input", { type: "search", class: "sy-find", placeholder: t("find"), "aria-label": t("find"), on: { input: () => this.refresh() } });
    this.side = h("nav", { class: "sy-side", "aria-label": t("navigation") },
      h("div", { class: "sy-brand" }, h("span", { class: "sy-stamp sy-small", "aria-hidden": "true" }, h("span", {}, "溯"), h("span", {}, "源")),
        h("span", {}, h("strong", {}, t("name")), h("small", {}, t("tagline")))),
      button(t("new"), "plus", () => this.go(""), { kind: "primary" }),
      h("label", { class: "sy-findbox" }, icon("search"), this.find),
      this.items,
      h("div", { class: "sy-foot" },
        button(t("page.overview"), "table", () => this.go("overview")),
        button(t("page.calendar"), "calendar", () => this.go("calendar")),
        button(t("page.sources"), "book", () => this.go("sources")),
        button(t("page.eligible"), "check", () => this.go("eligible")),
        this.me.owner ? button(t("page.owner"), "chart", () => this.go("owner")) : null,
        h("div", { class: "sy-foot-row" },
          button(t("theme"), "sun", () => this.theme(this.dark() ? "light" : "dark"), { bare: true }),
          button(language === "zh" ? "English" : "中文", "globe", () => this.turn(), { lang: language === "zh" ? "en" : "zh-CN" }),
          this.me.login ? h("form", { method: "post", action: "/suyuan/logout" }, h("button", { type: "submit", class: "sy-button sy-quiet", title: this.me.name }, icon("exit"), h("span", {}, t("logout", { name: this.me.name })))) : null)));
    return this.side;
  }

  async turn() {
    await speak(language === "zh" ? "en" : "zh");
    keep();
    this.draw();
    await this.refresh();
    await this.route();
  }

  dark() {
    return this.root.dataset.theme ? this.root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  theme(name) {
    if (!name) return;
    this.root.dataset.theme = name;
    localStorage.setItem("suyuan.theme", name);
  }

  go(hash) {
    this.drawer(false);
    if (location.hash.slice(1) === hash) return this.route();
    location.hash = hash;
  }

  async route() {
    const hash = decodeURIComponent(location.hash.slice(1));
    const [name, ...rest] = hash.split("/");
    const page = { sources: Library, owner: Owner, overview: Overview, diff: Revisions, compare: Compare, calendar: Calendar, eligible: Eligibility }[name];
    this.pages.hidden = !page;
    this.column.hidden = Boolean(page);
    if (page) this.panel.close();
    if (page) await guard(() => new page(this.pages, this, ...rest).start());
    else if (hash.startsWith("c/")) {
      if (this.chat.conversation?.id !== hash.slice(2) || this.chat.stale) {
        const kept = await guard(async () => { await this.chat.load(hash.slice(2)); return true; });
        if (!kept) { history.replaceState(null, "", "#"); this.chat.fresh(); }
      }
    } else if (hash.startsWith("d/")) await guard(() => this.point(...hash.slice(2).split("/")));
    else if (this.chat.conversation || page === undefined && !this.chat.log.childElementCount) this.chat.fresh();
    this.mark();
  }

  /** Opens a document at a place that a link from elsewhere points to, where its text is still the one that was cited. */
  async point(doc, span = "", sha = "") {
    if (!this.chat.log.childElementCount) this.chat.fresh();
    const view = await call(`sources/${encodeURIComponent(doc)}/view`, { body: { citations: [] } });
    const [start, end] = span.split("-").map(Number);
    const quote = Array.from(view.text).slice(start, end).join("");
    if (quote && sha && view.sha256.startsWith(sha)) return this.panel.open({ doc_id: doc, title: view.title, start, end, quote, marker: 0 });
    say(t("source.revised"));
    return this.panel.browse(doc);
  }

  /** A conversation has a new answer. */
  async changed(conversation) {
    if (conversation && location.hash !== `#c/${conversation.id}`) history.replaceState(null, "", `#c/${conversation.id}`);
    await this.refresh();
  }

  async refresh() {
    const { conversations } = await call(`conversations?find=${encodeURIComponent(this.find.value.trim())}`);
    fill(this.items, conversations.map((item) => this.item(item)));
    if (!conversations.length) this.items.append(h("li", { class: "sy-none" }, t(this.find.value ? "find.none" : "conversations.none")));
    this.mark();
  }

  mark() {
    for (const node of this.items.querySelectorAll("[data-id]"))
      node.toggleAttribute("data-current", location.hash === `#c/${node.dataset.id}`);
  }

  item(item) {
    const menu = h("details", { class: "sy-menu" }, h("summary", { "aria-label": t("conversation.menu", { title: item.title }) }, "⋯"),
      h("div", { class: "sy-menu-items" },
        button(t("conversation.rename"), "pencil", () => this.rename(item, menu)),
        button(t("tool.word"), "word", () => { menu.open = false; download(`conversations/${item.id}/export.docx`); }),
        button(t("tool.markdown"), "markdown", () => { menu.open = false; download(`conversations/${item.id}/export.md`); }),
        button(t("conversation.delete"), "trash", () => this.remove(item, menu))));
    return h("li", { "data-id": item.id }, h("a", { href: `#c/${item.id}`, title: moment(item.updated), on: { click: () => this.drawer(false) } }, item.title), menu);
  }

  async rename(item, menu) {
    menu.open = false;
    const given = await ask(t("conversation.rename"), [h("label", {}, t("conversation.title"), h("input", { name: "title", value: item.title, maxlength: 120, required: true }))],
      { accept: t("save"), cancel: t("cancel") });
    if (given?.title?.trim()) await guard(() => call(`conversations/${item.id}`, { method: "PATCH", body: { title: given.title } }));
    await this.refresh();
  }

  async remove(item, menu) {
    menu.open = false;
    const sure = await ask(t("conversation.delete"), [h("p", {}, t("conversation.sure", { title: item.title }))], { accept: t("delete"), cancel: t("cancel"), danger: true });
    if (!sure) return;
    await guard(() => call(`conversations/${item.id}`, { method: "DELETE" }));
    if (location.hash === `#c/${item.id}`) this.go("");
    await this.refresh();
  }

  async chooseScope() {
    const chosen = await guard(() => chooseScope(this.scope));
    if (chosen) this.setScope(chosen);
  }

  setScope(scope) {
    this.scope = scope;
    const label = scopeLabel(scope);
    fill(this.chat.scopeButton, icon("scope"), h("span", {}, label));
    this.chat.scopeButton.setAttribute("aria-label", label);
    this.chat.scopeButton.classList.toggle("sy-on", Object.keys(scope).length > 0);
  }

  keys(event) {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
    if (event.key === "/" && !typing) { event.preventDefault(); this.chat.input.focus(); }
    if (event.key === "Escape" && this.root.classList.contains("sy-drawer")) this.drawer(false);
  }
}

export async function start() {
  const root = document.getElementById("suyuan");
  if (!root || root.dataset.started) return;
  root.dataset.started = "true";
  try {
    await new App(root).start();
  } catch (error) {
    fill(root, h("p", { class: "sy-notice", role: "alert" }, `${error.message || error}`));
  }
}

export { say };
