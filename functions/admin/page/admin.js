// The page of admins. It asks the API as any client does; what it knows of a person is gone with the page.

const byId = (id) => document.getElementById(id);
const status = byId("status");

/** The two tokens, here and nowhere else. */
let tokens = null;

/** What the API refuses a request for. */
class Refusal extends Error {
  constructor(answer) {
    const first = answer.body?.errors?.[0];
    super(answer.body?.message ?? `The server answered ${answer.status}.`);
    this.code = first?.code ?? String(answer.status);
  }
}

/** What went wrong, in words for people. */
const words = (failure) => (failure instanceof Refusal ? failure.message : "The server cannot be reached. Try again.");

async function send(method, path, body, token = tokens?.access_token) {
  const headers = { accept: "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  const response = await fetch(path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: "omit",
    cache: "no-store",
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return { status: response.status, body: isJson && text ? JSON.parse(text) : null };
}

/** The body of an answer that is no refusal. */
function taken(answer) {
  if (answer.status >= 400) throw new Refusal(answer);
  return answer.body;
}

let renewal = null;

/** Gets new tokens once, however many requests need them; signs out when the API no longer knows us. */
function renew() {
  const { refresh_token } = tokens;
  renewal ??= send("POST", "/api/auth/refresh", { refresh_token })
    .then((answer) => {
      if (tokens?.refresh_token !== refresh_token) return;
      if (answer.status === 401) {
        forget();
        say("Your login has ended. Sign in again.", true);
      } else {
        tokens = taken(answer).data;
      }
    })
    .finally(() => {
      renewal = null;
    });
  return renewal;
}

/** Ends when somebody goes elsewhere or signs out: what is answered later is not drawn. */
let visit = new AbortController();

/** Asks the API for this visit, with new tokens when the old ones have run out. */
async function ask(method, path, body) {
  const { signal } = visit;
  const inTime = async (promise) => {
    const answer = await promise;
    signal.throwIfAborted();
    return answer;
  };
  let answer = await inTime(send(method, path, body));
  if (answer.status === 401) {
    await inTime(renew());
    answer = await inTime(send(method, path, body));
  }
  return taken(answer);
}

const get = async (path) => (await ask("GET", path)).data;

// What is shown. Text that comes from people is only ever text.

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value);
  }
  made.append(...children.map((child) => child ?? "–"));
  return made;
}

const number = new Intl.NumberFormat();
const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

const count = (value) => (value == null ? "–" : number.format(value));
const share = (value) => (value == null ? "–" : percent.format(value));
const time = (value) => (value == null ? "–" : moment.format(new Date(value)));
const name = (person) => `${person.first_name} ${person.last_name}`;

/** A row of a table; each column says what it is called and what it shows of something. */
function line(columns, of) {
  const cell = (column) => {
    const shown = column.of(of);
    const attributes = { "data-name": column.name };
    if (column.isNumber) attributes.class = "number";
    return element("td", attributes, ...(Array.isArray(shown) ? shown : [shown]));
  };
  return element("tr", { tabindex: "-1" }, ...columns.map(cell));
}

function table(caption, columns, rows) {
  const heading = (column) => element("th", column.isNumber ? { scope: "col", class: "number" } : { scope: "col" }, column.name);
  return element(
    "table",
    { class: "plain" },
    element("caption", {}, rows.length ? caption : `${caption}: none`),
    element("thead", {}, element("tr", {}, ...columns.map(heading))),
    element("tbody", {}, ...rows.map((row) => line(columns, row))),
  );
}

/** A table of a list, with a button that reads on as long as the list does. */
async function list(box, caption, columns, path, query) {
  const { data, meta } = await ask("GET", `${path}?${query}`);
  const made = table(caption, columns, data);
  const more = element("button", { type: "button", class: "quiet", onclick: () => during("Loading more", readOn) }, "More");
  let next = meta.next_cursor;
  more.hidden = !next;
  show(box, made, more);

  async function readOn() {
    let first = more;
    more.disabled = true;
    try {
      query.set("cursor", next);
      const page = await ask("GET", `${path}?${query}`);
      const lines = page.data.map((row) => line(columns, row));
      made.tBodies[0].append(...lines);
      next = page.meta.next_cursor;
      more.hidden = !next;
      first = lines[0] ?? more;
      return `${count(lines.length)} more, ${count(made.tBodies[0].rows.length)} in all.`;
    } finally {
      more.disabled = false;
      first.focus();
    }
  }
}

