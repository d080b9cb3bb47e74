// The page of conditions: an applicant describes itself, each policy's conditions are shown with what holds. Nothing is kept.

import { button, fill, h, icon } from "./dom.js";
import { call } from "./api.js";
import { guard } from "./chat.js";
import { place } from "./citation.js";
import { t } from "./texts.js";

const PERSON = "个人";
const KINDS = ["公司", "企业", "个体工商户", "合作社", "社会组织", PERSON];
// What is asked of whom, in the order of the form; a list of values is a choice, "yes" a question, anything else is typed.
const ORGANISATION = { place: "text", founded: "text", size: ["大型", "中型", "小型", "微型"], industry: "text", employees: "number", revenue: "text", certificates: "text", dishonest: "yes" };
const SOMEBODY = { place: "text", hukou: "text", age: "number", education: ["高中", "大专", "本科", "硕士", "博士"], social_insurance_months: "number", contract_years: "number",
  household: ["普通家庭", "低保家庭", "低保边缘家庭", "特困人员"], income: "text", owns_home: "yes", dishonest: "yes" };
const VERDICT = { 符合: "good", 需确认: "open", 不符合: "bad" };
const OPENED = 3; // policies unfolded at first

export class Eligibility {
  constructor(node, app) {
    this.node = node;
    this.app = app;
    this.values = {};
  }

  start() {
    this.fields = h("div", { class: "sy-fields" });
    this.text = h("textarea", { rows: 2, maxlength: 2000, placeholder: t("eligible.text.example"), "aria-label": t("eligible.text") });
    this.kind = h("select", { on: { change: () => this.ask() } }, KINDS.map((kind) => h("option", { value: kind }, t(`eligible.kind.${kind}`))));
    this.result = h("section", { "aria-live": "polite", "aria-label": t("eligible.result") });
    fill(this.node,
      h("header", { class: "sy-page-head" }, h("h1", {}, t("page.eligible")), h("p", {}, t("eligible.about"))),
      h("form", { class: "sy-form sy-eligible", on: { submit: (event) => { event.preventDefault(); this.check(); } } },
        h("label", {}, t("eligible.text"), this.text),
        h("div", { class: "sy-actions sy-start" }, button(t("eligible.read"), "pencil", () => this.read())),
        h("label", {}, t("eligible.kind"), this.kind), this.fields,
        h("div", { class: "sy-actions sy-start" }, h("button", { type: "submit", class: "sy-button sy-primary" }, icon("check"), h("span", {}, t("eligible.check"))))),
      this.result);
    this.ask();
  }

  /** Draws the questions for the kind of applicant; what was filled in stays. */
  ask() {
    this.gather();
    const asked = this.kind.value === PERSON ? SOMEBODY : ORGANISATION;
    fill(this.fields, Object.entries(asked).map(([name, form]) => h("label", {}, t(`eligible.${name}`), this.field(name, form))));
  }

  field(name, form) {
    const value = this.values[name];
    if (form === "yes" || Array.isArray(form)) {
      const choices = form === "yes" ? [["true", t("eligible.yes")], ["false", t("eligible.no")]] : form.map((each) => [each, t(`eligible.choice.${each}`)]);
      return h("select", { name }, h("option", { value: "" }, t("eligible.unsaid")),
        choices.map(([each, words]) => h("option", { value: each, selected: String(value ?? "") === each }, words)));
    }
    return h("input", { name, value: value ?? "", inputmode: form === "number" ? "numeric" : null, maxlength: 200, autocomplete: "off", placeholder: t(`eligible.${name}.example`) });
  }

  gather() {
    for (const field of this.fields.querySelectorAll("[name]")) this.values[field.name] = field.value.trim();
  }

  profile() {
    this.gather();
    const asked = this.kind.value === PERSON ? SOMEBODY : ORGANISATION;
    const said = Object.entries(asked).filter(([name]) => this.values[name]).map(([name, form]) => [name, form === "yes" ? this.values[name] === "true" : this.values[name]]);
    return { kind: this.kind.value, ...Object.fromEntries(said) };
  }

  /** Fills the form with what the sentences say, so that it can be looked at and completed. */
  async read() {
    const found = await guard(() => call("eligible/read", { body: { text: this.text.value } }));
    if (!found) return;
    const { kind, founded, certificates, ...rest } = found.profile;
    this.fields.replaceChildren();
    this.values = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
    if (founded) this.values.founded = founded.filter(Boolean).map((part) => String(part).padStart(2, "0")).join("-");
    if (certificates) this.values.certificates = certificates.join("、");
    if (kind) this.kind.value = kind;
    this.ask();
  }

  async check() {
    const found = await guard(() => call("eligible", { body: { profile: this.profile() } }));
    if (!found) return;
    const count = (verdict) => found.policies.filter((policy) => policy.verdict === verdict).length;
    fill(this.result, h("h2", { tabindex: "-1" }, t("eligible.found", { yes: count("符合"), open: count("需确认"), no: count("不符合") })),
      h("p", { class: "sy-fine" }, t("eligible.fine")), found.policies.map((policy, at) => this.policy(policy, at < OPENED)));
    this.result.querySelector("h2").focus();
  }

  policy(policy, open) {
    const met = policy.conditions.filter((each) => each.verdict === "符合").length;
    return h("details", { class: "sy-fit", open }, h("summary", {}, badge(policy.verdict), h("strong", {}, policy.title),
      h("small", {}, [policy.number, t("eligible.met", { n: met, of: policy.conditions.length }), policy.in_force ? null : t("eligible.ended")].filter(Boolean).join(" · "))),
      h("table", { class: "sy-diff" },
        h("thead", {}, h("tr", {}, ["verdict", "clause", "reason"].map((name) => h("th", { scope: "col" }, t(`eligible.${name}`))))),
        h("tbody", {}, policy.conditions.map((each) => this.condition(policy, each)))));
  }

  condition(policy, each) {
    const open = () => this.app.panel.open({ ...policy, ...each, marker: 0, verified: true });
    return h("tr", { "data-verdict": each.verdict },
      h("td", { "data-name": t("eligible.verdict") }, badge(each.verdict), each.mode === "all" ? null : h("small", {}, t(`eligible.mode.${each.mode}`))),
      h("td", { "data-name": t("eligible.clause") }, h("button", { type: "button", class: "sy-clause", on: { click: open } },
        h("span", { class: "sy-diff-words" }, each.quote), h("small", {}, place({ ...policy, ...each })))),
      h("td", { "data-name": t("eligible.reason") }, each.reason));
  }
}

function badge(verdict) {
  return h("span", { class: `sy-badge sy-verdict-${VERDICT[verdict]}` }, t(`eligible.verdict.${verdict}`));
}
