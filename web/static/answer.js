// Turns one answer into things people see and click: statements with chips, notices, evidence. Knows nothing of the server.

import { button, fill, h, icon } from "./dom.js";
import { t } from "./texts.js";
import { card } from "./card.js";
import { place, seal, sound } from "./citation.js";
import { link } from "./revisions.js";
import { link as beside } from "./compare.js";

const IN_SIGHT = 3; // quotes shown unfolded below an answer
const NEAREST = 3; // passages shown unfolded where nothing was found
const MARKER = /\[(\d{1,3})\]/g;
const ROW = /^\s*\|.*\|\s*$/;
const RULE = /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/;

/** The words of an answer with its markers as chips; `open` is called with the citation that is clicked. */
export function prose(text, citations, open) {
  const known = new Map(citations.map((citation) => [citation.marker, citation]));
  const lines = text.split(/\n+/).filter((line) => line.trim());
  const shown = [];
  for (let at = 0; at < lines.length; at++) {
    if (ROW.test(lines[at]) && RULE.test(lines[at + 1] ?? "")) {
      let end = at + 2;
      while (end < lines.length && ROW.test(lines[end])) end++;
      shown.push(table(lines[at], lines.slice(at + 2, end), known, open));
      at = end - 1;
    } else {
      const item = /^\s*(?:[-•·]|\d+[.、)]|[（(][一二三四五六七八九十\d]+[)）])/.test(lines[at]);
      shown.push(h("p", { class: item ? "sy-item" : null }, chipped(lines[at], known, open)));
    }
  }
  return shown;
}

/** A Markdown table as a table; what is wider than the page scrolls by itself. */
function table(head, rows, known, open) {
  const cells = (line) => line.trim().slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/\\\|/g, "|"));
  const row = (line, tag) => h("tr", {}, cells(line).map((cell) =>
    h(tag, tag === "th" ? { scope: "col" } : {}, chipped(cell, known, open))));
  return h("div", { class: "sy-table-box", tabindex: "0", role: "group", "aria-label": cells(head).join("，") },
    h("table", { class: "sy-rows" }, h("thead", {}, row(head, "th")), h("tbody", {}, rows.map((line) => row(line, "td")))));
}

/** A line with its markers as chips. */
function chipped(line, known, open) {
  const parts = [];
  let at = 0;
  for (const match of line.matchAll(MARKER)) {
    const citation = known.get(Number(match[1]));
    if (!citation) continue;
    parts.push(line.slice(at, match.index), chip(citation, open));
    at = match.index + match[0].length;
  }
  parts.push(line.slice(at));
  return parts;
}

/** A numbered marker: hover, focus or tap shows the quote, a click opens the source. */
export function chip(citation, open) {
  const state = citation.state ?? "same";
  const node = h("button", {
    type: "button", class: `sy-chip${sound(citation) ? "" : " sy-chip-warn"}`, "data-marker": citation.marker, "data-state": state,
    "aria-label": t("chip.label", { n: citation.marker, title: citation.title, locator: place(citation) }),
  }, String(citation.marker));
  card(node, citation, open);
  return node;
}

