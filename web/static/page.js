// What the server can't do for the page: copying, filtering what is already here, and clocks that run.
(() => {
  "use strict";
  const byId = id => document.getElementById(id);

  // Copying. The clipboard API exists in secure contexts only, and an appliance is mostly plain HTTP.
  async function copy(element) {
    const text = element.textContent.trim();
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const selection = getSelection();
    selection.selectAllChildren(element);
    if (!document.execCommand("copy")) throw new Error("copying was refused");
    selection.removeAllRanges();
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    const label = button.querySelector("span");
    const usual = label.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const element = byId(button.dataset.copy);
      try {
        await copy(element);
        label.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(element);
        label.textContent = "Press Ctrl+C";
      }
      setTimeout(() => { label.textContent = usual; }, 2000);
    });
  }

  // Filtering the lineup. The search box stands outside what events replace, so nobody is interrupted while typing.
  const filter = byId("lineup-filter");
  let group = "";

  function applyFilter() {
    const rows = document.querySelectorAll(".channels tbody tr");
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const [number, name, groupCell] = row.cells;
      const text = `${number.textContent} ${name.textContent}`.toLowerCase();
      const fits = (!group || groupCell.textContent === group) && words.every(word => text.includes(word));
      row.hidden = !fits;
      if (fits) shown++;
    }
    const none = byId("lineup-none");
    if (none) none.hidden = shown > 0 || rows.length === 0;
  }

  function prepareLineup() {
    const select = byId("lineup-group");
    byId("lineup-search").hidden = !select;
    if (!select) return;
    select.hidden = false;
    select.value = group;
    if (select.selectedIndex < 0) select.value = group = "";
    select.addEventListener("change", () => { group = select.value; applyFilter(); });
    if (group || filter.value) applyFilter();
  }

  filter.addEventListener("input", applyFilter);
  prepareLineup();

  // Clocks.
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

  function distance(seconds) {
    const size = Math.abs(seconds);
    if (size < 60) return seconds < 0 ? "just now" : "in a moment";
    if (size < 3600) return relative.format(Math.round(seconds / 60), "minute");
    if (size < 129600) return relative.format(Math.round(seconds / 3600), "hour");
    return relative.format(Math.round(seconds / 86400), "day");
  }

  function elapsed(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    const two = number => String(number).padStart(2, "0");
    const hours = Math.floor(whole / 3600);
    return `${hours ? hours + ":" : ""}${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  }

  function tick() {
    for (const element of document.querySelectorAll("time[data-time]")) {
      const then = Date.parse(element.dateTime);
      const seconds = (then - Date.now()) / 1000;
      const text = element.dataset.time === "elapsed" ? elapsed(-seconds) : distance(seconds);
      if (element.textContent !== text) element.textContent = text;
      if (!element.title) element.title = new Date(then).toLocaleString();
    }
  }

  tick();
  setInterval(tick, 1000);

  // The connection to the appliance.
  const state = byId("link-state");
  const body = document.body;

  function setLinked(isLinked) {
    const text = isLinked ? "Live" : "Connection lost, trying again";
    if (state.textContent !== text) state.textContent = text;
    body.classList.toggle("unlinked", !isLinked);
  }

  body.addEventListener("htmx:sseOpen", () => setLinked(true));
  body.addEventListener("htmx:sseError", () => setLinked(false));
  body.addEventListener("htmx:sseMessage", event => {
    tick();
    if (event.target.id === "lineup-body") prepareLineup();
  });
})();
