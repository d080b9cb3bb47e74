// The conversation: asking, the stages while the answer is made, the answers so far. Knows nothing of the lists beside it.

import { ask, button, fill, h, icon, say } from "./dom.js";
import { call, download, stream } from "./api.js";
import { list, t } from "./texts.js";
import { answered, plain, prose } from "./answer.js";

const EXAMPLE_TRIES = 20; // as long as the server takes at most to make the questions
const EXAMPLE_PAUSE = 1000; // milliseconds between two looks
const STAGES = ["understand", "retrieve", "read", "verify"];

export class Chat {
  /** `app` has: me, panel, scope (the chosen filters), changed(conversation) and library(). */
  constructor(node, app) {
    this.app = app;
    this.conversation = null;
    this.log = h("div", { class: "sy-log", role: "log", "aria-label": t("chat.log") });
    this.scroller = h("div", { class: "sy-scroll", tabindex: "0", role: "region", "aria-label": t("chat.log") }, this.log);
    fill(node, this.scroller, this.composer());
    this.welcome();
  }

  composer() {
    this.input = h("textarea", {
      id: "sy-question", rows: 1, placeholder: t("ask.placeholder"), "aria-label": t("ask.label"), maxlength: this.app.me.question_characters,
      autocomplete: "off", spellcheck: "false",
      on: {
        input: () => this.grow(),
        keydown: (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.submit(); } },
      },
    });
    this.sending = button(t("ask.send"), "send", () => (this.control ? this.control.abort() : this.submit()), { bare: true, kind: "primary" });
    this.scopeButton = button(t("scope.all"), "scope", () => this.app.chooseScope(), { kind: "quiet" });
    this.scopeButton.classList.add("sy-scope");
    return h("form", { class: "sy-composer", on: { submit: (event) => { event.preventDefault(); this.submit(); } } },
      h("div", { class: "sy-box" }, this.input, h("div", { class: "sy-box-foot" }, this.scopeButton, this.sending)),
      h("p", { class: "sy-fine" }, t("ask.fine"), h("span", {}, t("ask.keys"))));
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 180)}px`;
  }

  welcome() {
    const examples = h("ul", { class: "sy-examples", "aria-label": t("welcome.examples"), hidden: true });
    fill(this.log, h("section", { class: "sy-welcome" },
      h("div", { class: "sy-stamp", "aria-hidden": "true" }, h("span", {}, "溯"), h("span", {}, "源")),
      h("h1", {}, t("welcome.title")),
      h("p", {}, t("welcome.text", { n: this.app.me.documents })),
      examples,
      h("ol", { class: "sy-how" }, list("welcome.how").map((step) => h("li", {}, step)))));
    this.examples(examples);
  }

  /** Shows the questions that are made from the documents, as soon as they are; the screen never waits for them. */
  async examples(node) {
    for (let tries = 0; tries < EXAMPLE_TRIES && (tries === 0 || node.isConnected); tries++) {
      const made = await call("examples").catch(() => null);
      if (made?.examples.length) {
        fill(node, made.examples.map((question) => h("li", {}, h("button", { type: "button", class: "sy-example", on: { click: () => this.submit(question) } }, question))));
        node.hidden = false;
      }
      if (!made || made.ready) return;
      await new Promise((go) => setTimeout(go, EXAMPLE_PAUSE));
    }
  }

  /** Starts afresh. */
  fresh() {
    this.control?.abort();
    this.conversation = null;
    this.app.panel.close();
    this.welcome();
    this.input.focus();
  }

  /** Shows a kept conversation. */
  async load(id) {
    const kept = await call(`conversations/${encodeURIComponent(id)}`);
    this.control?.abort();
    this.conversation = { id: kept.id, title: kept.title };
    this.stale = false;
    fill(this.log);
    for (const turn of kept.turns) {
      const node = this.exchange(turn.question);
      this.finish(node, turn.answer, turn.id);
    }
    this.bottom();
  }

  exchange(question) {
    this.log.querySelector(".sy-welcome")?.remove();
    const answer = h("div", { class: "sy-answer" });
    const turn = h("article", { class: "sy-turn" }, h("h2", { class: "sy-question" }, question), answer);
    this.log.append(turn);
    return answer;
  }

  bottom() {
    this.scroller.scrollTo({ top: this.scroller.scrollHeight });
  }

  async submit(given, rewritten = null) {
    const question = (given ?? this.input.value).trim();
    if (!question || this.control) return;
    if (given === undefined) { this.input.value = ""; this.grow(); }
    const node = this.exchange(question);
    const live = this.working(node);
    this.bottom();
    this.control = new AbortController();
    this.busy(true);
    try {
      await this.follow(node, live, { question, rewritten, conversation: this.conversation?.id ?? "", scope: this.app.scope });
    } catch (error) {
      const text = error.name === "AbortError" ? t("stopped") : error.status === 429 ? t("error.many") : error.message || t("error.network");
      answered(node, { ...EMPTY, question, status: "error", text }, this.actions(node, EMPTY, null));
      if (!this.input.value && error.name !== "AbortError") this.input.value = question;
    } finally {
      this.control = null;
      this.busy(false);
    }
  }

  busy(on) {
    this.sending.setAttribute("aria-label", t(on ? "ask.stop" : "ask.send"));
    fill(this.sending, icon(on ? "stop" : "send"));
    this.log.setAttribute("aria-busy", String(on));
  }

  working(node) {
    node.className = "sy-answer sy-working";
    const stages = h("ol", { class: "sy-stages", "aria-label": t("stages") }, STAGES.map((stage) => h("li", { "data-stage": stage }, t(`stage.${stage}`))));
    const words = h("div", { class: "sy-prose", "aria-live": "off" });
    fill(node, stages, words);
    return { stages, words, text: "", citations: [] };
  }

  async follow(node, live, payload) {
    for await (const event of stream(payload, this.control.signal)) {
      if (event.type === "stage") this.stage(live.stages, event.stage);
      if (event.type === "citation") live.citations = [...live.citations.filter((c) => c.marker !== event.citation.marker), event.citation];
      if (event.type === "text") live.text = (event.replace ? "" : live.text) + event.text;
      if (event.type === "text" || event.type === "citation") this.partial(live);
      if (event.type === "error") throw Object.assign(new Error(event.text), { status: event.code === "many" ? 429 : 0 });
      if (event.type === "final") {
        if (event.conversation) this.conversation = event.conversation;
        this.finish(node, event.answer, event.turn);
        this.app.changed(this.conversation);
        this.reveal(node);
      }
    }
  }

  stage(stages, name) {
    const at = STAGES.indexOf(name);
    [...stages.children].forEach((item, i) => {
      item.className = i < at ? "sy-done" : i === at ? "sy-now" : "";
      if (i === at) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
  }

  partial(live) {
    const open = (citation) => this.app.panel.open(citation, live.citations);
    fill(live.words, prose(live.text, live.citations, open));
  }

  finish(node, answer, turn) {
    answered(node, answer, this.actions(node, answer, turn));
  }

  reveal(node) {
    const turn = node.closest(".sy-turn");
    const below = turn.getBoundingClientRect().bottom - this.scroller.getBoundingClientRect().bottom;
    if (below > 0) this.scroller.scrollBy({ top: Math.min(below + 16, turn.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top - 16) });
  }

  actions(node, answer, turn) {
    return {
      turn,
      owner: this.app.me.owner,
      open: (citation, opener) => this.app.panel.open(citation, answer.citations, opener),
      choose: (choice) => this.submit(choice),
      rewrite: () => this.rewrite(answer),
      copy: () => copy(plain(answer)),
      export: (format) => download(`turns/${turn}/export.${format}`),
      feedback: (verdict, from) => this.feedback(turn, verdict, from),
      save: () => this.save(turn),
    };
  }

  async rewrite(answer) {
    const given = await ask(t("rewritten.title"), [h("label", {}, t("rewritten.label"), h("textarea", { name: "text", rows: 3, maxlength: this.app.me.question_characters, value: answer.standalone_question }))],
      { accept: t("rewritten.accept"), cancel: t("cancel") });
    if (given?.text?.trim()) this.submit(answer.question, given.text.trim());
  }

  async feedback(turn, verdict, from) {
    const given = await ask(t(`feedback.${verdict}`), [h("label", {}, t("feedback.comment"), h("textarea", { name: "comment", rows: 3, maxlength: 2000 }))],
      { accept: t("feedback.send"), cancel: t("cancel") });
    if (!given) return;
    await guard(async () => {
      await call(`turns/${turn}/feedback`, { body: { verdict, comment: given.comment ?? "" } });
      for (const node of from.parentNode.querySelectorAll("[data-verdict]")) node.setAttribute("aria-pressed", String(node === from));
      say(t("feedback.thanks"));
    });
  }

  async save(turn) {
    await guard(async () => {
      const saved = await call(`turns/${turn}/case`, { method: "POST" });
      say(t("case.saved", { id: saved.id, file: saved.file }));
    });
  }
}

const EMPTY = { question: "", standalone_question: "", status: "error", text: "", statements: [], citations: [], hits: [], notices: [], mode: "extractive", model: "", timings_ms: {} };

/** Runs something that may be refused; the refusal is said in words. */
export async function guard(action) {
  try {
    return await action();
  } catch (error) {
    say(error.message || t("error.network"));
    return null;
  }
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.body.appendChild(h("textarea", { value: text, style: "position:fixed;opacity:0" }));
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  say(t("copied"));
}
