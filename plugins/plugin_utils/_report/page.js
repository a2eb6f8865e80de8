(function () {
  "use strict";
  var form = document.getElementById("filter");
  if (!form) { return; }
  var rows = Array.prototype.slice.call(document.querySelectorAll("tr[data-outcome]")).map(function (row) {
    return { row: row, text: row.textContent.toLowerCase(), outcome: row.getAttribute("data-outcome"),
      changed: row.hasAttribute("data-changed") };
  });
  var shown = document.getElementById("shown");
  var timer = null;
  function apply() {
    var words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    var outcome = form.elements.outcome.value;
    var changed = form.elements.changed.checked;
    var number = 0;
    rows.forEach(function (item) {
      var keep = (!outcome || item.outcome === outcome || (outcome === "attention" && item.outcome !== "ready")) &&
        (!changed || item.changed) && words.every(function (word) { return item.text.indexOf(word) >= 0; });
      item.row.hidden = !keep;
      if (keep) { number += 1; }
    });
    shown.textContent = number.toLocaleString("en") + " of " + rows.length.toLocaleString("en") + " rows";
  }
  function later() { window.clearTimeout(timer); timer = window.setTimeout(apply, 120); }
  form.hidden = false;
  form.addEventListener("input", later);
  form.addEventListener("change", apply);
  form.addEventListener("submit", function (event) { event.preventDefault(); apply(); });
  form.addEventListener("reset", function () { window.setTimeout(apply, 0); });
  apply();
})();
