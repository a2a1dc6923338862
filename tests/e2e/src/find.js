// Finds what a person or an assistive technology finds: elements by role and accessible name, only those that can be
// perceived and reached. Arguments: role, how the name is compared, the name, the element to look in (or null).
const [role, how, wanted, scope] = arguments;

const IMPLICIT = {
  button: "button, summary, input[type=button], input[type=submit], input[type=reset]",
  link: "a[href]",
  textbox: "textarea, input:not([type]), input[type=text], input[type=url], input[type=email], input[type=tel]",
  searchbox: "input[type=search]",
  spinbutton: "input[type=number]",
  radio: "input[type=radio]",
  checkbox: "input[type=checkbox]",
  slider: "input[type=range]",
  combobox: "select",
  meter: "meter",
  navigation: "nav",
  radiogroup: "fieldset",
  dialog: "dialog",
  progressbar: "progress",
  list: "ul, ol, menu",
  grid: "table",
  status: "output",
  main: "main",
  heading: "h1, h2, h3",
  // Not a role: whatever a person types into, passwords too.
  field: "input:not([type=hidden]), textarea",
};
const OTHERS = { field: "", grid: "[role=grid]", any: "*" };
const selector = [IMPLICIT[role], OTHERS[role] ?? `[role=${role}]`].filter(Boolean).join(", ");

const isHiddenFromAll = (element) =>
  element.closest("[hidden], [inert], [aria-hidden=true]") !== null || !element.checkVisibility({ visibilityProperty: true });

const textOf = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  if (node.getAttribute("aria-hidden") === "true" || node.hidden) return "";
  if (node.hasAttribute("aria-label")) return ` ${node.getAttribute("aria-label")} `;
  if (node.localName === "img") return ` ${node.alt} `;
  if (node.localName === "style" || node.localName === "script") return "";
  return [...node.childNodes].map(textOf).join(node.localName === "span" ? "" : " ");
};
const nameOf = (element) => {
  const by = element.getAttribute("aria-labelledby");
  if (by) return by.split(/\s+/).map((id) => document.getElementById(id)).filter(Boolean).map(textOf).join(" ");
  if (element.hasAttribute("aria-label")) return element.getAttribute("aria-label");
  if (element.labels?.length) return [...element.labels].map((label) => [...label.childNodes].filter((n) => n !== element).map(textOf).join(" ")).join(" ");
  if (element.localName === "fieldset") return textOf(element.querySelector("legend") ?? document.createTextNode(""));
  if (/^(textarea|input|dialog)$/.test(element.localName)) return element.title || element.placeholder || element.value || "";
  return textOf(element) || element.title;
};
const tidy = (text) => text.replace(/×/g, "x").replace(/\s+/g, " ").trim();

const modals = [...document.querySelectorAll("dialog:modal")];
const top = modals.at(-1);
// Messages are announced from anywhere; whatever else lies behind a modal dialog cannot be reached.
const isMessage = role === "status" || role === "alert";
const fits = {
  is: (name) => name === tidy(wanted),
  begins: (name) => name.startsWith(tidy(wanted)),
  holds: (name) => name.includes(tidy(wanted)),
  any: () => true,
}[how];

return [...(scope ?? document).querySelectorAll(selector)].filter((element) => {
  const explicit = element.getAttribute("role");
  if (explicit && role !== "field" && role !== "any" && explicit !== role) return false;
  if (isHiddenFromAll(element)) return false;
  if (top && !isMessage && !top.contains(element)) return false;
  return fits(tidy(nameOf(element)));
});
