// The page of days: until when to apply, when a document ends, in the order of time, what is past marked. Knows nothing of cards.

import { button, fill, h, icon } from "./dom.js";
import { call, download } from "./api.js";
import { t } from "./texts.js";
import { oneLine, place } from "./citation.js";

const EVERY = 1000; // milliseconds between two looks at how far the making is

export class Calendar {
  constructor(node, app) {
    this.node = node;
    this.app = app;
  }

  async start() {
    this.state = h("div", { class: "sy-progress", hidden: true, role: "status" });
    this.list = h("div", { class: "sy-days" });
    this.coming = h("input", { type: "checkbox", checked: true, on: { change: () => this.draw() } });
    this.find = h("input", { type: "search", class: "sy-find", placeholder: t("calendar.find"), "aria-label": t("calendar.find"), on: { input: () => this.draw() } });
    this.ics = button(t("overview.ics"), "calendar", () => download("cards/export.ics"), { disabled: true });
    fill(this.node, h("header", { class: "sy-page-head" }, h("h1", {}, t("page.calendar")), h("p", {}, t("calendar.text"))), this.state,
      h("div", { class: "sy-tools-row" }, h("label", { class: "sy-findbox" }, icon("search"), this.find),
        h("label", { class: "sy-diff-only" }, this.coming, h("span", {}, t("calendar.coming"))), this.ics),
      this.list);
    for (;;) {
      const found = await call("cards/days");
      this.progress(found);
      if (JSON.stringify(found.days) !== JSON.stringify(this.days)) { this.days = found.days; this.draw(); }
      if (found.ready) return;
      await new Promise((resolve) => setTimeout(resolve, EVERY));
      if (!this.list.isConnected || this.node.hidden) return;
    }
  }

  progress({ done, total, ready }) {
    this.state.hidden = ready;
    this.ics.disabled = !ready;
    const text = t("overview.making", { done, total });
    if (!ready) fill(this.state, h("span", {}, text), h("progress", { max: total || 1, value: done, "aria-label": text }));
  }

  draw() {
    const words = this.find.value.trim().toLowerCase();
    const shown = this.days.filter((day) => (!this.coming.checked || !day.expired) && (!words || `${day.title} ${day.citation?.quote ?? ""}`.toLowerCase().includes(words)));
    fill(this.list, shown.length ? [...byMonth(shown)].map(([name, days]) => h("section", {}, h("h2", {}, name), h("ul", {}, days.map((day) => this.day(day)))))
      : h("p", { class: "sy-none" }, t(this.coming.checked && this.days.length ? "calendar.none.coming" : "calendar.none")));
  }

  day(day) {
    const open = () => (day.citation ? this.app.panel.open(day.citation, [day.citation]) : this.app.panel.browse(day.doc_id));
    return h("li", { class: day.expired ? "sy-day sy-past" : "sy-day", "data-date": day.date },
      h("span", { class: "sy-day-date" }, h("time", { datetime: day.date }, day.date),
        h("span", { class: "sy-badge" }, t(`calendar.${day.kind}`)),
        day.yearly ? h("span", { class: "sy-badge" }, t("calendar.yearly")) : null,
        day.expired ? h("span", { class: "sy-badge sy-bad" }, t("calendar.expired")) : null),
      h("button", { type: "button", class: "sy-brief-unit", on: { click: open } }, h("strong", {}, day.title),
        day.citation ? [h("span", { class: "sy-quote sy-day-quote" }, oneLine(day.citation.quote)), h("small", {}, place(day.citation))] : null));
  }
}

/** The days of each month, in the order of the months. */
function byMonth(days) {
  const months = new Map();
  for (const day of days) {
    const name = day.date.slice(0, 7);
    months.set(name, [...(months.get(name) ?? []), day]);
  }
  return months;
}