/** As many labels as a phone has room for below columns. */
const LABELS = 6;

/** A chart that is a table: whoever cannot see it hears its rows, also those whose labels have no room. */
function chart(kind, title, rows, most = Math.max(...rows.map((row) => row.value)) || 1) {
  if (!rows.length) return element("p", { class: "note" }, "None in these days.");
  const step = kind === "column" ? Math.ceil(rows.length / LABELS) : 1;
  const bar = (row, at) => {
    const cell = element("td", {}, element("span", { class: "data" }, row.text));
    cell.style.setProperty("--size", String(row.value / most));
    const attributes = { title: `${row.label}: ${row.text}` };
    if (at % step !== Math.floor(step / 2)) attributes.class = "hide-label";
    return element("tr", attributes, element("th", { scope: "row" }, row.label), cell);
  };
  const room = rows.length > 40 ? "hide-data" : "data-outside data-spacing-1";
  return element(
    "table",
    { class: `charts-css ${kind} show-labels show-primary-axis ${room}`, "aria-labelledby": title },
    element("tbody", {}, ...rows.map(bar)),
  );
}

function show(box, ...children) {
  box.replaceChildren(...children);
}

function say(text, isBad = false) {
  status.textContent = text;
  status.classList.toggle("bad", isBad);
}

/** Does something that takes a while, and says so, and what came of it; says nothing of a visit that is over. */
async function during(what, work) {
  const { signal } = visit;
  say(`${what} …`);
  try {
    const outcome = await work();
    if (!signal.aborted) say(outcome ?? "");
  } catch (failure) {
    if (!signal.aborted) say(words(failure), true);
  }
}

// Views.

const period = byId("period");

function periodQuery() {
  const query = new URLSearchParams();
  for (const field of ["from", "to", "zone", "program"]) {
    if (period.elements[field].value) query.set(field, period.elements[field].value);
  }
  return query;
}

async function showOverview() {
  const query = periodQuery();
  const volumes = new URLSearchParams(query);
  volumes.set("interval", period.elements.interval.value);
  const [overview, sessions, matching] = await Promise.all([
    get(`/api/admin/analytics?${volumes}`),
    get(`/api/admin/analytics/sessions?${query}`),
    get(`/api/admin/analytics/matching?${query}`),
    list(byId("mentors"), "Mentors, the newest first", mentorColumns, "/api/admin/analytics/mentors", query),
  ]);
  const until = overview.as_of ? `Counted until ${time(overview.as_of)}. ` : "Not counted yet. ";
  byId("as-of").textContent = `${until}Days begin in ${overview.period.zone}.`;
  const total = sessions.total;
  const figures = [
    ["Booked", count(overview.sessions_booked)],
    ["Completed", count(overview.sessions_completed)],
    ["Utilisation of mentors", share(overview.utilisation)],
    ["Rating", count(overview.session_ratings.average)],
    ["Active mentors", count(overview.active_users.mentors)],
    ["Active mentees", count(overview.active_users.mentees)],
    ["Answered within (median)", minutes(sessions.answers.median_minutes)],
    ["Accepted", share(total.acceptance_rate)],
    ["Called off", share(total.cancel_rate)],
    ["No-shows", share(total.no_show_rate)],
  ];
  show(byId("figures"), ...figures.map(([term, value]) => element("div", {}, element("dt", {}, term), element("dd", {}, value))));
  show(byId("volume"), chart("column", "volume-title", overview.volume.map((part) => ({
    label: day.format(new Date(part.from)),
    value: part.booked,
    text: count(part.booked),
  }))));
  const statuses = ["pending", "confirmed", "completed", "declined", "cancelled", "expired", "no_show"];
  show(byId("funnel"), chart("bar", "funnel-title", statuses.map((name) => ({
    label: name.replace("_", "-"),
    value: total[name],
    text: count(total[name]),
  }))));
  const rate = ({ acceptance_rate, selected, passed, lapsed }) => ({
    value: acceptance_rate ?? 0,
    text: acceptance_rate == null ? "–" : `${share(acceptance_rate)} of ${count(selected + passed + lapsed)}`,
  });
  show(byId("ranks"), chart("bar", "ranks-title", matching.by_rank.map((row) => ({ label: `rank ${row.rank}`, ...rate(row.figures) })), 1));
  show(byId("bands"), chart("bar", "bands-title", matching.by_score.map((row) => ({ label: `${row.from}–${row.to}`, ...rate(row.figures) })), 1));
}

