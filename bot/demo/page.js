// What SimCord's page leaves to the reader: the time that goes on, the way to the newest answer, and to a new visit.

const LONG_AGO = [["second", 60], ["minute", 60], ["hour", 24], ["day", 7], ["week", Infinity]];
const RELATIVE = /^now$|^in |ago$|^(yesterday|tomorrow)$|^(last|next) /;
const inWords = new Intl.RelativeTimeFormat("en-US", { numeric: "auto" });
const timeline = document.getElementById("channel-timeline");
const messages = document.getElementById("channel-message-list");

function relative(moment) {
  let amount = (moment - Date.now()) / 1000;
  for (const [unit, size] of LONG_AGO) {
    if (Math.abs(amount) < size) return inWords.format(Math.round(amount), unit);
    amount /= size;
  }
}

function tell() {
  for (const time of messages.querySelectorAll("time.discord-timestamp")) {
    if (!RELATIVE.test(time.textContent)) continue;
    const words = relative(Date.parse(time.dateTime));
    if (time.textContent !== words) time.textContent = words;
  }
}

// What a message says: not how long ago something was, nor what is open or chosen in it.
function saying(message) {
  const parts = message.querySelectorAll(".message-content, .embed-card, .button-label");
  return [...parts].map((part) => [...part.childNodes].map(withoutTimes).join("")).join("\n");
}

function withoutTimes(node) {
  if (node.nodeName === "TIME") return "";
  return node.childNodes.length ? [...node.childNodes].map(withoutTimes).join("") : node.textContent;
}

const said = new Map();
let inSight = null;

function notice() {
  const there = [...messages.querySelectorAll(".channel-message")];
  const changed = there.filter((message) => said.get(message.dataset.messageId) !== saying(message));
  for (const message of changed) said.set(message.dataset.messageId, saying(message));
  if (changed.length) inSight = changed.at(-1);
  bring();
}

// Wholly into view; of one that is longer than the view, its beginning.
function bring() {
  if (!inSight?.isConnected) return;
  const view = timeline.getBoundingClientRect();
  const message = inSight.getBoundingClientRect();
  const above = message.top - view.top;
  const below = message.bottom - view.bottom;
  const by = above < 0 || below - above > 0 ? above : Math.max(0, below);
  if (Math.abs(by) >= 1) timeline.scrollTop += by;
}

// Until the reader scrolls by hand: SimCord itself scrolls a while longer.
function leave() {
  inSight = null;
}

// What SimCord says in its status line once its page is over, which it leaves empty.
const OVER = /^Preview session (closed|is unavailable)/;
const status = document.getElementById("action-status");

function end() {
  if (!OVER.test(status.textContent) || document.getElementById("berth-over")) return;
  const over = document.createElement("section");
  over.id = "berth-over";
  over.setAttribute("role", "alert");
  over.style.padding = "2rem 1rem";
  const title = document.createElement("h2");
  title.textContent = "This demo has ended";
  const advice = document.createElement("p");
  advice.textContent =
    "Its people, their servers and what you did are gone. To begin again, start it in the terminal by the same command " +
    "as before (the README begins with it), and open the address that it prints.";
  over.append(title, advice);
  document.getElementById("preview-app").prepend(over);
}

new MutationObserver(end).observe(status, { childList: true, subtree: true, characterData: true });
new MutationObserver(() => {
  tell();
  notice();
}).observe(messages, { childList: true, subtree: true, characterData: true });
new ResizeObserver(bring).observe(messages);
new ResizeObserver(bring).observe(timeline);
timeline.addEventListener("scroll", bring, { passive: true });
for (const hand of ["wheel", "touchmove", "pointerdown", "keydown"]) {
  timeline.addEventListener(hand, leave, { passive: true });
}
setInterval(tell, 1000);
