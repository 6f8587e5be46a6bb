/**
 * The script of the HTML report: filters, sorts and shows the findings that stand in the page as JSON. It makes elements
 * and sets their text, never markup, so that nothing in a finding can become code.
 */

export const script = String.raw`"use strict";
(function () {
  var data = JSON.parse(document.getElementById("data").textContent);
  var results = data.results, controls = data.controls, order = ["critical", "high", "medium", "low"];
  var BACKTICK = String.fromCharCode(96), step = 100, shown = step, list = [];
  var el = function (id) { return document.getElementById(id); };
  var fields = { q: el("q"), severity: el("severity"), result: el("result"), namespace: el("namespace"), control: el("control"), team: el("team") };
  var body = el("body"), caption = el("caption"), more = el("more"), sort = { key: "severity", down: false };

  function make(tag, className, text) {
    var node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }
  function unique(read) {
    var seen = new Map();
    results.forEach(function (entry) { var value = read(entry); if (value !== undefined) seen.set(value, (seen.get(value) || 0) + 1); });
    return Array.from(seen).sort(function (a, b) { return b[1] - a[1] || (a[0] < b[0] ? -1 : 1); });
  }
  function fill(select, entries, name) {
    entries.forEach(function (entry) {
      var option = make("option", "", (name ? name(entry[0]) : entry[0]) + " (" + entry[1] + ")");
      option.value = entry[0];
      select.append(option);
    });
    if (entries.length === 0) select.parentElement.hidden = true;
  }
  function space(entry) { return entry.namespace || "/"; }
  function outcome(entry) { return entry.accepted ? "accepted" : entry.result; }
  function title(id) { var control = controls[id]; return control ? control.title : id; }

  fill(fields.severity, unique(function (entry) { return entry.severity; }).sort(function (a, b) { return order.indexOf(a[0]) - order.indexOf(b[0]); }));
  fill(fields.result, unique(outcome));
  fill(fields.namespace, unique(space), function (name) { return name === "/" ? "cluster-wide" : name; });
  fill(fields.control, unique(function (entry) { return entry.control; }));
  fill(fields.team, unique(function (entry) { return entry.team; }));
  results.forEach(function (entry) {
    entry.search = [entry.id, title(entry.control), entry.because, entry.file, entry.team, entry.environment].join(" ").toLowerCase();
  });

  function matches(entry, words) {
    return (!fields.severity.value || entry.severity === fields.severity.value) &&
      (!fields.result.value || outcome(entry) === fields.result.value) &&
      (!fields.namespace.value || space(entry) === fields.namespace.value) &&
      (!fields.control.value || entry.control === fields.control.value) &&
      (!fields.team.value || entry.team === fields.team.value) &&
      words.every(function (word) { return entry.search.includes(word); });
  }
  var read = {
    severity: function (entry) { return order.indexOf(entry.severity) + (entry.result === "fail" ? 0 : 9); },
    finding: function (entry) { return entry.because; },
    resource: function (entry) { return entry.kind + " " + entry.name; },
    namespace: function (entry) { return entry.namespace; },
    place: function (entry) { return (entry.file || "") + String(entry.line || 0).padStart(9, "0") + entry.path; }
  };
  function compare(a, b) {
    var x = read[sort.key](a), y = read[sort.key](b);
    return (x < y ? -1 : x > y ? 1 : 0) * (sort.down ? -1 : 1) || (a.id < b.id ? -1 : 1);
  }

  function update() {
    var words = fields.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    list = results.filter(function (entry) { return matches(entry, words); }).sort(compare);
    shown = step;
    draw();
    remember();
  }
  function draw() {
    body.replaceChildren.apply(body, list.slice(0, shown).map(row));
    caption.textContent = list.length.toLocaleString("en-US") + " of " + results.length.toLocaleString("en-US") + " results";
    more.parentElement.hidden = list.length <= shown;
    more.textContent = "Show " + Math.min(step, list.length - shown) + " more";
  }
  function row(entry) {
    var line = make("tr", "found"), label = outcome(entry);
    var chip = label === "fail" ? entry.severity : label;
    var cells = [make("td"), make("td"), make("td"), make("td", "", entry.namespace || "cluster-wide"), make("td")];
    cells[4].append(breakable(entry.file ? entry.file + (entry.line ? ":" + entry.line : "") : entry.path));
    cells[0].append(make("span", "chip " + chip, chip));
    var open = make("button", "open", entry.because);
    open.type = "button";
    open.setAttribute("aria-expanded", "false");
    cells[1].append(open);
    cells[1].append(make("div", "hush mono", entry.control));
    cells[2].append(make("span", "hush", entry.kind + " "), make("span", "", entry.name));
    if (entry.container) cells[2].append(make("div", "hush", "container " + entry.container));
    line.append.apply(line, cells);
    line.addEventListener("click", function () {
      if (String(getSelection()) === "") toggle(line, open, entry);
    });
    return line;
  }
  /** Long names break after their separators, not within words. */
  function breakable(text) {
    var code = make("code");
    text.split(/(?<=[./\[\]:-])/).forEach(function (part) { code.append(part, make("wbr")); });
    return code;
  }
  function toggle(line, open, entry) {
    var next = line.nextElementSibling, isOpen = next && next.classList.contains("detail");
    open.setAttribute("aria-expanded", String(!isOpen));
    if (isOpen) next.remove();
    else line.after(detail(entry));
  }
  function detail(entry) {
    var line = make("tr", "detail"), cell = make("td"), names = make("dl"), control = controls[entry.control] || {};
    cell.colSpan = 5;
    var put = function (name, text, code) {
      if (text === undefined || text === "") return;
      var dd = make("dd");
      if (code) dd.append(breakable(text));
      else text.split(BACKTICK).forEach(function (part, index, all) { dd.append(index % 2 && all.length % 2 ? make("code", "", part) : part); });
      names.append(make("dt", "", name), dd);
    };
    put("Control", title(entry.control));
    put("Why it matters", control.why);
    put("What to do", control.remediation);
    put("Place", entry.path, true);
    put("Value", entry.value, true);
    put("Workload", entry.workload);
    put("Deployed by", entry.deployedBy);
    put("Team", entry.team);
    put("Environment", entry.environment);
    put("System", entry.system);
    put("Accepted", entry.accepted);
    put("Helps to meet", (control.requirements || []).join(", "));
    put("Elsewhere", (control.equivalents || []).join(", "));
    put("Id", entry.id, true);
    cell.append(names);
    if (entry.fix) cell.append(make("pre", "", entry.fix.join("\n")));
    line.append(cell);
    return line;
  }

  function remember() {
    var state = new URLSearchParams();
    Object.keys(fields).forEach(function (name) { if (fields[name].value) state.set(name, fields[name].value); });
    if (sort.key !== "severity" || sort.down) state.set("sort", (sort.down ? "-" : "") + sort.key);
    try { history.replaceState(null, "", state.size ? "#find?" + state : "#"); } catch { /* a page that may not name its state still works */ }
  }
  function recall() {
    if (!location.hash.startsWith("#find?")) return;
    var state = new URLSearchParams(location.hash.slice(6));
    Object.keys(fields).forEach(function (name) { if (state.has(name)) fields[name].value = state.get(name); });
    var key = (state.get("sort") || "").replace("-", "");
    if (Object.hasOwn(read, key)) sort = { key: key, down: state.get("sort").startsWith("-") };
  }
  function markSort() {
    document.querySelectorAll("th[data-sort]").forEach(function (th) {
      if (th.dataset.sort === sort.key) th.setAttribute("aria-sort", sort.down ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    });
  }

  var waiting;
  fields.q.addEventListener("input", function () { clearTimeout(waiting); waiting = setTimeout(update, 120); });
  Object.keys(fields).forEach(function (name) { if (name !== "q") fields[name].addEventListener("change", update); });
  el("clear").addEventListener("click", function () {
    Object.keys(fields).forEach(function (name) { fields[name].value = ""; });
    update();
    fields.q.focus();
  });
  more.addEventListener("click", function () { shown += step; draw(); });
  document.querySelectorAll("th[data-sort] button").forEach(function (button) {
    button.addEventListener("click", function () {
      var key = button.parentElement.dataset.sort;
      sort = { key: key, down: sort.key === key && !sort.down };
      markSort();
      update();
    });
  });
  document.querySelectorAll("[data-find]").forEach(function (button) {
    button.addEventListener("click", function () {
      Object.keys(fields).forEach(function (name) { fields[name].value = ""; });
      var field = fields[button.dataset.find];
      field.value = button.dataset.value;
      update();
      el("findings").scrollIntoView();
      field.focus({ preventScroll: true });
    });
  });
  el("theme").addEventListener("click", function () {
    var root = document.documentElement, dark = getComputedStyle(root).colorScheme === "dark";
    root.dataset.theme = dark ? "light" : "dark";
  });
  document.querySelectorAll("[data-script]").forEach(function (node) { node.hidden = false; });
  recall();
  markSort();
  var open = location.hash;
  update();
  if (open.length > 1) history.replaceState(null, "", open);
})();
`;