const minutes = (value) => (value == null ? "–" : `${number.format(value)} min`);

const mentorColumns = [
  { name: "Mentor", of: name },
  { name: "Booked", isNumber: true, of: ({ sessions }) => count(sessions.confirmed + sessions.completed + sessions.no_show) },
  { name: "Utilisation", isNumber: true, of: (row) => share(row.utilisation) },
  { name: "Answers (median)", isNumber: true, of: (row) => minutes(row.answers.median_minutes) },
  { name: "Rating", isNumber: true, of: (row) => count(row.rating) },
  { name: "Waiting", isNumber: true, of: (row) => count(row.load.requests_waiting) },
];

/** What speaks against a match, in a few words. */
function reason({ kind, days, rating, points }) {
  const said = {
    no_first_meeting: `no meeting for ${days} days`,
    gap: `no meeting for ${days} days`,
    low_rating: `rated ${rating}`,
    unread_messages: `messages unread for ${days} days`,
  };
  return `${said[kind] ?? kind} (−${points})`;
}

const matchColumns = [
  { name: "Mentor", of: (match) => name(match.mentor) },
  { name: "Mentee", of: (match) => name(match.mentee) },
  { name: "Health", isNumber: true, of: (match) => count(match.health?.score) },
  { name: "Why", of: (match) => match.health?.evidence.map(reason).join("; ") ?? "" },
  { name: "Since", of: (match) => time(match.created_at) },
];

function showAtRisk() {
  const query = new URLSearchParams({ at_risk: "true", limit: "50" });
  return list(content("at-risk"), "Matches that somebody should look after", matchColumns, "/api/matching/matches", query);
}

const jobColumns = [
  { name: "Made", of: (job) => time(job.created_at) },
  { name: "Kind", of: (job) => (job.message ? `${job.kind}: ${job.message}` : job.kind) },
  { name: "Status", of: (job) => job.status },
  { name: "Progress", isNumber: true, of: (job) => share(job.progress / 100) },
  { name: "Attempts", isNumber: true, of: (job) => count(job.attempts) },
  { name: "Last error", of: (job) => job.error ?? "" },
  { name: "Actions", of: (job) => job.allowed_actions.map((action) => steer(job, action)) },
];

function showJobs() {
  const query = new URLSearchParams({ limit: "50" });
  const wanted = byId("job-filter").elements.status.value;
  if (wanted) query.set("status", wanted);
  return list(content("jobs"), "Jobs, the newest first", jobColumns, "/api/admin/jobs", query);
}

function steer(job, action) {
  const label = action === "retry" ? "Retry" : "Cancel";
  const act = (event) => {
    const row = event.target.closest("tr");
    const reason = action === "cancel" ? window.prompt("Why is it called off?") : undefined;
    if (action === "cancel" && !reason) return;
    during(`${label} ${job.kind}`, async () => {
      const changed = (await ask("POST", `/api/admin/jobs/${job.id}/${action}`, reason && { reason })).data;
      const instead = line(jobColumns, changed);
      row.replaceWith(instead);
      instead.focus();
      return `${job.kind} is ${changed.status} now.`;
    });
  };
  return element("button", { type: "button", class: "quiet", "aria-label": `${label} ${job.kind} of ${time(job.created_at)}`, onclick: act }, label);
}

async function showDeadLetters() {
  const queues = await get("/api/admin/dead-letters");
  const replay = (queue) => during(`Sending back what is in ${queue.queue}`, async () => {
    const back = (await ask("POST", `/api/admin/dead-letters/${queue.queue}/replay`, {})).data;
    await showDeadLetters();
    byId("main").focus();
    return `${count(back.replayed)} sent back, about ${count(back.left)} left.`;
  });
  show(content("dead-letters"), table("Messages that nobody could act on", [
    { name: "Queue", of: (queue) => queue.queue },
    { name: "Dead letters", isNumber: true, of: (queue) => count(queue.dead_letters) },
    {
      name: "Actions",
      of: (queue) => (queue.dead_letters > 0
        ? element("button", { type: "button", class: "quiet", "aria-label": `Send back what is in ${queue.queue}`, onclick: () => replay(queue) }, "Send back")
        : ""),
    },
  ], queues));
}

