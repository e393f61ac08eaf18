"use strict";
// Without this script the page says the same; it adds a filter, tables that can be sorted, and whole details in print.
(function () {
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const byId = (id) => document.getElementById(id);

  function fillSelect(select, values) {
    Array.from(new Set(values)).sort().forEach((value) => {
      if (value) {
        const option = document.createElement("option");
        option.textContent = value;
        option.value = value;
        select.append(option);
      }
    });
  }

  function setUpFilter(form) {
    const items = all("[data-item]");
    const texts = new Map(items.map((item) => {
      const group = item.closest(".group");
      return [item, ((group ? group.querySelector("h3").textContent + group.id + " " : "") + item.textContent).toLowerCase()];
    }));
    const findings = items.filter((item) => item.matches(".finding"));
    const kind = byId("filter-kind");
    const standard = byId("filter-standard");
    fillSelect(kind, findings.map((item) => item.dataset.kind));
    fillSelect(standard, items.flatMap((item) => item.dataset.standards.split(" ")));
    const boxes = all("[name=severity]", form);

    function apply() {
      const words = byId("filter-text").value.toLowerCase().split(/\s+/).filter(Boolean);
      const hidden = boxes.filter((box) => !box.checked).map((box) => box.value);
      const failing = byId("filter-gate").checked;
      const shows = (item) =>
        !hidden.includes(item.dataset.severity) &&
        (!kind.value || item.dataset.kind === kind.value) &&
        (!standard.value || item.dataset.standards.split(" ").includes(standard.value)) &&
        (!failing || item.dataset.gate === "fails") &&
        words.every((word) => texts.get(item).includes(word));
      items.forEach((item) => { item.hidden = !shows(item); });
      all(".group").forEach((group) => { group.hidden = all(".finding", group).every((item) => item.hidden); });
      const count = findings.filter((item) => !item.hidden).length;
      byId("filter-count").textContent = count + " of " + findings.length + (findings.length === 1 ? " finding shown" : " findings shown");
    }

    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    form.addEventListener("keydown", (event) => { if (event.key === "Escape") { form.reset(); } });
    apply();
  }

  function order(cell) {
    return cell.dataset.order || cell.textContent.trim();
  }

  function setUpSorting(table) {
    const headings = all("thead th", table);
    const body = table.tBodies[0];
    headings.forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = heading.textContent;
      heading.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = heading.getAttribute("aria-sort") === "ascending";
        headings.forEach((other) => other.removeAttribute("aria-sort"));
        heading.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = Array.from(body.rows);
        const compare = (a, b) => order(a.cells[column]).localeCompare(order(b.cells[column]), "en", { numeric: true });
        rows.sort((a, b) => (down ? compare(b, a) : compare(a, b)));
        body.append(...rows);
      });
    });
  }

  // A link to something in a closed part opens it.
  function openTarget() {
    const target = location.hash.length > 1 && byId(decodeURIComponent(location.hash.slice(1)));
    for (let part = target; part; part = part.parentElement) {
      if (part.matches("details")) {
        part.open = true;
      }
    }
  }

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    closed.forEach((part) => { part.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((part) => { part.open = false; }));
  addEventListener("hashchange", openTarget);

  if (byId("filter")) {
    setUpFilter(byId("filter"));
  }
  all("table.sortable").forEach(setUpSorting);
  openTarget();
})();