// a passage of a Markdown file as people read it, without the marks of its headings
const unmarked = (text) => text.replace(/^#{1,6}\s+/gm, "");

function notices(answer) {
  return answer.notices.map((notice) =>
    h("div", { class: `sy-notice sy-notice-${notice.code}`, role: "note" }, icon(notice.code === "low_evidence" || notice.code === "dropped" ? "info" : "warn"),
      h("span", {}, h("strong", {}, t(`notice.${notice.code}`)), " ", notice.text, compared(answer, notice))));
}

/** Links to what changed, beside the notice that a document is superseded. */
function compared(answer, notice) {
  const pairs = notice.code === "superseded" ? (answer.revisions ?? []).filter((pair) => notice.text.includes(pair.old.title)) : [];
  return pairs.map((pair) => [" ", link(pair, t("diff.link"))]);
}

function unsupported(answer) {
  const marked = answer.statements.filter((statement) => !statement.supported);
  return marked.length
    ? h("div", { class: "sy-notice", role: "note" }, icon("warn"), h("div", {}, h("strong", {}, t("unsupported")),
        marked.map((statement) => h("p", {}, statement.text, h("small", {}, ` ${statement.issues.join("；")}`)))))
    : null;
}

function evidence(answer, actions) {
  const cited = answer.citations.map((citation) =>
    h("li", { class: "sy-evidence", "data-cited": citation.marker },
      h("button", { type: "button", class: "sy-evidence-open", on: { click: () => actions.open(citation) } },
        h("span", { class: "sy-evidence-head" }, h("span", { class: "sy-chip", "aria-hidden": "true" }, String(citation.marker)),
          h("strong", {}, citation.title), seal(citation)),
        h("span", { class: "sy-evidence-place" }, place(citation)),
        h("q", { class: "sy-quote" }, citation.quote))));
  const used = (hit) => answer.citations.some((c) => c.doc_id === hit.doc_id && c.start < hit.end && hit.start < c.end);
  const others = answer.hits.filter((hit) => !used(hit)).map((hit) =>
    h("li", { class: "sy-evidence sy-other" },
      h("button", { type: "button", class: "sy-evidence-open", on: { click: () => actions.open({ ...hit, quote: hit.text, marker: 0, verified: true }) } },
        h("span", { class: "sy-evidence-head" }, h("strong", {}, hit.title)),
        h("span", { class: "sy-evidence-place" }, place(hit)),
        h("span", { class: "sy-excerpt" }, unmarked(hit.text)))));
  const fold = (words, items, open) => (items.length
    ? h("details", { class: "sy-fold", open }, h("summary", {}, t(words, { n: items.length })), h("ul", {}, items)) : null);
  // few quotes stand in sight, so that an answer is checked without a click; where nothing was found, the nearest words do
  return answer.status === "not_found"
    ? [fold("evidence.related", others.slice(0, NEAREST), true), fold("evidence.others", others.slice(NEAREST), false)]
    : [fold("evidence.cited", cited, cited.length <= IN_SIGHT), fold("evidence.others", others, false)];
}

function rewritten(answer, actions) {
  const bare = (text) => text.normalize("NFKC").replace(/[\s?。.!]+$/, ""); // a half-width mark is no rewriting
  if (!answer.standalone_question || bare(answer.standalone_question) === bare(answer.question)) return null;
  return h("div", { class: "sy-rewritten" }, h("span", {}, t("rewritten")), h("q", {}, answer.standalone_question),
    button(t("rewritten.edit"), "pencil", () => actions.rewrite(answer), { bare: true }));
}

/** The words of an answer; the choices of one that asks back are buttons, not lines. */
function unlisted(answer) {
  return answer.text.split("\n").filter((line) => !answer.choices?.includes(line.replace(/^- /, ""))).join("\n");
}

function choices(answer, actions) {
  return answer.choices?.length
    ? h("div", { class: "sy-choices", role: "group", "aria-label": t("clarify.choose") },
        answer.choices.map((choice) => h("button", { type: "button", class: "sy-choice", on: { click: () => actions.choose(choice) } }, choice)))
    : null;
}

function tools(answer, actions) {
  const tell = (verdict, label, drawing) => {
    const node = button(label, drawing, () => actions.feedback(verdict, node), { bare: true, "aria-pressed": String(answer.feedback === verdict), "data-verdict": verdict });
    return node;
  };
  return h("div", { class: "sy-tools" },
    button(t("tool.copy"), "copy", actions.copy, { bare: true }),
    actions.turn ? [
      button(t("tool.word"), "word", () => actions.export("docx"), { bare: true }),
      button(t("tool.markdown"), "markdown", () => actions.export("md"), { bare: true }),
      h("span", { class: "sy-gap" }),
      tell("right", t("feedback.right"), "up"),
      tell("wrong", t("feedback.wrong"), "down"),
      tell("wrong_source", t("feedback.wrong_source"), "flag"),
      actions.owner && answer.status !== "error" ? button(t("tool.case"), "plus", actions.save, { kind: "quiet" }) : null,
    ] : null,
    h("span", { class: "sy-mode" }, t(`mode.${answer.mode}`), answer.model ? ` ${answer.model}` : "",
      answer.timings_ms?.total ? ` · ${t("seconds", { n: (answer.timings_ms.total / 1000).toFixed(2) })}` : ""));
}

/** Fills `node` with a whole answer. */
export function answered(node, answer, actions) {
  const label = { not_found: "status.not_found", clarify: "status.clarify", error: "status.error" }[answer.status];
  node.className = `sy-answer sy-${answer.status}`;
  return fill(node,
    rewritten(answer, actions),
    label ? h("p", { class: "sy-status" }, icon(answer.status === "clarify" ? "chat" : answer.status === "error" ? "warn" : "info"), t(label)) : null,
    notices(answer),
    h("div", { class: "sy-prose" }, prose(unlisted(answer), answer.citations, actions.open)),
    choices(answer, actions),
    answer.compare?.length ? h("p", { class: "sy-beside" }, beside(answer.compare)) : null,
    unsupported(answer),
    evidence(answer, actions),
    tools(answer, actions));
}

/** An answer as plain text with its sources, for the clipboard. */
export function plain(answer) {
  const sources = answer.citations.map((c) => `[${c.marker}] 《${c.title}》 ${place(c)}：“${c.quote}”`);
  return [answer.question, "", answer.text, sources.length ? `\n${t("export.sources")}\n${sources.join("\n")}` : ""].join("\n").trim();
}