async function showMailbox() {
  const sent = await ask("GET", "/dev/mailbox");
  const mails = sent.slice(0, 100).map((mail) => element(
    "details",
    {},
    element("summary", {}, `${time(mail.sent_at)} to ${mail.to}: ${mail.subject} (${mail.fate})`),
    element("pre", {}, mail.text ?? "This mail has no text."),
  ));
  show(content("mailbox"), ...(mails.length ? mails : [element("p", {}, "No mail was sent yet.")]));
}

const content = (view) => byId(view).querySelector(".content");

const views = {
  overview: showOverview,
  "at-risk": showAtRisk,
  jobs: showJobs,
  "dead-letters": showDeadLetters,
  mailbox: showMailbox,
};

// Which view it is, and who may see it.

function route() {
  visit.abort();
  visit = new AbortController();
  const wanted = location.hash.slice(1);
  const view = tokens ? (wanted in views ? wanted : "overview") : "sign-in";
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== view;
  byId("views").hidden = !tokens;
  byId("sign-out").hidden = !tokens;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (tokens) during("Loading", views[view]);
  else byId("email").focus();
}

async function signIn(event) {
  event.preventDefault();
  const { target: form, submitter: button } = event;
  const { email, password, totp } = form.elements;
  const [secondFactor, refused] = [byId("second-factor"), byId("refused")];
  button.disabled = true;
  refused.textContent = "";
  try {
    const code = totp.value ? { totp: totp.value } : {};
    tokens = await enter({ email: email.value, password: password.value, ...code });
    form.reset();
    secondFactor.hidden = true;
    byId("main").focus();
    route();
  } catch (failure) {
    if (failure.code === "totp_required") secondFactor.hidden = false;
    refused.textContent = words(failure);
    (secondFactor.hidden ? password : totp).focus();
  } finally {
    button.disabled = false;
  }
}

/** Logs in, and out again unless it is an admin for whom everything is ready. */
async function enter(credentials) {
  const login = taken(await send("POST", "/api/auth/login", credentials)).data;
  try {
    if (login.user.role !== "admin") throw new Refusal({ status: 403, body: { message: "This page is for admins." } });
    await prepare(login.access_token);
    return login;
  } catch (failure) {
    await logOut(login).catch(() => {});
    throw failure;
  }
}

/** Ends a login on the server; its refresh token is enough, however long ago it was given out. */
const logOut = async ({ refresh_token }) => taken(await send("POST", "/api/auth/logout", { refresh_token }, null));

/** Forgets who is signed in and what they saw. */
function forget() {
  tokens = null;
  for (const box of document.querySelectorAll(".content, .chart, #figures, #mentors, #as-of")) show(box);
  say("");
  route();
}

async function signOut() {
  const login = tokens;
  forget();
  await logOut(login).catch(() => say("You are forgotten here, but the server could not be told.", true));
}

/** What the filters offer; and whether there is a mailbox to look into. */
async function prepare(token) {
  const [programs, mailbox] = await Promise.all([
    send("GET", "/api/matching/programs?limit=100", undefined, token).then(taken),
    send("GET", "/dev/mailbox", undefined, null),
  ]);
  const { program, from, to, zone } = period.elements;
  const options = programs.data.map(({ key, active, draft }) => element("option", { value: key }, (active ?? draft)?.name ?? key));
  program.replaceChildren(element("option", { value: "" }, "all"), ...options);
  document.querySelector('nav a[href="#mailbox"]').hidden = mailbox.status !== 200;
  const daysAgo = (days) => new Date(Date.now() - days * 86_400_000).toLocaleDateString("sv-SE");
  from.value = daysAgo(29);
  to.value = daysAgo(0);
  zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

function again(event) {
  event.preventDefault();
  route();
}

byId("credentials").addEventListener("submit", signIn);
byId("sign-out").addEventListener("click", signOut);
period.addEventListener("submit", again);
byId("job-filter").addEventListener("submit", again);
window.addEventListener("hashchange", route);
route();
